"""Where sockets come in: past the web framework, since an idle one keeps what it was opened with.

/v1/chat/KEY/socket     openbook.chat.1, TOKEN       a visitor's widget
/api/inbox/socket       openbook.inbox.1, TICKET     the team's inbox
"""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Any
from urllib.parse import unquote

import msgspec

from openbook.accounts.keys import digest
from openbook.accounts.sessions.origin import is_own
from openbook.accounts.sign_in.limits import network
from openbook.accounts.sign_in.tickets import take_ticket
from openbook.clock import Clock
from openbook.collect.address import client_address
from openbook.collect.gate import Admitted, Gate
from openbook.collect.headers import Headers
from openbook.collect.storing import not_from_there
from openbook.conversations.delivering.following import Member, Reader
from openbook.conversations.delivering.hub import Hub
from openbook.conversations.delivering.line import MOST_OF_TEAM, SLOW, Line, Receive, Send, listen
from openbook.conversations.delivering.schemas import (
    LONGEST_FRAME,
    TEAM,
    VISITORS,
    Open,
    ReadTo,
    ReceivedTo,
    Typing,
    Visit,
    read_member,
    read_visitor,
)
from openbook.conversations.visiting.lifetimes import LONGEST_TOKEN, TOKEN
from openbook.conversations.visiting.limits import CONNECT, Limits
from openbook.db import Database
from openbook.errors import Forbidden, NotAllowed, OpenbookError, TooMany, Unavailable, problem
from openbook.listening.schemas import Seat
from openbook.settings import Network

Scope = dict[str, Any]
INBOX = "/api/inbox/socket"
BEFORE, BEHIND = "/v1/chat/", "/socket"
LONGEST_KEY = 128
READ = "conversations:read"
OVER = "This chat session is over. Begin another one."


def takes(scope: Scope) -> bool:
    """Whether a socket is one of ours."""
    path: str = scope["path"]
    return path == INBOX or (path.startswith(BEFORE) and path.endswith(BEHIND))


