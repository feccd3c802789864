"""The job that tells the operator's pusher of a reply that waits.

What is told is read in the job's transaction; the calls go over the network after the commit. What
the pusher took is noted for each phone, and the job ends; until then it comes back. A process that
dies in between calls once more, under the same id.
"""

from datetime import timedelta
from urllib.parse import quote

from openbook.accounts.background import Background
from openbook.accounts.queries import workspace
from openbook.clock import Clock
from openbook.contacts.push_tokens import end_token, note_told
from openbook.conversations.mails.queries import page_key
from openbook.conversations.pushing import queries
from openbook.conversations.pushing.calling import Pusher, call_id
from openbook.conversations.pushing.deferring import REPLY_PUSH, tell_by_push
from openbook.conversations.pushing.schemas import Data, Notice, Phone, Waiting
from openbook.db import Connection, Database
from openbook.jobs.actions import end, try_again
from openbook.jobs.queries import update_job
from openbook.jobs.schemas import Batch, Job, Steps

TYPE = "chat.reply_waiting"
AGAIN = timedelta(seconds=30)
TRIES = 6
"""How often a pusher that does not answer is called: 30 s, 1, 2, 4, 8 minutes later. News of a
reply that is older than that is none."""


def push_steps(
    db: Database, pusher: Pusher, background: Background, address: str, clock: Clock
) -> Steps:
    """`address`: where people open this openbook, of which links are made."""

    async def call(job: Job, found: Waiting, key: str, many: list[Phone]) -> None:
        for phone in many:
            link = f"{address}/chat/{quote(key)}#c={found.id}"
            data = Data(job.workspace_id, found.id, phone.platform, phone.token, phone.unread, link)
            moment = clock()
            outcome = await pusher.call(
                call_id(found, phone.device_id.bytes), Notice(TYPE, moment, data), moment
            )
            if outcome == "later":
                continue
            async with db.transaction(job.workspace_id) as conn:
                if outcome == "gone":
                    await end_token(conn, job.workspace_id, phone.device_id, phone.token)
                else:
                    # By the time of what was told: another reply may have come meanwhile.
                    await note_told(conn, job.workspace_id, phone.device_id, found.replied_at)
        async with db.transaction(job.workspace_id) as conn:
            # Look once more: if all of them were told, the job ends.
            if not await queries.phones(conn, job.workspace_id, found):
                await update_job(conn, job.workspace_id, job.id, due_at=clock())

    async def step(conn: Connection, job: Job) -> Batch:
        if not pusher.ready or job.done >= TRIES:
            return await end(conn, job)
        owner = await workspace(conn, job.workspace_id)
        if owner is None or owner.policy.push_tokens == "drop":
            return await end(conn, job)
        found = await queries.waiting(conn, job.workspace_id, job.subject_id)
        if found is not None and found.merged_into is not None:
            await tell_by_push(conn, job.workspace_id, found.merged_into, found.contact_id, clock())
            return await end(conn, job)
        key = await page_key(conn, job.workspace_id)
        if found is None or key is None:
            return await end(conn, job)
        many = await queries.phones(conn, job.workspace_id, found)
        if not many:
            return await end(conn, job)
        return try_again(job, clock(), AGAIN, lambda: background.start(call(job, found, key, many)))

    return {REPLY_PUSH: step}
