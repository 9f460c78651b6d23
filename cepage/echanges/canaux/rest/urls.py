"""Addresses of the API: its page, its description, its operations, and what those who run the site watch."""

from collections.abc import Iterator

from django.urls import URLPattern, path, re_path
from django.views.decorators.http import require_safe

from cepage.echanges.canaux.rest import exploitation, views
from cepage.echanges.canaux.rest.api import api
from cepage.echanges.canaux.rest.entree import CleApi, envelopper, introuvable

app_name = "rest"


def _actions(chemin: str) -> dict[str, str]:
    """The action of each method of a path of the API."""
    return {
        methode: porte.action
        for routeur in api._get_bound_routers()
        for prefixe_chemin, vue in routeur.path_operations.items()
        if prefixe_chemin.strip("/").replace("{", "<").replace("}", ">") == chemin
        for operation in vue.operations
        for methode in operation.methods
        for porte in operation.auth_callbacks
        if isinstance(porte, CleApi)
    }


def _operations() -> Iterator[URLPattern]:
    """One address per path, whatever its methods; the root of django-ninja is left out: it answers nothing."""
    vus: set[str] = set()
    for motif in api.urls[0]:
        chemin = str(motif.pattern)
        if chemin and chemin not in vus and isinstance(motif, URLPattern):
            vus.add(chemin)
            yield path(
                f"v1/{chemin}", envelopper(motif.callback, f"rest:{motif.name}", _actions(chemin)), name=motif.name
            )


urlpatterns = [
    path("", views.accueil, name="accueil"),
    path("v1/openapi.json", views.openapi, name="openapi"),
    path("v1/sante", envelopper(require_safe(exploitation.sante), "rest:sante", {}), name="sante"),
    path("v1/pret", envelopper(require_safe(exploitation.pret), "rest:pret", {}), name="pret"),
    path("v1/metriques", envelopper(require_safe(exploitation.releve), "rest:metriques", {}), name="metriques"),
    *_operations(),
    re_path(r"^(?P<reste>.+)$", envelopper(introuvable, "rest:introuvable", {}), name="introuvable"),
]
