"""The fold in SQL: facts joined into the rows of devices and contacts, many at a time.

One statement a table, whatever the number of rows. The law is that of `contacts/fold.py`: each
register is replaced whole where the new (at, tie) is greater, minima and maxima move one way, and
sessions are a union of ranges. Rows are written in the order of their keys, so that two writers
cannot wait for each other.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from psycopg.types.json import Jsonb
from sqlalchemy.dialects import postgresql

from openbook.catalogue.fields import GROUPS
from openbook.contacts.fold import SEALED_AFTER, Facts, Register, Span
from openbook.db import Connection, Row, built
from openbook.tables.contacts import contacts, devices

MOBILE = ("android", "ios")
_PG = postgresql.dialect()


class DeviceFacts(msgspec.Struct, frozen=True):
    """What one batch says about one device."""

    workspace_id: UUID
    id: UUID
    contact_id: UUID
    anonymous_id: str
    platform: str
    device_key: str
    birth: bytes
    facts: Facts


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


_GROUP_COLUMNS = tuple(
    name
    for group, fields in GROUPS.items()
    for name in (f"{group}_at", f"{group}_tie", f"{group}_from", *(field.id for field in fields))
)
_FACT_COLUMNS: tuple[str, ...] = (
    *_GROUP_COLUMNS,
    "first_seen_at", "first_firm_at",
    "first_utms", "first_utms_at", "first_utms_tie",
    "firm_utms", "firm_utms_at", "firm_utms_tie",
    "last_seen_at",
)  # fmt: skip
_DEVICE_COLUMNS = (
    "workspace_id", "id", "contact_id", "anonymous_id", "platform", "device_key", "birth",
    *_FACT_COLUMNS, "sessions",
)  # fmt: skip
_INSTALLATION_COLUMNS = tuple(
    f"{platform}_{part}"
    for platform in MOBILE
    for part in ("last_seen_at", "device_id", "sessions")
)
_CONTACT_COLUMNS = (
    "workspace_id", "id", *_FACT_COLUMNS, "web_sessions", *_INSTALLATION_COLUMNS,
)  # fmt: skip


def _merge_facts(row: str) -> list[str]:
    """SET clauses that join the proposed row (`excluded`) into `row`."""
    clauses = []
    for group, fields in GROUPS.items():
        newer = (
            f"(excluded.{group}_at, excluded.{group}_tie) > "
            f"(coalesce({row}.{group}_at, '-infinity'), coalesce({row}.{group}_tie, 0))"
        )
        names = [
            f"{group}_at",
            f"{group}_tie",
            f"{group}_from",
            *(field.id for field in fields),
        ]
        clauses += [
            f"{name} = CASE WHEN {newer} THEN excluded.{name} ELSE {row}.{name} END"
            for name in names
        ]
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
    proposed = ", ".join(f"excluded.{name}" for name in names)
    held = ", ".join(f"c.{name}" for name in names)
    # Without a held row the comparison is unknown, so its absence is asked for by name.
    newer = (
        f"(excluded.{names[0]} IS NOT NULL AND (c.{names[0]} IS NULL OR ({proposed}) > ({held})))"
    )
    return [f"{name} = CASE WHEN {newer} THEN excluded.{name} ELSE c.{name} END" for name in names]


def _source(table: Any, columns: Sequence[str]) -> str:
    """`unnest(...)` of one array a column, typed as the table's columns are."""
    arrays = []
    for name in columns:
        type_ = table.c[name].type.compile(dialect=_PG)
        # Ranges and addresses travel as text: their text form is what PostgreSQL reads fastest.
        sent = "TEXT" if type_ in ("TSTZMULTIRANGE", "INET") else type_
        arrays.append(f"%({name})s::{sent}[]")
    return f"unnest({', '.join(arrays)}) AS t({', '.join(columns)})"


def _selected(table: Any, columns: Sequence[str]) -> str:
    parts = []
    for name in columns:
        type_ = table.c[name].type.compile(dialect=_PG)
        parts.append(f"t.{name}::{type_}" if type_ in ("TSTZMULTIRANGE", "INET") else f"t.{name}")
    return ", ".join(parts)


_UNITED = "(d.sessions + excluded.sessions)"
UPSERT_DEVICES = built(f"""
INSERT INTO devices AS d ({", ".join(_DEVICE_COLUMNS)},
  retired, sealed_sessions, session_count, session_count_before)
SELECT {_selected(devices, _DEVICE_COLUMNS)},
  false, 0, count_sessions(t.sessions::tstzmultirange), 0
FROM {_source(devices, _DEVICE_COLUMNS)}
ORDER BY t.workspace_id, t.id
ON CONFLICT (workspace_id, id) DO UPDATE SET
  {", ".join(_merge_facts("d"))},
  sessions = live_sessions({_UNITED}, %(sealed_before)s),
  sealed_sessions = d.sealed_sessions
    + sealed_sessions({_UNITED}, %(sealed_before)s),
  session_count = d.sealed_sessions + count_sessions({_UNITED}),
  session_count_before = d.session_count
RETURNING d.workspace_id, d.id, d.contact_id, (d.xmax = 0) AS is_new,
  d.session_count, d.session_count - d.session_count_before AS sessions_gained,
  d.platform, d.last_seen_at
""")

