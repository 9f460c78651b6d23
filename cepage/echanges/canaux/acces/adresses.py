"""Addresses: which one a request comes from, and whether a key accepts it."""

import ipaddress
from collections.abc import Iterable

from django.conf import settings
from django.http import HttpRequest


def normaliser(texte: str) -> str:
    """An address or a network in its canonical writing; raises ValueError with a sentence."""
    try:
        return str(ipaddress.ip_network(texte.strip(), strict=False))
    except ValueError:
        raise ValueError(
            f"« {texte.strip()} » n'est ni une adresse ni un réseau : écrivez 203.0.113.7 ou 203.0.113.0/24."
        ) from None


def permise(adresse: str, reseaux: Iterable[str]) -> bool:
    """True when `adresse` is in one of the networks, or when none is listed."""
    reseaux = list(reseaux)
    if not reseaux:
        return True
    try:
        hote = ipaddress.ip_address(adresse)
    except ValueError:
        return False
    if isinstance(hote, ipaddress.IPv6Address) and hote.ipv4_mapped:
        hote = hote.ipv4_mapped
    return any(hote in ipaddress.ip_network(reseau) for reseau in reseaux)


def adresse_de(request: HttpRequest) -> str:
    """The client's address: the peer's, or what the declared reverse proxies (`CEPAGE_MANDATAIRES`) say of it."""
    directe = str(request.META.get("REMOTE_ADDR", ""))
    relais: int = settings.CEPAGE_MANDATAIRES
    if not relais:
        return directe
    suivies = [a.strip() for a in request.headers.get("X-Forwarded-For", "").split(",") if a.strip()]
    return suivies[-relais] if len(suivies) >= relais else directe
