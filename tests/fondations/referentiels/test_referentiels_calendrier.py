import csv
from datetime import date, timedelta
from pathlib import Path

import pytest

from cepage.fondations.referentiels import calendrier
from cepage.fondations.referentiels.calendrier import CalendrierInconnu

OFFICIELS = Path(__file__).parent / "jours_feries_2020_2030.csv"


def test_paques() -> None:
    assert calendrier.paques(2000) == date(2000, 4, 23)
    assert calendrier.paques(2008) == date(2008, 3, 23)
    assert calendrier.paques(2038) == date(2038, 4, 25)


def test_paques_comme_dateutil() -> None:
    easter = pytest.importorskip("dateutil.easter").easter
    for annee in range(1950, 2151):
        assert calendrier.paques(annee) == easter(annee)


def test_les_dates_publiees_de_2020_a_2030() -> None:
    publiees: dict[tuple[int, str], set[date]] = {}
    with OFFICIELS.open(encoding="utf-8") as flux:
        for ligne in csv.DictReader(flux):
            zone = "national" if ligne["zone"] == "nationale" else calendrier._ZONES[ligne["zone"]]
            publiees.setdefault((int(ligne["annee"]), zone), set()).add(date.fromisoformat(ligne["date"]))
    for (annee, zone), jours in publiees.items():
        communs = publiees[annee, "national"]
        assert set(calendrier.jours_feries(annee, zone)) == communs | jours, (annee, zone)
    assert {annee for annee, _ in publiees} == set(range(2020, 2031))


def test_les_jours_feries_de_2021() -> None:
    feries = calendrier.jours_feries(2021)
    assert feries[date(2021, 5, 24)] == "Lundi de Pentecôte"
    assert feries[date(2021, 5, 13)] == "Ascension"
    assert len(feries) == 11


@pytest.mark.parametrize("annee", [2000, 2008, 2038, 2100])
def test_toute_annee_de_2000_a_2100(annee: int) -> None:
    # In 2008 Ascension fell on 1 May: eleven holidays, ten days.
    assert len(calendrier.jours_feries(annee)) == (10 if annee == 2008 else 11)


@pytest.mark.parametrize(
    ("jour", "territoire"),
    [
        (date(2020, 12, 26), "alsace-moselle"),
        (date(2021, 4, 2), "alsace-moselle"),
        (date(2021, 5, 27), "guadeloupe"),
        (date(2021, 5, 22), "martinique"),
        (date(2021, 6, 10), "guyane"),
        (date(2021, 12, 20), "la-reunion"),
        (date(2021, 4, 27), "mayotte"),
        (date(2021, 5, 28), "saint-martin"),
        (date(2021, 10, 9), "saint-barthelemy"),
    ],
)
def test_jours_propres_a_un_territoire(jour: date, territoire: str) -> None:
    assert calendrier.est_ferie(jour, territoire)
    assert not calendrier.est_ferie(jour)


def test_une_fete_n_existe_qu_a_partir_de_son_annee() -> None:
    assert date(2017, 5, 28) not in calendrier.jours_feries(2017, "saint-martin")
    assert date(2018, 5, 28) in calendrier.jours_feries(2018, "saint-martin")


def test_jours_ouvres() -> None:
    assert calendrier.est_ouvre(date(2021, 5, 25))
    assert not calendrier.est_ouvre(date(2021, 5, 24))
    assert not calendrier.est_ouvre(date(2021, 5, 22))
    # Thursday 24 December 2020: Friday is Christmas, then a weekend.
    assert calendrier.ajouter_jours_ouvres(date(2020, 12, 24), 1) == date(2020, 12, 28)
    assert calendrier.ajouter_jours_ouvres(date(2020, 12, 28), -1) == date(2020, 12, 24)
    assert calendrier.ajouter_jours_ouvres(date(2020, 12, 26), 0) == date(2020, 12, 26)
    # Thirty working days from 1 April 2021: Easter Monday and Ascension are skipped.
    assert calendrier.ajouter_jours_ouvres(date(2021, 4, 1), 30) == date(2021, 5, 17)
    assert calendrier.ajouter_jours_ouvres(date(2021, 4, 1), 30, "alsace-moselle") == date(2021, 5, 18)


def test_compter_est_l_inverse_d_ajouter() -> None:
    depart = date(2021, 4, 1)
    for nombre in (-40, -1, 0, 1, 30, 250):
        arrivee = calendrier.ajouter_jours_ouvres(depart, nombre)
        assert calendrier.jours_ouvres_entre(depart, arrivee) == nombre
    samedi = date(2021, 4, 3)
    assert calendrier.jours_ouvres_entre(samedi, samedi + timedelta(days=1)) == 0


@pytest.mark.parametrize(
    ("departement", "territoire"),
    [
        ("44", "national"),
        ("00", "national"),
        ("57", "alsace-moselle"),
        ("54", "national"),
        ("67", "alsace-moselle"),
        ("68", "alsace-moselle"),
        ("971", "guadeloupe"),
        ("976", "mayotte"),
        ("978", "saint-martin"),
        ("2A", "national"),
    ],
)
def test_territoire_du_departement(departement: str, territoire: str) -> None:
    assert calendrier.territoire_du_departement(departement) == territoire


def test_territoire_sans_calendrier() -> None:
    with pytest.raises(CalendrierInconnu, match="« Alsace » n'a pas de calendrier"):
        calendrier.est_ferie(date(2021, 1, 1), "Alsace")
    with pytest.raises(KeyError, match="20"):
        calendrier.territoire_du_departement("20")


def test_une_regle_illisible_est_refusee() -> None:
    with pytest.raises(ValueError, match="Règle de jour férié illisible"):
        calendrier._date_de_la_regle("le premier lundi", 2021)
