"""Who is on the site now: contacts seen in the last minutes, with the page they are on."""

from datetime import datetime
from uuid import UUID

from openbook.catalogue.policy import Policy
from openbook.contacts.reading import seconds
from openbook.conversations.inbox.heads import BRIEF, ONLINE, brief
from openbook.conversations.inbox.schemas import LiveVisitor, LiveVisitors
from openbook.db import Connection

MOST = 200
# By the hour of the index first, which is coarse, then exactly.
_VISITORS = f"""
SELECT {BRIEF}, k.last_page_viewed AS page, k.last_page_viewed_at AS page_since, (
    SELECT c.id FROM conversations c WHERE c.workspace_id = k.workspace_id
      AND c.contact_id = k.id AND c.status < 2 ORDER BY c.last_at DESC LIMIT 1) AS conversation_id
FROM contacts k
WHERE k.workspace_id = %(workspace_id)s AND k.last_seen_at > %(since)s
  AND k.seen_hour >= seen_hour(%(since)s, NULL) AND k.spam IS NOT TRUE
ORDER BY k.last_seen_at DESC, k.id DESC LIMIT %(limit)s
"""


async def live_visitors(
    conn: Connection, workspace_id: UUID, policy: Policy, moment: datetime, *, reads: bool
) -> LiveVisitors:
    """At most MOST of them, the last seen first; nobody of spam. `reads`: whether who asks may be
    told of conversations."""
    if not policy.keeps("last_seen_at"):
        return LiveVisitors([], False, False)
    since = moment - ONLINE
    parameters = {"workspace_id": workspace_id, "since": since, "limit": MOST + 1}
    cursor = await conn.execute(_VISITORS, parameters)
    found = await cursor.fetchall()
    shown = [
        LiveVisitor(
            contact=brief(one, moment),
            page=one["page"],
            page_since=seconds(one["page_since"]),
            last_seen_at=seconds(one["contact_seen"]) or 0,
            conversation_id=one["conversation_id"] if reads else None,
        )
        for one in found[:MOST]
    ]
    return LiveVisitors(shown, len(found) > MOST, True)
