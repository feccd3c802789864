"""Looks ahead over REST: a merge or a split as it would be, and nothing changed."""

from typing import Any

from litestar import Request, post
from litestar.datastructures import State
from litestar.params import JSONBody

from openbook.accounts.guards import caller, requires
from openbook.clock import now
from openbook.contacts.parameters import PRIVATE, ContactId
from openbook.contacts.previews.actions import preview_merge, preview_split
from openbook.contacts.previews.schemas import MergePreview, SplitPreview
from openbook.contacts.schemas import MergeWith, SplitAt


@post(
    "/api/contacts/{contact_id:uuid}/merge/preview",
    guards=[requires("contacts:write")],
    status_code=200,
    response_headers=PRIVATE,
    operation_id="previewMerge",
    tags=["Contacts"],
)
async def merge_preview(
    request: Request[Any, Any, Any], state: State, contact_id: ContactId, data: JSONBody[MergeWith]
) -> MergePreview:
    """What merging another contact into this one would make, and why each value wins."""
    who = caller(request)
    async with state.db.transaction(who.workspace_id) as conn:
        return await preview_merge(conn, who, contact_id, data.with_, now())


@post(
    "/api/contacts/{contact_id:uuid}/split/preview",
    guards=[requires("contacts:write")],
    status_code=200,
    response_headers=PRIVATE,
    operation_id="previewSplit",
    tags=["Contacts"],
)
async def split_preview(
    request: Request[Any, Any, Any], state: State, contact_id: ContactId, data: JSONBody[SplitAt]
) -> SplitPreview:
    """What undoing a merge would make: both contacts, with what goes to which."""
    who = caller(request)
    async with state.db.transaction(who.workspace_id) as conn:
        return await preview_split(conn, who, contact_id, data.merge, now())


handlers = [merge_preview, split_preview]
