"""Known visitors seen again: the few columns that a further view changes, in one narrow statement.

Who comes back mostly shows the browser, place and language that the device's row has already. Then
the row is not asked for first, nor are its eighty columns written again: the statement says what
the row is believed to hold, and changes it only where that is so. A belief may be wrong in any way
(another process wrote, a merge, a split, an erasure): that row is left alone, and the caller undoes
the transaction and takes the way that asks first (`contacts/staging.py`).

What it changes follows the law of `contacts/store.py`. Who says again who they are as well has a
statement that is wider by that (`contacts/said.py`).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

import msgspec
from psycopg.sql import SQL

from openbook.contacts.arrays import PACK
from openbook.contacts.fold import SEALED_AFTER
from openbook.contacts.said import CONTACT_COLUMNS, REPEAT, SHOWS, TIMES, Said, packed
from openbook.contacts.staging import micros
from openbook.contacts.store import (
    MOBILE,
    DeviceFacts,
    merge_register,
    merge_sessions,
    register_columns,
)
from openbook.db import Connection, built

SCENE = ("connection", "browser", "language", "timezone")
"""Registers that a further view repeats."""
SHOWN = ("page", "referrer")
"""Registers that it sets anew."""
_GROUPS = (*SCENE, *SHOWN)
_KNOWN = frozenset(_GROUPS)
PATIENCE = "50ms"
"""How long a row may be in another writer's hands. This statement comes last and takes its rows
whatever the order, so it must not wait for ever; what waits in order is the other way."""


Key = tuple[int, int]
"""Workspace and id of a device or a contact, as numbers: a UUID is slow to hash and to compare."""


NOTHING: Said = MappingProxyType({})


class Believed(msgspec.Struct, gc=False):
    """What a device's row, and its contact's, hold as far as this process knows."""

    contact_id: UUID
    birth: bytes
    version: int
    """Of the workspace's settings when it was written: what they let be kept may be gone since."""
    at: datetime | None
    """When the scene was observed."""
    ties: tuple[int | None, ...]
    """Of the registers of SCENE; equal ties are equal values of equal origin."""
    said: Said = NOTHING
    """Verified values of the device that its contact shows."""


def believe(device: DeviceFacts, birth: bytes, version: int, before: Believed | None) -> Believed:
    """What the rows hold once these facts are in them; `before` is what was believed so far."""
    facts = device.facts
    found = [facts.registers.get(group) for group in SCENE]
    at = max((register.at for register in found if register is not None), default=None)
    ties = tuple(register.tie if register is not None else None for register in found)
    said = NOTHING
    if before is not None and before.contact_id == device.contact_id and before.version == version:
        is_late = at is None or (before.at is not None and at < before.at)
        newer, older = (before.ties, ties) if is_late else (ties, before.ties)
        ties = tuple(old if new is None else new for new, old in zip(newer, older, strict=True))
        at = before.at if is_late else at
        said = before.said
    return Believed(device.contact_id, birth, version, at, ties, said)


Row = tuple[Any, ...]
"""One row of `_COLUMNS`: keys as bytes, times as numbers."""
SaidRow = tuple[Row, Row, list[Row]]
"""The same of who says a value again, and what `contacts/said.py` makes of that."""


def again(device: DeviceFacts, believed: Believed) -> Row | None:
    """What a further view changes; None where these facts are believed to change more than that."""
    facts = device.facts
    found = facts.registers
    if facts.first_touch is not None or len(facts.spans) > 1 or not _KNOWN.issuperset(found):
        return None
    if device.platform in MOBILE or not device.shows_last_seen:
        return None
    scene = connection, browser, language, timezone = [found.get(group) for group in SCENE]
    for register, tie in zip(scene, believed.ties, strict=True):
        if register is not None and register.tie != tie:
            return None
    timed = browser or language or timezone
    if timed is None:
        return None
    at, page, referrer = timed.at, found.get("page"), found.get("referrer")
    if (language or timed).at != at or (timezone or timed).at != at:
        return None
    if page is not None and page.values[1] != page.at:
        return None
    if page is not None and referrer is not None and page.origin != referrer.origin:
        return None
    number = micros(at)
    began, ended = facts.spans[0] if facts.spans else (None, None)
    # Mostly it is one moment in all of them.
    times = [
        number if moment is at else moment and micros(moment)
        for moment in (
            page and page.at,
            referrer and referrer.at,
            facts.first_seen_at,
            facts.first_firm_at,
            facts.last_seen_at,
            began,
            ended,
        )
    ]
    return (
        device.workspace_id.bytes,
        device.id.bytes,
        device.contact_id.bytes,
        *[register and register.tie for register in scene],
        connection and micros(connection.at),
        number,
        *times,
        page and page.tie,
        page and page.values[0],
        referrer and referrer.tie,
        referrer and referrer.values[0],
        (page or referrer or timed).origin,
    )


