"""Who answers a search: each room brings one provider, asked within the scope that its action gives the person."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest

from cepage.fondations.comptes.acces import autoriser, peut
from cepage.fondations.comptes.droits import ACTIONS
from cepage.fondations.socle.portee import fixer_emetteurs

LIMITE = 10
"""Results shown of one provider: beyond, the words are too few."""
LONGUEUR_MAXIMALE = 200


@dataclass(frozen=True)
class Trouvaille:
    """One result. `exacte`: what was typed names it and nothing else. Without `chemin`, it is read where it stands."""

    libelle: str
    chemin: str = ""
    detail: str = ""
    exacte: bool = False


@dataclass(frozen=True)
class Fournisseur:
    """A kind of results: its heading, the action that opens it (empty: anyone logged in), where it comes (low first).

    `chercher` is called in the scope of the action (`request.perimetre`) and gives at most LIMITE + 1 results.
    """

    titre: str
    action: str
    rang: int
    chercher: Callable[[HttpRequest, str], Sequence[Trouvaille]]


@dataclass(frozen=True)
class Groupe:
    """The results of one provider; `trop` when there are more than are shown."""

    titre: str
    trouvailles: Sequence[Trouvaille]
    trop: bool


_inscrits: dict[str, Fournisseur] = {}


def inscrire(fournisseur: Fournisseur) -> None:
    """Let a room answer searches from now on. Raises KeyError for an action the table of rights does not have."""
    if fournisseur.action and fournisseur.action not in ACTIONS:
        raise KeyError(f"L'action « {fournisseur.action} » n'est pas dans la table des droits (comptes/droits.py).")
    _inscrits[fournisseur.titre] = fournisseur


def fournisseurs() -> list[Fournisseur]:
    """Those who answer, in the order of the page."""
    return sorted(_inscrits.values(), key=lambda f: (f.rang, f.titre))


def lisible(texte: str) -> str:
    """What may be searched of what was typed: its visible characters, single spaces, not too long.

    Too long a text is cut rather than refused: its first words are enough to search.
    """
    visible = "".join(c if c.isprintable() else " " for c in texte)
    return " ".join(visible.split())[:LONGUEUR_MAXIMALE]


def chercher(request: HttpRequest, texte: str) -> list[Groupe]:
    """What the person asking may see that answers `texte` (made `lisible`), by kind; kinds without result are left out.

    At the end the transaction sees no emitter's data.
    """
    if not texte:
        return []
    groupes = [_demander(f, request, texte) for f in fournisseurs() if not f.action or peut(request, f.action)]
    fixer_emetteurs([])
    return [groupe for groupe in groupes if groupe.trouvailles]


def _demander(fournisseur: Fournisseur, request: HttpRequest, texte: str) -> Groupe:
    if fournisseur.action:
        perimetre = autoriser(request, fournisseur.action)
        perimetre.fixer()
        request.perimetre = perimetre  # type: ignore[attr-defined]
    else:
        fixer_emetteurs([])
    try:
        trouvailles = list(fournisseur.chercher(request, texte))
    except Http404:
        # A room that has nothing for this person says so as it does on its own pages.
        trouvailles = []
    return Groupe(fournisseur.titre, trouvailles[:LIMITE], len(trouvailles) > LIMITE)


def seule_exacte(groupes: Sequence[Groupe]) -> Trouvaille | None:
    """The one result that was named exactly and can be opened, if there is exactly one."""
    exactes = [t for groupe in groupes for t in groupe.trouvailles if t.exacte and t.chemin]
    return exactes[0] if len(exactes) == 1 else None
