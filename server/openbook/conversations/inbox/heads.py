"""Conversations as a list shows them: what everybody of the team sees, and what is one's own."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec

from openbook.catalogue.field import Trust
from openbook.contacts.display_name import display_name
from openbook.contacts.reading import seconds
from openbook.contacts.schemas import KINDS
from openbook.conversations.inbox.schemas import (
    STATUSES,
    ContactBrief,
    Conversation,
    ConversationHead,
    Teammate,
)
from openbook.conversations.schemas import FROM
from openbook.db import Connection, Row
from openbook.listening.online import ONLINE_SECONDS

ONLINE = timedelta(seconds=ONLINE_SECONDS)
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
BRIEF = """
k.id AS contact_id, k.kind AS contact_kind, k.name AS contact_name, k.email AS contact_email,
k.email_trust AS contact_email_trust, k.user_id AS contact_user_id,
k.country_code AS contact_country, k.last_seen_at AS contact_seen,
coalesce(k.spam, false) AS contact_spam
"""
"""What `brief` needs of the contact `k`."""
# How far the contact has read is counted in what the contact may read. The message stands no
# farther behind that number than there are messages which the contact may not read, so the walk is
# as short however much was not read. Whoever speaks for the team is a person or an API token.
_HEADS = f"""
SELECT c.id, c.status, c.snoozed_until, c.last_seq, c.contact_seq, c.preview, c.last_author,
  c.last_at, c.waiting_since, c.created_at, {BRIEF},
  a.id AS assignee_id, a.name AS assignee_name,
  said.user_id AS last_by, coalesce(u.name, t.name) AS last_name,
  coalesce(hasread.seq, 0) AS contact_read_seq, coalesce(arrived.seq, 0) AS contact_received_seq,
  ARRAY(SELECT g.tag_id FROM conversation_tags g
    JOIN tags ON tags.workspace_id = g.workspace_id AND tags.id = g.tag_id
    WHERE g.workspace_id = c.workspace_id AND g.conversation_id = c.id
    ORDER BY tags.name_key) AS tags
FROM conversations c
JOIN contacts k ON k.workspace_id = c.workspace_id AND k.id = c.contact_id
LEFT JOIN memberships m ON m.workspace_id = c.workspace_id AND m.user_id = c.assignee_id
LEFT JOIN users a ON a.id = m.user_id
LEFT JOIN LATERAL (SELECT s.user_id FROM messages s WHERE s.workspace_id = c.workspace_id
  AND s.conversation_id = c.id AND s.kind = 0 ORDER BY s.seq DESC LIMIT 1) said ON true
LEFT JOIN users u ON u.id = said.user_id
LEFT JOIN api_tokens t ON t.workspace_id = c.workspace_id AND t.id = said.user_id
LEFT JOIN LATERAL (SELECT s.seq FROM messages s WHERE c.read_public_seq > 0
  AND s.workspace_id = c.workspace_id AND s.conversation_id = c.id
  AND s.seq <= c.read_public_seq + c.last_seq - c.last_public_seq
  AND s.public_seq <= c.read_public_seq ORDER BY s.seq DESC LIMIT 1) hasread ON true
LEFT JOIN LATERAL (SELECT s.seq FROM messages s WHERE c.received_public_seq > 0
  AND s.workspace_id = c.workspace_id AND s.conversation_id = c.id
  AND s.seq <= c.received_public_seq + c.last_seq - c.last_public_seq
  AND s.public_seq <= c.received_public_seq ORDER BY s.seq DESC LIMIT 1) arrived ON true
WHERE c.workspace_id = %(workspace_id)s AND c.id = ANY(%(ids)s) AND c.status < 3
"""
HANDED = """(c.assignee_id = %(user_id)s AND c.last_seq > coalesce(r.seq, 0) AND EXISTS (
  SELECT FROM messages e WHERE e.workspace_id = c.workspace_id AND e.conversation_id = c.id
    AND e.seq > coalesce(r.seq, 0) AND e.kind = 2 AND e.event->>'name' = 'assigned'
    AND e.event->>'user_id' = %(user_id)s::uuid::text AND e.user_id IS DISTINCT FROM %(user_id)s))
