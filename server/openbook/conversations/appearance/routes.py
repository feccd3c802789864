"""The settings of the chat over REST, and what any page may read of them."""

import gzip
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, delete, get, put
from litestar.datastructures import State
from litestar.params import JSONBody, Parameter

from openbook.accounts.guards import caller, requires
from openbook.accounts.queries import workspace
from openbook.assets import asset
from openbook.conversations.actions import Changes
from openbook.conversations.appearance import actions, queries
from openbook.conversations.appearance.config import build_config
from openbook.conversations.appearance.hours import opening
from openbook.conversations.appearance.schemas import (
    ChatConfig,
    ChatSettingsWrite,
    Kept,
    ShownChatSettings,
)
from openbook.conversations.files.pictures import make_avatar
from openbook.conversations.visiting.guard import Visitor, in_workspace, visitor, with_key
from openbook.db import Connection
from openbook.errors import NotFound

TAGS = ["Chat settings"]
PUBLIC = ["Chat"]
READ, WRITE = [requires("settings:read")], [requires("settings:write")]
PREVIEW = "widget-preview.js"
PRIVATE = {"Cache-Control": "no-store"}
AVATAR_BYTES = 5_000_000
WORTH_PACKING = 600
OPEN = {"Cross-Origin-Resource-Policy": "cross-origin", "X-Content-Type-Options": "nosniff"}
"""What lets other sites' pages in (CORS) is added at the door of /v1/chat."""
Asking = Request[Any, Any, Any]
Wanted = Annotated[
    str | None,
    Parameter(query="lang", max_length=35, description="A language, as in pt-BR."),
]


@get(
    "/api/chat/settings",
    guards=READ,
    tags=TAGS,
    operation_id="showChatSettings",
    response_headers=PRIVATE,
)
async def show_chat_settings(request: Asking, state: State) -> ShownChatSettings:
    """How the chat looks, when somebody is there, what is asked. Defaults where nobody set any."""
    workspace_id = caller(request).workspace_id
    async with state.db.transaction(workspace_id) as conn:
        return _shown(await queries.chat_settings(conn, workspace_id), state)


@put(
    "/api/chat/settings",
    guards=WRITE,
    tags=TAGS,
    operation_id="changeChatSettings",
    response_headers=PRIVATE,
)
async def change_chat_settings(
    request: Asking, state: State, data: JSONBody[ChatSettingsWrite]
) -> ShownChatSettings:
    """Put all settings of the chat, over the `version` that was read; 409 if it is another now.

    Pages have them within a minute.
    """
    who = caller(request)
    async with state.db.transaction(who.workspace_id) as conn:
        return _shown(await actions.change_chat_settings(conn, who, data, state.clock()), state)


@get(
    "/api/chat/avatar",
    guards=READ,
    tags=TAGS,
    operation_id="showChatAvatar",
    media_type="image/webp",
)
async def show_avatar(request: Asking, state: State) -> Response[bytes]:
    """The picture that stands for the business."""
    workspace_id = caller(request).workspace_id
    async with state.db.transaction(workspace_id) as conn:
        picture = await queries.avatar(conn, workspace_id)
    if picture is None:
        raise NotFound("There is no picture. PUT one, or leave it at letters.")
    headers = {**PRIVATE, "X-Content-Type-Options": "nosniff"}
    return Response(picture, headers=headers, media_type="image/webp")


@put(
    "/api/chat/avatar",
    guards=WRITE,
    tags=TAGS,
    operation_id="putChatAvatar",
    request_max_body_size=AVATAR_BYTES,
    response_headers=PRIVATE,
)
async def put_avatar(request: Asking, state: State) -> ShownChatSettings:
    """Show this picture beside the business's name: the body is a PNG, JPEG, GIF or WebP.

    It is cut to a square, made small and made anew, so that nothing but what is seen is kept.
    """
    who = caller(request)
    picture = await make_avatar(await request.body())
    async with state.db.transaction(who.workspace_id) as conn:
        return _shown(await actions.set_avatar(conn, who, picture, state.clock()), state)


@delete(
    "/api/chat/avatar",
    guards=WRITE,
    tags=TAGS,
    operation_id="deleteChatAvatar",
    status_code=200,
    response_headers=PRIVATE,
)
async def delete_avatar(request: Asking, state: State) -> ShownChatSettings:
    """Show letters in place of a picture."""
    who = caller(request)
    async with state.db.transaction(who.workspace_id) as conn:
        return _shown(await actions.set_avatar(conn, who, None, state.clock()), state)


@get("/v1/chat/{key:str}/config", guards=[with_key], tags=PUBLIC, operation_id="getChatConfig")
async def chat_config(request: Asking, lang: Wanted = None) -> Response[ChatConfig]:
    """What a page needs to show the chat, in the language asked for. Nothing of anybody."""

    async def read(
        conn: Connection, who: Visitor, moment: datetime, changes: Changes
    ) -> ChatConfig:
        workspace_id, policy = who.admitted.workspace_id, who.admitted.tools.policy
        kept = await queries.chat_settings(conn, workspace_id)
        found = await workspace(conn, workspace_id)
        name = found.name if found else ""
        team = [one for _, one in await queries.names_of(conn, workspace_id, kept.settings.team)]
        return build_config(kept, policy, who.key, name, team, [lang], moment)

    body = msgspec.json.encode(await in_workspace(request, read))
    etag = f'W/"{sha256(body).hexdigest()[:24]}"'
    headers = {
        **OPEN,
        "Cache-Control": "public, max-age=60",
        "ETag": etag,
        "Vary": "Accept-Encoding, Origin",
    }
    if request.headers.get("if-none-match") == etag:
        return Response(b"", status_code=304, headers=headers)  # type: ignore[return-value]
    if len(body) >= WORTH_PACKING and "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        body = gzip.compress(body, 6, mtime=0)
    return Response(body, headers=headers, media_type="application/json")  # type: ignore[return-value]


@get(
    "/v1/chat/{key:str}/avatar/{name:str}",
    guards=[with_key],
    tags=PUBLIC,
    operation_id="getChatAvatar",
    media_type="image/webp",
)
async def chat_avatar(request: Asking, state: State, name: str) -> Response[bytes]:
    """The picture that stands for the business. Its name changes with it."""
    workspace_id = visitor(request).admitted.workspace_id
    async with state.db.transaction(workspace_id) as conn:
        picture = await queries.avatar(conn, workspace_id)
    if picture is None or name != f"{queries.picture_name(picture)}.webp":
        raise NotFound("There is no such picture, or another one by now.")
    headers = {**OPEN, "Cache-Control": "public, max-age=31536000, immutable"}
    return Response(picture, headers=headers, media_type="image/webp")


def _shown(kept: Kept, state: State) -> ShownChatSettings:
    now = opening(kept.settings.hours, state.clock())
    return ShownChatSettings(
        **msgspec.structs.asdict(kept.settings),
        version=kept.version,
        changed_at=int(kept.changed_at.timestamp()) if kept.changed_at else None,
        avatar=f"/api/chat/avatar?v={kept.avatar}" if kept.avatar else None,
        open=now.open,
        opens_at=int(now.opens_at.timestamp()) if now.opens_at else None,
        mail_ready=state.mailer.ready,
        preview=f"/static/{asset(PREVIEW).file}",
    )


handlers = [
    show_chat_settings,
    change_chat_settings,
    show_avatar,
    put_avatar,
    delete_avatar,
    chat_config,
    chat_avatar,
]
