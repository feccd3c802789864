"""Every statement about delivering: what is new, for whom, who may go on listening, and marks."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from openbook.conversations.delivering.schemas import Visit
from openbook.conversations.schemas import MERGED, Head
from openbook.conversations.showing import HEADS, head_of
from openbook.db import Connection, Row, built

MOST_HEADS = 50
"""Conversations that a visitor is told of at once, the latest ones."""
PAGE = 100
"""Messages read at once for who has fallen behind."""
# The rule of `openbook.conversations.showing.SEES`, for many sessions `s` at once.
_READS = """(c.session_id = s.id OR c.subject = s.subject
  OR (c.device_id = s.device_id AND c.contact_id = s.contact_id)
  OR (c.id = s.linked_id AND c.contact_id = s.contact_id))"""


class Mark(msgspec.Struct, frozen=True):
    """How far a chat session says that a conversation was read, and has arrived."""

    session_id: UUID
    conversation_id: UUID
    read: int
    received: int


# Who listens -------------------------------------------------------------------------------------


class Known(msgspec.Struct, frozen=True):
    """What a token opens, and by which settings of the workspace it may."""

    visit: Visit | None
    version: int


async def visits_by_token(
    conn: Connection, asked: Sequence[tuple[UUID, bytes]], moment: datetime
) -> list[Known]:
    """The live session of each (workspace, SHA-256 of a token).

    The transaction is for the workspaces that are asked about.
    """
    cursor = await conn.execute(
        """
        SELECT t.at, w.version, t.workspace_id, s.id AS session_id, s.contact_id, s.device_id,
          s.subject, s.linked_id
        FROM unnest(%s::uuid[], %s::bytea[]) WITH ORDINALITY AS t(workspace_id, hash, at)
        JOIN workspaces w ON w.id = t.workspace_id
        LEFT JOIN LATERAL (
          SELECT * FROM chat_sessions o WHERE o.workspace_id = t.workspace_id
            AND o.token_hash = t.hash
          UNION ALL
          SELECT * FROM chat_sessions o WHERE o.workspace_id = t.workspace_id
            AND o.former_hash = t.hash AND (o.former_until IS NULL OR o.former_until > %s)
        ) s ON s.expires_at > %s
        """,
        ([one[0] for one in asked], [one[1] for one in asked], moment, moment),
    )
    found = [Known(None, 0)] * len(asked)
    for row in await cursor.fetchall():
        visit = None if row["session_id"] is None else _visit(row)
        found[row["at"] - 1] = Known(visit, row["version"])
    return found


async def visits_by_id(
    conn: Connection, workspace_id: UUID, ids: Sequence[UUID], moment: datetime
) -> dict[UUID, Visit]:
    """Those of these sessions that go on."""
    cursor = await conn.execute(
        """
        SELECT s.workspace_id, s.id AS session_id, s.contact_id, s.device_id, s.subject,
          s.linked_id
        FROM chat_sessions s
        WHERE s.workspace_id = %s AND s.id = ANY(%s) AND s.expires_at > %s
        """,
        (workspace_id, list(ids), moment),
    )
    return {row["session_id"]: _visit(row) for row in await cursor.fetchall()}


def _visit(row: Row) -> Visit:
    return Visit(**{name: row[name] for name in Visit.__struct_fields__})


async def revoked(conn: Connection, shown: Collection[tuple[UUID, str]]) -> set[tuple[UUID, str]]:
    """Those of these (workspace, write key) that open nothing any more."""
    cursor = await conn.execute(
        """
        SELECT t.workspace_id, t.key FROM unnest(%s::uuid[], %s::text[]) AS t(workspace_id, key)
        WHERE NOT EXISTS (SELECT FROM write_keys k WHERE k.workspace_id = t.workspace_id
          AND k.key = t.key AND k.revoked_at IS NULL)
        """,
        ([one[0] for one in shown], [one[1] for one in shown]),
    )
    return {(row["workspace_id"], row["key"]) for row in await cursor.fetchall()}


async def names(conn: Connection, ids: Sequence[UUID]) -> dict[UUID, str]:
    """What members of the team are called."""
    cursor = await conn.execute("SELECT id, name FROM users WHERE id = ANY(%s)", (list(ids),))
    return {row["id"]: row["name"] for row in await cursor.fetchall()}


# What is new -------------------------------------------------------------------------------------


class Found(msgspec.Struct, frozen=True):
    """A conversation as its visitor is shown it, and all that says who may see it."""

    id: UUID
    head: Head
    contact_id: UUID
    session_id: UUID | None
    device_id: UUID | None
    subject: str | None
    last_seq: int
    last_public_seq: int
    merged_into: UUID | None


_BY_ID = built(f"{HEADS} AND c.id = ANY(%(ids)s)")
_SEEN = built(
    f"""
    SELECT r.id AS reader, h.* FROM unnest(%(sessions)s::uuid[]) AS r(id)
    JOIN chat_sessions s ON s.workspace_id = %(workspace_id)s AND s.id = r.id
    JOIN LATERAL (
      {HEADS} AND c.status <> {MERGED} AND c.last_public_seq > 0 AND {_READS}
      ORDER BY c.last_at DESC, c.id DESC LIMIT {MOST_HEADS}
    ) h ON true
    """
)


async def readable(
    conn: Connection, workspace_id: UUID, sessions: Sequence[UUID]
) -> dict[UUID, list[Head]]:
    """Session -> the conversations that it may read, the latest first."""
    cursor = await conn.execute(_SEEN, {"workspace_id": workspace_id, "sessions": list(sessions)})
    found: dict[UUID, list[Head]] = {session_id: [] for session_id in sessions}
    for row in await cursor.fetchall():
        found[row["reader"]].append(head_of(row))
    return found


async def conversations(
    conn: Connection, workspace_id: UUID, ids: Sequence[UUID]
) -> dict[UUID, Found]:
    """These conversations as they are; those that are gone are missing."""
    cursor = await conn.execute(_BY_ID, {"workspace_id": workspace_id, "ids": list(ids)})
    return {row["id"]: _found(row) for row in await cursor.fetchall()}


def _found(row: Row) -> Found:
    return Found(
        row["id"],
        head_of(row),
        row["contact_id"],
        row["session_id"],
        row["device_id"],
        row["subject"],
        row["last_seq"],
        row["last_public_seq"],
        row["merged_into"],
    )


# Whoever speaks for the team is a person, or an API token, which visitors are not shown.
_MESSAGE = """
m.*, u.name AS user_name, coalesce(u.name, k.name) AS by_name,
  ARRAY(SELECT n.user_id FROM mentions n WHERE n.workspace_id = m.workspace_id
    AND n.conversation_id = m.conversation_id AND n.seq = m.seq ORDER BY n.user_id) AS mentions
