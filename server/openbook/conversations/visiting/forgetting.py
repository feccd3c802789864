"""Deletes what is over in every workspace: chat sessions, and conversations kept long enough."""

from openbook.accounts.queries import workspace
from openbook.clock import Clock
from openbook.conversations.aging import MOST_AT_ONCE as MOST_CONVERSATIONS
from openbook.conversations.aging import delete_aged
from openbook.conversations.visiting.queries import MOST_AT_ONCE, forget_over, unscoped_workspaces
from openbook.db import Database

EVERY = 600.0
"""Seconds between looks, at most; beginning a session looks as well, in its own workspace."""


async def delete_over(db: Database, clock: Clock) -> None:
    """Done by each process that serves; none knows of the others, and none has to."""
    async with db.transaction() as conn:
        ids = await unscoped_workspaces(conn)
    for workspace_id in ids:
        many = MOST_AT_ONCE
        while many == MOST_AT_ONCE:
            async with db.transaction(workspace_id) as conn:
                many = await forget_over(conn, workspace_id, clock())
        many = MOST_CONVERSATIONS
        while many == MOST_CONVERSATIONS:
            async with db.transaction(workspace_id) as conn:
                found = await workspace(conn, workspace_id)
                keep = found.policy.chat_keep if found else "contact"
                months = int(keep) if keep.isdecimal() else None
                moment = clock()
                many = await delete_aged(conn, workspace_id, months, moment) if months else 0
