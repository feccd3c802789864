"""Who may come in at the visitor's routes: a live write key, from a site that it is for.

    @post("/v1/chat/{key:str}/session", guards=[with_key])

After it, `visitor(request)` says what was found. `with_session` asks besides for the token of a
chat session; which one it is, the transaction of the route finds (`in_session`), so that what was
ended opens nothing.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from openbook.accounts.sessions.origin import is_own
from openbook.accounts.sign_in.limits import network
from openbook.collect.agent import Agent, read_agent
from openbook.collect.gate import Admitted
from openbook.collect.storing import not_from_there
from openbook.conversations.actions import Changes, tell
from openbook.conversations.visiting import queries, sessions
from openbook.conversations.visiting.limits import ADDRESS, Rate
from openbook.conversations.visiting.schemas import ChatSession
from openbook.db import Connection
from openbook.errors import Forbidden, NotAllowed, Unavailable

BEARER = "bearer"
TRIES = 3
T = TypeVar("T")
Asked = Request[Any, Any, Any]


class Visitor(msgspec.Struct, frozen=True):
    """A request that was let in by its write key."""

    key: str
    admitted: Admitted
    address: str
    """The network it is counted by."""
    token: str | None
    """Of a chat session; not looked up yet."""


class _Stale(Exception):
    """The workspace allows something else than what is remembered of it."""


async def with_key(
    connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler
) -> None:
    """A guard that lets in whoever shows a live write key from a site that it is for."""
    state = connection.app.state
    key = connection.path_params["key"]
    admitted: Admitted | None = await state.gate.admit(key)
    if admitted is None or admitted.from_server:
        raise NotAllowed("This write key is not valid.")
    _require_site(connection, admitted)
    peer = connection.client.host if connection.client else ""
    forwarded = connection.headers.getall("x-forwarded-for", [])
    address = network(state.client_address(peer, forwarded))
    state.chat_limits.take(ADDRESS, f"{admitted.workspace_id}{address}")
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    shown = token.strip() if scheme.lower() == BEARER else None
    connection.state.visitor = Visitor(key, admitted, address, shown or None)


async def with_session(
    connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler
) -> None:
    """A guard that besides asks for the token of a chat session."""
    await with_key(connection, handler)
    if connection.state.visitor.token is None:
        raise NotAllowed(
            "Send the token of a chat session in the header: Authorization: Bearer TOKEN."
        )


def visitor(request: Asked) -> Visitor:
    """Who asks a route that has one of the guards."""
    return request.state.visitor


def count(request: Asked, rate: Rate) -> None:
    """Count a request by the network it comes from; TooMany where it is one too many."""
    who = visitor(request)
    request.app.state.chat_limits.take(rate, f"{who.admitted.workspace_id}{who.address}")


def refuse_bots(request: Asked) -> None:
    """A program that says it is one makes no contact and begins no session."""
    hints = tuple(
        (name, value) for name, value in request.headers.items() if name.startswith("sec-ch-ua")
    )
    agent = request.headers.get("user-agent", "")[:512]
    browser = read_agent(Agent(agent, b"", hints))
    if browser is not None and browser.bot:
        raise Forbidden("Programs that look at pages by themselves begin no chat.", "bot")


async def in_workspace(
    request: Asked, work: Callable[[Connection, Visitor, datetime, Changes], Awaitable[T]]
) -> T:
    """Run `work` in a transaction of the workspace, by what the workspace allows now; tell what it
    changed."""

    async def run(conn: Connection, who: Visitor, moment: datetime, changes: Changes) -> T:
        if await queries.version(conn, who.admitted.workspace_id) != who.admitted.version:
            raise _Stale
        return await work(conn, who, moment, changes)

    return await _run(request, run)


async def in_session(
    request: Asked,
    rate: Rate,
    work: Callable[[Connection, Visitor, ChatSession, datetime, Changes], Awaitable[T]],
) -> T:
    """Run `work` in a transaction with the session of the token, counted by this rate.

    SessionOver where the token opens nothing.
    """
    taken: list[bool] = []

    async def run(conn: Connection, who: Visitor, moment: datetime, changes: Changes) -> T:
        workspace_id = who.admitted.workspace_id
        version, found = await queries.opened(conn, workspace_id, who.token or "", moment)
        if version != who.admitted.version:
            raise _Stale
        if found is None:
            raise sessions.over()
        session = await sessions.use(conn, found, moment)
        if not taken:  # once, however often another writer is in the way
            taken.append(True)
            request.app.state.chat_limits.take(rate, session.id.hex)
        return await work(conn, who, session, moment, changes)

    return await _run(request, run)


async def _run(
    request: Asked, work: Callable[[Connection, Visitor, datetime, Changes], Awaitable[T]]
) -> T:
    """Run `work`, which asks first whether what is remembered of the workspace still holds."""
    moment: datetime = request.app.state.clock()

    async def run(conn: Connection, changes: Changes) -> T:
        return await work(conn, visitor(request), moment, changes)

    state = request.app.state
    for _ in range(TRIES):
        try:
            return await tell(state.db, state.teller, visitor(request).admitted.workspace_id, run)
        except _Stale:
            await renew(request)
    raise Unavailable("The settings change again and again. Try again in a few seconds.")


def _require_site(connection: ASGIConnection[Any, Any, Any, Any], admitted: Admitted) -> None:
    """Refuse pages of sites that the key is not for. Our own page of the chat is for every key."""
    site, host = connection.headers.get("origin"), connection.headers.get("host", "")
    public_url = connection.app.state.settings.public_url
    if admitted.keeps_out(site) and not is_own(site, host, public_url):
        raise not_from_there()


async def renew(request: Asked) -> None:
    """Look the write key up again: what it was good for has changed."""
    who = visitor(request)
    admitted = await request.app.state.gate.renew(who.key)
    if admitted is None or admitted.from_server:
        raise NotAllowed("This write key is not valid.")
    _require_site(request, admitted)
    request.state.visitor = msgspec.structs.replace(who, admitted=admitted)
