"""Work side by side keeps the order of what was given, waits for little, and raises where it failed."""

import threading
from collections.abc import Iterator

import pytest

from cepage.fondations.socle.cote_a_cote import dans_l_ordre


def test_results_come_in_the_order_of_the_elements() -> None:
    premier_passe = threading.Event()

    def doubler(n: int) -> int:
        if n == 0:
            # The first one ends after the second: the order is kept all the same.
            assert premier_passe.wait(10)
        if n == 1:
            premier_passe.set()
        return 2 * n

    assert list(dans_l_ordre(doubler, range(20), cotes=2)) == [2 * n for n in range(20)]


def test_nothing_gives_nothing() -> None:
    assert list(dans_l_ordre(str, [])) == []


def test_one_element_starts_no_thread() -> None:
    assert list(dans_l_ordre(lambda _: threading.current_thread(), [0])) == [threading.current_thread()]


def test_no_more_is_taken_than_can_be_worked_on() -> None:
    pris = []

    def elements() -> Iterator[int]:
        for n in range(100):
            pris.append(n)
            yield n

    resultats = dans_l_ordre(str, elements(), cotes=2)
    assert next(resultats) == "0"
    assert len(pris) <= 4
    resultats.close()  # type: ignore[attr-defined]


def test_an_error_comes_at_its_place() -> None:
    def inverser(n: int) -> float:
        return 1 / n

    resultats = dans_l_ordre(inverser, [1, 2, 0, 4], cotes=2)
    assert [next(resultats), next(resultats)] == [1, 0.5]
    with pytest.raises(ZeroDivisionError):
        next(resultats)
