"""What one transaction stored, told to whoever watches: each contact that was touched, by its id.

Told only where somebody watches the workspace: the row that storing reads anyway says so.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from openbook.contacts.store import ContactFacts
from openbook.db import Connection
from openbook.live.notices import ARRIVED, CHANGED, MADE, SEEN
from openbook.live.publishing import publish_told

HERE = timedelta(minutes=1)
"""So late may what was observed arrive, and the contact still be there now."""
_AFTER_MILLISECONDS = 80
"""Bits of an id after the millisecond it was made in."""


async def announce(
    conn: Connection, stored: Iterable[ContactFacts], watched: frozenset[UUID], moment: datetime
) -> None:
    """`moment` is when the transaction's new contacts were made: their ids begin with it."""
    told: dict[UUID, dict[str, dict[UUID, None]]] = {}
    made_now, here = int(moment.timestamp() * 1000), moment - HERE
    for contact in stored:
        if contact.workspace_id not in watched:
            continue
        seen_at = contact.facts.last_seen_at if contact.keeps_last_seen else None
        is_here = seen_at is not None and seen_at >= here
        if contact.id.int >> _AFTER_MILLISECONDS == made_now:
            kind = ARRIVED if is_here else MADE
        else:
            kind = SEEN if is_here else CHANGED
        told.setdefault(contact.workspace_id, {}).setdefault(kind, {})[contact.id] = None
    if told:
        await publish_told(conn, told)
