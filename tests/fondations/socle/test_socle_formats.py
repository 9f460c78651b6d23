"""How things are written in French: narrow no-break spaces everywhere."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cepage.fondations.socle import formats

E = "\u202f"


@pytest.mark.parametrize(
    ("valeur", "decimales", "attendu"),
    [
        (0, None, "0"),
        (999, None, "999"),
        (1000, None, f"1{E}000"),
        (1234567, None, f"1{E}234{E}567"),
        (Decimal("1234.5"), None, f"1{E}234,5"),
        (-1234, None, f"−1{E}234"),
        (0.1, None, "0,1"),
        (Decimal("2.345"), 2, "2,35"),
        (Decimal("-0.5"), 0, "−1"),
    ],
)
def test_nombre(valeur: int, decimales: int | None, attendu: str) -> None:
    assert formats.nombre(valeur, decimales) == attendu


def test_montant() -> None:
    assert formats.montant(Decimal("1234.5")) == f"1{E}234,50{E}€"
    assert formats.montant(0) == f"0,00{E}€"
    with pytest.raises(TypeError, match="virgule flottante"):
        formats.montant(1.5)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("minutes", "attendu"), [(0, f"0{E}min"), (59, f"59{E}min"), (60, f"1{E}h{E}00"), (125, f"2{E}h{E}05")]
)
def test_duree(minutes: int, attendu: str) -> None:
    assert formats.duree(minutes) == attendu


def test_jours() -> None:
    assert formats.jour(date(2021, 3, 12)) == "vendredi 12 mars 2021"
    assert formats.jour(date(2021, 8, 1)) == "dimanche 1er août 2021"
    assert formats.jour_court(date(2021, 3, 2)) == "02/03/2021"
    assert formats.mois(date(2021, 12, 31)) == "décembre 2021"


def test_un_instant_se_dit_a_l_heure_de_paris() -> None:
    tard = datetime(2021, 3, 12, 23, 30, tzinfo=UTC)
    assert formats.instant(tard) == f"samedi 13 mars 2021 à 0{E}h{E}30"
    assert formats.jour_court(tard) == "13/03/2021"


@pytest.mark.parametrize(
    ("ecart", "attendu"),
    [
        (0, "aujourd'hui"),
        (-1, "hier"),
        (1, "demain"),
        (-3, "il y a 3 jours"),
        (9, "dans 9 jours"),
        (-60, "il y a 60 jours"),
        (-61, "il y a 2 mois"),
        (-364, "il y a 11 mois"),
        (-365, "il y a 1 an"),
        (400, "dans 13 mois"),
        (-800, "il y a 2 ans"),
    ],
)
def test_il_y_a(ecart: int, attendu: str) -> None:
    jour = date(2021, 3, 12)
    assert formats.il_y_a(jour + timedelta(days=ecart), jour) == attendu


def test_accords_et_tailles() -> None:
    assert [formats.accorder(n, "envoi") for n in (0, 1, 2)] == ["0 envoi", "1 envoi", "2 envois"]
    assert formats.accorder(2, "journal", "journaux") == "2 journaux"
    assert [formats.taille(n) for n in (512, 1400, 2_500_000)] == [f"512{E}o", f"1,4{E}ko", f"2,5{E}Mo"]
    assert formats.pourcentage(Decimal("0.1234")) == f"12,3{E}%"
    assert formats.delai(timedelta(seconds=12)) == f"12{E}s"
    assert formats.delai(timedelta(days=3)) == "3 jours"


@given(st.integers(-(10**12), 10**12))
def test_un_nombre_se_relit(valeur: int) -> None:
    assert int(formats.nombre(valeur).replace(E, "").replace("−", "-")) == valeur
