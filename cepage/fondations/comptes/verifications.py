"""System check: every address of the site names its action, or is listed as public or personal."""

from collections.abc import Callable, Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.urls import URLPattern, URLResolver, get_resolver

from cepage.fondations.comptes.droits import ACTIONS, ROUTES_PERSONNELLES, ROUTES_PUBLIQUES


def routes(
    resolveur: URLResolver | None = None, prefixe: str = "", espace: str = ""
) -> Iterator[tuple[str, str, Callable[..., Any]]]:
    """Every (path, full name, view) of the site."""
    resolveur = resolveur or get_resolver()
    for motif in resolveur.url_patterns:
        chemin = prefixe + str(motif.pattern)
        if isinstance(motif, URLResolver):
            sous_espace = ":".join(filter(None, (espace, motif.namespace)))
            yield from routes(motif, chemin, sous_espace)
        elif isinstance(motif, URLPattern):
            yield chemin, ":".join(filter(None, (espace, motif.name))), motif.callback


def routes_sans_action() -> list[str]:
    """The addresses that the table of rights does not know."""
    libres = ROUTES_PUBLIQUES | ROUTES_PERSONNELLES
    return [
        f"/{chemin} ({nom or 'sans nom'})"
        for chemin, nom, vue in routes()
        if getattr(vue, "action", None) not in ACTIONS and nom not in libres
    ]


@register("droits")
def verifier_les_routes(app_configs: Any = None, **_: Any) -> list[CheckMessage]:
    """One error listing the addresses without an action."""
    if manquantes := routes_sans_action():
        return [
            Error(
                f"Adresses absentes de la table des droits : {', '.join(manquantes)}.",
                hint="Décorez la vue avec @action(…), ou listez la route dans comptes/droits.py.",
                id="comptes.E001",
            )
        ]
    return []
