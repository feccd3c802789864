"""Jobs of the inbox: what was snoozed wakes."""

from openbook import clock
from openbook.conversations.actions import Changes
from openbook.conversations.inbox.actions import WAKE, wake
from openbook.db import Connection
from openbook.jobs.schemas import Batch, Job, Steps


async def end_snoozing(conn: Connection, job: Job) -> Batch:
    """Open the conversation again, if it is still to be."""
    changes = Changes()
    await wake(conn, job.workspace_id, job.subject_id, clock.now(), changes)
    await changes.publish(conn, job.workspace_id)
    return Batch(1, True)


STEPS: Steps = {WAKE: end_snoozing}
