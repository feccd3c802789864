"""What was acknowledged, and whether the database holds the trace of every single message of it.

ledger = Ledger()
loader = Loader([port], crowd.requests(random), ledger.acknowledge)
...
audit = audit_of(conninfo, workspace_id, crowd, ledger)
assert not audit.lost and not audit.wrong
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import msgspec
import psycopg
from psycopg.rows import namedtuple_row

from openbook.db import APP_ROLE
from tests.faults.crowd import (
    KINDS,
    VISITS,
    Crowd,
    Name,
    is_mobile,
    number_of,
    page_url,
    user_id,
)
from tests.faults.loading import Request

SHOWN = 20
"""Of what is wrong, as many examples."""


class Ledger:
    """Which messages were acknowledged, a byte for each: millions fit."""

    def __init__(self) -> None:
        self.marks = {kind: bytearray() for kind in KINDS}

    def acknowledge(self, request: Request) -> None:
        for name in request.messages:
            self.mark(name)

    def mark(self, name: Name) -> None:
        kind, number = name
        marks = self.marks[kind]
        if number >= len(marks):
            marks.extend(bytes(max(number + 1 - len(marks), len(marks), 1024)))
        marks[number] = 1

    def holds(self, name: Name) -> bool:
        kind, number = name
        return number < len(self.marks[kind]) and self.marks[kind][number] == 1

    def __len__(self) -> int:
        return sum(marks.count(1) for marks in self.marks.values())


class Audit(msgspec.Struct):
    """What the database says to what was acknowledged."""

    acknowledged: int = 0
    found: int = 0
    """Messages whose trace is there."""
    lost: list[Name] = []
    """Acknowledged, and no trace."""
    wrong: list[str] = []
    """Traces that do not go together: examples."""


def audit_of(conninfo: str, workspace_id: UUID, crowd: Crowd, ledger: Ledger) -> Audit:
    """Look for the trace of each message. Every message sent must be acknowledged by now."""
    found = Ledger()
    audit = Audit()
    with _within(conninfo, workspace_id) as conn:
        for check in (_newcomers, _returning, _known):
            for complaint in check(conn, crowd, found):
                if len(audit.wrong) < SHOWN:
                    audit.wrong.append(complaint)
    audit.acknowledged, audit.found = len(ledger), len(found)
    for kind in KINDS:
        there = found.marks[kind]
        for number, acknowledged in enumerate(ledger.marks[kind]):
            if acknowledged and not (number < len(there) and there[number]):
                audit.lost.append((kind, number))
        if there.count(1) > ledger.marks[kind].count(1):
            audit.wrong.append(f"more of {kind} is stored than was sent")
    return audit


@contextmanager
def _within(conninfo: str, workspace_id: UUID) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(conninfo, row_factory=namedtuple_row) as conn:
        conn.execute(f"SET ROLE {APP_ROLE}")
        conn.execute(
            "SELECT set_config('openbook.workspaces', %s, false)", (f"{{{workspace_id}}}",)
        )
        yield conn


def _rows(conn: psycopg.Connection[Any], query: str) -> Iterator[Any]:
    """Streamed: millions of rows are not held."""
    with conn.cursor(name="audit") as cursor:
        cursor.itersize = 5000
        yield from cursor.execute(query.encode())


def _newcomers(conn: psycopg.Connection[Any], crowd: Crowd, found: Ledger) -> Iterator[str]:
    query = """
        SELECT d.anonymous_id, d.platform, c.last_page_viewed, c.last_screen, c.web_sessions,
          c.android_sessions, c.id
        FROM devices d LEFT JOIN contacts c
          ON (c.workspace_id, c.id) = (d.workspace_id, d.contact_id)
        WHERE d.anonymous_id LIKE 'new-%'
    """
    for row in _rows(conn, query):
        number = int(row.anonymous_id.partition("-")[2])
        if is_mobile(number):
            expected = ("android", None, f"Screen {number}", 1)
            is_right = (
                row.platform, row.last_page_viewed, row.last_screen, row.android_sessions
            ) == expected  # fmt: skip
        else:
            expected = ("web", page_url(f"new/{number}"), None, 1)
            is_right = (
                row.platform, row.last_page_viewed, row.last_screen, row.web_sessions
            ) == expected  # fmt: skip
        if is_right:
            found.mark(("new", number))
        else:
            yield f"{row.anonymous_id}: {row} instead of {expected}"


def _returning(conn: psycopg.Connection[Any], crowd: Crowd, found: Ledger) -> Iterator[str]:
    query = """
        SELECT d.anonymous_id, d.session_count, c.web_sessions, c.last_page_viewed,
          c.last_page_viewed_at, c.first_seen_at, c.last_seen_at,
          ARRAY(SELECT lower(span) FROM unnest(d.sessions) AS span) AS visits
        FROM devices d LEFT JOIN contacts c
          ON (c.workspace_id, c.id) = (d.workspace_id, d.contact_id)
        WHERE d.anonymous_id LIKE 'back-%'
    """
    slots = {crowd.visited_at(number_of(0, place)): place for place in range(VISITS)}
    for row in _rows(conn, query):
        who = int(row.anonymous_id.partition("-")[2])
        for visit in row.visits:
            if visit in slots:
                found.mark(("back", number_of(who, slots[visit])))
            else:
                yield f"{row.anonymous_id}: a visit at {visit} that nobody made"
        latest, count = max(row.visits), len(row.visits)
        expected = (
            count,
            count,
            latest,
            latest,
            min(row.visits),
            page_url(f"back/{slots[latest]}"),
        )
        told = (row.session_count, row.web_sessions, row.last_page_viewed_at, row.last_seen_at,
                row.first_seen_at, row.last_page_viewed)  # fmt: skip
        if told != expected:
            yield f"{row.anonymous_id}: {told} instead of {expected}"


def _known(conn: psycopg.Connection[Any], crowd: Crowd, found: Ledger) -> Iterator[str]:
    query = """
        SELECT d.anonymous_id, c.user_id, i.contact_id IS NOT DISTINCT FROM c.id AS is_theirs
        FROM devices d LEFT JOIN contacts c
          ON (c.workspace_id, c.id) = (d.workspace_id, d.contact_id)
          LEFT JOIN identities i ON (i.workspace_id, i.field, i.value)
            = (d.workspace_id, 'user_id', c.user_id)
        WHERE d.anonymous_id LIKE 'known-%'
    """
    for row in _rows(conn, query):
        number = int(row.anonymous_id.partition("-")[2])
        if row.user_id == user_id(number) and row.is_theirs:
            found.mark(("known", number))
        else:
            yield f"{row.anonymous_id}: {row} instead of {user_id(number)}"
