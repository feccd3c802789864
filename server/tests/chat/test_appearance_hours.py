"""Office hours: by the clock on the wall, on the days the clocks change too."""

from datetime import UTC, datetime

import pytest

from openbook.conversations.appearance.hours import opening
from openbook.conversations.appearance.schemas import HoursRange, OfficeHours

ROME = OfficeHours(
    "Europe/Rome",
    tuple(HoursRange(day, "09:00", "18:00") for day in range(5)),
    ("2026-12-25", "2027-01-01"),
)
NIGHT = OfficeHours(
    "Europe/Rome", (HoursRange(5, "20:00", "24:00"), HoursRange(6, "00:00", "03:00"))
)
EARLY = OfficeHours("Europe/Rome", (HoursRange(6, "02:30", "04:00"),))
NEW_YORK = OfficeHours("America/New_York", (HoursRange(6, "00:30", "01:30"),))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


CASES = [
    # Monday 23 November 2026; Rome is an hour ahead of UTC.
    (ROME, "2026-11-23T07:59", False, "2026-11-23T08:00"),
    (ROME, "2026-11-23T08:00", True, None),
    (ROME, "2026-11-23T16:59", True, None),
    (ROME, "2026-11-23T17:00", False, "2026-11-24T08:00"),
    # Over the week end, and over a holiday: 25 December is a Friday.
    (ROME, "2026-11-27T17:00", False, "2026-11-30T08:00"),
    (ROME, "2026-12-25T10:00", False, "2026-12-28T08:00"),
    (ROME, "2026-12-24T20:00", False, "2026-12-28T08:00"),
    # In summer Rome is two hours ahead.
    (ROME, "2026-07-06T07:00", True, None),
    (ROME, "2026-07-06T06:59", False, "2026-07-06T07:00"),
    # The Friday before the clocks go forward to the Monday after (29 March 2026).
    (ROME, "2026-03-27T17:00", False, "2026-03-30T07:00"),
    # Past midnight: two ranges, and it never closes between them.
    (NIGHT, "2026-11-21T22:59", True, None),
    (NIGHT, "2026-11-21T23:00", True, None),
    (NIGHT, "2026-11-22T01:59", True, None),
    (NIGHT, "2026-11-22T02:00", False, "2026-11-28T19:00"),
    # 29 March 2026, 2:00 becomes 3:00: half past two is half an hour after the change.
    (EARLY, "2026-03-29T01:00", False, "2026-03-29T01:30"),
    (EARLY, "2026-03-29T01:30", True, None),
    (EARLY, "2026-03-29T02:00", False, "2026-04-05T00:30"),
    # 25 October 2026, 3:00 becomes 2:00: half past two comes twice, it opens the first time ...
    (EARLY, "2026-10-25T00:30", True, None),
    (EARLY, "2026-10-25T01:15", True, None),
    (EARLY, "2026-10-25T02:59", True, None),
    (EARLY, "2026-10-25T03:00", False, "2026-11-01T01:30"),
    # ... and what ends at half past one in New York on 1 November ends the second time.
    (NEW_YORK, "2026-11-01T04:30", True, None),
    (NEW_YORK, "2026-11-01T06:29", True, None),
    (NEW_YORK, "2026-11-01T06:30", False, "2026-11-08T05:30"),
    (None, "2026-11-22T03:00", True, None),
    (OfficeHours("Europe/Rome"), "2026-11-23T12:00", False, None),
]


@pytest.mark.parametrize(("hours", "moment", "open", "opens_at"), CASES)
def test_whether_somebody_is_there(
    hours: OfficeHours | None, moment: str, open: bool, opens_at: str | None
) -> None:
    found = opening(hours, at(moment))
    assert found.open is open
    assert found.opens_at == (at(opens_at) if opens_at else None)


def test_a_year_of_holidays_opens_never() -> None:
    days = tuple(f"2027-{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 32))
    hours = OfficeHours("UTC", (HoursRange(0, "09:00", "10:00"),), days)
    assert opening(hours, at("2026-12-29T00:00")).opens_at is None