"""
_BY = """
LEFT JOIN users u ON u.id = m.user_id
LEFT JOIN api_tokens k ON k.workspace_id = m.workspace_id AND k.id = m.user_id
"""
_WITHIN = built(
    f"""
    SELECT {_MESSAGE}
    FROM unnest(%s::uuid[], %s::int[], %s::int[]) AS t(id, first, last)
    JOIN LATERAL (
      SELECT * FROM messages o WHERE o.workspace_id = %s AND o.conversation_id = t.id
        AND o.seq >= t.first AND o.seq <= t.last ORDER BY o.seq LIMIT {PAGE}
    ) m ON true {_BY}
    ORDER BY m.conversation_id, m.seq
    """
)
_AFTER = built(
    f"""
    SELECT t.at, {_MESSAGE}
    FROM unnest(%s::uuid[], %s::int[]) WITH ORDINALITY AS t(id, after, at)
    JOIN LATERAL (
      SELECT * FROM messages o WHERE o.workspace_id = %s AND o.conversation_id = t.id
        AND o.seq > t.after ORDER BY o.seq LIMIT {PAGE}
    ) m ON true {_BY}
    ORDER BY t.at, m.seq
    """
)


async def messages_within(
    conn: Connection, workspace_id: UUID, spans: Mapping[UUID, tuple[int, int]]
) -> dict[UUID, list[Row]]:
    """Conversation -> rows of its messages in the span, in their order; a page at most."""
    firsts, lasts = [one[0] for one in spans.values()], [one[1] for one in spans.values()]
    cursor = await conn.execute(_WITHIN, (list(spans), firsts, lasts, workspace_id))
    found: dict[UUID, list[Row]] = {}
    for row in await cursor.fetchall():
        found.setdefault(row["conversation_id"], []).append(row)
    return found


async def messages_after(
    conn: Connection, workspace_id: UUID, asked: Sequence[tuple[UUID, int]]
) -> list[list[Row]]:
    """For each (conversation, seq) rows of the messages behind it, a page at most."""
    ids, afters = [one[0] for one in asked], [one[1] for one in asked]
    cursor = await conn.execute(_AFTER, (ids, afters, workspace_id))
    found: list[list[Row]] = [[] for _ in asked]
    for row in await cursor.fetchall():
        found[row["at"] - 1].append(row)
    return found


# Marks -------------------------------------------------------------------------------------------


async def put_marks(
    conn: Connection, workspace_id: UUID, marks: Sequence[Mark], moment: datetime
) -> tuple[list[UUID], list[Mark]]:
    """(conversations that changed, marks to try again because somebody writes to the row).

    A mark only goes on, never back, nor past the last message; who may not read marks nothing.
    """
    cursor = await conn.execute(
        f"""
        WITH wanted AS (
          SELECT c.id, max(greatest(c.read_public_seq, least(t.read, c.last_public_seq))) AS read,
            max(greatest(c.received_public_seq,
              least(greatest(t.received, t.read), c.last_public_seq))) AS received
          FROM unnest(%s::uuid[], %s::uuid[], %s::int[], %s::int[])
            AS t(session_id, id, read, received)
          JOIN chat_sessions s ON s.workspace_id = %s AND s.id = t.session_id
            AND s.expires_at > %s
          JOIN conversations c ON c.workspace_id = s.workspace_id AND c.id = t.id AND {_READS}
          WHERE least(t.read, c.last_public_seq) > c.read_public_seq
            OR least(greatest(t.received, t.read), c.last_public_seq) > c.received_public_seq
          GROUP BY c.id
        ), free AS (
          SELECT c.id FROM conversations c WHERE c.workspace_id = %s
            AND c.id IN (SELECT id FROM wanted)
          FOR NO KEY UPDATE SKIP LOCKED
        ), done AS (
          UPDATE conversations c SET read_public_seq = greatest(c.read_public_seq, w.read),
            received_public_seq = greatest(c.received_public_seq, w.received), changed_at = %s
          FROM wanted w JOIN free ON free.id = w.id WHERE c.workspace_id = %s AND c.id = w.id
          RETURNING c.id
        )
        SELECT w.id, done.id IS NOT NULL AS done FROM wanted w LEFT JOIN done ON done.id = w.id
        """,
        (
            [one.session_id for one in marks],
            [one.conversation_id for one in marks],
            [one.read for one in marks],
            [one.received for one in marks],
            workspace_id, moment, workspace_id, moment, workspace_id,
        ),
    )  # fmt: skip
    rows = await cursor.fetchall()
    busy = {row["id"] for row in rows if not row["done"]}
    again = [one for one in marks if one.conversation_id in busy]
    return [row["id"] for row in rows if row["done"]], again
