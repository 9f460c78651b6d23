"""Opening hours in the grammar opening_hours: read, checked, said in French; public holidays are kept apart."""

import re
from datetime import date, datetime, timedelta
from functools import lru_cache

from opening_hours import OpeningHours, State, validate

from cepage.echanges.reception.controles.pieces import GRAMMAIRE_HORAIRES
from cepage.fondations.regles import Amplitude, amplitude, charger_marche
from cepage.fondations.regles.horaires import Minutes
from cepage.fondations.socle.formats import ESPACE, JOURS

MARCHE = "A"
EXEMPLE = "Mo-Fr 09:00-12:30,13:30-18:00; Sa 09:00-12:00"
_ECHANGEABLE = re.compile(GRAMMAIRE_HORAIRES)


class HorairesIllisibles(ValueError):
    """The hours do not follow the grammar; the message says how to write them."""

    def __init__(self, texte: str) -> None:
        super().__init__(
            f"« {texte} » ne se lit pas comme des horaires. Écrivez les jours en anglais abrégé (Mo Tu We Th Fr Sa Su) "
            f"et les heures sur quatre chiffres, par exemple : {EXEMPLE}"
        )


@lru_cache(maxsize=1024)
def lire(texte: str) -> OpeningHours:
    """The hours, readable by the exchange point too. Raises HorairesIllisibles."""
    regles = texte.rstrip().rstrip(";")
    if not _ECHANGEABLE.match(texte) or not validate(regles):
        raise HorairesIllisibles(texte)
    return OpeningHours(regles)


@lru_cache(maxsize=8192)
def ouvertures_du_jour(texte: str, jour: date) -> tuple[Minutes, ...]:
    """When a place is open on a day, in minutes since its midnight; holidays are not considered."""
    minuit = datetime.combine(jour, datetime.min.time())
    ouvertes = []
    for debut, fin, etat, _ in lire(texte).intervals(minuit, minuit + timedelta(days=1)):
        if etat == State.OPEN:
            ouvertes.append((_minute(debut, minuit), _minute(fin or minuit + timedelta(days=1), minuit)))
    return tuple(ouvertes)


def _minute(instant: datetime, minuit: datetime) -> int:
    return int((instant - minuit).total_seconds() // 60)


def ouvert(texte: str, debut: datetime, fin: datetime) -> bool:
    """True when the place is open from `debut` to `fin`, both in its own time."""
    minuit = datetime.combine(debut.date(), datetime.min.time())
    de, a = _minute(debut.replace(tzinfo=None), minuit), _minute(fin.replace(tzinfo=None), minuit)
    return any(ouverture <= de and a <= fermeture for ouverture, fermeture in ouvertures_du_jour(texte, debut.date()))


def semaine(texte: str, le: date) -> dict[int, tuple[Minutes, ...]]:
    """The week of `le`, Monday (1) to Sunday (7)."""
    lundi = le - timedelta(days=le.weekday())
    return {rang + 1: ouvertures_du_jour(texte, lundi + timedelta(days=rang)) for rang in range(7)}


def amplitude_de(texte: str, le: date) -> Amplitude:
    """The extended days of the week of `le`, against what the contract asks (CCTP §3.3)."""
    return amplitude(semaine(texte, le), le=le, regles=charger_marche(MARCHE))


def dire(texte: str, le: date) -> list[str]:
    """The week in French, neighbouring days with the same hours together: « lundi à vendredi : 9 h – 18 h »."""
    groupes: list[tuple[list[int], tuple[Minutes, ...]]] = []
    for jour, ouvertures in semaine(texte, le).items():
        if groupes and groupes[-1][1] == ouvertures and groupes[-1][0][-1] == jour - 1:
            groupes[-1][0].append(jour)
        else:
            groupes.append(([jour], ouvertures))
    return [f"{_jours(jours)} : {', '.join(map(_plage, plages)) or 'fermé'}" for jours, plages in groupes]


def _jours(jours: list[int]) -> str:
    premier, dernier = JOURS[jours[0] - 1], JOURS[jours[-1] - 1]
    if len(jours) == 1:
        return premier
    return f"{premier} {'et' if len(jours) == 2 else 'à'} {dernier}"


def _plage(plage: Minutes) -> str:
    return f"{_heure(plage[0])} – {_heure(plage[1])}"


def _heure(minutes: int) -> str:
    heures, reste = divmod(minutes, 60)
    return f"{heures}{ESPACE}h" + (f"{ESPACE}{reste:02d}" if reste else "")
