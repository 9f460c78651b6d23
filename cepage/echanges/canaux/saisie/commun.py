"""What every page of the room does the same way: who asks, over which lots, and the fiche of an address."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from cepage.echanges.canaux.saisie import selectors
from cepage.echanges.canaux.saisie.models import FicheSaisie
from cepage.echanges.canaux.saisie.sections import ECRANS, Ecran
from cepage.echanges.canaux.saisie.services import Auteur
from cepage.fondations.comptes.acces import Perimetre, roles_de
from cepage.fondations.comptes.models import Personne


def emetteur(request: HttpRequest) -> str:
    """The operator of the person asking."""
    perimetre: Perimetre = request.perimetre  # type: ignore[attr-defined]
    (code,) = perimetre.emetteurs
    return code


def lots(request: HttpRequest) -> list[str]:
    """The lots the person asking may type for."""
    perimetre: Perimetre = request.perimetre  # type: ignore[attr-defined]
    return sorted(perimetre.lots or ())


def lot_demande(request: HttpRequest, donnees: Mapping[str, Any]) -> str:
    """The lot named in the request, the only one otherwise; Http404 for a foreign one."""
    siens = lots(request)
    lot = str(donnees.get("lot") or (siens[0] if siens else ""))
    if lot not in siens:
        raise Http404
    return lot


def personne(request: HttpRequest) -> Personne:
    """The person asking."""
    if not isinstance(request.user, Personne):
        raise Http404
    return request.user


def auteur(request: HttpRequest) -> Auteur:
    """The person asking, with their roles."""
    return Auteur(personne(request), frozenset(a.role for a in roles_de(request)))


def fiche(request: HttpRequest, numero: int) -> FicheSaisie:
    """A fiche of one's operator and lots; Http404 otherwise."""
    return get_object_or_404(selectors.fiches(lots(request)), pk=numero)


def ecran(sorte: str) -> Ecran:
    """The screen of a kind of fiche; Http404 when there is none."""
    if sorte not in ECRANS:
        raise Http404
    return ECRANS[sorte]
