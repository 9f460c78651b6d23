"""The clock, read only at the edge (views, commands, jobs); rules take their date as an argument.

`CEPAGE_DATE` (a date, or a date and time with its offset) holds the clock still: rehearsals and tests.
"""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

PARIS = ZoneInfo("Europe/Paris")


def maintenant() -> datetime:
    """The present instant, aware, in UTC; the fixed one when `CEPAGE_DATE` is set."""
    fixe: str | datetime | None = getattr(settings, "CEPAGE_DATE", None)
    if not fixe:
        return timezone.now()
    instant = datetime.fromisoformat(fixe) if isinstance(fixe, str) else fixe
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=PARIS)
    return instant.astimezone(UTC)


def aujourd_hui() -> date:
    """The present day in Paris."""
    return maintenant().astimezone(PARIS).date()


def reelle() -> datetime:
    """The machine's own instant, never held still: by it a transport judges the freshness of a message."""
    return timezone.now()
