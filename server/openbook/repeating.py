"""Something that a process does again and again in the background, whatever goes wrong."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from random import Random

from openbook.errors import OpenbookError

log = logging.getLogger(__name__)


class Repeating:
    """Awaits `work` every so many seconds until it is stopped.

    `name` says in the log what failed. A pause is up to half as short, so that several processes do
    not keep step.
    """

    def __init__(self, name: str, work: Callable[[], Awaitable[object]], seconds: float):
        self._name, self._work, self._seconds = name, work, seconds
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End at once, also in the middle of the work."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        chance = Random()
        while True:
            await asyncio.sleep(self._seconds * chance.uniform(0.5, 1.0))
            try:
                await self._work()
            except OpenbookError as error:  # the database is away: it says so itself
                log.debug("%s: %s", self._name, error.code)
            except Exception as error:
                # What it is about may stand in the error's text.
                log.error("%s failed: %s", self._name, type(error).__name__)  # noqa: TRY400
