"""Half-open periods: both boundary days of every answer."""

from datetime import date

import pytest

from cepage.fondations.socle.periodes import Periode

MARS = Periode(date(2021, 3, 1), date(2021, 4, 1))


def test_les_deux_bords() -> None:
    assert date(2021, 2, 28) not in MARS
    assert date(2021, 3, 1) in MARS
    assert date(2021, 3, 31) in MARS
    assert date(2021, 4, 1) not in MARS
    assert (MARS.dernier_jour, MARS.jours) == (date(2021, 3, 31), 31)


def test_ecritures_egales() -> None:
    assert Periode.du_mois(2021, 3) == MARS == Periode.du_au(date(2021, 3, 1), date(2021, 3, 31))
    assert Periode.du_mois(2021, 12).fin == date(2022, 1, 1)


def test_periodes_qui_se_touchent() -> None:
    avril = Periode.du_mois(2021, 4)
    assert not MARS.chevauche(avril)
    assert MARS.intersection(avril) is None
    assert MARS.chevauche(Periode(date(2021, 3, 31)))
    assert not MARS.chevauche(Periode(date(2021, 4, 1)))


def test_sans_fin() -> None:
    ouverte = Periode(date(2021, 3, 15))
    assert date(2099, 1, 1) in ouverte
    assert (ouverte.dernier_jour, ouverte.jours) == (None, None)
    assert MARS.intersection(ouverte) == Periode(date(2021, 3, 15), date(2021, 4, 1))
    assert ouverte.contient(Periode(date(2021, 3, 15)))
    assert not MARS.contient(ouverte)
    assert Periode(date(2021, 1, 1), date(2021, 4, 1)).contient(MARS)


def test_une_periode_vide_est_refusee() -> None:
    with pytest.raises(ValueError, match="la fin, exclue"):
        Periode(date(2021, 3, 1), date(2021, 3, 1))


@pytest.mark.parametrize(
    ("texte", "debut", "fin"),
    [
        ("2021-T1", date(2021, 1, 1), date(2021, 4, 1)),
        ("2021-T3", date(2021, 7, 1), date(2021, 10, 1)),
        ("2021-T4", date(2021, 10, 1), date(2022, 1, 1)),
    ],
)
def test_trimestre(texte: str, debut: date, fin: date) -> None:
    assert Periode.du_trimestre(texte) == Periode(debut, fin)


def test_semestre() -> None:
    assert Periode.du_semestre("2021-S1") == Periode(date(2021, 1, 1), date(2021, 7, 1))
    assert Periode.du_semestre("2021-S2") == Periode(date(2021, 7, 1), date(2022, 1, 1))


@pytest.mark.parametrize("texte", ["2021-T0", "2021-T5", "21-T1", "2021-1", "2021-T1\n"])
def test_trimestre_mal_ecrit(texte: str) -> None:
    with pytest.raises(ValueError, match="2021-T1"):
        Periode.du_trimestre(texte)
