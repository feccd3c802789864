"""Deletes what is over in every workspace: chat sessions, and conversations kept long enough."""

import asyncio
import contextlib
import logging
from random import Random

from openbook.accounts.queries import workspace
from openbook.clock import Clock
from openbook.conversations.aging import MOST_AT_ONCE as MOST_CONVERSATIONS
from openbook.conversations.aging import delete_aged
from openbook.conversations.visiting.queries import MOST_AT_ONCE, forget_over, unscoped_workspaces
from openbook.db import Database
from openbook.errors import OpenbookError

EVERY = 600.0
"""Seconds between looks; beginning a session looks as well, in its own workspace."""
log = logging.getLogger(__name__)


class Forgetting:
    """One in each process that serves; none knows of the others, and none has to."""

    def __init__(self, db: Database, clock: Clock, every: float = EVERY):
        self._db, self._clock, self._every = db, clock, every
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        chance = Random()
        while True:
            await asyncio.sleep(self._every * chance.uniform(0.5, 1.0))
            try:
                await self.look()
            except OpenbookError as error:
                log.warning("what is over in the chat was not deleted: %s", error.code)
            except Exception as error:
                log.error("deleting what is over in the chat failed: %s", type(error).__name__)  # noqa: TRY400

    async def look(self) -> None:
        """Delete what is over now."""
        async with self._db.transaction() as conn:
            ids = await unscoped_workspaces(conn)
        for workspace_id in ids:
            many = MOST_AT_ONCE
            while many == MOST_AT_ONCE:
                async with self._db.transaction(workspace_id) as conn:
                    many = await forget_over(conn, workspace_id, self._clock())
            many = MOST_CONVERSATIONS
            while many == MOST_CONVERSATIONS:
                async with self._db.transaction(workspace_id) as conn:
                    found = await workspace(conn, workspace_id)
                    keep = found.policy.chat_keep if found else "contact"
                    months = int(keep) if keep.isdecimal() else None
                    moment = self._clock()
                    many = await delete_aged(conn, workspace_id, months, moment) if months else 0
