"""The fold, pure: what observations say about a device or a contact, joined.

`join` is idempotent, commutative and associative, so the same observations, however often, in
whatever order and batches, give the same facts. `contacts/store.py` is the same law in SQL, applied
to rows; a property test holds the two together.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any

import msgspec

from openbook.catalogue.field import Source, Trust

SESSION = timedelta(minutes=30)
DAY = timedelta(days=1)
EARLIEST = timedelta(days=30)
"""No client's message happened longer ago."""
LATE = timedelta(days=7)
"""A message that happened longer ago opens no session."""
SEALED_AFTER = timedelta(days=14)
"""Sessions that ended longer ago are kept as a number; LATE is shorter, so none can grow again."""
BACKDATED = timedelta(hours=1)
TRUSTED_CLOCK = timedelta(hours=1)
"""How far the clock of a device may be from ours to be believed as it is."""

Span = tuple[datetime, datetime]
_canonical = msgspec.json.Encoder(order="deterministic").encode


class Register(msgspec.Struct, frozen=True, gc=False):
    """Values of one group, observed together: the greatest (at, tie) wins whole, nulls included."""

    at: datetime
    tie: int
    origin: int
    """Source and trust, packed by `pack_origin`."""
    values: tuple[Any, ...]
    """In the order of the group's fields in the catalogue."""


class Touch(msgspec.Struct, frozen=True, gc=False):
    """A campaign touch; the earliest is kept."""

    at: datetime
    tie: int
    utms: dict[str, str]


class Facts(msgspec.Struct, gc=False):
    """What is known of a device, or of a contact: the join of what was observed."""

    registers: dict[str, Register] = {}
    first_seen_at: datetime | None = None
    first_firm_at: datetime | None = None
    first_touch: Touch | None = None
    firm_touch: Touch | None = None
    last_seen_at: datetime | None = None
    spans: tuple[Span, ...] = ()
    """Sessions: disjoint, in order, no two of them touching."""


def pack_origin(source: Source, trust: Trust) -> int:
    return source * 8 + trust


def unpack_origin(origin: int) -> tuple[Source, Trust]:
    return Source(origin >> 3), Trust(origin & 7)


def digest(value: Any) -> int:
    """64 bits of the canonical bytes of a value: decides between equals, the same everywhere."""
    return int.from_bytes(blake2b(_canonical(value), digest_size=8).digest(), signed=True)


def register(at: datetime, origin: int, values: tuple[Any, ...]) -> Register:
    return Register(at, register_tie(origin, values), origin, values)


def register_tie(origin: int, values: tuple[Any, ...]) -> int:
    """What decides between registers of equal times."""
    return digest((origin, values))


def touch(at: datetime, utms: dict[str, str]) -> Touch:
    return Touch(at, digest(utms), utms)


def join(a: Facts, b: Facts) -> Facts:
    """The facts of both."""
    return fold((a, b))


def fold(many: Iterable[Facts]) -> Facts:
    """Join any number of facts. The result is not to be changed: of one, it is that one."""
    many = tuple(many)
    if len(many) == 1:
        return many[0]
    whole = Facts(registers={})
    registers = whole.registers
    spans: list[Span] = []
    for facts in many:
        for group, new in facts.registers.items():
            old = registers.get(group)
            if old is None or (new.at, new.tie) > (old.at, old.tie):
                registers[group] = new
        whole.first_seen_at = _earliest(whole.first_seen_at, facts.first_seen_at)
        whole.first_firm_at = _earliest(whole.first_firm_at, facts.first_firm_at)
        whole.first_touch = _earliest_touch(whole.first_touch, facts.first_touch)
        whole.firm_touch = _earliest_touch(whole.firm_touch, facts.firm_touch)
        whole.last_seen_at = _latest(whole.last_seen_at, facts.last_seen_at)
        spans.extend(facts.spans)
    whole.spans = unite(spans)
    return whole


def unite(spans: list[Span]) -> tuple[Span, ...]:
    """The union of half-open spans, as PostgreSQL's multirange `+` gives it: touching ones join."""
    if len(spans) < 2:
        return tuple(spans)
    spans = sorted(spans)
    united = [spans[0]]
    for start, end in spans[1:]:
        last_start, last_end = united[-1]
        if start <= last_end:
            united[-1] = (last_start, max(last_end, end))
        else:
            united.append((start, end))
    return tuple(united)


def count_sessions(spans: Iterable[Span]) -> int:
    """One session a span, and one more for each full 24 hours of it."""
    return sum(1 + (end - start) // DAY for start, end in spans)


def occurred_at(
    timestamp: datetime | None,
    sent_at: datetime | None,
    received_at: datetime,
    *,
    unbounded: bool = False,
) -> datetime:
    """When a message happened, by a clock that may be wrong.

    A device whose clock agrees with ours to an hour is believed to the microsecond, so that a retry
    carries the same time; otherwise only the distance between its own two times counts. Never in
    the future, and no more than 30 days ago unless `unbounded` (imports and server tokens). What a
    program without a time writes (the year 1, 1601 or 1970) is none.
    """
    if timestamp is None:
        return received_at
    moment = timestamp
    if sent_at is not None and abs(received_at - sent_at) > TRUSTED_CLOCK:
        distance = max(timedelta(0), sent_at - timestamp)
        moment = received_at - min(distance, received_at - EPOCH)
    if moment < ABSURD:
        return received_at
    earliest = EPOCH if unbounded else received_at - EARLIEST
    return min(max(moment, earliest), received_at)


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ABSURD = datetime(1971, 1, 1, tzinfo=UTC)


def _earliest(a: datetime | None, b: datetime | None) -> datetime | None:
    if a is None or b is None:
        return a or b
    return min(a, b)


def _latest(a: datetime | None, b: datetime | None) -> datetime | None:
    if a is None or b is None:
        return a or b
    return max(a, b)


def _earliest_touch(a: Touch | None, b: Touch | None) -> Touch | None:
    if a is None or b is None:
        return a or b
    return a if (a.at, a.tie) <= (b.at, b.tie) else b
