"""Statements of the inbox about single conversations: what was read, who is named, tags, spam."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from openbook.conversations.schemas import Conversation
from openbook.db import Connection

ANSWERING = ("owner", "admin", "agent")
"""Roles of members that can answer a contact."""


async def members(
    conn: Connection, workspace_id: UUID, ids: Sequence[UUID], *, answering: bool = False
) -> set[UUID]:
    """Those of these people who belong to the team; `answering`: and may answer contacts."""
    cursor = await conn.execute(
        """
        SELECT user_id FROM memberships WHERE workspace_id = %(workspace_id)s
          AND user_id = ANY(%(ids)s) AND (NOT %(answering)s OR role = ANY(%(roles)s))
        """,
        {
            "workspace_id": workspace_id,
            "ids": list(ids),
            "answering": answering,
            "roles": list(ANSWERING),
        },
    )
    return {one["user_id"] for one in await cursor.fetchall()}


async def insert_mentions(
    conn: Connection,
    workspace_id: UUID,
    of: Conversation,
    seq: int,
    people: Sequence[UUID],
) -> None:
    """Somebody's attention is wanted at a note."""
    await conn.execute(
        """
        INSERT INTO mentions (workspace_id, user_id, conversation_id, seq, contact_id, origin_id)
        SELECT %s, person, %s, %s, %s, %s FROM unnest(%s::uuid[]) AS person
        ON CONFLICT DO NOTHING
        """,
        (workspace_id, of.id, seq, of.contact_id, of.origin_id, list(people)),
    )


async def see_mentions(
    conn: Connection,
    workspace_id: UUID,
    user_id: UUID,
    conversation_id: UUID,
    seq: int,
    moment: datetime,
) -> bool:
    """A member has read the notes up to this one; whether any of them had named them."""
    cursor = await conn.execute(
        "UPDATE mentions SET seen_at = %s WHERE workspace_id = %s AND user_id = %s "
        "AND conversation_id = %s AND seq <= %s AND seen_at IS NULL",
        (moment, workspace_id, user_id, conversation_id, seq),
    )
    return cursor.rowcount > 0


async def put_read(
    conn: Connection, workspace_id: UUID, of: Conversation, user_id: UUID, seq: int
) -> None:
    """A member has read so far and no farther."""
    await conn.execute(
        """
        INSERT INTO conversation_reads
          (workspace_id, user_id, conversation_id, contact_id, origin_id, seq)
        VALUES (%s, %s, %s, %s, %s, %s)
        ON CONFLICT (workspace_id, user_id, conversation_id) DO UPDATE SET seq = excluded.seq
        """,
        (workspace_id, user_id, of.id, of.contact_id, of.origin_id, seq),
    )


async def read_on(
    conn: Connection, workspace_id: UUID, of: Conversation, user_id: UUID, seq: int
) -> bool:
    """A member has read so far; whether that is farther than before."""
    cursor = await conn.execute(
        """
        INSERT INTO conversation_reads AS r
          (workspace_id, user_id, conversation_id, contact_id, origin_id, seq)
        VALUES (%s, %s, %s, %s, %s, %s)
        ON CONFLICT (workspace_id, user_id, conversation_id) DO UPDATE SET seq = excluded.seq
          WHERE r.seq < excluded.seq
        """,
        (workspace_id, user_id, of.id, of.contact_id, of.origin_id, seq),
    )
    return cursor.rowcount == 1


async def read_own(
    conn: Connection,
    workspace_id: UUID,
    of: Conversation,
    user_id: UUID,
    seq: int,
    moment: datetime,
) -> None:
    """A member has just said this message: they have read up to it, and who named them before."""
    await conn.execute(
        """
        WITH seen AS (
          UPDATE mentions SET seen_at = %s WHERE workspace_id = %s AND user_id = %s
            AND conversation_id = %s AND seq <= %s AND seen_at IS NULL)
        INSERT INTO conversation_reads AS r
          (workspace_id, user_id, conversation_id, contact_id, origin_id, seq)
        VALUES (%s, %s, %s, %s, %s, %s)
        ON CONFLICT (workspace_id, user_id, conversation_id) DO UPDATE SET seq = excluded.seq
          WHERE r.seq < excluded.seq
        """,
        (
            moment, workspace_id, user_id, of.id, seq,
            workspace_id, user_id, of.id, of.contact_id, of.origin_id, seq,
        ),
    )  # fmt: skip


