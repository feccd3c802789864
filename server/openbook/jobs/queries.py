"""Every statement about jobs."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, update

from openbook.db import Connection, row, rows, run
from openbook.jobs.schemas import Job, Status
from openbook.tables.jobs import jobs


async def unscoped_due(conn: Connection, moment: datetime, limit: int) -> list[tuple[UUID, UUID]]:
    """(workspace, job) of jobs that can be worked on, whoever's they are: ids and nothing else."""
    await conn.execute("SELECT set_config('openbook.runner', 'on', true)")
    statement = select(jobs.c.workspace_id, jobs.c.id).where(jobs.c.due_at <= moment)
    found = await rows(conn, statement.order_by(jobs.c.due_at).limit(limit))
    return [(one["workspace_id"], one["id"]) for one in found]


async def take(conn: Connection, workspace_id: UUID, job_id: UUID, moment: datetime) -> Job | None:
    """Hold a job until the end of the transaction; None if another process has it or it ended."""
    statement = select(jobs).where(
        jobs.c.workspace_id == workspace_id, jobs.c.id == job_id, jobs.c.due_at <= moment
    )
    found = await row(conn, statement.with_for_update(skip_locked=True))
    return Job(**found) if found else None


async def insert_job(conn: Connection, new: Job) -> None:
    values = {name: getattr(new, name) for name in new.__struct_fields__}
    await run(conn, insert(jobs).values(**values))


async def is_deferred(conn: Connection, workspace_id: UUID, kind: str, subject_id: UUID) -> bool:
    """Whether a job of this kind about this row has not ended yet. Waits while a batch of it is
    under way, and keeps the next one from beginning until commit."""
    cursor = await conn.execute(_DEFERRED, (workspace_id, subject_id, kind))
    return await cursor.fetchone() is not None


# Plain text, not built anew for each request: every message of the team runs it.
_DEFERRED = """
SELECT id FROM jobs WHERE workspace_id = %s AND subject_id = %s AND kind = %s
  AND due_at IS NOT NULL LIMIT 1 FOR SHARE
"""


async def update_job(conn: Connection, workspace_id: UUID, job_id: UUID, **values: Any) -> None:
    """Waits while a batch of the job is under way."""
    statement = update(jobs).where(jobs.c.workspace_id == workspace_id, jobs.c.id == job_id)
    await run(conn, statement.values(**values))


async def stop_job(conn: Connection, workspace_id: UUID, job_id: UUID) -> bool:
    """Let no further batch begin, after the one that is under way; False if it had ended."""
    stopped: Status = "stopped"
    statement = update(jobs).where(
        jobs.c.workspace_id == workspace_id, jobs.c.id == job_id, jobs.c.due_at.is_not(None)
    )
    return await run(conn, statement.values(status=stopped, due_at=None)) == 1


async def delete_jobs_about(
    conn: Connection, workspace_id: UUID, subject_id: UUID, kind: str | None = None
) -> None:
    """Of one kind, or all of them."""
    statement = delete(jobs).where(
        jobs.c.workspace_id == workspace_id, jobs.c.subject_id == subject_id
    )
    await run(conn, statement if kind is None else statement.where(jobs.c.kind == kind))
