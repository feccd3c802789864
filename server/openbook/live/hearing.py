"""Hears what transactions tell, on a connection of its own, for as long as the process lives."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from random import Random

import psycopg

from openbook.db import Database
from openbook.errors import Unavailable

CONNECTING = 3.0
"""Seconds that somebody waits for it to begin."""
FIRST_WAIT, LONGEST_WAIT = 0.25, 5.0
"""Seconds before it connects again."""
log = logging.getLogger(__name__)


class Hearing:
    """Begins with the first who asks (`by_now`).

    `began` is called each time it begins to hear: of what was told before nobody knows anything.
    `heard` is called with the channel and the text of each notice, in the order of the commits.
    """

    def __init__(
        self,
        db: Database,
        channels: Sequence[str],
        began: Callable[[], None],
        heard: Callable[[str, str], None],
    ):
        self._db, self._channels = db, channels
        self._began, self._heard = began, heard
        self._is_on = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def by_now(self) -> None:
        """Return when what is told from now on is heard; Unavailable where that takes too long."""
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        if self._is_on.is_set():
            return
        try:
            async with asyncio.timeout(CONNECTING):
                await self._is_on.wait()
        except TimeoutError:
            raise Unavailable("The database does not answer. Try again in a few seconds.") from None

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        chance, wait = Random(), FIRST_WAIT
        while True:
            try:
                conn = await self._db.connect()
                async with conn:
                    for channel in self._channels:
                        await conn.execute(f"LISTEN {channel}")  # type: ignore[arg-type]
                    self._began()
                    self._is_on.set()
                    wait = FIRST_WAIT
                    async for notify in conn.notifies():
                        self._heard(notify.channel, notify.payload)
            except (psycopg.Error, OSError) as error:
                log.warning("nothing is heard of changes: %s", type(error).__name__)
            except Exception as error:
                # Who hears must go on hearing: anew, as after an interruption.
                log.error("hearing of changes failed: %s", type(error).__name__)  # noqa: TRY400
            finally:
                self._is_on.clear()
            await asyncio.sleep(wait * (0.5 + chance.random()))
            wait = min(wait * 2, LONGEST_WAIT)
