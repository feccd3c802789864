"""Group commit: requests that wait together are stored in one transaction, then answered.

A request is answered only after the commit that holds its messages. Requests are never split over
transactions; a transaction that fails on one of several requests is tried again with halves, so a
message that PostgreSQL cannot store spoils no other.
"""

import asyncio
import logging
import time
from collections.abc import Sequence
from contextlib import suppress
from copy import copy
from uuid import UUID

import msgspec
import psycopg

from openbook.collect.admission import STUCK, Admission, away, busy
from openbook.collect.request import Answer, Sent
from openbook.collect.storing import Storing
from openbook.collect.turns import Turns
from openbook.contacts.identity import Moved
from openbook.db import Database
from openbook.errors import BadInput, OpenbookError, Unavailable

log = logging.getLogger(__name__)

BATCH = 400
"""Rows in one transaction, or one request that brings more: all that come meanwhile wait for it.
What a phone sends at once is mostly one row (`collect/runs.py`)."""
BATCH_CROWDED = 200
"""The same where transactions leave something over: a larger one saves little."""
BATCH_SHARED = 64
"""The same where several workspaces send: who sends little waits for the end of a transaction that
is not theirs, so it is a short one."""
FLUSHES = 2
HEAD_START = 0.25
"""Seconds a transaction has the database for itself: what comes meanwhile goes together into the
next one, for a fuller one costs less a message. One that takes longer holds nobody up."""
GATHER = 0.008
"""Seconds for which those who were answered together are waited for after that: who sends on with
the answer comes back together with the others, and one fuller transaction costs less than two."""
PAUSE = 0.002
"""Seconds in which none of them comes, and nobody is waited for any longer."""
CROWD = 32
"""Messages that were answered together, of several requests, from which on that is done."""
TRIES = 6
WATCH = 0.25
"""Seconds between looks for requests that have waited too long."""
ANSWERED = 10.0
"""Seconds after which a request is refused although its transaction may still end well."""
LONGEST = 30.0
"""Seconds after which a transaction is given up."""


class _Waiting(msgspec.Struct):
    workspace_id: UUID
    size: int
    sent: Sent
    answer: asyncio.Future[Answer]
    since: float


