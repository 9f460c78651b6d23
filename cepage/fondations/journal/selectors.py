"""Checking the journal with its anchors: a chain rewritten whole still holds, but not under the tokens it was given."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cepage.fondations.journal.models import Ancre
from cepage.fondations.socle import formats, journal
from cepage.fondations.socle.models import EntreeJournal
from cepage.fondations.socle.sceau.horodatage import EtatDuJeton, Jeton, lire_jeton

GENRE = "ancrage"
"""The kind of the entries that say that an anchor was made."""
RETARD = timedelta(days=2)
"""The journal is anchored every night: beyond, a night or two were missed."""


@dataclass(frozen=True)
class Verification:
    """Result of a check: entries, last hash, anchors and what is wrong (empty when all holds)."""

    entrees: int
    derniere: str
    ancres: int
    defauts: list[str]

    @property
    def intacte(self) -> bool:
        """True when nothing was altered, removed, moved, cut or rewritten, as far as the proofs reach."""
        return not self.defauts


@dataclass(frozen=True)
class Etat:
    """What the page says at a glance: how many entries, the head, the last anchor, whether it is late."""

    entrees: int
    tete: EntreeJournal | None
    derniere: Ancre | None
    en_retard: bool


def etat(le: datetime) -> Etat:
    """Where the journal is at the instant `le`, in the whole scope."""
    tete = EntreeJournal.objects.order_by("-numero").first()
    derniere = Ancre.objects.first()
    # Entries sealed since the last anchor and old enough to have been anchored.
    non_ancrees = EntreeJournal.objects.filter(numero__gt=derniere.numero if derniere else 0).exclude(genre=GENRE)
    premiere = non_ancrees.order_by("numero").values_list("le", flat=True).first()
    return Etat(tete.numero if tete else 0, tete, derniere, premiere is not None and le - premiere > RETARD)


def verifier(*, derniere_connue: str | None = None, jetons: Mapping[str, bytes] | None = None) -> Verification:
    """Check the whole chain, then every anchor, then the tokens kept elsewhere (`jetons`, by name), in the whole scope.

    `derniere_connue`: a published hash that must be one of the journal's.
    """
    chaine = journal.verifier(derniere_connue=derniere_connue)
    ancres = list(Ancre.objects.order_by("numero"))
    defauts = [*chaine.defauts, *_ancres(ancres), *_annoncees(ancres), *_gardes_ailleurs(jetons or {})]
    return Verification(chaine.entrees, chaine.derniere, len(ancres), defauts)


def _ancres(ancres: Sequence[Ancre]) -> Iterator[str]:
    """What is wrong with the anchors kept here."""
    empreintes = dict(
        EntreeJournal.objects.filter(numero__in=[a.numero for a in ancres]).values_list("numero", "empreinte")
    )
    for ancre in ancres:
        lu = lire_jeton(bytes(ancre.jeton))
        nom = f"Ancre de l'entrée {ancre.numero}"
        if defaut := _jeton(nom, lu):
            yield defaut
        elif ancre.numero not in empreintes:
            yield f"{nom} : cette entrée n'est plus au journal, sa fin a été coupée."
        elif empreintes[ancre.numero] != lu.empreinte:
            yield (
                f"{nom} : le journal n'est plus celui qui fut horodaté le {formats.instant(lu.instant)} ; il a été "
                "réécrit, à cette entrée ou avant."
            )
        elif (ancre.horodatee_le, ancre.autorite) != (lu.moment, lu.autorite[:200]):
            yield f"{nom} : sa date ou son autorité ne sont pas celles de son jeton."


def _jeton(nom: str, lu: Jeton) -> str:
    if lu.etat is EtatDuJeton.ALTERE:
        return f"{nom} : son jeton d'horodatage a été altéré."
    if lu.etat is EtatDuJeton.INCONNU:
        return (
            f"{nom} : son jeton vient d'une autorité que ce service ne connaît pas (« {lu.autorite} »). Si elle est la "
            "vôtre, ajoutez son certificat racine à CEPAGE_SCEAU_RACINES."
        )
    return ""


def _annoncees(ancres: Sequence[Ancre]) -> Iterator[str]:
    """The journal says which anchors were made: none may be missing or replaced."""
    presentes = {(str(a.numero), hashlib.sha256(bytes(a.jeton)).hexdigest()) for a in ancres}
    for entree in EntreeJournal.objects.filter(genre=GENRE).order_by("numero"):
        if (entree.objet, entree.contenu.get("jeton")) not in presentes:
            yield f"Entrée {entree.numero} : l'ancre de l'entrée {entree.objet} a disparu ou a été remplacée."


def _gardes_ailleurs(jetons: Mapping[str, bytes]) -> Iterator[str]:
    for fichier, octets in jetons.items():
        lu = lire_jeton(octets)
        if defaut := _jeton(f"Jeton {fichier}", lu):
            yield defaut
        elif not EntreeJournal.objects.filter(empreinte=lu.empreinte).exists():
            yield (
                f"Jeton {fichier} : le journal n'a plus l'entrée horodatée le {formats.instant(lu.instant)} ; il a été "
                "coupé ou réécrit depuis."
            )