"""
"""Whether somebody else has assigned the conversation `c` to the member, who has read it up to
`r.seq`: told by what is behind that, which is little, and gone once it was read."""
_PERSONAL = f"""
SELECT i.id, r.seq, EXISTS (SELECT FROM mentions m WHERE m.workspace_id = %(workspace_id)s
    AND m.user_id = %(user_id)s AND m.conversation_id = i.id AND m.seen_at IS NULL) AS mentioned,
  coalesce({HANDED}, false) AS assigned
FROM unnest(%(ids)s::uuid[]) AS i(id)
LEFT JOIN conversations c ON c.workspace_id = %(workspace_id)s AND c.id = i.id
LEFT JOIN conversation_reads r ON r.workspace_id = %(workspace_id)s AND r.user_id = %(user_id)s
  AND r.conversation_id = i.id
"""


async def heads(
    conn: Connection, workspace_id: UUID, ids: Sequence[UUID], moment: datetime
) -> list[ConversationHead]:
    """These conversations, the latest first; what is merged away or not there is left out."""
    if not ids:
        return []
    cursor = await conn.execute(_HEADS, {"workspace_id": workspace_id, "ids": list(ids)})
    found = await cursor.fetchall()
    found.sort(key=lambda one: (one["last_at"], one["id"]), reverse=True)
    return [_head(one, moment) for one in found]


async def personal(
    conn: Connection, workspace_id: UUID, user_id: UUID, shown: Sequence[ConversationHead]
) -> list[Conversation]:
    """The same, with how far this member has read and whether somebody wants their attention."""
    if not shown:
        return []
    parameters = {
        "workspace_id": workspace_id,
        "user_id": user_id,
        "ids": [head.id for head in shown],
    }
    cursor = await conn.execute(_PERSONAL, parameters)
    mine = {one["id"]: one for one in await cursor.fetchall()}
    return [_own(head, mine[head.id]) for head in shown]


def brief(row: Row, moment: datetime) -> ContactBrief:
    """The contact of a row that has the columns of `BRIEF`."""
    name, email = row["contact_name"], row["contact_email"]
    return ContactBrief(
        id=row["contact_id"],
        kind=KINDS[row["contact_kind"]],
        name=name,
        display_name=display_name(name, email, row["contact_user_id"], row["contact_id"]),
        email=email,
        email_verified=email is not None and (row["contact_email_trust"] or 0) >= Trust.MAILBOX,
        online=(row["contact_seen"] or _NEVER) > moment - ONLINE,
        country_code=row["contact_country"],
        spam=row["contact_spam"],
    )


def _head(row: Row, moment: datetime) -> ConversationHead:
    assignee, by = row["assignee_id"], row["last_by"]
    return ConversationHead(
        id=row["id"],
        contact=brief(row, moment),
        status=STATUSES[row["status"]],
        snoozed_until=seconds(row["snoozed_until"]),
        assignee=None if assignee is None else Teammate(assignee, row["assignee_name"]),
        tags=row["tags"],
        last_seq=row["last_seq"],
        contact_seq=row["contact_seq"],
        contact_read_seq=row["contact_read_seq"],
        contact_received_seq=row["contact_received_seq"],
        preview=row["preview"],
        last_from=FROM[row["last_author"]],
        last_by=None if by is None else Teammate(by, row["last_name"]),
        last_at=seconds(row["last_at"]) or 0,
        waiting_since=seconds(row["waiting_since"]),
        created_at=seconds(row["created_at"]) or 0,
        spam=row["contact_spam"],
    )


def _own(head: ConversationHead, mine: Row) -> Conversation:
    read = mine["seq"] or 0
    return Conversation(
        **msgspec.structs.asdict(head),
        read_seq=read,
        unread=head.contact_seq > read,
        mentioned=mine["mentioned"],
        assigned=mine["assigned"],
    )