_SAME = " AND ".join(f"(t.{group}_tie IS NULL OR d.{group}_tie = t.{group}_tie)" for group in SCENE)
_COLUMNS = {
    "workspace_id": "uuid", "id": "uuid", "contact_id": "uuid",
    "connection_tie": "int8", "browser_tie": "int8", "language_tie": "int8",
    "timezone_tie": "int8", "connection_at": "timestamptz", "scene_at": "timestamptz",
    "page_at": "timestamptz", "referrer_at": "timestamptz", "first_seen_at": "timestamptz",
    "first_firm_at": "timestamptz", "last_seen_at": "timestamptz",
    "began_at": "timestamptz", "ended_at": "timestamptz",
    "page_tie": "int8", "last_page_viewed": "text", "referrer_tie": "int8", "referrer": "text",
    "origin": "int2",
}  # fmt: skip


def _seen(columns: Mapping[str, str]) -> str:
    """The rows of a statement, with the names that the law has for them."""
    return f"""
SELECT t.*, t.page_at AS last_page_viewed_at, t.origin AS page_from, t.origin AS referrer_from,
  CASE WHEN t.began_at IS NULL THEN '{{}}'::tstzmultirange
    ELSE tstzmultirange(tstzrange(t.began_at, t.ended_at)) END AS sessions
FROM unnest({", ".join(f"%({name})s::{type_}[]" for name, type_ in columns.items())})
    AS t({", ".join(columns)})
OFFSET 0
"""


def _merge_shown(row: str) -> str:
    return ", ".join(clause for group in SHOWN for clause in merge_register(group, row, "t"))


def _merge_bounds(row: str) -> str:
    return f"""first_seen_at = least({row}.first_seen_at, t.first_seen_at),
    first_firm_at = least({row}.first_firm_at, t.first_firm_at),
    last_seen_at = greatest({row}.last_seen_at, t.last_seen_at)"""


def _observed_at(group: str) -> str:
    at = "connection_at" if group == "connection" else "scene_at"
    return (
        f"{group}_at = greatest(d.{group}_at, CASE WHEN t.{group}_tie IS NOT NULL THEN t.{at} END)"
    )


_RETURNED = ", ".join(
    f"d.{name}"
    for name in (
        *(name for group in _GROUPS for name in register_columns(group)),
        "first_seen_at",
        "first_firm_at",
        "last_seen_at",
    )
)
# Each row is found by its key, however few there were when the plan was made.
_LEAD = built(f"""
SELECT set_config('lock_timeout', '{PATIENCE}', true), set_config('enable_seqscan', 'off', true),
  set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)
""")


