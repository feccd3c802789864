"""The fold in SQL: facts joined into the rows of devices and contacts, many at a time.

One statement a table, whatever the number of rows. The law is that of `contacts/fold.py`: each
register is replaced whole where the new (at, tie) is greater, minima and maxima move one way, and
sessions are a union of ranges. Rows are written in the order of their keys, so that two writers
cannot wait for each other.

A batch travels as one JSON array of rows: encoding it costs the client a fifth of what an array for
each of 77 columns does, and PostgreSQL the same (measured at 16 to 256 rows a batch).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from openbook.catalogue.fields import GROUPS
from openbook.contacts.fold import SEALED_AFTER, Facts, Register, Span
from openbook.db import Connection, Row, built

MOBILE = ("android", "ios")


class DeviceFacts(msgspec.Struct, frozen=True, gc=False):
    """What one batch says about one device."""

    workspace_id: UUID
    id: UUID
    contact_id: UUID
    anonymous_id: str
    platform: str
    device_key: str
    birth: bytes
    facts: Facts
    is_new: bool = False
    """Its row is to be made."""
    shows_last_seen: bool = True
    """Whether its contact keeps when it was last seen."""
    shows_platform: bool = True
    """Whether its contact keeps what is known of the installation seen last on its platform."""


class ContactFacts(msgspec.Struct):
    """What one batch says about one contact: its devices' facts joined, and what they changed."""

    workspace_id: UUID
    id: UUID
    facts: Facts
    keeps_last_seen: bool = True
    web_sessions: int = 0
    """Sessions gained in browsers."""
    installations: dict[str, "Installation"] = {}


class Installation(msgspec.Struct, frozen=True, order=True):
    """A mobile installation, ordered by when it was last seen."""

    last_seen_at: datetime
    device_id: UUID
    sessions: int


Written = dict[int, bytes]
"""The JSON of facts by their identity: a device and its contact mostly share theirs."""
_encode = msgspec.json.Encoder().encode
_NAMES = {
    group: (f"{group}_at", f"{group}_tie", f"{group}_from", tuple(field.id for field in fields))
    for group, fields in GROUPS.items()
}
_GROUP_COLUMNS = tuple(
    name
    for group, fields in GROUPS.items()
    for name in (f"{group}_at", f"{group}_tie", f"{group}_from", *(field.id for field in fields))
)
FACT_COLUMNS: tuple[str, ...] = (
    *_GROUP_COLUMNS,
    "first_seen_at", "first_firm_at",
    "first_utms", "first_utms_at", "first_utms_tie",
    "firm_utms", "firm_utms_at", "firm_utms_tie",
    "last_seen_at",
)  # fmt: skip
DEVICE_COLUMNS = (
    "workspace_id", "id", "contact_id", "anonymous_id", "platform", "device_key", "birth",
    *FACT_COLUMNS, "sessions",
)  # fmt: skip
_INSTALLATION_COLUMNS = tuple(
    f"{platform}_{part}"
    for platform in MOBILE
    for part in ("last_seen_at", "device_id", "sessions")
)
CONTACT_COLUMNS = (
    "workspace_id", "id", *FACT_COLUMNS, "web_sessions", *_INSTALLATION_COLUMNS,
)  # fmt: skip


def register_columns(group: str) -> tuple[str, ...]:
    """What orders a group's register and says where it comes from, then its fields."""
    at, tie, origin, names = _NAMES[group]
    return at, tie, origin, *names


def merge_register(group: str, row: str, new: str) -> list[str]:
    """SET clauses that put a group's register of `new` into `row`, if it is the greater one."""
    newer = (
        f"({new}.{group}_at, {new}.{group}_tie) > "
        f"(coalesce({row}.{group}_at, '-infinity'), coalesce({row}.{group}_tie, 0))"
    )
    return [
        f"{name} = CASE WHEN {newer} THEN {new}.{name} ELSE {row}.{name} END"
        for name in register_columns(group)
    ]


