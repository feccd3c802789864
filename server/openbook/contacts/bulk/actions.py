"""Ask for an action on many contacts, stop it, take it back. The caller holds the transaction.

Its contacts are frozen: their ids are noted in the transaction that asks for it, in one statement.
A walk along the filter would meet those who came to match meanwhile, and nobody was told of them.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Uuid, any_, literal, not_

from openbook.accounts.schemas import Caller
from openbook.audit.noting import note
from openbook.contacts.allowed import policy_of
from openbook.contacts.bulk import queries
from openbook.contacts.bulk.schemas import SCOPES, TAGGING, UNDOABLE, Action, Bulk, BulkWrite
from openbook.contacts.finding import conditions
from openbook.contacts.search import read_question
from openbook.contacts.transfer.columns import read_columns
from openbook.db import Connection, Row
from openbook.errors import BadInput, Conflict, Forbidden, NotFound
from openbook.ids import new_id
from openbook.jobs.actions import defer
from openbook.jobs.queries import stop_job, update_job
from openbook.tables.contacts import contacts
from openbook.tags.actions import existing as existing_tag

KIND, EXPIRY = "bulk", "bulk expiry"
KEPT = timedelta(days=1)
"""How long an action can be taken back; then nothing is left of it but what it did."""
PARTS: dict[Action, int] = {
    "spam": 1_000, "not_spam": 1_000, "tag": 1_000, "untag": 1_000, "unsubscribe": 500,
    "export": 500, "delete": 200,
}  # fmt: skip
"""Contacts in a part: one transaction each, which should take a fraction of a second."""
FIELDS: dict[Action, str] = {"spam": "spam", "not_spam": "spam", "unsubscribe": "unsubscribed"}


async def begin(conn: Connection, caller: Caller, asked: BulkWrite, moment: datetime) -> Bulk:
    """Freeze whom it is about, and defer the work; a file is ready to be fetched at once."""
    _require(caller, asked.action)
    workspace_id, policy = caller.workspace_id, await policy_of(conn, caller.workspace_id)
    field = FIELDS.get(asked.action)
    if field is not None and not policy.keeps(field):
        raise BadInput(f"{field} is switched off here; nothing is kept in it.", "switched_off")
    await _check_tag(conn, workspace_id, asked)
    if asked.columns is not None:
        read_columns(asked.columns, policy.attributes)
    if asked.ids is not None:
        if asked.q is not None or asked.filter is not None or asked.except_ids:
            raise BadInput("Name either `ids` or a question, not both.", "bad_bulk")
        matching = [_among(asked.ids)]
    else:
        question = read_question(q=asked.q, tree=asked.filter)
        found = await conditions(conn, workspace_id, question, policy.attributes)
        matching = [*found.all]
        if asked.except_ids:
            matching.append(not_(_among(asked.except_ids)))
    bulk_id = new_id(moment)
    size = PARTS[asked.action]
    number = await queries.freeze(conn, workspace_id, bulk_id, matching, size)
    if number == 0:
        raise Conflict("No contact matches, so there is nothing to do.", "nobody")
    await queries.insert_bulk(
        conn,
        workspace_id=workspace_id,
        id=bulk_id,
        action=asked.action,
        made_by=caller.caller_id,
        how="server" if caller.user_id is None else "agent",
        made_at=moment,
        contacts=number,
        changed=0,
        undoing=False,
        columns=asked.columns,
        tag_id=asked.tag,
    )
    told: dict[str, Any] = {"does": asked.action, "contacts": number}
    if asked.tag is not None:
        told["tag"] = str(asked.tag)
    await note(conn, workspace_id, caller.actor, "bulk.begun", bulk_id, moment, **told)
    if asked.action != "export":
        await defer(conn, workspace_id, KIND, bulk_id, moment, total=number)
    await defer(conn, workspace_id, EXPIRY, bulk_id, moment, due_at=moment + KEPT)
    return await existing(conn, caller, bulk_id, moment)


async def stop(conn: Connection, caller: Caller, bulk_id: UUID, moment: datetime) -> Bulk:
    """Let no further part begin. What is done stays done, until it is taken back."""
    found = await _found(conn, caller, bulk_id)
    _require(caller, found["action"])
    if found["job_id"] is None or not await stop_job(conn, caller.workspace_id, found["job_id"]):
        raise Conflict("It has ended already.", "has_ended")
    told = {"does": found["action"], "contacts": found["contacts"]}
    await note(conn, caller.workspace_id, caller.actor, "bulk.stopped", bulk_id, moment, **told)
    return await existing(conn, caller, bulk_id, moment)


async def undo(conn: Connection, caller: Caller, bulk_id: UUID, moment: datetime) -> Bulk:
    """Take back what was changed, and only that; worked in the background as the action was."""
    found = await _found(conn, caller, bulk_id)
    _require(caller, found["action"])
    if found["action"] not in UNDOABLE:
        raise Conflict("What this action did cannot be taken back.", "cannot_undo")
    if not _may_undo(found, moment):
        raise Conflict(
            "It is under way, or was taken back already, or changed nothing.", "cannot_undo"
        )
    total = await queries.to_take_back(conn, caller.workspace_id, bulk_id)
    await queries.update_bulk(conn, caller.workspace_id, bulk_id, undoing=True)
    values = {"status": "waiting", "done": 0, "total": total, "due_at": moment, "tries": 0}
    await update_job(conn, caller.workspace_id, found["job_id"], **values)
    told = {"does": found["action"], "contacts": found["changed"]}
    await note(conn, caller.workspace_id, caller.actor, "bulk.undone", bulk_id, moment, **told)
    return await existing(conn, caller, bulk_id, moment)


async def existing(conn: Connection, caller: Caller, bulk_id: UUID, moment: datetime) -> Bulk:
    """How far an action is."""
    return shown(caller, await _found(conn, caller, bulk_id), moment)


def shown(caller: Caller, found: Row, moment: datetime) -> Bulk:
    """A stored action, for who asks."""
    has_job = found["job_id"] is not None
    return Bulk(
        id=found["id"],
        action=found["action"],
        status=found["status"] if has_job else "done",
        tag=found["tag_id"],
        undoing=found["undoing"],
        contacts=found["contacts"],
        changed=found["changed"],
        done=found["done"] if has_job else found["contacts"],
        total=found["total"] if has_job else found["contacts"],
        may_undo=caller.may(SCOPES[found["action"]]) and _may_undo(found, moment),
        mine=found["made_by"] == caller.caller_id,
        made_at=int(found["made_at"].timestamp()),
    )


async def _check_tag(conn: Connection, workspace_id: UUID, asked: BulkWrite) -> None:
    """A tag is named where one is given or taken, and nowhere else."""
    if (asked.tag is not None) is not (asked.action in TAGGING):
        raise BadInput("Name the `tag` to give or to take, and only for that.", "bad_bulk")
    if asked.tag is not None:
        await existing_tag(conn, workspace_id, asked.tag)


def _may_undo(found: Row, moment: datetime) -> bool:
    return (
        found["action"] in UNDOABLE
        and found["status"] in ("done", "stopped", "failed")
        and not (found["undoing"] and found["status"] == "done")
        and found["changed"] > 0
        and moment < found["made_at"] + KEPT
    )


async def _found(conn: Connection, caller: Caller, bulk_id: UUID) -> Row:
    found = await queries.bulk(conn, caller.workspace_id, bulk_id)
    if found is None:
        raise NotFound("There is no such action here. They are kept for a day.", "no_such_bulk")
    return found


def _require(caller: Caller, action: Action) -> None:
    if not caller.may(SCOPES[action]):
        whose = "This API token" if caller.user_id is None else f"Your role here, {caller.role},"
        raise Forbidden(f"{whose} lacks the scope {SCOPES[action]}.")


def _among(ids: list[UUID]) -> ColumnElement[bool]:
    return contacts.c.id == any_(literal(ids, ARRAY(Uuid)))
