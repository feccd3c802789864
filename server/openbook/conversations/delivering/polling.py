"""Somebody who asks again and again, where no socket gets through: the same frames, gathered.

A cursor is the digest of what the visitor was told of: the heads of all conversations, which say
how far each goes. Where they are others now, the answer comes at once and begins with them, as the
first frame of a socket does; so nothing is missed, at whichever process.
"""

import asyncio
import hashlib
from collections.abc import Callable

import msgspec

from openbook.conversations.delivering.line import OVER
from openbook.conversations.delivering.schemas import BYE
from openbook.errors import OpenbookError, Unavailable

MOST_BYTES = 96 * 1024
"""Of messages in one answer; what is not in it is read by its number."""
ALMOST = 0.05
"""Seconds for which is gathered what happens together."""
HELLO = 10.0
"""Seconds within which the heads are read."""


class Events(msgspec.Struct, frozen=True):
    """What happened, as the frames of the socket: the first is always `hello`."""

    cursor: str
    """Ask for what is after it."""
    events: list[msgspec.Raw]


class Asker:
    """Takes frames for one question."""

    def __init__(self) -> None:
        self._hello = ""
        self._frames: list[str] = []
        self._bytes = 0
        self._happened = asyncio.Event()
        self._code: int | None = None

    @property
    def bytes_waiting(self) -> int:
        return self._bytes

    def push(self, text: str, now: float) -> None:
        if text.startswith('{"t":"hello"'):
            self._hello = text
        elif text == BYE or self._bytes + len(text) <= MOST_BYTES:
            self._frames.append(text)
            self._bytes += len(text)
        self._happened.set()

    def end(self, code: int) -> None:
        self._code = code
        self._happened.set()

    def when_drained(self, go_on: Callable[[], None]) -> None:
        go_on()

    async def ask(self, after: str | None, wait: float, greet: Callable[[], None]) -> Events:
        """What happened after a cursor; waits `wait` seconds until something does.

        `greet` has the heads read once more.
        """
        await self._greeted()
        if after != self._cursor():
            return self._events()
        if not self._frames:
            self._happened.clear()
            await self._happens(wait)
        if not self._frames and self._code is None:
            return Events(self._cursor(), [])
        if self._code is None:
            await asyncio.sleep(ALMOST)
            self._hello = ""
            greet()
            await self._greeted()
        return self._events()

    async def _greeted(self) -> None:
        async with asyncio.timeout(HELLO):
            while not self._hello and self._code is None:
                self._happened.clear()
                await self._happened.wait()
        self._refuse_stopped()

    async def _happens(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._happened.wait()
        except TimeoutError:
            return
        self._refuse_stopped()

    def _refuse_stopped(self) -> None:
        if self._code is not None and self._code != OVER:
            refusal: OpenbookError = Unavailable("This process is being stopped.", retry_after=2)
            raise refusal

    def _cursor(self) -> str:
        return hashlib.sha256(self._hello.encode()).hexdigest()[:32]

    def _events(self) -> Events:
        hello = [self._hello] if self._hello else []
        frames = [msgspec.Raw(text.encode()) for text in [*hello, *self._frames]]
        return Events(self._cursor(), frames)
