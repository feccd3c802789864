"""The job that sends a lead who has left one mail: there is a reply.

What decides is read in the job's transaction, which also makes the link; the mail goes over the
network after the commit. Once the mail server has taken it, that is noted and the job ends; until
then the job comes back, with another link in place of that one. A process that dies between the
two sends it again.
"""

from datetime import timedelta

from openbook.accounts.background import Background
from openbook.clock import Clock
from openbook.conversations.appearance.queries import chat_settings
from openbook.conversations.mails import queries
from openbook.conversations.mails.actions import prepare_mail
from openbook.conversations.mails.deciding import decide
from openbook.conversations.mails.deferring import REPLY_MAIL, tell_by_mail
from openbook.conversations.mails.schemas import Link
from openbook.conversations.schemas import MERGED
from openbook.db import Connection, Database
from openbook.jobs.actions import end, try_again
from openbook.jobs.queries import update_job
from openbook.jobs.schemas import Batch, Job, Steps
from openbook.mailer import Mail, Mailer

AGAIN = timedelta(minutes=5)
"""After the first try; then 10, 20, 40, 80 minutes."""
TRIES = 6
"""How often a mail is handed to a server that does not take it, each time after a longer wait."""


def reply_steps(
    db: Database, mailer: Mailer, background: Background, address: str, clock: Clock
) -> Steps:
    """`address`: where people open this openbook, of which links are made."""

    async def send(job: Job, link: Link, mail: Mail) -> None:
        await mailer.send(mail, clock())
        async with db.transaction(job.workspace_id) as conn:
            await queries.note_sent(conn, job.workspace_id, link, clock())
            # Look once more: another reply may have come meanwhile.
            await update_job(conn, job.workspace_id, job.id, due_at=clock(), done=0)

    async def step(conn: Connection, job: Job) -> Batch:
        if not mailer.ready:
            return await end(conn, job)
        moment = clock()
        found = await queries.situation(conn, job.workspace_id, job.subject_id)
        if found is None or job.done >= TRIES:
            return await end(conn, job)
        if found.status == MERGED and found.merged_into is not None:
            await tell_by_mail(conn, job.workspace_id, found.merged_into, moment)
            return await end(conn, job)
        settings = (await chat_settings(conn, job.workspace_id)).settings
        mailed = await queries.mailed(conn, job.workspace_id, job.subject_id, found, moment)
        wait = timedelta(minutes=settings.reply_mail_minutes)
        decision = decide(found, mailed, wait, moment, wanted=settings.reply_mail)
        if decision.what == "later":
            return Batch(0, last=False, due_at=decision.at)
        prepared = None
        if decision.what == "send":
            prepared = await prepare_mail(
                conn, job.workspace_id, job.subject_id, found, address, moment
            )
        if prepared is None:
            return await end(conn, job)
        link, mail = prepared
        return try_again(job, moment, AGAIN, lambda: background.start(send(job, link, mail)))

    return {REPLY_MAIL: step}