def _merge_facts(row: str) -> list[str]:
    """SET clauses that join the proposed row (`excluded`) into `row`."""
    clauses = []
    for group in GROUPS:
        clauses += merge_register(group, row, "excluded")
    for name in ("first_seen_at", "first_firm_at"):
        clauses.append(f"{name} = least({row}.{name}, excluded.{name})")
    for name in ("first_utms", "firm_utms"):
        earlier = (
            f"(excluded.{name}_at, excluded.{name}_tie) < "
            f"(coalesce({row}.{name}_at, 'infinity'), coalesce({row}.{name}_tie, 0))"
        )
        clauses += [
            f"{part} = CASE WHEN {earlier} THEN excluded.{part} ELSE {row}.{part} END"
            for part in (name, f"{name}_at", f"{name}_tie")
        ]
    clauses.append(f"last_seen_at = greatest({row}.last_seen_at, excluded.last_seen_at)")
    return clauses


def _merge_installation(platform: str) -> list[str]:
    names = [f"{platform}_{part}" for part in ("last_seen_at", "device_id", "sessions")]
    proposed = ", ".join(f"excluded.{name}" for name in names[:2])
    held = ", ".join(f"c.{name}" for name in names[:2])
    # Without a held row the comparison is unknown, so its absence is asked for by name. Of one
    # installation the count goes down, too: what comes late may join two sessions to one.
    newer = (
        f"(excluded.{names[0]} IS NOT NULL AND (c.{names[0]} IS NULL OR ({proposed}) >= ({held})))"
    )
    return [f"{name} = CASE WHEN {newer} THEN excluded.{name} ELSE c.{name} END" for name in names]


def counted(ranges: str) -> str:
    """The schema's `count_sessions`, mostly without the call: one session, shorter than a day."""
    one = f"upper({ranges}) - lower({ranges}) < '1 day'"
    one += f" AND tstzmultirange(range_merge({ranges})) = {ranges}"
    return f"CASE WHEN {one} THEN 1 ELSE count_sessions({ranges}) END"


def merge_sessions(new: str) -> str:
    """SET clauses that unite the ranges `new` with those of the device `d`, and count them."""
    united = f"(d.sessions + {new})"
    # Mostly all of them can still grow. A call of a SQL function costs a fifth of the whole row.
    live = f"lower({united}) >= %(sealed_before)s OR isempty({united})"
    return f"""sessions = CASE WHEN {live} THEN {united}
    ELSE live_sessions({united}, %(sealed_before)s) END,
  sealed_sessions = d.sealed_sessions
    + sealed_sessions({united}, %(sealed_before)s),
  session_count = d.sealed_sessions + {counted(united)},
  session_count_before = d.session_count"""


NEW_DEVICE = f"""({", ".join(DEVICE_COLUMNS)},
  retired, sealed_sessions, session_count, session_count_before)
SELECT {", ".join(f"t.{name}" for name in DEVICE_COLUMNS)}, false, 0,
  {counted("t.sessions")}, 0"""
"""What a device's row begins with, of proposed rows `t`."""
MERGE_DEVICE = f"""ON CONFLICT (workspace_id, id) DO UPDATE SET
  {", ".join(_merge_facts("d"))},
  {merge_sessions("excluded.sessions")}"""
NEW_CONTACT = f"({', '.join(CONTACT_COLUMNS)}, kind, seen_hour)"
MERGE_CONTACT = f"""ON CONFLICT (workspace_id, id) DO UPDATE SET
  {", ".join(_merge_facts("c"))},
  web_sessions = coalesce(c.web_sessions, 0) + coalesce(excluded.web_sessions, 0),
  {", ".join(clause for platform in MOBILE for clause in _merge_installation(platform))},
  seen_hour = seen_hour(greatest(c.last_seen_at, excluded.last_seen_at),
    least(c.first_seen_at, excluded.first_seen_at))"""

UPSERT_DEVICES = built(f"""
INSERT INTO devices AS d {NEW_DEVICE}
FROM json_populate_recordset(NULL::devices, %(rows)s::json) AS t
ORDER BY t.workspace_id, t.id
{MERGE_DEVICE}
RETURNING d.workspace_id, d.id, d.contact_id, (d.xmax = 0) AS is_new,
  d.session_count, d.session_count - d.session_count_before AS sessions_gained,
  d.platform, d.last_seen_at
""")

