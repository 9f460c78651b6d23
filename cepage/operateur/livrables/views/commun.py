"""What the pages of the livrables share."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from cepage.fondations.comptes.acces import roles_de
from cepage.fondations.comptes.models import Personne
from cepage.fondations.socle.transitions import TransitionRefusee
from cepage.operateur.dossiers.services import ActeRefuse, Acteur
from cepage.operateur.livrables import selectors
from cepage.operateur.livrables.models import Livrable


def personne(request: HttpRequest) -> Personne:
    """The professional asking."""
    assert isinstance(request.user, Personne)
    return request.user


def acteur(request: HttpRequest) -> Acteur:
    """The professional asking, with their roles."""
    return Acteur.de(personne(request), {a.role for a in roles_de(request)})


def livrable(request: HttpRequest, pk: int) -> Livrable:
    """The livrable, when this professional may open it; raises Http404."""
    return get_object_or_404(selectors.livrables_visibles(personne(request)), pk=pk)


def depuis(request: HttpRequest) -> str | None:
    """The address the request comes from."""
    return request.META.get("REMOTE_ADDR") or None


def phrases(refus: ActeRefuse | TransitionRefusee) -> list[str]:
    """What to show of a refusal: reason, clause, way on."""
    if isinstance(refus, ActeRefuse):
        return [f"{r.raison} ({r.clause}) {r.suite}" for r in refus.refus]
    return [str(refus)]


def fichier(octets: bytes, nom: str, type_mime: str = "application/pdf") -> HttpResponse:
    """A file to download."""
    reponse = HttpResponse(octets, content_type=type_mime)
    reponse.headers["Content-Disposition"] = f'attachment; filename="{nom}"'
    return reponse
