"""When each write key was used last: noted beside the path of those who send, not on it.

The gate remembers which keys it admitted, which costs a request nothing that can be measured; this
task empties that memory every few seconds and writes a key at most once each quarter of an hour.
"""

import asyncio
import logging
import time

from openbook.accounts.queries import USED_WITHIN, note_write_keys_use
from openbook.clock import Clock
from openbook.collect.counts import count_cache
from openbook.collect.gate import Gate
from openbook.db import Database
from openbook.errors import OpenbookError

LOOK_SECONDS = 2.0
AT_ONCE = 500
REMEMBERED = 10_000
log = logging.getLogger(__name__)


class KeysUsed:
    """Notes the use of write keys until it is stopped."""

    def __init__(self, gate: Gate, db: Database, clock: Clock):
        self._gate, self._db, self._clock = gate, db, clock
        self._noted: dict[str, float] = {}
        count_cache("collect.using.noted", lambda: (len(self._noted), REMEMBERED))
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Note what was used since, if the database is there."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._round()

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await self._round()

    async def _round(self) -> None:
        now = time.monotonic()
        long_ago = now - USED_WITHIN.total_seconds()
        self._noted = {key: at for key, at in self._noted.items() if at > long_ago}
        due = {
            key: workspace_id
            for key, workspace_id in self._gate.used_keys().items()
            if key not in self._noted
        }
        for first in range(0, len(due), AT_ONCE):
            some = dict(list(due.items())[first : first + AT_ONCE])
            try:
                async with self._db.transaction(*set(some.values())) as conn:
                    await note_write_keys_use(conn, some, self._clock())
            except OpenbookError:
                return  # the database is away: a key that is still used is noted then
            except Exception as error:
                log.error("noting used keys failed: %s", type(error).__name__)  # noqa: TRY400
                return
            self._noted |= dict.fromkeys(some, now)
        # Of keys beyond what is remembered, the ones noted longest ago are noted again too soon.
        for key in list(self._noted)[:-REMEMBERED]:
            del self._noted[key]
