"""What is due and by when, day by day: both sides of each deadline."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from cepage.echanges.suivi import echeances
from cepage.echanges.suivi.echeances import Horaire
from cepage.echanges.suivi.enums import Genre
from cepage.fondations.regles import charger_marche
from cepage.fondations.socle.periodes import Periode

PARIS = ZoneInfo("Europe/Paris")
REGLES = charger_marche("A")
DEFAUT = echeances.horaire_par_defaut(REGLES, date(2021, 1, 1))
MARCHE = Periode(date(2020, 1, 2), date(2024, 1, 1))


def test_le_creneau_sans_consigne_est_une_hypothese() -> None:
    assert (DEFAUT.heure_donnees, DEFAUT.jour_indicateurs, DEFAUT.heure_indicateurs) == (6, 10, 18)
    assert DEFAUT.confiance == "hypothèse"


def test_le_creneau_dit_vaut_de_son_premier_jour() -> None:
    dit = Horaire(date(2021, 3, 10), 8, 5, 12, "lu")
    plus_tard = Horaire(date(2021, 6, 1), 9, 6, 13, "lu")
    choisis = [
        echeances.horaire_du(jour, [plus_tard, dit], DEFAUT)
        for jour in (date(2021, 3, 9), date(2021, 3, 10), date(2021, 5, 31), date(2021, 6, 1))
    ]
    assert choisis == [DEFAUT, dit, dit, plus_tard]


def test_les_donnees_d_un_jour_sont_dues_le_lendemain_a_l_heure_de_paris() -> None:
    # The clocks change in the night of 28 March 2021: 6 h in Paris is one hour earlier in UTC.
    samedi = echeances.donnees_du(date(2021, 3, 26), DEFAUT)
    dimanche = echeances.donnees_du(date(2021, 3, 27), DEFAUT)
    assert samedi.echeance == datetime(2021, 3, 27, 6, tzinfo=PARIS)
    assert (dimanche.echeance.astimezone(ZoneInfo("UTC")).hour, samedi.echeance.astimezone(ZoneInfo("UTC")).hour) == (
        4,
        5,
    )
    assert samedi.cle == "donnees:2021-03-26"


def test_les_indicateurs_d_un_mois_sont_dus_le_mois_suivant() -> None:
    decembre = echeances.du_mois(Periode.du_mois(2020, 12), DEFAUT)
    assert (decembre.cle, decembre.echeance) == ("indicateurs:2020-12", datetime(2021, 1, 10, 18, tzinfo=PARIS))


def test_trimestres_et_semestres_du_marche() -> None:
    dus = list(echeances.semestres_et_trimestres(MARCHE, REGLES))
    assert [a.periode for a in dus if a.genre is Genre.UO4][:4] == ["2020-T1", "2020-T2", "2020-T3", "2020-T4"]
    assert len([a for a in dus if a.genre is Genre.UO4]) == 16
    assert [a.periode for a in dus if a.genre is Genre.MOYENS_COUTS][:2] == ["2020-S1", "2020-S2"]
    premier = next(a for a in dus if a.genre is Genre.UO4)
    # Fifteen days after 31 March, the last one included: 15 April until midnight.
    assert premier.echeance == datetime(2020, 4, 16, tzinfo=PARIS)


def test_initialisation_et_reversibilite() -> None:
    dus = {a.genre: a for a in echeances.initialisation_et_reversibilite(MARCHE, REGLES)}
    assert dus[Genre.UO3].echeance == datetime(2020, 1, 2, tzinfo=PARIS)
    # Two months before 31 December 2023: 31 October until midnight (CCTP annexe 3 §2).
    assert dus[Genre.UO5].echeance == datetime(2023, 11, 1, tzinfo=PARIS)
    repreneur = {a.genre for a in echeances.initialisation_et_reversibilite(Periode(date(2021, 5, 1)), REGLES)}
    assert repreneur == {Genre.UO5}
