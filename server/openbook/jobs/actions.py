"""Defer a job: in the transaction of what it is about, so that both are there or neither is."""

from datetime import datetime
from uuid import UUID

from openbook.db import Connection
from openbook.ids import new_id
from openbook.jobs.queries import insert_job
from openbook.jobs.schemas import Job


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
