"""The socket of a page: opened by a ticket, told what changes, closed as the session ends."""

import asyncio
import contextlib
from typing import Any

import msgspec
from litestar import WebSocket, websocket
from litestar.datastructures import State

from openbook.accounts.sign_in.tickets import take_ticket
from openbook.errors import Forbidden, NotAllowed, OpenbookError, TooMany, Unavailable, problem
from openbook.listening.follower import Follower
from openbook.listening.schemas import PROTOCOL, Seat

PING = 25.0
"""Seconds without news after which the same is said again, so that no proxy closes the line."""
HEARD = 70.0
"""Seconds within which a page must say something, if only that it heard us."""
SLOW = 20.0
"""Seconds that a message may take to be handed over."""
LONGEST_WORD = 64
OVER, RESTARTING, TOO_LONG = 4401, 1012, 1009
"""The codes that sockets are closed with: the session is over; come back; that was no word."""
Event = dict[str, Any]


@websocket("/api/live")
async def live_socket(socket: WebSocket[Any, Any, Any], state: State) -> None:
    """`Sec-WebSocket-Protocol: openbook.live, TICKET`; `?after=VERSION` goes on from there."""
    # That it wants to connect, read before anything else: Granian 2.8 aborts the whole process when
    # this is read of a line that was cut meanwhile.
    await socket.receive()
    try:
        seat = await _seat(socket, state)
        follow = state.hub.follow(seat, socket.query_params.get("after"))
        follower = await follow.__aenter__()
    except OpenbookError as error:
        await _refuse(socket, error)
        return
    try:
        accepted = {"type": "websocket.accept", "subprotocol": PROTOCOL, "headers": []}
        await socket.send(accepted)  # type: ignore[arg-type]
        await _serve(socket, follower)
    finally:
        await follow.__aexit__(None, None, None)


async def _seat(socket: WebSocket[Any, Any, Any], state: State) -> Seat:
    protocols = list(socket.scope["subprotocols"])
    if len(protocols) != 2 or protocols[0] != PROTOCOL:
        raise NotAllowed(
            f"A socket is opened with two subprotocols: {PROTOCOL}, and a ticket from "
            "POST /api/live/ticket."
        )
    origin, host = socket.headers.get("origin"), socket.headers.get("host", "")
    async with state.db.transaction() as conn:
        caller, session_id = await take_ticket(
            conn, protocols[1], origin, host, state.settings.public_url, state.clock()
        )
    if not caller.may("contacts:read") or caller.user_id is None:
        raise Forbidden("Your role here lacks the scope contacts:read.")
    return Seat(caller.workspace_id, caller.user_id, session_id, caller.role)


async def _serve(socket: WebSocket[Any, Any, Any], follower: Follower) -> None:
    reading = asyncio.create_task(_read(socket, follower))
    try:
        code = await _tell(socket, follower)
    finally:
        # Granian hands over no closing while somebody still waits to read.
        reading.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await reading
    if code is not None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1):
                await socket.send({"type": "websocket.close", "code": code, "reason": ""})


async def _tell(socket: WebSocket[Any, Any, Any], follower: Follower) -> int | None:
    """Tell the page what happens until something ends it: the code to close with, if any."""
    try:
        while True:
            async with asyncio.timeout(SLOW):
                text = follower.written_news()
                await socket.send({"type": "websocket.send", "text": text, "bytes": None})
            await follower.wait(PING)
    except TimeoutError:
        return None  # the line is given up; the page comes back with the version it has
    except _Left as left:
        return left.close_with
    except NotAllowed:
        return OVER
    except OpenbookError:
        return RESTARTING


class _Left(OpenbookError):
    """The page went, or is sent away for what it did."""

    def __init__(self, close_with: int | None):
        super().__init__("The page went.")
        self.close_with = close_with


async def _read(socket: WebSocket[Any, Any, Any], follower: Follower) -> None:
    """Read what the page says, which is only that it is there."""
    while True:
        try:
            async with asyncio.timeout(HEARD):
                event: Any = await socket.receive()
        except TimeoutError:
            follower.end(_Left(RESTARTING))
            return
        if event["type"] == "websocket.disconnect":
            follower.end(_Left(None))
            return
        if len(event.get("text") or event.get("bytes") or "") > LONGEST_WORD:
            follower.end(_Left(TOO_LONG))
            return


async def _refuse(socket: WebSocket[Any, Any, Any], error: OpenbookError) -> None:
    """Answer the handshake as any other request that is refused."""
    body = msgspec.json.encode(problem(error))
    headers = [(b"content-type", b"application/problem+json")]
    if isinstance(error, TooMany | Unavailable):
        headers.append((b"retry-after", str(error.retry_after).encode()))
    start = {"type": "websocket.http.response.start", "status": error.status, "headers": headers}
    await socket.send(start)  # type: ignore[arg-type]
    await socket.send({"type": "websocket.http.response.body", "body": body})  # type: ignore[arg-type]
