"""Canned replies over REST."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, delete, get, post, put
from litestar.datastructures import State
from litestar.params import JSONBody, Parameter

from openbook.accounts.guards import caller, requires
from openbook.contacts.parameters import PRIVATE
from openbook.conversations.inbox.canned import actions, queries
from openbook.conversations.inbox.schemas import CannedReplies, CannedReply, CannedReplyWrite

ReplyId = Annotated[UUID, Parameter(description="The id of a canned reply.")]


class CannedReplyRoutes(Controller):
    """Texts that are written often; whoever writes fills in their variables."""

    path = "/api/canned-replies"
    request_max_body_size = 100_000
    response_headers = PRIVATE
    tags = ("Conversations",)

    @get(guards=[requires("conversations:read")], operation_id="listCannedReplies")
    async def list_canned_replies(
        self, request: Request[Any, Any, Any], state: State
    ) -> CannedReplies:
        """The canned replies of the workspace, by shortcut."""
        workspace_id = caller(request).workspace_id
        async with state.db.transaction(workspace_id) as conn:
            return CannedReplies(await queries.canned(conn, workspace_id))

    @post(guards=[requires("conversations:write")], operation_id="makeCannedReply")
    async def make_canned_reply(
        self, request: Request[Any, Any, Any], state: State, data: JSONBody[CannedReplyWrite]
    ) -> CannedReply:
        """Keep a text that is written often."""
        who = caller(request)
        async with state.db.transaction(who.workspace_id) as conn:
            return await actions.make(conn, who, data, state.clock())

    @put(
        "/{reply_id:uuid}",
        guards=[requires("conversations:write")],
        operation_id="changeCannedReply",
    )
    async def change_canned_reply(
        self,
        request: Request[Any, Any, Any],
        state: State,
        reply_id: ReplyId,
        data: JSONBody[CannedReplyWrite],
    ) -> CannedReply:
        """Write a canned reply anew."""
        who = caller(request)
        async with state.db.transaction(who.workspace_id) as conn:
            return await actions.change(conn, who, reply_id, data, state.clock())

    @delete(
        "/{reply_id:uuid}",
        guards=[requires("conversations:write")],
        operation_id="removeCannedReply",
    )
    async def remove_canned_reply(
        self, request: Request[Any, Any, Any], state: State, reply_id: ReplyId
    ) -> None:
        """Remove a canned reply."""
        who = caller(request)
        async with state.db.transaction(who.workspace_id) as conn:
            await actions.remove(conn, who, reply_id, state.clock())


handlers = [CannedReplyRoutes]
