"""The background half of removing a tag: who had it is forgotten, some rows at a time."""

from openbook.db import Connection
from openbook.jobs.queries import delete_jobs_about
from openbook.jobs.schemas import Batch, Job, Steps
from openbook.tags.actions import REMOVAL
from openbook.tags.queries import forget_holders

ROWS = 5_000
"""Of each table in one transaction: a fraction of a second."""


async def forget(conn: Connection, job: Job) -> Batch:
    """The next rows of the tag; behind the last, the job itself."""
    if await forget_holders(conn, job.workspace_id, job.subject_id, ROWS):
        return Batch(0, False)
    await delete_jobs_about(conn, job.workspace_id, job.subject_id)
    return Batch(1, True)


STEPS: Steps = {REMOVAL: forget}
