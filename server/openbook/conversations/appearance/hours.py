"""Whether somebody is there at a moment, and when somebody will be again."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from openbook.conversations.appearance.schemas import OfficeHours

LOOK_AHEAD = 366
"""Days after which we say that we do not know."""
_DAY = timedelta(days=1)


class Opening(Struct, frozen=True):
    """`opens_at`: when somebody will be there; None while somebody is, and where nobody ever is."""

    open: bool
    opens_at: datetime | None


def opening(hours: OfficeHours | None, moment: datetime) -> Opening:
    """Whether it is open at a moment. Hours go by the clock on the wall of their zone.

    On the day the clocks change: what begins in the hour that does not exist begins when that
    hour would have; what ends in the hour that comes twice ends when it is over for good.
    """
    if hours is None:
        return Opening(True, None)
    zone = ZoneInfo(hours.zone)
    today = moment.astimezone(zone).date()
    soonest = None
    for days in range(-1, LOOK_AHEAD):
        for begins, ends in _ranges(hours, zone, today + days * _DAY):
            if begins <= moment < ends:
                return Opening(True, None)
            if begins > moment and (soonest is None or begins < soonest):
                soonest = begins
        if soonest is not None:
            break
    return Opening(False, soonest)


def read_clock(text: str) -> timedelta | None:
    """`09:30` as time since midnight, `24:00` included; None for what is no time."""
    hour, _, minute = text.partition(":")
    if len(text) != 5 or not (hour.isdecimal() and minute.isdecimal() and text.isascii()):
        return None
    read = timedelta(hours=int(hour), minutes=int(minute))
    return read if int(minute) < 60 and read <= _DAY else None


def _ranges(hours: OfficeHours, zone: ZoneInfo, day: date) -> Iterator[tuple[datetime, datetime]]:
    if day.isoformat() in hours.holidays:
        return
    for one in hours.weekly:
        begins, ends = read_clock(one.begins), read_clock(one.ends)
        if one.day == day.weekday() and begins is not None and ends is not None:
            yield _moment(zone, day, begins, 0), _moment(zone, day, ends, 1)


def _moment(zone: ZoneInfo, day: date, since_midnight: timedelta, fold: int) -> datetime:
    """The wall clock's time of a day in UTC; `fold` 1: the second of the two that may be."""
    wall = datetime.combine(day, time()) + since_midnight
    return wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)
