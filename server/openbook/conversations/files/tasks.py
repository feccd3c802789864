"""The job that deletes files which were uploaded and not sent."""

from openbook.conversations.files.actions import UNSENT
from openbook.conversations.files.queries import delete_unsent
from openbook.db import Connection
from openbook.jobs.queries import delete_jobs_about
from openbook.jobs.schemas import Batch, Job, Steps


async def forget_unsent(conn: Connection, job: Job) -> Batch:
    """A day after the upload; a file that was sent stays."""
    await delete_unsent(conn, job.workspace_id, job.subject_id)
    await delete_jobs_about(conn, job.workspace_id, job.subject_id)
    return Batch(1, last=True)


STEPS: Steps = {UNSENT: forget_unsent}
