"""What the matrix needs to know of a room: how its objects are made, and which arguments its addresses take.

To bring a room in, add one file to `tests/matrice/pieces/` that holds a `PIECE`. The routes themselves are read from
the site's addresses: nothing lists them. A route whose argument no piece declares fails the test, named.

    def _preparer(cote: Cote, dossier: Path) -> None:
        cote.objets["litige"] = str(ouvrir_litige(emetteur=cote.emetteur, …).pk)   # a real service
        cote.canaris.add("what must never reach another operator")

    PIECE = Piece(
        "litiges",                                     # the namespace of the room's addresses
        rang=30,                                       # rooms are prepared in this order
        preparer=_preparer,                            # called once for each of the two operators
        arguments={"litige": objet("litige", manquant="999999"), "format": commun("csv", manquant="exe")},
        requetes={"litiges:liste": Requete(lambda cote: {"lot": cote.lot})},
        etats=[Etat("litiges:ouvrir", "erreur", donnees={"motif": ""})],
    )
"""

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.urls import reverse

from cepage.fondations.comptes.droits import ROUTES_PERSONNELLES, ROUTES_PUBLIQUES
from cepage.fondations.comptes.verifications import routes
from tests.matrice import pieces


@dataclass
class Cote:
    """One of the two operators: AB holds lot 08, CD holds lot 02. `canaris`: strings the other must never read."""

    emetteur: str
    lot: str
    objets: dict[str, str] = field(default_factory=dict)
    canaris: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Argument:
    """The values of an argument of an address; `possede`: an operator owns what it designates."""

    de: Callable[[Cote], Any]
    manquant: Any
    possede: bool


def objet(nom: str, *, manquant: Any) -> Argument:
    """An argument that designates `cote.objets[nom]`; `manquant` is well formed and designates nothing."""
    return Argument(lambda cote: cote.objets[nom], manquant, possede=True)


def commun(valeur: Any, *, manquant: Any = None) -> Argument:
    """An argument with the same meaning for everyone; `manquant`, when given, must not be found."""
    return Argument(lambda _: valeur, manquant, possede=False)


@dataclass(frozen=True)
class Requete:
    """The query a page is asked with. `objet`: it designates something, so another's is not found; otherwise it
    filters, and another's gives a page without their data."""

    de: Callable[[Cote], Mapping[str, str]]
    objet: bool = False


@dataclass(frozen=True)
class Etat:
    """One more state of a page, for the accessibility check: a wrong filter, a form sent back, a rare message."""

    route: str
    nom: str
    requete: Mapping[str, str] = field(default_factory=dict)
    donnees: Mapping[str, Any] | None = None
    """When given, they are posted."""


@dataclass(frozen=True)
class Piece:
    """A room, as the matrix knows it."""

    espace: str
    rang: int = 50
    preparer: Callable[[Cote, Path], None] | None = None
    arguments: Mapping[str, Argument] = field(default_factory=dict)
    requetes: Mapping[str, Requete] = field(default_factory=dict)
    etats: Sequence[Etat] = ()

    def argument(self, route: str, nom: str) -> "Argument | None":
        """How to make an argument: declared for one route ("room:route/argument"), else for the whole room."""
        return self.arguments.get(f"{route}/{nom}") or self.arguments.get(nom)


@dataclass(frozen=True)
class Route:
    """One address of the site. `action` is empty on a public or personal page."""

    nom: str
    chemin: str
    action: str
    arguments: tuple[str, ...]
    actions: Mapping[str, str] = field(default_factory=dict)
    """By method, on an operation of the API."""

    @property
    def espace(self) -> str:
        """The room it belongs to."""
        return self.nom.rpartition(":")[0]

    @property
    def publique(self) -> bool:
        """Open to anyone."""
        return self.nom in ROUTES_PUBLIQUES

    @property
    def personnelle(self) -> bool:
        """Open to any person logged in, about oneself."""
        return self.nom in ROUTES_PERSONNELLES


_ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>")


def toutes_les_routes() -> list[Route]:
    """Every address of the site, once a name."""
    trouvees = {
        nom: Route(
            nom,
            chemin,
            getattr(vue, "action", ""),
            tuple(a or b for a, b in _ARGUMENT.findall(chemin)),
            getattr(vue, "actions", {}),
        )
        for chemin, nom, vue in routes()
    }
    return list(trouvees.values())


def toutes_les_pieces() -> dict[str, Piece]:
    """The pieces of `tests/matrice/pieces`, by namespace, in the order in which they are prepared."""
    modules = [importlib.import_module(f"{pieces.__name__}.{m.name}") for m in pkgutil.iter_modules(pieces.__path__)]
    triees = sorted((m.PIECE for m in modules), key=lambda piece: piece.rang)
    return {piece.espace: piece for piece in triees}


def sans_objets() -> list[str]:
    """The routes whose arguments no piece declares, each with what to write."""
    connues = toutes_les_pieces()
    manques = []
    for route in toutes_les_routes():
        piece = connues.get(route.espace)
        if inconnus := [a for a in route.arguments if piece is None or piece.argument(route.nom, a) is None]:
            manques.append(
                f"{route.nom} : dites dans tests/matrice/pieces comment faire {', '.join(inconnus)} "
                f"(espace « {route.espace} »)."
            )
    return manques


@dataclass(frozen=True)
class Demande:
    """One way to ask for a route: whose object it designates ("AB", "CD", "" for nobody's), or a missing one."""

    route: Route
    chemin: str
    requete: Mapping[str, str]
    cote: str
    manquant: bool = False
    filtre: str = ""
    """The operator a filter names, when the query only filters."""


def demandes(route: Route, piece: Piece | None, cotes: Sequence[Cote]) -> Iterator[Demande]:
    """The ways to ask for a route: own, other's, and with each argument missing in turn.

    None when an argument is not declared: `sans_objets` names it.
    """
    trouves = {nom: piece.argument(route.nom, nom) if piece else None for nom in route.arguments}
    arguments = {nom: argument for nom, argument in trouves.items() if argument is not None}
    if len(arguments) < len(trouves):
        return
    requete = piece.requetes.get(route.nom) if piece else None
    possede = any(a.possede for a in arguments.values()) or (requete is not None and requete.objet)
    for cote in cotes if possede or requete else cotes[:1]:
        yield Demande(
            route,
            reverse(route.nom, kwargs={nom: a.de(cote) for nom, a in arguments.items()}),
            requete.de(cote) if requete else {},
            cote.emetteur if possede else "",
            filtre=cote.emetteur if requete and not requete.objet else "",
        )
    sien = cotes[0]
    for absent, argument in arguments.items():
        if argument.manquant is not None:
            valeurs = {nom: argument.manquant if nom == absent else a.de(sien) for nom, a in arguments.items()}
            chemin = reverse(route.nom, kwargs=valeurs)
            yield Demande(route, chemin, requete.de(sien) if requete else {}, "", manquant=True)
