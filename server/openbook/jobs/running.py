"""The runner of jobs: one in each process that serves, and none knows of the others.

A batch is one transaction: it holds the job's row, does its part and notes how far it got. What
holds the row is the lock alone, so a process that dies in the middle of a batch has done none of
it, and the next process that looks goes on from the batch before. Jobs take turns, batch by batch:
a long one does not keep short ones waiting.
"""

import asyncio
import contextlib
import logging
from datetime import datetime, timedelta
from uuid import UUID

from openbook.clock import Clock
from openbook.db import Database
from openbook.errors import Unavailable
from openbook.jobs import queries
from openbook.jobs.schemas import Batch, Job, Status, Steps

LOOK_SECONDS = 2.0
"""How often a process looks for work that another one deferred; its own it begins at once."""
AT_ONCE = 20
"""Jobs that take turns."""
TRIES = 5
log = logging.getLogger(__name__)


class Runner:
    """Works jobs until it is stopped. `steps`: kind of job -> what works one batch of it."""

    def __init__(self, db: Database, steps: Steps, clock: Clock):
        self._db, self._steps, self._clock = db, steps, clock
        self._wanted = asyncio.Event()
        self._stopping = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    def wake(self) -> None:
        """Look now: a job was deferred here, and is committed."""
        self._wanted.set()

    async def stop(self) -> None:
        """End after the batch that is under way; the rest is done by whoever runs next."""
        self._stopping = True
        self.wake()
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        while not self._stopping:
            pause = LOOK_SECONDS
            try:
                if await self._round():
                    pause = 0.0
            except Unavailable:
                pass  # the database is away, or another writer was in the way: again in a moment
            except Exception as error:
                # What a job is about may stand in the error's text.
                log.error("looking for jobs failed: %s", type(error).__name__)  # noqa: TRY400
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wanted.wait(), pause)
            self._wanted.clear()

    async def _round(self) -> bool:
        """One batch of each job that is due; whether any got on."""
        async with self._db.transaction() as conn:
            due = await queries.unscoped_due(conn, self._clock(), AT_ONCE)
        got_on = False
        for workspace_id, job_id in due:
            if self._stopping:
                return False
            try:
                got_on = await self._batch(workspace_id, job_id) or got_on
            except Unavailable:
                raise
            except Exception as error:
                log.error("a batch of a job failed: %s", type(error).__name__)  # noqa: TRY400
                await self._note_failure(workspace_id, job_id)
        return got_on

    async def _batch(self, workspace_id: UUID, job_id: UUID) -> bool:
        async with self._db.transaction(workspace_id) as conn:
            job = await queries.take(conn, workspace_id, job_id, self._clock())
            step = self._steps.get(job.kind) if job else None
            if job is None or step is None:  # a kind that only a newer release knows is left to it
                return False
            batch = await step(conn, job)
            status, due_at = after_batch(job, batch)
            done = job.done + batch.done
            values = {"status": status, "due_at": due_at, "done": done, "tries": 0}
            await queries.update_job(conn, workspace_id, job_id, **values)
        if batch.after is not None:
            batch.after()
        return True

    async def _note_failure(self, workspace_id: UUID, job_id: UUID) -> None:
        async with self._db.transaction(workspace_id) as conn:
            moment = self._clock()
            job = await queries.take(conn, workspace_id, job_id, moment)
            if job is not None:
                status, due_at = after_failure(job, moment)
                values = {"status": status, "due_at": due_at, "tries": job.tries + 1}
                await queries.update_job(conn, workspace_id, job_id, **values)


def after_failure(job: Job, moment: datetime) -> tuple[Status, datetime | None]:
    """Tried again after 2, 4, 8, 16 seconds, then given up."""
    tries = job.tries + 1
    if tries >= TRIES:
        return "failed", None
    return job.status, moment + timedelta(seconds=2**tries)


def after_batch(job: Job, batch: Batch) -> tuple[Status, datetime | None]:
    return ("done", None) if batch.last else ("running", batch.due_at or job.due_at)
