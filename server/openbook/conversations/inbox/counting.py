"""How many conversations each view holds, and in how many of them something is unread: exact."""

from uuid import UUID

from openbook.conversations.inbox.heads import HANDED
from openbook.conversations.inbox.schemas import InboxCounts, ViewAll, ViewCount
from openbook.conversations.schemas import SNOOZED
from openbook.db import Connection

# What is open or snoozed is read; what is closed is counted by its index alone, and what is spam
# among it is taken off. Who is spam has an index of its own.
_AT_HAND = f"""
WITH junk AS MATERIALIZED (
  SELECT k.id FROM contacts k WHERE k.workspace_id = %(workspace_id)s AND k.spam
), mine AS MATERIALIZED (
  SELECT r.conversation_id, r.seq FROM conversation_reads r
  WHERE r.workspace_id = %(workspace_id)s AND r.user_id = %(user_id)s
)
SELECT c.status, c.assignee_id, c.contact_seq > coalesce(r.seq, 0) AS unread,
  coalesce({HANDED}, false) AS handed, count(*) AS number
FROM conversations c LEFT JOIN mine r ON r.conversation_id = c.id
WHERE c.workspace_id = %(workspace_id)s AND c.status IN (0, 1)
  AND c.contact_id NOT IN (SELECT id FROM junk)
GROUP BY 1, 2, 3, 4
"""
# Mentions follow their conversation when it is merged, so each is of one that is there.
_BESIDE = """
WITH junk AS MATERIALIZED (
  SELECT c.id, c.status FROM conversations c
  WHERE c.workspace_id = %(workspace_id)s AND c.status < 3 AND c.contact_id = ANY(ARRAY(
    SELECT k.id FROM contacts k WHERE k.workspace_id = %(workspace_id)s AND k.spam))
), named AS MATERIALIZED (
  SELECT bool_or(m.seen_at IS NULL) AS unread FROM mentions m
  WHERE m.workspace_id = %(workspace_id)s AND m.user_id = %(user_id)s
    AND m.conversation_id NOT IN (SELECT id FROM junk)
  GROUP BY m.conversation_id
)
SELECT (SELECT count(*) FROM named) AS mentions,
  (SELECT count(*) FROM named WHERE unread) AS mentions_unread,
  (SELECT count(*) FROM conversations WHERE workspace_id = %(workspace_id)s AND status = 2)
    - (SELECT count(*) FROM junk WHERE status = 2) AS closed,
  (SELECT count(*) FROM junk) AS spam,
  ARRAY(SELECT user_id FROM memberships WHERE workspace_id = %(workspace_id)s) AS team
"""


class _Sum:
    """Counted so far of one view."""

    def __init__(self) -> None:
        self.all = self.unread = 0

    def add(self, number: int, *, unread: bool) -> None:
        self.all += number
        self.unread += number if unread else 0

    def shown(self) -> ViewCount:
        return ViewCount(self.all, self.unread)


async def counts(conn: Connection, workspace_id: UUID, user_id: UUID) -> InboxCounts:
    """What a member of the team, or an API token, sees beside each view."""
    asked = {"workspace_id": workspace_id, "user_id": user_id}
    beside = await (await conn.execute(_BESIDE, asked)).fetchone() or {}
    team = set(beside["team"])
    opened, mine, unassigned, snoozed = _Sum(), _Sum(), _Sum(), _Sum()
    handed = 0
    for one in await (await conn.execute(_AT_HAND, asked)).fetchall():
        number, unread, assignee = one["number"], one["unread"], one["assignee_id"]
        if one["status"] == SNOOZED:
            snoozed.add(number, unread=unread)
            continue
        opened.add(number, unread=unread)
        if assignee == user_id:
            mine.add(number, unread=unread or one["handed"])
            handed += number if one["handed"] else 0
        if assignee not in team:
            unassigned.add(number, unread=unread)
    return InboxCounts(
        open=opened.shown(),
        mine=mine.shown(),
        unassigned=unassigned.shown(),
        mentions=ViewCount(beside["mentions"], beside["mentions_unread"]),
        snoozed=snoozed.shown(),
        closed=ViewAll(beside["closed"]),
        spam=ViewAll(beside["spam"]),
        assigned=ViewAll(handed),
    )
