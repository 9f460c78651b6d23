"""Where a notice may go: a public address over HTTPS; this machine alone, over HTTP, for a sandbox that allows it.

A notice leaves from inside: an address chosen by someone else must never reach what stands beside us. Every address a
name resolves to is checked, at the subscription then at each delivery, and the connection goes to the one checked.
"""

import contextlib
import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

LOCALE = "127.0.0.1"
LONGUEUR = 500
# Networks that carry an IPv4 address inside: what is public outside may be private within.
_TUNNELS = tuple(ipaddress.ip_network(n) for n in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96"))


class AdresseRefusee(Exception):
    """The address is not one a notice may go to; the message says why and how to mend it."""


class NomInconnu(Exception):
    """The name resolves to nothing just now."""


@dataclass(frozen=True)
class Cible:
    """An address taken apart and accepted: scheme, host, port, path with its query."""

    schema: str
    hote: str
    port: int
    chemin: str


def lire(url: str, *, bac_a_sable: bool) -> Cible:
    """The parts of an address, refused by its writing alone when it cannot do. Raises AdresseRefusee."""
    if len(url) > LONGUEUR or any(ord(c) <= 32 or ord(c) >= 127 for c in url):
        raise AdresseRefusee(f"L'adresse a {LONGUEUR} caractères au plus, sans espace ni accent.")
    try:
        parties = urlsplit(url)
        port, hote = parties.port, (parties.hostname or "").rstrip(".")
    except ValueError:
        raise AdresseRefusee("L'adresse ne se lit pas : écrivez https://si.exemple.fr/avis.") from None
    if parties.username is not None or parties.password is not None or parties.fragment or not hote:
        raise AdresseRefusee("L'adresse a un nom d'hôte, sans compte ni dièse : https://si.exemple.fr/avis.")
    chemin = (parties.path or "/") + (f"?{parties.query}" if parties.query else "")
    if parties.scheme == "http" and hote == LOCALE:
        _exiger_le_local(bac_a_sable=bac_a_sable)
        return Cible("http", hote, port or 80, chemin)
    if parties.scheme != "https":
        raise AdresseRefusee("Un avis part en HTTPS : l'adresse commence par https://.")
    return Cible("https", hote, port or 443, chemin)


def _exiger_le_local(*, bac_a_sable: bool) -> None:
    if not bac_a_sable:
        raise AdresseRefusee(
            f"http://{LOCALE} ne sert qu'aux essais : abonnez une clé du bac à sable, ou donnez une adresse https."
        )
    if not settings.CEPAGE_AVIS_LOCAL:
        raise AdresseRefusee(
            f"Cette instance n'envoie rien à {LOCALE}. Celui qui l'exploite peut l'ouvrir pour les bacs à sable "
            "(CEPAGE_AVIS_LOCAL=1)."
        )


def verifier(url: str, *, bac_a_sable: bool) -> Cible:
    """The address, refused when it leads inside; a name unknown today is accepted, and checked at each delivery."""
    cible = lire(url, bac_a_sable=bac_a_sable)
    with contextlib.suppress(NomInconnu):
        resoudre(cible)
    return cible


def resoudre(cible: Cible) -> str:
    """The address to connect to, every one of the name being public. Raises AdresseRefusee, NomInconnu."""
    if cible.schema == "http":
        return LOCALE
    try:
        trouvees = socket.getaddrinfo(cible.hote, cible.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NomInconnu(f"Le nom {cible.hote} ne mène à aucune adresse.") from None
    adresses = [str(t[4][0]) for t in trouvees]
    for adresse in adresses:
        if not publique(adresse):
            raise AdresseRefusee(
                f"{cible.hote} mène à une adresse interne : un avis ne part que vers une adresse publique."
            )
    return adresses[0]


def publique(adresse: str) -> bool:
    """True for an address of the Internet: neither private, nor local, nor reserved, nor a tunnel to one of those."""
    try:
        ip = ipaddress.ip_address(adresse.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return publique(str(ip.ipv4_mapped))
        if any(ip in tunnel for tunnel in _TUNNELS):
            return False
    return ip.is_global and not ip.is_multicast
