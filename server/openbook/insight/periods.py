"""Periods as days, weeks or months in somebody's time zone: pure."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from openbook.catalogue.policy import zones
from openbook.errors import BadInput
from openbook.insight.schemas import Period, Unit

DAYS: dict[str, int] = {"7d": 7, "30d": 30, "90d": 90}
WEEKS = 53
MONTHS = 120
"""As far back as months are counted one by one."""
_DAY = timedelta(days=1)


class Span(Struct, frozen=True):
    """A period in parts: where each begins, and where the last one ends."""

    zone: str
    unit: Unit
    begins: list[datetime]
    ends: datetime
    since: datetime | None
    """None where it is all of the time: the first part then holds what was before it, too."""


def span(period: Period, now: datetime, zone: str) -> Span:
    """The parts of a period that ends with the present day, week or month of the zone."""
    if zone not in zones():
        raise BadInput(f"There is no time zone {zone[:64]!r}. One is called Europe/Rome.")
    there = ZoneInfo(zone)
    today = now.astimezone(there).date()
    if period in DAYS:
        unit: Unit = "day"
        days = [today - _DAY * back for back in reversed(range(-1, DAYS[period]))]
    elif period == "12m":
        unit, monday = "week", today - _DAY * today.weekday()
        days = [monday - 7 * _DAY * back for back in reversed(range(-1, WEEKS))]
    else:
        unit, number = "month", today.year * 12 + today.month - 1
        days = [_month(number - back) for back in reversed(range(-1, MONTHS))]
    begins = [datetime.combine(day, time(), there).astimezone(UTC) for day in days]
    since = None if period == "all" else begins[0]
    return Span(zone, unit, begins[:-1], begins[-1], since)


def _month(number: int) -> date:
    """The first day of a month counted from the year 0."""
    return date(number // 12, number % 12 + 1, 1)
