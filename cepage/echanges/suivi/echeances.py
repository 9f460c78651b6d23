"""What is expected, and by when: pure functions of the rules, of the slots and of the days a lot is held.

Each expected sending has a key that never changes: its kind, then the day, month, quarter or half-year it is about.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from cepage.echanges.suivi.enums import Genre
from cepage.fondations.regles import Regles, ajouter_mois
from cepage.fondations.socle import formats
from cepage.fondations.socle.formats import PARIS
from cepage.fondations.socle.periodes import Periode


@dataclass(frozen=True)
class Attendu:
    """One expected sending: what, about when, by when, by which clause and how sure that is."""

    genre: Genre
    periode: str
    libelle: str
    echeance: datetime
    clause: str
    confiance: str
    jour: date | None = None

    @property
    def cle(self) -> str:
        """« indicateurs:2021-03 »."""
        return f"{self.genre}:{self.periode}" if self.periode else str(self.genre)


@dataclass(frozen=True)
class Horaire:
    """The slot that holds on a day: hour of the daily data (the next day), day and hour of the indicators."""

    debut: date
    heure_donnees: int
    jour_indicateurs: int
    heure_indicateurs: int
    confiance: str
    clause: str = "CCTP annexe 3 §2"


def horaire_par_defaut(regles: Regles, le: date) -> Horaire:
    """The slot of the rules, as long as the buyer has told none."""
    lue = regles.valeur_datee("suivi.heure_donnees", le=le)
    return Horaire(
        lue.debut,
        regles.entier("suivi.heure_donnees", le=le),
        regles.entier("suivi.jour_indicateurs", le=le),
        regles.entier("suivi.heure_indicateurs", le=le),
        lue.confiance,
        lue.clause,
    )


def horaire_du(jour: date, horaires: Sequence[Horaire], defaut: Horaire) -> Horaire:
    """The last slot told that has begun on `jour`, else the default one."""
    commences = [h for h in horaires if h.debut <= jour]
    return max(commences, key=lambda h: h.debut) if commences else defaut


def a_l_heure(jour: date, heure: int) -> datetime:
    """That hour of that day in Paris."""
    return datetime.combine(jour, time(heure), PARIS)


def fin_du(jour: date) -> datetime:
    """The instant at which the day ends in Paris."""
    return datetime.combine(jour + timedelta(days=1), time(), PARIS)


def donnees_du(jour: date, horaire: Horaire) -> Attendu:
    """The activity data of a working day (CCTP §3.2: daily)."""
    return Attendu(
        Genre.DONNEES,
        jour.isoformat(),
        f"Données du {formats.jour(jour)}",
        a_l_heure(jour + timedelta(days=1), horaire.heure_donnees),
        horaire.clause,
        horaire.confiance,
        jour,
    )


def mois_tenus(tenue: Periode) -> Iterator[Periode]:
    """The calendar months that a period touches; without end it never stops."""
    jour = tenue.debut.replace(day=1)
    while tenue.fin is None or jour < tenue.fin:
        mois = Periode.du_mois(jour.year, jour.month)
        yield mois
        jour = mois.fin or jour


def du_mois(mois: Periode, horaire: Horaire) -> Attendu:
    """The indicators of a month (CCTP §3.2: monthly), due on a day of the next one."""
    fin = mois.fin or mois.debut
    return Attendu(
        Genre.INDICATEURS,
        f"{mois.debut:%Y-%m}",
        f"Indicateurs de {formats.mois(mois.debut)}",
        a_l_heure(fin.replace(day=horaire.jour_indicateurs), horaire.heure_indicateurs),
        horaire.clause,
        horaire.confiance,
        mois.debut,
    )


def livrables_du_mois(mois: Periode, horaire: Horaire) -> Attendu:
    """The livrables of the units closed in a month: each with its day's sending, the last one the day after."""
    fin = mois.fin or mois.debut
    return Attendu(
        Genre.LIVRABLES,
        f"{mois.debut:%Y-%m}",
        f"Livrables des clôtures de {formats.mois(mois.debut)}",
        a_l_heure(fin, horaire.heure_donnees),
        "CCTP §3.2 et annexe 3 §2",
        horaire.confiance,
        mois.debut,
    )


def semestres_et_trimestres(tenue: Periode, regles: Regles) -> Iterator[Attendu]:
    """The means and costs of each half-year, the statement of actions of each quarter."""
    for mois in mois_tenus(tenue):
        fin = mois.fin or mois.debut
        annee, rang = mois.debut.year, mois.debut.month
        if rang % 3 == 0:
            lue = regles.valeur_datee("suivi.delai_uo4", le=mois.debut)
            delai = regles.entier("suivi.delai_uo4", le=mois.debut)
            trimestre = f"{annee}-T{rang // 3}"
            yield Attendu(
                Genre.UO4,
                trimestre,
                f"Relevé d'actions de l'UO4, {trimestre}",
                fin_du(fin + timedelta(days=delai - 1)),
                lue.clause,
                lue.confiance,
                mois.debut,
            )
        if rang % 6 == 0:
            lue = regles.valeur_datee("suivi.delai_moyens_couts", le=mois.debut)
            delai = regles.entier("suivi.delai_moyens_couts", le=mois.debut)
            semestre = f"{annee}-S{rang // 6}"
            yield Attendu(
                Genre.MOYENS_COUTS,
                semestre,
                f"Moyens et coûts, {semestre}",
                fin_du(fin + timedelta(days=delai - 1)),
                lue.clause,
                lue.confiance,
                mois.debut,
            )


def initialisation_et_reversibilite(tenue: Periode, regles: Regles) -> Iterator[Attendu]:
    """The documents of the UO3 for those who begin with the market, those of the UO5 before its end."""
    le = tenue.debut
    lue = regles.valeur_datee("suivi.echeance_uo3", le=le)
    if tenue.debut <= regles.valeur_date("marche.service_debut", le=le):
        echeance = regles.valeur_date("suivi.echeance_uo3", le=le)
        yield Attendu(Genre.UO3, "", str(Genre.UO3.label), fin_du(echeance), lue.clause, lue.confiance, echeance)
    fin = regles.valeur_date("marche.service_fin", le=le)
    dernier = min(fin, tenue.dernier_jour or fin)
    lue = regles.valeur_datee("envoi.uo05_avant_fin", le=le)
    avant = ajouter_mois(dernier, -regles.entier("envoi.uo05_avant_fin", le=le))
    if avant > tenue.debut:
        yield Attendu(Genre.UO5, "", str(Genre.UO5.label), fin_du(avant), lue.clause, lue.confiance, avant)