UPSERT_CONTACTS = built(f"""
INSERT INTO contacts AS c ({", ".join(_CONTACT_COLUMNS)}, kind, seen_hour)
SELECT {_selected(contacts, _CONTACT_COLUMNS)}, 0,
  seen_hour(t.last_seen_at, t.first_seen_at)
FROM {_source(contacts, _CONTACT_COLUMNS)}
ORDER BY t.workspace_id, t.id
ON CONFLICT (workspace_id, id) DO UPDATE SET
  {", ".join(_merge_facts("c"))},
  web_sessions = coalesce(c.web_sessions, 0) + coalesce(excluded.web_sessions, 0),
  {", ".join(clause for platform in MOBILE for clause in _merge_installation(platform))},
  seen_hour = seen_hour(greatest(c.last_seen_at, excluded.last_seen_at),
    least(c.first_seen_at, excluded.first_seen_at))
""")


def contact_fact_columns() -> tuple[str, ...]:
    """The columns of a contact that are the join of its devices."""
    return _CONTACT_COLUMNS[2:]


async def upsert_devices(
    conn: Connection, many: Sequence[DeviceFacts], moment: datetime
) -> list[Row]:
    """Join the facts into their device rows; one row back for each device.

    `is_new` tells that the row was made; `sessions_gained` what the contact's sum gains.
    """
    columns = _columns(_DEVICE_COLUMNS)
    for device in many:
        _append(
            columns,
            workspace_id=device.workspace_id,
            id=device.id,
            contact_id=device.contact_id,
            anonymous_id=device.anonymous_id,
            platform=device.platform,
            device_key=device.device_key,
            birth=device.birth,
            sessions=multirange_text(device.facts.spans),
        )
        _append_facts(columns, device.facts, device.facts.last_seen_at)
    sealed_before = moment - SEALED_AFTER
    cursor = await conn.execute(UPSERT_DEVICES, columns | {"sealed_before": sealed_before})
    return await cursor.fetchall()


async def upsert_contacts(conn: Connection, many: Sequence[ContactFacts]) -> None:
    """Join the facts into their contact rows, making those that are not there."""
    columns = _columns(_CONTACT_COLUMNS)
    for contact in many:
        _append(
            columns,
            workspace_id=contact.workspace_id,
            id=contact.id,
            web_sessions=contact.web_sessions,
        )
        for platform in MOBILE:
            found = contact.installations.get(platform)
            columns[f"{platform}_last_seen_at"].append(found.last_seen_at if found else None)
            columns[f"{platform}_device_id"].append(found.device_id if found else None)
            columns[f"{platform}_sessions"].append(found.sessions if found else None)
        last_seen_at = contact.facts.last_seen_at if contact.keeps_last_seen else None
        _append_facts(columns, contact.facts, last_seen_at)
    await conn.execute(UPSERT_CONTACTS, columns)


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


def _columns(names: Sequence[str]) -> dict[str, list[Any]]:
    return {name: [] for name in names}


def _append(columns: dict[str, list[Any]], **values: Any) -> None:
    for name, value in values.items():
        columns[name].append(value)


def _append_facts(
    columns: dict[str, list[Any]], facts: Facts, last_seen_at: datetime | None
) -> None:
    for group, fields in GROUPS.items():
        found = facts.registers.get(group)
        if found is None:
            columns[f"{group}_at"].append(None)
            columns[f"{group}_tie"].append(None)
            columns[f"{group}_from"].append(None)
            for field in fields:
                columns[field.id].append(None)
            continue
        columns[f"{group}_at"].append(found.at)
        columns[f"{group}_tie"].append(found.tie)
        columns[f"{group}_from"].append(found.origin)
        for field, value in zip(fields, found.values, strict=True):
            columns[field.id].append(Jsonb(value) if field.type == "map" and value else value)
    columns["first_seen_at"].append(facts.first_seen_at)
    columns["first_firm_at"].append(facts.first_firm_at)
    for name, touch in (
        ("first_utms", facts.first_touch),
        ("firm_utms", facts.firm_touch),
    ):
        columns[name].append(Jsonb(touch.utms) if touch else None)
        columns[f"{name}_at"].append(touch.at if touch else None)
        columns[f"{name}_tie"].append(touch.tie if touch else None)
    columns["last_seen_at"].append(last_seen_at)