UPSERT_CONTACTS = built(f"""
INSERT INTO contacts AS c {NEW_CONTACT}
SELECT {", ".join(f"t.{name}" for name in CONTACT_COLUMNS)}, 0,
  seen_hour(t.last_seen_at, t.first_seen_at)
FROM json_populate_recordset(NULL::contacts, %(rows)s::json) AS t
ORDER BY t.workspace_id, t.id
{MERGE_CONTACT}
""")


def contact_fact_columns() -> tuple[str, ...]:
    """The columns of a contact that are the join of its devices."""
    return CONTACT_COLUMNS[2:]


async def upsert_devices(
    conn: Connection,
    many: Sequence[DeviceFacts],
    moment: datetime,
    written: Written | None = None,
) -> list[Row]:
    """Join the facts into their device rows; one row back for each device.

    `is_new` tells that the row was made; `sessions_gained` what the contact's sum gains. The JSON
    of the facts goes into `written`, for `upsert_contacts`.
    """
    written = {} if written is None else written
    rows = [
        _row(
            device.facts,
            {
                "workspace_id": device.workspace_id,
                "id": device.id,
                "contact_id": device.contact_id,
                "anonymous_id": device.anonymous_id,
                "platform": device.platform,
                "device_key": device.device_key,
                "birth": f"\\x{device.birth.hex()}",
                "sessions": multirange_text(device.facts.spans),
            },
            written,
        )
        for device in many
    ]
    cursor = await conn.execute(
        UPSERT_DEVICES,
        {"rows": _array(rows), "sealed_before": moment - SEALED_AFTER},
        prepare=True,
    )
    return await cursor.fetchall()


async def upsert_contacts(
    conn: Connection, many: Sequence[ContactFacts], written: Written | None = None
) -> None:
    """Join the facts into their contact rows, making those that are not there."""
    written = {} if written is None else written
    rows = []
    for contact in many:
        own: dict[str, Any] = {
            "workspace_id": contact.workspace_id,
            "id": contact.id,
            "web_sessions": contact.web_sessions,
        }
        if not contact.keeps_last_seen:
            own["last_seen_at"] = None
        for platform, found in contact.installations.items():
            own[f"{platform}_last_seen_at"] = found.last_seen_at
            own[f"{platform}_device_id"] = found.device_id
            own[f"{platform}_sessions"] = found.sessions
        rows.append(_row(contact.facts, own, written))
    await conn.execute(UPSERT_CONTACTS, {"rows": _array(rows)}, prepare=True)


def multirange_text(spans: Sequence[Span]) -> str:
    """Spans as PostgreSQL reads a tstzmultirange."""
    ranges = (f'["{start.isoformat()}","{end.isoformat()}")' for start, end in spans)
    return "{" + ",".join(ranges) + "}"


def register_of(row: Row, group: str) -> Register | None:
    """The register a row holds for a group."""
    at = row[f"{group}_at"]
    if at is None:
        return None
    values = tuple(
        str(value) if field.type == "ip" and value is not None else value
        for field in GROUPS[group]
        for value in (row[field.id],)
    )
    return Register(at, row[f"{group}_tie"], row[f"{group}_from"], values)


def _fact_values(facts: Facts) -> dict[str, Any]:
    """The columns that facts set; a column that is not named is null."""
    values: dict[str, Any] = {
        "first_seen_at": facts.first_seen_at,
        "first_firm_at": facts.first_firm_at,
        "last_seen_at": facts.last_seen_at,
    }
    for group, found in facts.registers.items():
        at, tie, origin, names = _NAMES[group]
        values[at], values[tie], values[origin] = found.at, found.tie, found.origin
        values.update(zip(names, found.values, strict=True))
    for name, touch in (("first_utms", facts.first_touch), ("firm_utms", facts.firm_touch)):
        if touch is not None:
            values[name], values[f"{name}_at"] = touch.utms, touch.at
            values[f"{name}_tie"] = touch.tie
    return values


def _row(facts: Facts, own: dict[str, Any], written: Written) -> bytes:
    """One row as JSON; of a name that comes twice, PostgreSQL takes the last: the row's own."""
    known = written.get(id(facts))
    if known is None:
        known = written[id(facts)] = _encode(_fact_values(facts))[:-1]
    return known + b"," + _encode(own)[1:]


def _array(rows: Sequence[bytes]) -> str:
    return "[" + b",".join(rows).decode() + "]"
