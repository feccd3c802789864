"""Reads what is left of a request before it is answered, so that the answer arrives.

A server that answers while the client still sends closes the connection, and the client sees a
broken connection and not the refusal. What is read here is thrown away, up to a bound.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

Event = dict[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
Application = Callable[[Any, Any, Any], Awaitable[None]]

MAX_BYTES = 64_000_000
MAX_SECONDS = 10


async def drain(receive: Receive) -> None:
    """Read and throw away the rest of a body, no more than the bounds."""
    size, more = 0, True
    with contextlib.suppress(TimeoutError):  # too slow: then the connection may break
        async with asyncio.timeout(MAX_SECONDS):
            while more and size < MAX_BYTES:
                event = await receive()
                size += len(event.get("body", b""))
                more = event["type"] == "http.request" and event.get("more_body", False)


class Draining:
    """An ASGI application around another one."""

    def __init__(self, app: Application):
        self._app = app

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _has_body(scope["headers"]):
            await self._app(scope, receive, send)
            return
        complete = False

        async def reading() -> Event:
            nonlocal complete
            event = await receive()
            complete = event["type"] != "http.request" or not event.get("more_body", False)
            return event

        async def sending(event: Event) -> None:
            if event["type"] == "http.response.start" and not complete:
                await drain(receive)
            await send(event)

        await self._app(scope, reading, sending)


def _has_body(headers: list[tuple[bytes, bytes]]) -> bool:
    return any(
        name == b"transfer-encoding" or (name == b"content-length" and value != b"0")
        for name, value in headers
    )
