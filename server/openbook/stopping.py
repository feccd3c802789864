"""What a process that is about to stop does meanwhile: it serves on, and sends nobody home hungry.

Order matters. Readiness turns false first and connections are closed after each answer, so that a
proxy moves what comes next to another process. Only then are new connections refused, and what was
accepted is stored and answered.
"""

import asyncio
import contextlib
import os
import signal
from collections.abc import Awaitable, Callable
from typing import Any

SIGNAL = signal.SIGUSR1
"""How the main process tells those that serve that a stop will follow."""
Event = dict[str, Any]
Send = Callable[[Event], Awaitable[None]]


class Stopping:
    """Whether this process has been told so."""

    def __init__(self) -> None:
        self.begun = False
        self._leaving: asyncio.Future[None] | None = None

    def begin(self) -> None:
        self.begun = True

    def listen(self, leave: Callable[[], Awaitable[None]]) -> None:
        """Begin when the main process says so; `leave` before the HTTP server stops.

        That one cuts sockets first and tells the application afterwards, so it hears of a stop only
        when `leave` is done. Its own handlers are there already.
        """
        loop = asyncio.get_running_loop()
        # A test may run the application in a thread, where no signals arrive.
        with contextlib.suppress(RuntimeError, ValueError):
            loop.add_signal_handler(SIGNAL, self.begin)
            loop.add_signal_handler(signal.SIGTERM, self._leave_first, leave)

    def _leave_first(self, leave: Callable[[], Awaitable[None]]) -> None:
        self.begin()
        if self._leaving is None:
            self._leaving = asyncio.ensure_future(self._leave(leave))

    async def _leave(self, leave: Callable[[], Awaitable[None]]) -> None:
        try:
            await leave()
        finally:
            os.kill(os.getpid(), signal.SIGINT)


def closing(scope: Event, send: Send) -> Send:
    """`send`, with an answer that tells the client to leave this connection."""
    if not scope.get("http_version", "1.1").startswith("1"):
        return send

    async def sending(event: Event) -> None:
        if event["type"] == "http.response.start":
            headers = [*event.get("headers", ()), (b"connection", b"close")]
            event = {**event, "headers": headers}
        await send(event)

    return sending
