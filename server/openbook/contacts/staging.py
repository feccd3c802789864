"""Observations into the rows of devices and contacts by way of a temporary table: one statement.

What a transaction carries is copied into a table of the connection's own, in PostgreSQL's binary
form, and joined from there into both tables by the law of `contacts/store.py`. A device's facts are
its contact's too, so they travel once, and nothing comes back but whether all was as expected.
"""

import struct
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from ipaddress import ip_address
from typing import Any

import msgspec

from openbook.catalogue.fields import GROUPS
from openbook.contacts.fold import SEALED_AFTER, Span, Touch
from openbook.contacts.store import (
    CONTACT_COLUMNS,
    DEVICE_COLUMNS,
    MERGE_CONTACT,
    MERGE_DEVICE,
    MOBILE,
    NEW_CONTACT,
    NEW_DEVICE,
    DeviceFacts,
)
from openbook.db import Connection, built

REMEMBERED = 8_192
_OWN = ("is_new", "shows_last_seen", "shows_platform")
_COLUMNS = (*DEVICE_COLUMNS, *_OWN)

# Made by who connects, since the application's role may not make any table.
_CREATE = f"""
CREATE TEMPORARY TABLE observed ON COMMIT DELETE ROWS AS
SELECT {", ".join(DEVICE_COLUMNS)}, {", ".join(f"true AS {name}" for name in _OWN)}
FROM devices LIMIT 0
"""
_GRANT = "GRANT SELECT, INSERT, DELETE ON observed TO openbook_app"
_COPY = built(f"COPY observed ({', '.join(_COLUMNS)}) FROM STDIN (FORMAT binary)")


def _shown(name: str) -> str:
    """What a contact's column gets from the copied row `t` and its device's row `d`."""
    if name == "id":
        return "t.contact_id"
    if name == "web_sessions":
        return "CASE WHEN t.platform = 'web' THEN d.gained ELSE 0 END"
    if name == "last_seen_at":
        return "CASE WHEN t.shows_last_seen THEN t.last_seen_at END"
    platform, _, part = name.partition("_")
    if platform in MOBILE and part in _INSTALLATION:
        seen = f"t.platform = '{platform}' AND t.shows_platform AND d.last_seen_at IS NOT NULL"
        return f"CASE WHEN {seen} THEN {_INSTALLATION[part]} END"
    return f"t.{name}"


_INSTALLATION = {
    "last_seen_at": "d.last_seen_at", "device_id": "d.id", "sessions": "d.session_count"
}  # fmt: skip
_STORE = built(f"""
WITH d AS (
  INSERT INTO devices AS d {NEW_DEVICE}
  FROM observed AS t ORDER BY t.workspace_id, t.id
  {MERGE_DEVICE}
  RETURNING d.workspace_id, d.id, d.contact_id, d.xmax = 0 AS is_new, d.session_count,
    d.session_count - d.session_count_before AS gained, d.last_seen_at
), c AS (
  INSERT INTO contacts AS c {NEW_CONTACT}
  SELECT {", ".join(_shown(name) for name in CONTACT_COLUMNS)}, 0,
    seen_hour({_shown("last_seen_at")}, t.first_seen_at)
  FROM d JOIN observed AS t ON t.workspace_id = d.workspace_id AND t.id = d.id
  ORDER BY t.workspace_id, t.contact_id
  {MERGE_CONTACT}
)
SELECT FROM d JOIN observed AS t ON t.workspace_id = d.workspace_id AND t.id = d.id
WHERE t.contact_id <> d.contact_id OR t.is_new <> d.is_new LIMIT 1
""")


async def create_staging(conn: Connection) -> None:
    """Give a fresh connection its table; as the owner of devices, before it takes its role."""
    await conn.execute(built(_CREATE))
    await conn.execute(_GRANT)


async def stage(
    conn: Connection, devices: Sequence[DeviceFacts], moment: datetime, *, again: bool
) -> bool:
    """Join the facts into the rows of their devices and contacts; whether all was as expected.

    Each contact has one device among them. Not as expected: a device is another contact's by now,
    or another writer made it or took it away; then the transaction is to be undone. `again`: this
    transaction has staged before.
    """
    if again:
        await conn.execute("DELETE FROM observed")
    cursor = conn.cursor()
    async with cursor.copy(_COPY) as copy:
        await copy.write(b"".join((_HEADER, *map(_row, devices), _END)))
    await cursor.execute(_STORE, {"sealed_before": moment - SEALED_AFTER}, prepare=True)
    return cursor.rowcount == 0


