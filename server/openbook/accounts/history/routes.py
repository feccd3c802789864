"""Who changed what, over REST: in the workspace, and on one contact."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, get
from litestar.datastructures import State
from litestar.params import Parameter

from openbook.accounts.guards import caller, requires
from openbook.accounts.history import queries
from openbook.accounts.history.schemas import History, Who
from openbook.accounts.sign_in.entering import PRIVATE

Asking = Request[Any, Any, Any]
Before = Annotated[UUID | None, Parameter(description="The `next` of the page before.")]


@get(
    "/api/history",
    guards=[requires("team:write")],
    tags=["Settings"],
    operation_id="listHistory",
    response_headers=PRIVATE,
)
async def list_history(request: Asking, state: State, before: Before = None) -> History:
    """What was changed in the workspace and by whom, the newest first; kept for 400 days."""
    workspace_id = caller(request).workspace_id
    async with state.db.transaction(workspace_id) as conn:
        return await queries.history(conn, workspace_id, state.clock(), before)


@get(
    "/api/contacts/{contact_id:uuid}/history",
    guards=[requires("contacts:read")],
    tags=["Contacts"],
    operation_id="listContactHistory",
    response_headers=PRIVATE,
)
async def list_contact_history(
    request: Asking, state: State, contact_id: UUID, before: Before = None
) -> History:
    """What the team, tokens and commands changed on a contact, the newest first.

    Which fields, not their values: those are on the contact, or gone. What its devices and imports
    said is told by the contact's `provenance`.
    """
    workspace_id, subject = caller(request).workspace_id, str(contact_id)
    async with state.db.transaction(workspace_id) as conn:
        return await queries.history(conn, workspace_id, state.clock(), before, subject)


@get(
    "/api/who/{caller_id:uuid}",
    guards=[requires("contacts:read")],
    tags=["Contacts"],
    operation_id="who",
    response_headers=PRIVATE,
)
async def who(request: Asking, state: State, caller_id: UUID) -> Who:
    """Whose id this is, for example of `spam_by`: a person of the team, or an API token."""
    workspace_id = caller(request).workspace_id
    async with state.db.transaction(workspace_id) as conn:
        return await queries.who(conn, workspace_id, caller_id)


handlers = [list_history, list_contact_history, who]