async def tags_of(conn: Connection, workspace_id: UUID, conversation_id: UUID) -> set[UUID]:
    """The tags of a conversation, those among them too that were removed meanwhile."""
    cursor = await conn.execute(
        "SELECT tag_id FROM conversation_tags WHERE workspace_id = %s AND conversation_id = %s",
        (workspace_id, conversation_id),
    )
    return {one["tag_id"] for one in await cursor.fetchall()}


async def put_tags(
    conn: Connection,
    workspace_id: UUID,
    of: Conversation,
    given: Sequence[UUID],
    taken: Sequence[UUID],
    by: UUID,
    moment: datetime,
) -> None:
    """Give a conversation some tags and take others."""
    await conn.execute(
        "DELETE FROM conversation_tags WHERE workspace_id = %s AND conversation_id = %s "
        "AND tag_id = ANY(%s)",
        (workspace_id, of.id, list(taken)),
    )
    await conn.execute(
        """
        INSERT INTO conversation_tags
          (workspace_id, conversation_id, tag_id, contact_id, origin_id, given_by, given_at)
        SELECT %s, %s, tag, %s, %s, %s, %s FROM unnest(%s::uuid[]) AS tag
        ON CONFLICT DO NOTHING
        """,
        (workspace_id, of.id, of.contact_id, of.origin_id, by, moment, list(given)),
    )


async def conversations_of(
    conn: Connection, workspace_id: UUID, contacts: Iterable[UUID]
) -> list[UUID]:
    """All conversations with these contacts; of those that were merged, the one that is kept."""
    cursor = await conn.execute(
        "SELECT id FROM conversations WHERE workspace_id = %s AND contact_id = ANY(%s) "
        "AND status < 3",
        (workspace_id, list(contacts)),
    )
    return [one["id"] for one in await cursor.fetchall()]


async def is_spam(conn: Connection, workspace_id: UUID, contact_id: UUID) -> bool:
    cursor = await conn.execute(
        "SELECT coalesce(spam, false) AS spam FROM contacts WHERE workspace_id = %s AND id = %s",
        (workspace_id, contact_id),
    )
    found = await cursor.fetchone()
    return found is not None and found["spam"]


# Merging --------------------------------------------------------------------------------------


async def move(
    conn: Connection, workspace_id: UUID, other: Conversation, kept: Conversation
) -> None:
    """Everything of a conversation becomes the other one's; both are held.

    `kept` is as it is before its messages are counted anew: what comes gets the numbers behind
    its last ones, in its own order. A message keeps its id; its `cid` too, but where the kept
    conversation has one of that name.
    """
    asked: dict[str, Any] = {
        "workspace_id": workspace_id,
        "other": other.id,
        "kept": kept.id,
        "origin": kept.origin_id,
        "seq": kept.last_seq,
        "public_seq": kept.last_public_seq,
        "contact_seq": kept.contact_seq,
    }
    for statement in _MOVES:
        await conn.execute(statement, asked)


