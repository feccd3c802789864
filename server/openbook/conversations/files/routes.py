"""Files over HTTP: visitors and the team bring them, and fetch those they may read."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.exceptions import InternalServerException
from litestar.params import Parameter
from litestar.response import Stream

from openbook.accounts.guards import caller, requires
from openbook.conversations import showing
from openbook.conversations.actions import Changes
from openbook.conversations.appearance.queries import chat_settings
from openbook.conversations.files import queries
from openbook.conversations.files.actions import keep_file, refuse_too_many
from openbook.conversations.files.receiving import received
from openbook.conversations.files.schemas import StoredFile
from openbook.conversations.files.sending import no_file, send_file
from openbook.conversations.schemas import SentFile
from openbook.conversations.visiting.guard import (
    Visitor,
    in_session,
    in_workspace,
    visitor,
    with_session,
)
from openbook.conversations.visiting.limits import ASK, SPEAK
from openbook.conversations.visiting.schemas import ChatSession
from openbook.conversations.visiting.sessions import find
from openbook.db import Connection
from openbook.errors import BadInput, Forbidden

LARGEST = 25 * 1024 * 1024 + 1
"""Above what any settings may allow."""
PRIVATE = {"Cache-Control": "no-store"}
Asking = Request[Any, Any, Any]
Name = Annotated[
    str,
    Parameter(query="name", max_length=1000, description="What the file is called."),
]


@post(
    "/v1/chat/{key:str}/files",
    guards=[with_session],
    tags=["Chat"],
    operation_id="sendChatFile",
    status_code=201,
    request_max_body_size=LARGEST,
)
async def bring_as_visitor(request: Asking, name: Name = "") -> SentFile:
    """Bring a file, to be sent with a message within a day. The body is the file itself.

    What it is, is read from its content: pictures, PDF, text, CSV, documents of office suites, MP4,
    QuickTime and WebM are taken. Pictures are made anew without what the camera wrote into them.
    """

    async def may(
        conn: Connection, who: Visitor, session: ChatSession, moment: datetime, changes: Changes
    ) -> int:
        workspace_id = who.admitted.workspace_id
        files = (await chat_settings(conn, workspace_id)).settings.files
        if not files.enabled:
            raise Forbidden("Files are not taken in this chat.", "files_off")
        await refuse_too_many(conn, workspace_id, moment, session_id=session.id)
        return files.max_bytes

    most = await in_session(request, SPEAK, may)
    who = visitor(request)
    sender = f"{who.admitted.workspace_id} {who.address}"
    async with received(_body(request), name, most, sender) as cleaned:

        async def keep(
            conn: Connection, who: Visitor, moment: datetime, changes: Changes
        ) -> StoredFile:
            workspace_id = who.admitted.workspace_id
            session = await find(conn, workspace_id, who.token, moment)
            return await keep_file(
                conn,
                workspace_id,
                cleaned,
                moment,
                session_id=session.id,
                contact_id=session.contact_id,
                origin_id=session.origin_id,
            )

        return _shown(await in_workspace(request, keep))


@get(
    "/v1/chat/{key:str}/files/{file_id:uuid}",
    guards=[with_session],
    tags=["Chat"],
    operation_id="getChatFile",
)
async def fetch_as_visitor(request: Asking, state: State, file_id: UUID) -> Stream:
    """A file of a conversation that this session may read, or one of its own, to be saved."""

    async def look(
        conn: Connection, who: Visitor, session: ChatSession, moment: datetime, changes: Changes
    ) -> StoredFile:
        workspace_id = who.admitted.workspace_id
        found = await queries.file(conn, workspace_id, file_id)
        if found is None or found.private:
            raise no_file()
        if found.conversation_id is None:
            if found.session_id != session.id:
                raise no_file()
        elif not await showing.conversation_seen(
            conn, workspace_id, session.sight, found.conversation_id
        ):
            raise no_file()
        return found

    found = await in_session(request, ASK, look)
    return send_file(state.db, visitor(request).admitted.workspace_id, found)


@post(
    "/api/conversations/files",
    guards=[requires("conversations:write")],
    tags=["Conversations"],
    operation_id="bringFile",
    status_code=201,
    request_max_body_size=LARGEST,
    response_headers=PRIVATE,
)
async def bring_as_team(request: Asking, state: State, name: Name = "") -> SentFile:
    """Bring a file, to be sent with a message or a note within a day. The body is the file itself.

    The same kinds are taken as from visitors, and pictures lose what the camera wrote into them.
    """
    who, moment = caller(request), state.clock()
    async with state.db.transaction(who.workspace_id) as conn:
        settings = (await chat_settings(conn, who.workspace_id)).settings
        await refuse_too_many(conn, who.workspace_id, moment, user_id=who.caller_id)
    async with (
        received(_body(request), name, settings.files.max_bytes, str(who.caller_id)) as cleaned,
        state.db.transaction(who.workspace_id) as conn,
    ):
        kept = await keep_file(
            conn, who.workspace_id, cleaned, state.clock(), user_id=who.caller_id
        )
    return _shown(kept)


@get(
    "/api/conversations/files/{file_id:uuid}",
    guards=[requires("conversations:read")],
    tags=["Conversations"],
    operation_id="fetchFile",
)
async def fetch_as_team(request: Asking, state: State, file_id: UUID) -> Stream:
    """A file of a conversation, to be saved."""
    who = caller(request)
    async with state.db.transaction(who.workspace_id) as conn:
        found = await queries.file(conn, who.workspace_id, file_id)
    if found is None or (found.conversation_id is None and found.user_id != who.caller_id):
        raise no_file()
    return send_file(state.db, who.workspace_id, found)


async def _body(request: Asking) -> AsyncIterator[bytes]:
    """The bytes of a request as they come; BadInput where whoever sends them goes away."""
    try:
        async for chunk in request.stream():
            yield chunk
    except InternalServerException:
        raise BadInput("The file broke off before its end.", "broken_off") from None


def _shown(kept: StoredFile) -> SentFile:
    return SentFile(kept.id, kept.name, kept.media_type, kept.size, kept.width, kept.height)


handlers = [bring_as_visitor, fetch_as_visitor, bring_as_team, fetch_as_team]