_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_END = b"\xff\xff"
_NULL = b"\xff\xff\xff\xff"
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_int16, _int32 = struct.Struct(">ih").pack, struct.Struct(">ii").pack
_int64, _float8 = struct.Struct(">iq").pack, struct.Struct(">id").pack
_length = struct.Struct(">i").pack
_span = struct.Struct(">iBiqiq").pack
_range_length = 1 + 4 + 8 + 4 + 8
_WIDTH = struct.Struct(">h").pack(len(_COLUMNS))
_BOOL = {False: b"\0\0\0\1\0", True: b"\0\0\0\1\1"}
_json = msgspec.json.Encoder().encode


def micros(moment: datetime) -> int:
    """Microseconds since 2000, as PostgreSQL counts."""
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _time(moment: datetime | None) -> bytes:
    return _NULL if moment is None else _int64(8, micros(moment))


def _bytes(value: bytes) -> bytes:
    return _length(len(value)) + value


def _text(value: str) -> bytes:
    text = value.encode()
    return _length(len(text)) + text


def _map(value: Any) -> bytes:
    text = _json(value)
    return _length(len(text) + 1) + b"\1" + text


def _address(value: str) -> bytes:
    address = ip_address(value)
    family, bits = (2, 32) if address.version == 4 else (3, 128)
    packed = address.packed
    return _bytes(bytes((family, bits, 0, len(packed))) + packed)


_WRITERS: dict[str, Callable[[Any], bytes]] = {
    "text": _text, "url": _text, "zone": _text, "time": _time, "ip": _address,
    "number": lambda value: _float8(8, value), "map": _map,
}  # fmt: skip
_FIELDS = {
    group: tuple(_WRITERS[field.type] for field in fields) for group, fields in GROUPS.items()
}


def _values(group: str, tie: int, origin: int, values: tuple[Any, ...]) -> bytes:
    """A register without its time."""
    pieces = [_int64(8, tie), _int16(2, origin)]
    for write, value in zip(_FIELDS[group], values, strict=True):
        pieces.append(_NULL if value is None else write(value))
    return b"".join(pieces)


_AGAIN = frozenset(("text", "zone", "ip", "number"))
_remembered = lru_cache(maxsize=REMEMBERED)(_values)
_GROUPS = {
    group: (
        _NULL * (3 + len(fields)),
        _remembered if all(field.type in _AGAIN for field in fields) else _values,
    )
    for group, fields in GROUPS.items()
}
"""Group -> how it looks where nothing was observed, and what writes what was."""


def _touch(found: Touch | None) -> bytes:
    if found is None:
        return _NULL * 3
    return _map(found.utms) + _time(found.at) + _int64(8, found.tie)


def _sessions(spans: Sequence[Span]) -> bytes:
    """A multirange: how many ranges, then each with its flags (lower bound inside) and bounds."""
    pieces = [_span(_range_length, 2, 8, micros(start), 8, micros(end)) for start, end in spans]
    size = 4 + len(pieces) * (4 + _range_length)
    return b"".join((_int32(size, len(pieces)), *pieces))


def _row(device: DeviceFacts) -> bytes:
    """One row of the copy, in the order of `_COLUMNS`."""
    facts = device.facts
    pieces = [
        _WIDTH,
        b"\0\0\0\x10",
        device.workspace_id.bytes,
        b"\0\0\0\x10",
        device.id.bytes,
        b"\0\0\0\x10",
        device.contact_id.bytes,
        _text(device.anonymous_id),
        _text(device.platform),
        _text(device.device_key),
        _bytes(device.birth),
    ]
    registers = facts.registers
    last, time = None, _NULL
    for group, (nothing, write) in _GROUPS.items():
        found = registers.get(group)
        if found is None:
            pieces.append(nothing)
            continue
        if found.at is not last:
            last, time = found.at, _time(found.at)
        pieces.append(time)
        pieces.append(write(group, found.tie, found.origin, found.values))
    pieces += (
        _time(facts.first_seen_at),
        _time(facts.first_firm_at),
        _touch(facts.first_touch),
        _touch(facts.firm_touch),
        _time(facts.last_seen_at),
        _sessions(facts.spans),
        _BOOL[device.is_new],
        _BOOL[device.shows_last_seen],
        _BOOL[device.shows_platform],
    )
    return b"".join(pieces)
