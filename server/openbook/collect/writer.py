"""Group commit: requests that wait together are stored in one transaction, then answered.

A request is answered only after the commit that holds its messages. Requests are never split over
transactions; a transaction that fails on one of several requests is tried again with halves, so a
message that PostgreSQL cannot store spoils no other.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence

import msgspec
import psycopg

from openbook.collect.counts import WAITING
from openbook.collect.request import Answer, Sent
from openbook.collect.storing import Storing
from openbook.contacts.identity import Moved
from openbook.db import Database
from openbook.errors import BadInput, OpenbookError, Unavailable

log = logging.getLogger(__name__)

BATCH = 500
"""Messages in one transaction at most (a single request may bring as many)."""
WAITING_AT_MOST = 20_000
"""Messages in memory at most; beyond it requests are refused until some are stored."""
FLUSHES = 2
TRIES = 6


class _Waiting(msgspec.Struct):
    sent: Sent
    answer: asyncio.Future[Answer]


class Writer:
    """One per process: takes requests, answers them when they are stored."""

    def __init__(self, db: Database, storing: Storing):
        self._db = db
        self._storing = storing
        self._queue: deque[_Waiting] = deque()
        self._messages = 0
        self._news = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self._tasks = [asyncio.create_task(self._run()) for _ in range(FLUSHES)]

    async def stop(self) -> None:
        """Store what was accepted, then end."""
        while self._queue or self._messages:
            await asyncio.sleep(0.01)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def store(self, sent: Sent) -> Answer:
        """Store a request's messages; returns after the commit. Raises what refuses them."""
        size = len(sent.messages)
        if self._messages + size > WAITING_AT_MOST:
            raise Unavailable("Too much is waiting to be stored. Try again shortly.", "busy")
        waiting = _Waiting(sent, asyncio.get_running_loop().create_future())
        self._count(size)
        self._queue.append(waiting)
        self._news.set()
        return await waiting.answer

    async def _run(self) -> None:
        while True:
            await self._news.wait()
            batch = self._take()
            if batch:
                sizes = sum(len(waiting.sent.messages) for waiting in batch)
                await self._flush(batch)
                self._count(-sizes)

    def _take(self) -> list[_Waiting]:
        batch: list[_Waiting] = []
        size = 0
        while self._queue and (not batch or size < BATCH):
            waiting = self._queue.popleft()
            size += len(waiting.sent.messages)
            batch.append(waiting)
        if not self._queue:
            self._news.clear()
        return batch

    async def _flush(self, batch: Sequence[_Waiting]) -> None:
        try:
            answers = await self._commit([waiting.sent for waiting in batch])
        except (psycopg.DataError, psycopg.IntegrityError, UnicodeError, BadInput) as error:
            if len(batch) > 1:
                half = len(batch) // 2
                await self._flush(batch[:half])
                await self._flush(batch[half:])
                return
            log.warning("a request could not be stored: %s", type(error).__name__)
            refusal = BadInput("A value in this request cannot be stored.", "unstorable")
            _refuse(batch, refusal)
        except OpenbookError as error:
            _refuse(batch, error)
        except Exception:
            log.exception("storing failed")
            _refuse(batch, Unavailable("Storing failed. Try again in a few seconds."))
        else:
            for waiting, answer in zip(batch, answers, strict=True):
                if not waiting.answer.done():
                    waiting.answer.set_result(answer)

    async def _commit(self, requests: Sequence[Sent]) -> list[Answer]:
        workspaces = sorted({sent.admitted.workspace_id for sent in requests})
        for attempt in range(TRIES):
            try:
                async with self._db.transaction(*workspaces) as conn:
                    return await self._storing.store(conn, requests)
            except (Moved, psycopg.errors.DeadlockDetected, Unavailable) as error:
                again = isinstance(error, Moved) or isinstance(
                    error.__cause__ or error, psycopg.errors.DeadlockDetected
                )
                if not again or attempt == TRIES - 1:
                    raise
                await asyncio.sleep(0.005 * 2**attempt)
        raise Unavailable("Storing failed. Try again in a few seconds.")

    def _count(self, change: int) -> None:
        self._messages += change
        WAITING.set(self._messages)


def _refuse(batch: Sequence[_Waiting], error: OpenbookError) -> None:
    for waiting in batch:
        if not waiting.answer.done():
            waiting.answer.set_exception(error)
