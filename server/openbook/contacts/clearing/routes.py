"""What is stored of fields that are switched off, over REST: how much, and deleting it."""

from typing import Any

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.params import JSONBody

from openbook.accounts.guards import caller, confirmed, requires
from openbook.contacts.clearing import actions
from openbook.contacts.clearing.schemas import Cleared, ClearFrom, StoredValuesList
from openbook.contacts.parameters import PRIVATE

TAGS = ["Settings"]


@get(
    "/api/settings/stored",
    guards=[requires("settings:read")],
    response_headers=PRIVATE,
    operation_id="listStored",
    tags=TAGS,
)
async def list_stored(request: Request[Any, Any, Any], state: State) -> StoredValuesList:
    """How much is still stored of fields that are switched off."""
    workspace_id = caller(request).workspace_id
    async with state.db.transaction(workspace_id) as conn:
        return await actions.stored(conn, workspace_id)


@post(
    "/api/settings/stored/{field:str}/clear",
    guards=[requires("contacts:delete"), confirmed],
    status_code=200,
    response_headers=PRIVATE,
    operation_id="clearStored",
    tags=TAGS,
)
async def clear_stored(
    request: Request[Any, Any, Any], state: State, field: str, data: JSONBody[ClearFrom]
) -> Cleared:
    """Delete what is stored of a field that is switched off, from the next thousand contacts.

    From contacts, devices, claims and the journal of merges. It cannot be undone. Call it again
    with `after` until that is null.
    """
    who = caller(request)
    async with state.db.transaction(who.workspace_id) as conn:
        return await actions.clear(conn, who, field, data.after, state.clock())


handlers = [list_stored, clear_stored]
