"""Work that an answer must not wait for, so that how long it takes tells nobody anything.

Whether an address has an account shows in how long a mail takes to be made; so the answer leaves
first. A bounded number at once: who asks for more gets none, which the one who asks cannot see.
"""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from openbook.errors import OpenbookError

MOST = 200
CLOSING_SECONDS = 10
log = logging.getLogger(__name__)


class Background:
    """Tasks of this process that end before it does."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin soon, after what is running now has been answered."""
        if len(self._tasks) >= MOST:
            work.close()
            log.warning("too much waits to be done: a mail is left out")
            return
        task = asyncio.create_task(_done(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Wait for what has begun, not for long."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=CLOSING_SECONDS)
            for task in late:
                task.cancel()


async def _done(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except OpenbookError as error:
        log.warning("work in the background failed: %s", error.code)
    except Exception as error:
        log.error("work in the background failed: %s", type(error).__name__)  # noqa: TRY400
