"""The chat on a page of its own, and the link of a mail that opens one conversation on it."""

from datetime import datetime
from typing import Annotated, Any

from litestar import MediaType, Request, Response, get, post
from litestar.datastructures import State
from litestar.params import JSONBody, Parameter

from openbook.accounts.queries import workspace
from openbook.collect.routes import base_url
from openbook.conversations.actions import Changes
from openbook.conversations.appearance.colour import ink
from openbook.conversations.appearance.languages import LONGEST_TAG, choose_language
from openbook.conversations.appearance.queries import chat_settings
from openbook.conversations.mails import actions
from openbook.conversations.mails.page import render
from openbook.conversations.mails.schemas import MailLink, OpenedByMail
from openbook.conversations.visiting.guard import Visitor, count, in_workspace, with_key
from openbook.conversations.visiting.limits import BEGIN
from openbook.db import Connection
from openbook.errors import NotFound

Asking = Request[Any, Any, Any]
Wanted = Annotated[str | None, Parameter(query="lang", max_length=LONGEST_TAG)]


@get("/chat/{key:str}", media_type=MediaType.HTML, include_in_schema=False)
async def chat_page(request: Asking, state: State, key: str, lang: Wanted = None) -> Response[str]:
    """The chat, in full, on a page of ours. Opening it uses nothing up: scanners of mail do."""
    admitted = await state.gate.current(key)
    if admitted is None or admitted.from_server:
        raise NotFound("There is no chat for this write key.", "unknown_key")
    async with state.db.transaction(admitted.workspace_id) as conn:
        settings = (await chat_settings(conn, admitted.workspace_id)).settings
        found = await workspace(conn, admitted.workspace_id)
    accepted = request.headers.get("accept-language", "")[:200].split(",")
    wanted = [lang, *(one.partition(";")[0].strip() for one in accepted)]
    language = choose_language(wanted, settings.languages, settings.default_language)
    name = settings.name or (found.name if found else "")
    page = render(key, base_url(request), name, language, settings.colour, ink(settings.colour))
    headers = {
        "Content-Security-Policy": page.security_policy,
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    return Response(page.html, headers=headers, media_type=MediaType.HTML)


@post(
    "/v1/chat/{key:str}/link",
    guards=[with_key],
    tags=["Chat"],
    operation_id="openMailLink",
    status_code=200,
)
async def open_link(request: Asking, data: JSONBody[MailLink]) -> OpenedByMail:
    """Use the link of a mail that there is a reply: good once, for a week.

    Whoever has it reads the mailbox: the contact's address is proved by it, and a chat session
    begins that reads this one conversation.
    """
    count(request, BEGIN)

    async def work(
        conn: Connection, who: Visitor, moment: datetime, changes: Changes
    ) -> OpenedByMail:
        workspace_id = who.admitted.workspace_id
        return await actions.open_link(conn, workspace_id, data.token, moment, changes)

    return await in_workspace(request, work)


handlers = [chat_page, open_link]
