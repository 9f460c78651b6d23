"""The questionnaires, versioned: what is asked at the closing of a unit and six months later."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from cepage.acheteur.qualite.enums import Moment
from cepage.fondations.regles.lecture_yaml import lire_yaml

ECHELLE = (
    ("tout_a_fait", "Oui, tout à fait"),
    ("plutot", "Plutôt oui"),
    ("plutot_pas", "Plutôt non"),
    ("pas_du_tout", "Non, pas du tout"),
)
FAVORABLES = frozenset({"tout_a_fait", "plutot"})


@dataclass(frozen=True)
class Question:
    """One question: on the scale of four answers, or a free text nobody has to write."""

    code: str
    texte: str
    genre: str


@dataclass(frozen=True)
class Questionnaire:
    """A version of a questionnaire, sent from its first day on."""

    version: str
    debut: date
    moment: Moment
    questions: tuple[Question, ...]


@cache
def tous() -> tuple[Questionnaire, ...]:
    """Every version."""
    lus = []
    for brut in lire_yaml(Path(__file__).with_name("questionnaires.yaml"))["versions"]:
        for moment in Moment:
            questions = tuple(Question(q["code"], q["texte"], q["genre"]) for q in brut[moment.value])
            lus.append(Questionnaire(brut["version"], date.fromisoformat(brut["debut"]), moment, questions))
    return tuple(lus)


def en_vigueur(moment: Moment, le: date) -> Questionnaire:
    """The version sent on the day `le`."""
    return max((q for q in tous() if q.moment == moment and q.debut <= le), key=lambda q: q.debut)


def de_la_version(moment: str, version: str) -> Questionnaire:
    """The questionnaire as it was sent."""
    return next(q for q in tous() if q.moment == moment and q.version == version)


def utile_et_de_qualite(reponses: dict[str, str]) -> bool:
    """True when the service was found useful and of quality (CCAP 15.3)."""
    return reponses.get("utile") in FAVORABLES and reponses.get("qualite") in FAVORABLES
