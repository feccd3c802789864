"""One open socket: what waits to be sent, bounded, and how it ends.

An idle socket costs its handler, which waits to read, and nothing else: a task that sends lives
only while there is something to send, and one clock for all sockets looks for those that are slow
or silent (`wheel.py`).
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from sys import getsizeof
from typing import Any

Event = dict[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]

MOST_FRAMES = 500
MOST_BYTES, MOST_OF_TEAM = 96 * 1024, 256 * 1024
"""Of frames that wait for a socket; beyond, it is closed and comes back with the number it has."""
LAST_WORDS = 2.0
"""Seconds that what waits may still take once the socket is to be closed."""
CLOSING = 1.0
MOST_SAID = 200
"""Frames that a client may say between two looks of the wheel."""
TOO_MUCH, TOO_LONG, RESTARTING, SLOW, OVER, KEY_REVOKED = 1008, 1009, 1012, 1013, 4401, 4403
"""The codes that sockets are closed with; after 1012 and 1013 clients come back."""


class Line:
    """A socket that was accepted. Made by the task that reads it, which `end` wakes."""

    __slots__ = (
        "_bytes", "_drained", "_most", "_reader", "_send", "_sender", "_waiting", "asked_at",
        "began_at", "code", "heard_at", "said", "told_at",
    )  # fmt: skip

    def __init__(self, send: Send, now: float, most: int = MOST_BYTES):
        """`most`: bytes that may wait."""
        self._send = send
        self._most = most
        self._drained: list[Callable[[], None]] = []
        self._reader = asyncio.current_task()
        self._sender: asyncio.Task[None] | None = None
        self._waiting: list[str] = []
        self._bytes = 0
        self.heard_at = self.told_at = self.asked_at = now
        self.said = 0
        self.began_at: float | None = None
        """When the frame that is being sent was begun; None: none is."""
        self.code: int | None = None
        """What it is closed with, once it is to be closed."""

    @property
    def bytes_waiting(self) -> int:
        return self._bytes

    def when_drained(self, go_on: Callable[[], None]) -> None:
        """Call this, once, when nothing waits any more; at once where nothing does."""
        if self._sender is None:
            go_on()
        else:
            self._drained.append(go_on)

    def push(self, text: str, now: float) -> None:
        """Send a frame, in its turn. Who has not read so many before is sent away."""
        if self.code is not None:
            return
        size = getsizeof(text)
        is_full = self._bytes > 0 and self._bytes + size > self._most
        if is_full or len(self._waiting) >= MOST_FRAMES:
            self.end(SLOW)
            return
        self._waiting.append(text)
        self._bytes += size
        self.told_at = now
        if self._sender is None:
            self.began_at = now
            self._sender = asyncio.get_running_loop().create_task(self._drain())

    def ask(self, text: str, now: float, every: float) -> None:
        """Send a ping to who has heard nothing, or said nothing, for so many seconds."""
        if now - self.asked_at > every and now - min(self.heard_at, self.told_at) > every:
            self.asked_at = now
            self.push(text, now)

    def end(self, code: int) -> None:
        """Close it: what waits is still sent, unless the other end does not read."""
        if self.code is not None:
            return
        self.code = code
        if code == SLOW:
            self._waiting.clear()
            self._bytes = 0
        if self._reader is not None:
            self._reader.cancel()

    async def _drain(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._waiting:
                text = self._waiting.pop(0)
                size = getsizeof(text)
                self.began_at = loop.time()
                sending = self._send({"type": "websocket.send", "text": text, "bytes": None})
                # The HTTP server holds a copy while it is on its way; one is enough.
                del text
                await sending
                self._bytes = max(0, self._bytes - size)
        except Exception:  # the line was cut: whoever reads it notices
            self._waiting.clear()
            self._bytes = 0
        finally:
            self._sender, self.began_at = None, None
        drained, self._drained = self._drained, []
        for go_on in drained:
            go_on()

    async def close(self) -> None:
        """Say the last words and close. The task that read the socket calls it, reading no more."""
        self._reader = None
        sender = self._sender
        if sender is not None:
            await asyncio.wait([sender], timeout=LAST_WORDS if self.code != SLOW else 0)
            if not sender.done():
                sender.cancel()
                await asyncio.wait([sender])
        if self.code is not None:
            with contextlib.suppress(Exception):
                async with asyncio.timeout(CLOSING):
                    await self._send({"type": "websocket.close", "code": self.code, "reason": ""})


async def listen(line: Line, receive: Receive, longest: int, hear: Callable[[str], None]) -> None:
    """Read frames until the other end leaves or the line is ended by `end`.

    `longest`: bytes of a frame; a longer one ends the line.
    """
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    try:
        while True:
            event = await receive()
            if event["type"] == "websocket.disconnect":
                return
            line.heard_at = loop.time()
            line.said += 1
            said = event.get("text")
            if said is None:
                said = (event.get("bytes") or b"").decode("utf-8", "replace")
            if len(said) > longest or len(said.encode("utf-8", "replace")) > longest:
                line.code = TOO_LONG
                return
            if line.said > MOST_SAID:
                line.code = TOO_MUCH
                return
            hear(said)
            if line.code is not None:
                return
    except asyncio.CancelledError:
        if line.code is None or task is None:
            raise  # the process ends
        task.uncancel()
