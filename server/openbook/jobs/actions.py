"""Defer a job, in the transaction of what it is about: both are there or neither is. And end it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from openbook.db import Connection
from openbook.ids import new_id
from openbook.jobs.queries import delete_jobs_about, insert_job
from openbook.jobs.schemas import Batch, Job


async def defer(
    conn: Connection,
    workspace_id: UUID,
    kind: str,
    subject_id: UUID,
    moment: datetime,
    *,
    total: int = 1,
    due_at: datetime | None = None,
) -> UUID:
    """A job of this kind about a row, worked on from `due_at` (now); its id."""
    job_id = new_id(moment)
    due_at = due_at or moment
    await insert_job(
        conn,
        Job(workspace_id, job_id, kind, subject_id, "waiting", 0, total, due_at, 0, moment),
    )
    return job_id


async def end(conn: Connection, job: Job) -> Batch:
    """Nothing is left to do: the job goes, with any other of its kind about the same row."""
    await delete_jobs_about(conn, job.workspace_id, job.subject_id, job.kind)
    return Batch(1, last=True)


def try_again(job: Job, moment: datetime, first: timedelta, after: Callable[[], None]) -> Batch:
    """One more try begins; the next comes `first` later, each one after twice as late."""
    return Batch(1, last=False, due_at=moment + first * 2**job.done, after=after)
