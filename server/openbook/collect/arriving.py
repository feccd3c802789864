"""A body on its way: how long it may take, how large it may be, alone and with all the others."""

import asyncio
import zlib
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from openbook.collect.admission import Room, busy
from openbook.draining import drain
from openbook.errors import BadInput, OpenbookError, TooLarge

T = TypeVar("T")
Event = dict[str, Any]
Receive = Callable[[], Awaitable[Event]]
LOOK = 1.0
"""Seconds from one look at all the bodies to the next; a timer for each would be dear."""
ON_THE_WIRE = 500_000
INFLATED = 1_000_000


class Arrivals:
    """The bodies that are on their way in this process."""

    def __init__(self, seconds: float):
        self._seconds = seconds
        self._until: dict[asyncio.Task[Any], float] = {}
        self._late: set[asyncio.Task[Any]] = set()
        self._is_looking = False

    async def wait(self, reading: Coroutine[Any, Any, T]) -> T:
        """What `reading` gives; TimeoutError, up to a second late, where it takes too long."""
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None
        self._until[task] = loop.time() + self._seconds
        if not self._is_looking:
            self._is_looking = True
            loop.call_later(LOOK, self._look, loop)
        try:
            return await reading
        except asyncio.CancelledError:
            if task not in self._late or task.uncancel() > 0:
                raise
            raise TimeoutError from None
        finally:
            del self._until[task]
            self._late.discard(task)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        for task, until in self._until.items():
            if until < now and task not in self._late:
                self._late.add(task)
                task.cancel()
        self._is_looking = bool(self._until)
        if self._is_looking:
            loop.call_later(LOOK, self._look, loop)


class _WrongCoding(OpenbookError):
    status, code = 415, "unsupported_coding"


async def read_body(receive: Receive, room: Room) -> bytes:
    """The whole body as it came, never more of it than the limits in memory."""
    event = await receive()
    if event["type"] != "http.request" or event.get("more_body", False):
        return await _in_pieces(event, receive, room)
    body: bytes = event.get("body", b"")
    if len(body) > ON_THE_WIRE:
        raise _too_large()
    return body


async def _in_pieces(event: Event, receive: Receive, room: Room) -> bytes:
    """A body of which `event` is the beginning. All that are on their way share one room."""
    pieces: list[bytes] = []
    size = 0
    try:
        while True:
            if event["type"] == "http.disconnect":
                raise BadInput("The request ended before its body did.", "incomplete_body")
            piece, more = event.get("body", b""), event.get("more_body", False)
            has_room = room.take(len(piece))
            size += len(piece)
            if size > ON_THE_WIRE or not has_room:
                if more:
                    await drain(receive)  # a client that still sends would not see the refusal
                raise _too_large() if size > ON_THE_WIRE else busy()
            pieces.append(piece)
            if not more:
                return b"".join(pieces)
            event = await receive()
    finally:
        room.give(size)


def _too_large() -> TooLarge:
    return TooLarge(f"A request may have {ON_THE_WIRE} bytes; send less at a time.")


def plain(body: bytes, coding: str | None) -> bytes:
    """The body, inflated where it is gzip, by its bytes or by its header."""
    if body[:2] == b"\x1f\x8b":
        return inflate(body)
    if (coding or "").strip().lower() not in ("", "identity", "gzip"):
        raise _WrongCoding("The body may be plain or gzip.")
    return body


def inflate(body: bytes) -> bytes:
    """Gzip, at most INFLATED bytes of it; the rest is never unpacked."""
    machine = zlib.decompressobj(31)
    try:
        plain = machine.decompress(body, INFLATED + 1)
    except zlib.error:
        raise BadInput("The body is no readable gzip.", "unreadable_body") from None
    if len(plain) > INFLATED:
        raise TooLarge(f"Unpacked, a request may have {INFLATED} bytes; send less at a time.")
    if not machine.eof:
        raise BadInput("The gzip body ends too early.", "unreadable_body")
    return plain