_WHERE = "workspace_id = %(workspace_id)s AND conversation_id = %(other)s"
_MOVES = (
    f"""
    UPDATE messages m SET conversation_id = %(kept)s, origin_id = %(origin)s,
      seq = m.seq + %(seq)s, public_seq = m.public_seq + %(public_seq)s,
      cid = CASE WHEN EXISTS (SELECT FROM messages t WHERE t.workspace_id = m.workspace_id
        AND t.conversation_id = %(kept)s AND t.author = m.author AND t.cid = m.cid)
        THEN m.id::text ELSE m.cid END
    WHERE m.{_WHERE.replace(" AND ", " AND m.")}
    """,
    f"""
    UPDATE mentions SET conversation_id = %(kept)s, origin_id = %(origin)s, seq = seq + %(seq)s
    WHERE {_WHERE}
    """,
    f"""
    UPDATE files SET conversation_id = %(kept)s, origin_id = %(origin)s WHERE {_WHERE}
    """,
    f"""
    WITH gone AS (DELETE FROM conversation_words WHERE {_WHERE} RETURNING *)
    INSERT INTO conversation_words (workspace_id, conversation_id, word, contact_id, origin_id)
    SELECT workspace_id, %(kept)s, word, contact_id, %(origin)s FROM gone ON CONFLICT DO NOTHING
    """,
    f"""
    WITH gone AS (DELETE FROM conversation_tags WHERE {_WHERE} RETURNING *)
    INSERT INTO conversation_tags
      (workspace_id, conversation_id, tag_id, contact_id, origin_id, given_by, given_at)
    SELECT workspace_id, %(kept)s, tag_id, contact_id, %(origin)s, given_by, given_at FROM gone
    ON CONFLICT DO NOTHING
    """,
    # Who had read all that the contact said in the kept one has read as far as in the other one;
    # who had not stays where they were, and all that comes is behind.
    f"""
    WITH gone AS (DELETE FROM conversation_reads WHERE {_WHERE} RETURNING *)
    INSERT INTO conversation_reads AS r
      (workspace_id, user_id, conversation_id, contact_id, origin_id, seq)
    SELECT workspace_id, user_id, %(kept)s, contact_id, %(origin)s,
      CASE WHEN %(contact_seq)s = 0 THEN seq + %(seq)s ELSE 0 END FROM gone
    ON CONFLICT (workspace_id, user_id, conversation_id) DO UPDATE SET seq =
      CASE WHEN r.seq >= %(contact_seq)s
        THEN %(seq)s + (SELECT g.seq FROM gone g WHERE g.user_id = r.user_id) ELSE r.seq END
    """,
    """
    UPDATE conversations SET merged_into = %(kept)s
    WHERE workspace_id = %(workspace_id)s AND merged_into = %(other)s
    """,
)


async def put_readers(conn: Connection, workspace_id: UUID, kept: Conversation) -> None:
    """By what somebody outside may read a conversation."""
    await conn.execute(
        "UPDATE conversations SET session_id = %s, device_id = %s, subject = %s "
        "WHERE workspace_id = %s AND id = %s",
        (kept.session_id, kept.device_id, kept.subject, workspace_id, kept.id),
    )


async def hand_over_links(
    conn: Connection,
    workspace_id: UUID,
    kept: Conversation,
    other_id: UUID,
    moment: datetime,
) -> list[UUID]:
    """Links in mails about either open both from now on; those that went to another address than
    the contact has now open nothing. The chat sessions whose sight changed."""
    asked = {
        "workspace_id": workspace_id,
        "kept": kept.id,
        "both": [kept.id, other_id],
        "contact": kept.contact_id,
        "moment": moment,
    }
    cursor = await conn.execute(
        f"""
        UPDATE chat_sessions SET linked_id = CASE WHEN EXISTS (
            SELECT FROM reply_links l WHERE {_ASTRAY} AND l.used_at IS NOT NULL)
          THEN NULL ELSE %(kept)s END
        WHERE workspace_id = %(workspace_id)s AND linked_id = ANY(%(both)s) RETURNING id
        """,
        asked,
    )
    found = [one["id"] for one in await cursor.fetchall()]
    await conn.execute(
        f"UPDATE reply_links l SET expires_at = least(expires_at, %(moment)s) WHERE {_ASTRAY}",
        asked,
    )
    return found


_ASTRAY = """l.workspace_id = %(workspace_id)s AND l.conversation_id = ANY(%(both)s)
  AND l.email_key IS DISTINCT FROM (SELECT k.email_key FROM contacts k
    WHERE k.workspace_id = %(workspace_id)s AND k.id = %(contact)s)"""
