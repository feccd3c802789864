"""What changes about saved views. The caller holds the transaction.

One's own views are one's own affair, whatever the role, and nothing is noted of them. What the team
shares is changed by those who may write contacts, and it is noted who did.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from openbook.accounts.schemas import Caller
from openbook.audit.noting import note
from openbook.audit.schemas import Action
from openbook.contacts.asked import storable
from openbook.contacts.search import read_question
from openbook.contacts.segments import Attributes, expression
from openbook.contacts.views import queries
from openbook.contacts.views.schemas import Layout, View, ViewWrite
from openbook.db import Connection, Row
from openbook.errors import BadInput, Conflict, Forbidden, NotFound
from openbook.ids import new_id

MOST = 200
"""Views of one owner."""
KEPT = timedelta(days=1)
"""For so long a removed view can be brought back."""
SHARING = "contacts:write"


async def make(
    conn: Connection, caller: Caller, attributes: Attributes, written: ViewWrite, moment: datetime
) -> View:
    """A new view."""
    checked = _checked(written, attributes)
    if written.shared:
        _require_sharing(caller)
    if await queries.how_many(conn, caller.workspace_id, caller.caller_id) >= MOST:
        raise Conflict(f"There are {MOST} views of yours. Remove one first.", "too_many_views")
    view_id = new_id(moment)
    await queries.insert_view(conn, caller.workspace_id, view_id, caller.caller_id, checked, moment)
    if written.shared:
        await _note(conn, caller, "view.shared", view_id, moment)
    return await _shown(conn, caller, view_id)


async def change(
    conn: Connection,
    caller: Caller,
    attributes: Attributes,
    view_id: UUID,
    written: ViewWrite,
    moment: datetime,
) -> View:
    """Write a view anew: its name, its question and its looks."""
    found = await _changeable(conn, caller, view_id)
    if written.shared != found["shared"]:
        _require_sharing(caller)
        if found["owner_id"] != caller.caller_id:
            raise Forbidden("Only who made a view can share it or take it back.", "not_yours")
    values = queries.values_of(_checked(written, attributes))
    await queries.update_view(conn, caller.workspace_id, view_id, changed_at=moment, **values)
    match found["shared"], written.shared:
        case False, True:
            await _note(conn, caller, "view.shared", view_id, moment)
        case True, False:
            await _note(conn, caller, "view.withdrawn", view_id, moment)
        case True, True:
            await _note(conn, caller, "view.changed", view_id, moment)
    return await _shown(conn, caller, view_id)


async def remove(conn: Connection, caller: Caller, view_id: UUID, moment: datetime) -> None:
    """Take a view away; for a day it can be brought back."""
    found = await _changeable(conn, caller, view_id)
    await queries.forget_removed(conn, caller.workspace_id, moment - KEPT)
    await queries.update_view(conn, caller.workspace_id, view_id, removed_at=moment)
    if found["shared"]:
        await _note(conn, caller, "view.removed", view_id, moment)


async def bring_back(conn: Connection, caller: Caller, view_id: UUID, moment: datetime) -> View:
    """Undo a removal."""
    found = await _changeable(conn, caller, view_id, removed=True)
    await queries.update_view(conn, caller.workspace_id, view_id, removed_at=None)
    if found["shared"]:
        await _note(conn, caller, "view.restored", view_id, moment)
    return await _shown(conn, caller, view_id)


async def keep_layout(conn: Connection, caller: Caller, written: Layout) -> None:
    """Remember how somebody's list looks."""
    _check_texts(written)
    await queries.put_layout(conn, caller.workspace_id, caller.caller_id, written)


def shown(caller: Caller, found: Row) -> View:
    """A stored view, for who asks."""
    mine = found["owner_id"] == caller.caller_id
    return View(
        id=found["id"],
        name=found["name"],
        shared=found["shared"],
        mine=mine,
        may_change=caller.may(SHARING) if found["shared"] else mine,
        q=found["q"],
        filter=found["filter"],
        columns=found["columns"],
        widths=found["widths"],
        density=found["density"],
        changed_at=int(found["changed_at"].timestamp()),
    )


async def _note(
    conn: Connection, caller: Caller, action: Action, view_id: UUID, moment: datetime
) -> None:
    await note(conn, caller.workspace_id, caller.actor, action, view_id, moment)


async def _shown(conn: Connection, caller: Caller, view_id: UUID) -> View:
    found = await queries.view(conn, caller.workspace_id, view_id)
    if found is None:
        raise _unknown()
    return shown(caller, found)


async def _changeable(
    conn: Connection, caller: Caller, view_id: UUID, *, removed: bool = False
) -> Row:
    found = await queries.view(conn, caller.workspace_id, view_id)
    if found is None or (found["removed_at"] is not None) is not removed:
        raise _unknown()
    if found["shared"]:
        _require_sharing(caller)
    elif found["owner_id"] != caller.caller_id:
        raise _unknown()
    return found


def _require_sharing(caller: Caller) -> None:
    if not caller.may(SHARING):
        raise Forbidden(
            f"Your role here, {caller.role}, may keep views of its own, and not make or change "
            f"what the team shares. That takes the scope {SHARING}."
        )


def _checked(written: ViewWrite, attributes: Attributes) -> ViewWrite:
    """With a question that can be asked, now at least."""
    _check_texts(written)
    if not written.name.strip() or not storable(written.name):
        raise BadInput("A view has a name of 1 to 80 characters.", "bad_view")
    question = read_question(q=written.q, tree=written.filter)
    if question.filter is not None:
        expression(question.filter, attributes)
    values: dict[str, Any] = queries.values_of(written)
    return ViewWrite(**values | {"name": written.name.strip(), "q": question.words})


def _check_texts(written: Layout) -> None:
    if not all(storable(text) for text in (*written.columns, *written.widths)):
        raise BadInput("The name of a column has a NUL or is not UTF-8.", "bad_view")


def _unknown() -> NotFound:
    return NotFound(
        "There is no such view here: it was removed, or is somebody else's own.", "no_such_view"
    )