class Writer:
    """One per process: takes requests, answers them when they are stored."""

    def __init__(self, db: Database, storing: Storing):
        self.admission = Admission()
        self._db = db
        self._storing = storing
        self._turns: Turns[_Waiting] = Turns(lambda waiting: max(1, len(waiting.sent.prepared)))
        self._arrived = 0
        self._lately = 0, 0.0
        """How many requests were answered together last, and when, if it was a crowd."""
        self._flights: dict[int, tuple[float, Sequence[_Waiting]]] = {}
        self._news = asyncio.Event()
        self._landed = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        flushes = [self._run(number) for number in range(FLUSHES)]
        self._tasks = [asyncio.create_task(run) for run in (*flushes, self._watch())]

    async def stop(self) -> None:
        """Store what was accepted, then end."""
        while self._turns or self._flights:
            await asyncio.sleep(0.01)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def store(self, sent: Sent) -> Answer:
        """Store a request's messages; returns after the commit. Raises what refuses them."""
        workspace_id, size = sent.admitted.workspace_id, len(sent.messages)
        since = self.admission.enter(workspace_id, size, sent.size)
        answer = asyncio.get_running_loop().create_future()
        self._turns.put(_Waiting(workspace_id, size, sent, answer, since))
        self._arrived += 1
        self._news.set()
        return await answer

    async def _run(self, number: int) -> None:
        while True:
            await self._news.wait()
            await self._let_land()
            while await self._gather():
                await self._let_land()
            batch = self._take()
            if not self._turns:
                self._news.clear()
            if batch:
                self._flights[number] = time.monotonic(), batch
                self._landed.clear()
                try:
                    await self._flush(batch)
                finally:
                    del self._flights[number]
                    if not self._flights:
                        self._landed.set()
                    self._leave(batch)

    async def _let_land(self) -> None:
        """Wait for the transaction under way, as long as its head start lasts."""
        while self._flights:
            began = max(began for began, _ in self._flights.values())
            left = began + HEAD_START - time.monotonic()
            if left <= 0:
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._landed.wait()

    async def _gather(self) -> bool:
        """Wait a moment for those who were answered together just now; whether it did."""
        many, since = self._lately
        is_over = self._turns.weight >= self._most or self.admission.requests >= many
        if is_over or time.monotonic() - since >= GATHER:
            return False
        before = self._arrived
        await asyncio.sleep(PAUSE)
        if self._arrived == before:
            self._lately = 0, since
        return True

    @property
    def _most(self) -> int:
        """Rows of the next transaction."""
        if self.admission.is_shared:
            return BATCH_SHARED
        leaves_over = self.admission.is_overloaded or self.admission.newest_first
        return BATCH_CROWDED if leaves_over else BATCH

    def _take(self) -> list[_Waiting]:
        batch = self._turns.take(self._most, newest_first=self.admission.newest_first)
        self.admission.taken(bool(self._turns))
        if not self.admission.is_overloaded:
            return batch
        stale, fresh = [], []
        for waiting in batch:
            is_stale = self.admission.is_stale(waiting.workspace_id, waiting.since)
            (stale if is_stale else fresh).append(waiting)
        _refuse(stale, busy())
        self._leave(stale)
        return fresh

    def _leave(self, batch: Sequence[_Waiting]) -> None:
        for waiting in batch:
            self.admission.leave(waiting.workspace_id, waiting.size, waiting.sent.size)

    async def _watch(self) -> None:
        """Let nobody wait for ever: a database that hangs answers neither yes nor no."""
        while True:
            await asyncio.sleep(WATCH)
            now = time.monotonic()
            flights = list(self._flights.values())
            self.admission.is_stuck = any(now - began > STUCK for began, _ in flights)
            for began, batch in flights:
                if now - began > STUCK:
                    _refuse([it for it in batch if now - it.since > ANSWERED], away())
            if self.admission.is_stuck:
                late = self._turns.drop_before(now - STUCK)
                _refuse(late, away())
                self._leave(late)

    async def _flush(self, batch: Sequence[_Waiting]) -> None:
        try:
            async with asyncio.timeout(LONGEST):
                answers, commit = await self._commit([waiting.sent for waiting in batch])
        except (psycopg.DataError, psycopg.IntegrityError, UnicodeError, BadInput) as error:
            if len(batch) > 1:
                half = len(batch) // 2
                await self._flush(batch[:half])
                await self._flush(batch[half:])
                return
            log.warning("a request could not be stored: %s", type(error).__name__)
            refusal = BadInput("A value in this request cannot be stored.", "unstorable")
            _refuse(batch, refusal)
        except (Unavailable, TimeoutError) as error:
            log.warning("the database stored nothing: %s", type(error.__cause__ or error).__name__)
            if self._db.is_away or isinstance(error, TimeoutError):
                self.admission.failed()
            _refuse(batch, error if isinstance(error, OpenbookError) else away())
        except OpenbookError as error:
            _refuse(batch, error)
        except Exception:
            log.exception("storing failed")
            _refuse(batch, Unavailable("Storing failed. Try again in a few seconds."))
        else:
            took = time.monotonic() - min(waiting.since for waiting in batch)
            messages = sum(waiting.size for waiting in batch)
            self.admission.stored(messages, took, commit)
            is_crowd = len(batch) > 1 and messages >= CROWD
            self._lately = self.admission.requests if is_crowd else 0, time.monotonic()
            for waiting, answer in zip(batch, answers, strict=True):
                if not waiting.answer.done():
                    waiting.answer.set_result(answer)

    async def _commit(self, requests: Sequence[Sent]) -> tuple[list[Answer], float]:
        """The requests' answers, and how many seconds the commit itself took."""
        workspaces = sorted({sent.admitted.workspace_id for sent in requests})
        for attempt in range(TRIES):
            try:
                async with self._db.transaction(*workspaces) as conn:
                    answers = await self._storing.store(conn, requests)
                    began = time.monotonic()
                return answers, time.monotonic() - began
            except (Moved, psycopg.errors.DeadlockDetected, Unavailable) as error:
                again = isinstance(error, Moved) or isinstance(
                    error.__cause__ or error, psycopg.errors.DeadlockDetected
                )
                if not again or attempt == TRIES - 1:
                    raise
                await asyncio.sleep(0.005 * 2**attempt)
        raise Unavailable("Storing failed. Try again in a few seconds.")


def _refuse(batch: Sequence[_Waiting], error: OpenbookError) -> None:
    for waiting in batch:
        if not waiting.answer.done():
            # One each: an error that is raised many times keeps all its traces.
            waiting.answer.set_exception(copy(error))
