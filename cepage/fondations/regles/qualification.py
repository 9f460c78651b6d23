"""Whether a counsellor has the qualification the contract asks for (CCTP §3.1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from cepage.fondations.regles.parametres import Regles


class Domaine(StrEnum):
    """The fields of experience the contract names; the second alone counts without a certification."""

    INSERTION = "insertion"
    TRANSITIONS = "transitions"


class EtatQualification(StrEnum):
    """What the check says on a day."""

    CERTIFIE = "certifié"
    EXPERIMENTE = "expérimenté"
    DEROGATION = "dérogation"
    INSUFFISANTE = "insuffisante"
    A_RENSEIGNER = "à renseigner"


@dataclass(frozen=True, slots=True)
class Pratique:
    """Experience in one field during [debut, fin); None: still under way."""

    domaine: Domaine
    debut: date
    fin: date | None = None


@dataclass(frozen=True, slots=True)
class Acquis:
    """What a counsellor brings. `niveau` is that of a certification of the field, obtained on `obtenue_le`."""

    niveau: int | None = None
    obtenue_le: date | None = None
    pratiques: Sequence[Pratique] = ()
    derogations: Sequence[tuple[date, date]] = ()
    """Periods [debut, fin) during which the buyer accepts the counsellor as they are."""


@dataclass(frozen=True, slots=True)
class Qualification:
    """The check of a day, its reason in the user's words, and the days of experience that are missing.

    `manque` is 0 when qualified, None when nothing was entered.
    """

    etat: EtatQualification
    raison: str
    clause: str
    manque: int | None = 0

    @property
    def suffisante(self) -> bool:
        """True when the counsellor may advise on that day."""
        return self.etat in (EtatQualification.CERTIFIE, EtatQualification.EXPERIMENTE, EtatQualification.DEROGATION)


def qualification(acquis: Acquis, *, le: date, regles: Regles) -> Qualification:
    """Check what a counsellor brings against the contract, on the day `le` included.

    Days of experience told twice count once; a year is `qualification.jours_par_an` days.
    """
    clause = regles.clause("qualification.experience_seule", le=le)
    an = regles.entier("qualification.jours_par_an", le=le)
    avec = regles.entier("qualification.experience_avec_certification", le=le)
    seule = regles.entier("qualification.experience_seule", le=le)
    niveau = regles.entier("qualification.niveau_certification", le=le)
    en_tout = _jours(acquis.pratiques, le)
    transitions = _jours((p for p in acquis.pratiques if p.domaine is Domaine.TRANSITIONS), le)
    certifie = acquis.niveau is not None and acquis.niveau >= niveau and (acquis.obtenue_le or le) <= le
    if certifie and en_tout >= avec * an:
        raison = f"Certification de niveau {acquis.niveau} dans le domaine, et {en_tout} jours d'expérience."
        return Qualification(EtatQualification.CERTIFIE, raison, clause)
    if transitions >= seule * an:
        raison = f"{transitions} jours d'expérience de l'accompagnement des transitions professionnelles."
        return Qualification(EtatQualification.EXPERIMENTE, raison, clause)
    manque = seule * an - transitions
    if certifie:
        manque = min(manque, avec * an - en_tout)
    for debut, fin in acquis.derogations:
        if debut <= le < fin:
            dernier = f"{fin - timedelta(days=1):%d/%m/%Y}"
            raison = f"Dérogation jusqu'au {dernier} inclus ; il manque {manque} jours d'expérience."
            return Qualification(EtatQualification.DEROGATION, raison, clause, manque)
    if acquis.niveau is None and not acquis.pratiques:
        raison = "Ni certification ni expérience n'est renseignée."
        return Qualification(EtatQualification.A_RENSEIGNER, raison, clause, None)
    demande = (
        f"{avec} an d'expérience avec une certification de niveau {niveau} du domaine, "
        f"ou {seule} ans d'accompagnement des transitions professionnelles"
    )
    raison = f"Il faut {demande} : il manque {manque} jours d'expérience."
    return Qualification(EtatQualification.INSUFFISANTE, raison, clause, manque)


def _jours(pratiques: Iterable[Pratique], le: date) -> int:
    """Days of the union of the periods, up to `le` included."""
    total, jusqu_a = 0, date.min
    for pratique in sorted(pratiques, key=lambda p: p.debut):
        fin = min(pratique.fin or date.max, le + timedelta(days=1))
        debut = max(pratique.debut, jusqu_a)
        if fin > debut:
            total += (fin - debut).days
            jusqu_a = fin
    return total
