"""Money: exact, rounded half up to the cent, never floats."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cepage.fondations.socle.montant import Montant


@pytest.mark.parametrize(
    ("valeur", "attendue"),
    [("0.004", "0.00"), ("0.005", "0.01"), ("1.005", "1.01"), ("-0.005", "-0.01"), (3, "3.00")],
)
def test_arrondi(valeur: str | int, attendue: str) -> None:
    assert Montant(valeur).valeur == Decimal(attendue)


@pytest.mark.parametrize("valeur", [1.0, True, None])
def test_refus(valeur: object) -> None:
    with pytest.raises(TypeError, match="Un montant ne se calcule pas"):
        Montant(valeur)  # type: ignore[arg-type]


def test_ni_infini_ni_facteur_flottant() -> None:
    with pytest.raises(ValueError, match="n'est pas un montant"):
        Montant(Decimal("NaN"))
    with pytest.raises(TypeError):
        Montant(1) * 1.5  # type: ignore[operator]
    with pytest.raises(TypeError):
        Montant(1) + 1  # type: ignore[operator]


def test_operations() -> None:
    assert sum([Montant("1.10"), Montant("2.20")], Montant()) == Montant("3.30")
    assert Montant("10") * Decimal("0.175") == Decimal("0.175") * Montant("10") == Montant("1.75")
    assert -Montant("1") < Montant() < Montant("0.01")
    assert not Montant()
    assert str(Montant("1234.5")) == "1\u202f234,50\u202f€"


@given(st.lists(st.integers(-(10**9), 10**9)))
def test_la_somme_des_centimes_est_exacte(centimes: list[int]) -> None:
    total = sum((Montant(Decimal(c) / 100) for c in centimes), Montant())
    assert total.valeur == Decimal(sum(centimes)) / 100
