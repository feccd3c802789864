"""The background half of an action on many contacts: one part of them, in one transaction."""

from typing import Any
from uuid import UUID

from openbook.contacts.bulk import changing, queries, tagging
from openbook.contacts.bulk.actions import EXPIRY, KIND
from openbook.contacts.erasing import erase_contacts
from openbook.db import Connection, Row
from openbook.jobs.queries import delete_jobs_about
from openbook.jobs.schemas import Batch, Job, Steps
from openbook.live.publishing import publish


async def work_part(conn: Connection, job: Job) -> Batch:
    """The next part: done, or taken back where the action is being undone."""
    workspace_id, bulk_id = job.workspace_id, job.subject_id
    bulk = await queries.bulk(conn, workspace_id, bulk_id)
    if bulk is None:
        return Batch(0, True)
    undoing: bool = bulk["undoing"]
    part = await queries.next_part(conn, workspace_id, bulk_id, undoing=undoing)
    if part is None:
        return Batch(0, True)
    if undoing:
        await _take_back(conn, bulk, part["before"])
        await queries.note_part(conn, workspace_id, bulk_id, part["number"], None)
        return _batch(job, len(part["before"]))
    changed, before = await _do(conn, bulk, part["contact_ids"])
    await queries.note_part(conn, workspace_id, bulk_id, part["number"], before or None)
    await queries.count_changed(conn, workspace_id, bulk_id, changed)
    return _batch(job, len(part["contact_ids"]))


async def forget(conn: Connection, job: Job) -> Batch:
    """After a day: what is left of the action, and its jobs, this one too."""
    await queries.forget(conn, job.workspace_id, job.subject_id)
    await delete_jobs_about(conn, job.workspace_id, job.subject_id)
    return Batch(1, True)


async def _do(conn: Connection, bulk: Row, ids: list[Any]) -> tuple[int, list[Any]]:
    """How many were changed, and what can be taken back."""
    workspace_id, at = bulk["workspace_id"], bulk["made_at"]
    before: changing.Before
    match bulk["action"]:
        case "spam" | "not_spam" as action:
            before = await changing.mark_spam(
                conn, workspace_id, ids, action == "spam", at, bulk["made_by"]
            )
        case "tag":
            before = await tagging.put_tag(
                conn, workspace_id, ids, bulk["tag_id"], at, bulk["made_by"]
            )
        case "untag":
            before = await tagging.take_tag(conn, workspace_id, ids, bulk["tag_id"])
        case "unsubscribe":
            before = await changing.unsubscribe(conn, workspace_id, ids, at, bulk["how"])
        case _:
            return await erase_contacts(conn, workspace_id, ids), []
    await _tell(conn, bulk, [one[0] for one in before])
    return len(before), before


async def _take_back(conn: Connection, bulk: Row, before: list[Any]) -> None:
    workspace_id, at = bulk["workspace_id"], bulk["made_at"]
    match bulk["action"]:
        case "unsubscribe":
            await changing.resubscribe(conn, workspace_id, before, at, bulk["how"])
        case "tag":
            tag_id, by = bulk["tag_id"], bulk["made_by"]
            await tagging.unput_tag(conn, workspace_id, before, tag_id, at, by)
        case "untag":
            await tagging.untake_tag(conn, workspace_id, before, bulk["tag_id"])
        case _:
            await changing.unmark_spam(conn, workspace_id, before, bulk["action"] == "spam", at)
    await _tell(conn, bulk, [UUID(one[0]) for one in before])


async def _tell(conn: Connection, bulk: Row, changed: list[UUID]) -> None:
    marked = changed if bulk["action"] in ("spam", "not_spam") else ()
    await publish(conn, bulk["workspace_id"], changed=changed, marked=marked)


def _batch(job: Job, done: int) -> Batch:
    return Batch(done, job.done + done >= job.total)


STEPS: Steps = {KIND: work_part, EXPIRY: forget}
