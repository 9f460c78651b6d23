"""The clock, and how it is held still."""

from datetime import UTC, date, datetime

from pytest_django import Settings

from cepage.fondations.socle import horloge


def test_elle_avance_sans_reglage(settings: Settings) -> None:
    settings.CEPAGE_DATE = None
    assert horloge.maintenant().tzinfo is not None


def test_un_jour_fixe_commence_a_minuit_a_paris(settings: Settings) -> None:
    settings.CEPAGE_DATE = "2021-07-14"
    assert horloge.maintenant() == datetime(2021, 7, 13, 22, tzinfo=UTC)
    assert horloge.aujourd_hui() == date(2021, 7, 14)


def test_un_instant_fixe(settings: Settings) -> None:
    settings.CEPAGE_DATE = "2021-12-31T23:30:00+00:00"
    assert horloge.aujourd_hui() == date(2022, 1, 1)