class Doors:
    """An ASGI application for those sockets alone."""

    def __init__(
        self,
        hub: Hub,
        gate: Gate,
        db: Database,
        clock: Clock,
        limits: Limits,
        trusted: Sequence[Network],
        public_url: str | None,
    ):
        self._hub = hub
        self._gate = gate
        self._db = db
        self._clock = clock
        self._limits = limits
        self._trusted = trusted
        self._public_url = public_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # That it wants to connect, read before anything else: Granian 2.8 aborts the whole process
        # when this is read of a line that was cut meanwhile.
        await receive()
        if scope["path"] == INBOX:
            await self._team(scope, receive, send)
        else:
            await self._visitor(scope, receive, send)

    # Visitors -----------------------------------------------------------------------------------

    async def _visitor(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            visit, address, key = await self._visit(scope)
        except OpenbookError as error:
            await _refuse(send, error)
            return
        # What the handshake came with is not kept as long as the socket is open.
        scope.clear()
        await _accept(send, VISITORS)
        line = Line(send, asyncio.get_running_loop().time())
        try:
            reader = self._hub.enter(visit, line, address, key)
        except OpenbookError:
            line.code = SLOW
            await line.close()
            return
        del visit
        self._hub.keep(line)
        try:
            try:
                await listen(line, receive, LONGEST_FRAME, partial(self._hear_visitor, reader))
            finally:
                self._hub.leave(reader)
            await line.close()
        finally:
            self._hub.drop(line)

    async def _visit(self, scope: Scope) -> tuple[Visit, str | None, str]:
        """(the session that opens the socket, the network it comes from, the write key)."""
        headers = Headers(scope["headers"])
        key = unquote(scope["path"][len(BEFORE) : -len(BEHIND)])
        protocols = list(scope["subprotocols"])
        if len(protocols) != 2 or protocols[0] != VISITORS:
            raise NotAllowed(
                f"A socket is opened with two subprotocols: {VISITORS}, and the session's token."
            )
        self._hub.require_sockets()
        peer = scope["client"][0] if scope.get("client") else ""
        client = client_address(peer, headers.all(b"x-forwarded-for"), self._trusted)
        address = network(client) if client is not None else None
        self._hub.admit(address)
        if len(key) > LONGEST_KEY:
            raise _unknown_key()
        origin = headers.one(b"origin")
        own = is_own(origin, headers.one(b"host") or "", self._public_url)
        site = None if own else origin
        admitted = _checked(await self._gate.admit(key), site)
        token: str = protocols[1]
        if not token.startswith(TOKEN) or len(token) > LONGEST_TOKEN:
            raise NotAllowed(OVER, "session_over")
        if address is not None:
            # Before the database is asked: whoever guesses tokens does not get to ask for long.
            self._limits.take(CONNECT, f"{admitted.workspace_id}{address}")
        known = await self._hub.visit(admitted.workspace_id, digest(token))
        if known.version != admitted.version:  # what is remembered of the key is out of date
            _checked(await self._gate.renew(key), site)
        if known.visit is None:
            raise NotAllowed(OVER, "session_over")
        return known.visit, address, key

    def _hear_visitor(self, reader: Reader, text: str) -> None:
        match read_visitor(text):
            case Typing(c):
                if c in reader.known:
                    self._hub.type_as_contact(reader.visit.workspace_id, c)
            case ReadTo(c, seq):
                self._hub.mark(reader, c, read=seq, received=seq)
            case ReceivedTo(c, seq):
                self._hub.mark(reader, c, read=0, received=seq)
            case _:
                return

    # The team -----------------------------------------------------------------------------------

    async def _team(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            seat = await self._seat(scope)
        except OpenbookError as error:
            await _refuse(send, error)
            return
        scope.clear()
        await _accept(send, TEAM)
        line = Line(send, asyncio.get_running_loop().time(), MOST_OF_TEAM)
        try:
            member = self._hub.sit(seat, line)
        except OpenbookError:
            line.code = SLOW
            await line.close()
            return
        self._hub.keep(line)
        try:
            try:
                await listen(line, receive, LONGEST_FRAME, partial(self._hear_member, member))
            finally:
                self._hub.rise(member)
            await line.close()
        finally:
            self._hub.drop(line)

    async def _seat(self, scope: Scope) -> Seat:
        headers = Headers(scope["headers"])
        protocols = list(scope["subprotocols"])
        if len(protocols) != 2 or protocols[0] != TEAM:
            raise NotAllowed(
                f"A socket is opened with two subprotocols: {TEAM}, and a ticket from "
                "POST /api/live/ticket."
            )
        self._hub.admit_member()
        await self._hub.listen_by_now()
        origin, host = headers.one(b"origin"), headers.one(b"host") or ""
        async with self._db.transaction() as conn:
            caller, session_id = await take_ticket(
                conn, protocols[1], origin, host, self._public_url, self._clock()
            )
        if not caller.may(READ) or caller.user_id is None:
            raise Forbidden(f"Your role here lacks the scope {READ}.")
        return Seat(caller.workspace_id, caller.user_id, session_id, caller.role)

    def _hear_member(self, member: Member, text: str) -> None:
        match read_member(text):
            case Open(c, after):
                self._hub.open(member, c, after)
            case Typing(c, kind):
                if c == member.open:
                    seat = member.seat
                    note = kind == "note"
                    self._hub.type_as_member(seat.workspace_id, c, seat.user_id, note=note)
            case _:
                return


def _checked(admitted: Admitted | None, origin: str | None) -> Admitted:
    """Refuse what is no write key, or not from a page that may use it."""
    if admitted is None or admitted.from_server:
        raise _unknown_key()
    if admitted.keeps_out(origin):
        raise not_from_there()
    return admitted


def _unknown_key() -> NotAllowed:
    return NotAllowed("This write key is not valid.", "unknown_key")


async def _accept(send: Send, protocol: str) -> None:
    await send({"type": "websocket.accept", "subprotocol": protocol, "headers": []})


async def _refuse(send: Send, error: OpenbookError) -> None:
    """Answer the handshake as any other request that is refused."""
    body = msgspec.json.encode(problem(error))
    headers = [(b"content-type", b"application/problem+json")]
    if isinstance(error, TooMany | Unavailable):
        headers.append((b"retry-after", str(error.retry_after).encode()))
    start = {"type": "websocket.http.response.start", "status": error.status, "headers": headers}
    await send(start)
    await send({"type": "websocket.http.response.body", "body": body})
