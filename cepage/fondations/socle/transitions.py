"""State changes as one table: from, to, who may, under what condition, and the sentence that refuses.

Each move is logged with the day it takes effect, the instant it was entered, who and why.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import models

from cepage.fondations.socle.models import TransitionJournal

Garde = Callable[[Any], bool]


class TransitionRefusee(Exception):
    """The move is not allowed; the message says why and what to do, in the user's words."""


@dataclass(frozen=True)
class Transition:
    """One allowed move; `garde` looks at the object, `refus` is said when it answers no."""

    de: str
    vers: str
    roles: frozenset[str]
    garde: Garde | None = None
    refus: str = ""

    def __post_init__(self) -> None:
        if self.garde is not None and not self.refus:
            raise ValueError(f"La transition de « {self.de} » vers « {self.vers} » a une garde sans phrase de refus.")


@dataclass(frozen=True)
class TableTransitions:
    """All the moves of one kind of object; what is not in the table is refused."""

    transitions: tuple[Transition, ...]
    attribut: str = "etat"
    libelles: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        couples = [(t.de, t.vers) for t in self.transitions]
        if doubles := {c for c in couples if couples.count(c) > 1}:
            raise ValueError(f"Transitions écrites deux fois : {sorted(doubles)}.")

    def possibles(self, objet: models.Model, roles: Iterable[str]) -> list[Transition]:
        """The moves open now to these roles."""
        etat = getattr(objet, self.attribut)
        return [
            t
            for t in self.transitions
            if t.de == etat and t.roles & frozenset(roles) and (t.garde is None or t.garde(objet))
        ]

    def verifier(self, objet: models.Model, vers: str, roles: Iterable[str]) -> Transition:
        """The move to `vers`; raises TransitionRefusee with its reason."""
        etat = getattr(objet, self.attribut)
        for transition in self.transitions:
            if (transition.de, transition.vers) != (etat, vers):
                continue
            if not transition.roles & frozenset(roles):
                raise TransitionRefusee(
                    f"Votre rôle ne permet pas de passer de « {self._dire(etat)} » à « {self._dire(vers)} »."
                )
            if transition.garde is not None and not transition.garde(objet):
                raise TransitionRefusee(transition.refus)
            return transition
        suites = [self._dire(t.vers) for t in self.transitions if t.de == etat]
        suite = f"Depuis cet état, on passe à : {', '.join(suites)}." if suites else "Cet état est définitif."
        raise TransitionRefusee(f"On ne passe pas de « {self._dire(etat)} » à « {self._dire(vers)} ». {suite}")

    def _dire(self, etat: str) -> str:
        return self.libelles.get(etat, etat)


def appliquer(
    table: TableTransitions,
    objet: models.Model,
    vers: str,
    *,
    roles: Iterable[str],
    auteur: str,
    effet: date,
    saisie: datetime,
    motif: str = "",
    emetteur: str | None = None,
    avec: Mapping[str, Any] | None = None,
) -> TransitionJournal:
    """Move `objet` to `vers`, save that column alone, and log the move, in the transaction under way.

    `effet` is the day the move takes effect, `saisie` the instant it is entered (both given by the
    caller); `emetteur` puts the log row under that emitter's scope; `avec` gives
    columns that change with the state. Two people moving the same object at
    once: the second is refused. Raises TransitionRefusee.
    """
    avant = getattr(objet, table.attribut)
    table.verifier(objet, vers, roles)
    gestionnaire = type(objet)._default_manager
    modifies = gestionnaire.filter(pk=objet.pk, **{table.attribut: avant}).update(
        **{**(avec or {}), table.attribut: vers}
    )
    if modifies != 1:
        raise TransitionRefusee("Quelqu'un vient de changer cet état. Rechargez la page pour voir où il en est.")
    setattr(objet, table.attribut, vers)
    return TransitionJournal.objects.create(
        modele=objet._meta.label_lower,
        objet=str(objet.pk),
        de=avant,
        vers=vers,
        effet=effet,
        saisie=saisie,
        auteur=auteur,
        motif=motif,
        emetteur=emetteur,
    )