def _statement(said: bool) -> str:
    """`said`: for rows that say values again as well."""
    columns = _COLUMNS | CONTACT_COLUMNS if said else _COLUMNS
    # The contact is compared in a way that no index serves: the row is found by its key.
    return f"""
WITH d AS (
  UPDATE devices d SET
    {", ".join(_observed_at(group) for group in SCENE)},
    {_merge_shown("d")},
    {_merge_bounds("d")},
    {merge_sessions("t.sessions")}
  FROM ({_seen(columns)}) AS t
  WHERE d.workspace_id = t.workspace_id AND d.id = t.id
    AND d.contact_id IS NOT DISTINCT FROM t.contact_id AND {_SAME}
  RETURNING d.workspace_id, d.contact_id, d.platform, {_RETURNED},
    d.session_count - d.session_count_before AS gained
    {"".join(f", t.{name}" for name in CONTACT_COLUMNS) if said else ""}
), c AS (
  UPDATE contacts c SET
    {", ".join(clause for group in _GROUPS for clause in merge_register(group, "c", "t"))},
    {_merge_bounds("c")},
    web_sessions = coalesce(c.web_sessions, 0)
      + CASE WHEN t.platform = 'web' THEN t.gained ELSE 0 END,
    seen_hour = seen_hour(greatest(c.last_seen_at, t.last_seen_at),
      least(c.first_seen_at, t.first_seen_at))
    {f", {TIMES}" if said else ""}
  FROM d AS t WHERE c.workspace_id = t.workspace_id AND c.id = t.contact_id
    {f"AND {SHOWS}" if said else ""}
  RETURNING c.id
){f", k AS ({REPEAT} RETURNING 1)" if said else ""}
SELECT count(*) AS changed, {"(SELECT count(*) FROM k)" if said else "0"} AS repeated,
  set_config('lock_timeout', %(patience)s, true)
FROM c
"""


_SEE_AGAIN, _SAY_AGAIN = built(_statement(False)), built(_statement(True))
_CHANGED = """
SELECT id FROM {table}
WHERE workspace_id = ANY(%s) AND id = ANY(%s) AND xmin = pg_current_xact_id()::xid
"""


async def see_again(
    conn: Connection, rows: Sequence[Row], moment: datetime, saying: Sequence[SaidRow] = ()
) -> list[Key]:
    """Put the rows of `again` into those of their devices and contacts, where these hold what is
    believed of them; the devices of which they do not. `saying`: of those who say a value again.

    Where any comes back the transaction is to be undone. Raises LockNotAvailable where another
    writer has one of the rows. To be the last to write in a transaction, which has written none of
    these devices before; and no two of them may have one contact.
    """
    unlike: list[Key] = []
    if rows or saying:
        await conn.execute(_LEAD, prepare=True)
    if saying:
        whole = [(*row, *said) for row, said, _ in saying]
        repeated = [claim for _, _, claims in saying for claim in claims]
        given = _packed(_COLUMNS | CONTACT_COLUMNS, whole) | packed(repeated)
        given["patience"] = PATIENCE if rows else "0"
        unlike += await _change(conn, _SAY_AGAIN, whole, len(repeated), given, moment)
    if rows:
        given = _packed(_COLUMNS, rows) | {"patience": "0"}
        unlike += await _change(conn, _SEE_AGAIN, rows, 0, given, moment)
    return unlike


def _packed(columns: Mapping[str, str], rows: Sequence[Row]) -> dict[str, Any]:
    return {
        name: PACK[type_](column)
        for (name, type_), column in zip(columns.items(), zip(*rows, strict=True), strict=True)
    }


async def _change(
    conn: Connection,
    statement: SQL,
    rows: Sequence[Row],
    repeated: int,
    given: dict[str, Any],
    moment: datetime,
) -> list[Key]:
    """Run one of the statements; the devices of which the rows are not what is believed."""
    given["sealed_before"] = moment - SEALED_AFTER
    cursor = await conn.execute(statement, given, prepare=True)
    row = await cursor.fetchone()
    if row is not None and row["changed"] == len(rows) and row["repeated"] == repeated:
        return []
    for table, name in (("devices", "id"), ("contacts", "contact_id")):
        query = built(_CHANGED.format(table=table))
        cursor = await conn.execute(query, (given["workspace_id"], given[name]))
        changed = {row["id"].bytes for row in await cursor.fetchall()}
        at = tuple(_COLUMNS).index(name)
        if unlike := [device_of(row) for row in rows if row[at] not in changed]:
            return unlike
    return [device_of(row) for row in rows]  # it is a claim that is not there


def device_of(row: Row) -> Key:
    """The device that a row is about."""
    return int.from_bytes(row[0]), int.from_bytes(row[1])
