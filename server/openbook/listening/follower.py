"""Somebody who watches: how far they have read, and what wakes them."""

import asyncio
import contextlib
import time

from openbook.errors import OpenbookError
from openbook.listening.feed import Feed
from openbook.listening.schemas import News, Seat


class Follower:
    """Somebody who watches, and how far they have read."""

    def __init__(self, seat: Seat, feed: Feed):
        self.seat = seat
        self.woken = asyncio.Event()
        self._ended: OpenbookError | None = None
        self._feed = feed
        self._position: int | None = None

    def begin(self, version: str | None) -> None:
        """Go on from a version; from now on, if it is not known."""
        self._position = self._feed.position(version)

    async def wait(self, seconds: float) -> None:
        """Return when there is news, after `seconds` at the latest. Raises what ended it all."""
        if not self.woken.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self.woken.wait()
        self.woken.clear()
        if self._ended is not None:
            raise self._ended

    def written_news(self) -> str:
        """What happened since the last time, as JSON."""
        text = self._feed.written_news(self._position, time.monotonic())
        self._position = self._feed.head
        return text

    def news(self) -> News:
        """The same as a struct."""
        found = self._feed.news(self._position, time.monotonic())
        self._position = self._feed.head
        return found

    def is_behind(self) -> bool:
        """Whether there is something to tell at once."""
        return self._position != self._feed.head

    def end(self, why: OpenbookError) -> None:
        self._ended = self._ended or why
        self.woken.set()
