"""Clients that never read, in `chat.py`: the team writes to each until no more fits."""

import asyncio
import http.client
import time
from collections.abc import Sequence
from uuid import UUID

import msgspec
from measuring import Server
from sockets import Socket, open_socket
from talkers import Talker, say_to_all, workspace_of

from openbook.conversations.delivering.line import MOST_BYTES
from openbook.db import Database

TEXT = "\N{GRINNING FACE}" * 10_000
"""The longest message there is, of characters that take four bytes each. Two frames of it are what
may wait for a socket; so few, that all are full before the first has waited for too long."""
AT_ONCE = 50
"""Visitors who are written to in one transaction."""
FULL = 0.85
"""Of what may wait: where so much does, the next frame is one too many."""
ROUNDS = 12
CLOSED_WITHIN = 17.0
"""Seconds: a frame may take fifteen, and the clock that looks goes once a second."""


class Held(msgspec.Struct):
    """What the server holds for those who do not read."""

    before: int
    """Bytes in memory once all of them were open, and nothing was said to them."""
    most: int = 0
    """The most that there were later."""
    waiting: int = 0
    """Bytes of frames that waited for them at once, as the server counts them."""
    closed: int = 0
    closed_after: float = 0.0
    """Seconds from when they were full until the last of them was closed."""


class Deaf:
    """Visitors who open their widgets and read nothing after the handshake."""

    def __init__(self, server: Server, conninfo: str, token: str, people: Sequence[Talker]):
        """`token`: an API token that may read the metrics."""
        self._server = server
        self._conninfo = conninfo
        self._token = token
        self._people = people
        # Kept, since a socket that nobody holds is closed by the loader itself.
        self._sockets: list[Socket] = []
        self._open = 0
        self.held = Held(0)

    async def open(self, requests: Sequence[bytes]) -> None:
        """Each opens a socket by its request."""
        for request in requests:
            self._sockets.append(
                await open_socket(self._server.port, request, lambda frame, now: None, deaf=True)
            )
        await asyncio.sleep(3)
        self._open = await self._entries("chat.widgets")
        self.held = Held(self._server.resident())

    async def fill(self) -> None:
        """Write to all of them, one message after the other, until the next would be too much."""
        workspace_id: UUID = workspace_of(self._server)
        db = Database(self._conninfo, size=1)
        await db.open()
        for _ in range(ROUNDS):
            for at in range(0, len(self._people), AT_ONCE):
                ids = [one.conversation_id for one in self._people[at : at + AT_ONCE]]
                await say_to_all(db, workspace_id, ids, TEXT)
                self.held.most = max(self.held.most, self._server.resident())
            await self._settle()
            if self.held.waiting >= FULL * MOST_BYTES * len(self._people):
                break
        await db.close()

    async def watch(self, seconds: float) -> None:
        """See to it what is held, until all are closed or so many seconds have gone."""
        began = time.perf_counter()
        while (gone := time.perf_counter() - began) < seconds:
            await self._look()
            left = await self._entries("chat.widgets")
            if self._open - left > self.held.closed:
                self.held.closed, self.held.closed_after = self._open - left, gone
            if self.held.closed >= len(self._people):
                return
            await asyncio.sleep(0.25)

    async def _settle(self) -> None:
        before = -1
        while before != (before := await self._look()):
            await asyncio.sleep(0.2)

    async def _look(self) -> int:
        """Bytes that wait now."""
        waiting = await self._entries("chat.frame_bytes")
        self.held.waiting = max(self.held.waiting, waiting)
        self.held.most = max(self.held.most, self._server.resident())
        return waiting

    async def _entries(self, cache: str) -> int:
        return await asyncio.to_thread(entries, self._server, self._token, cache)


def entries(server: Server, token: str, cache: str) -> int:
    """How much of something the server holds, as it counts itself."""
    conn = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    conn.request("GET", "/metrics", headers={"Authorization": f"Bearer {token}"})
    text = conn.getresponse().read().decode()
    conn.close()
    return int(float(text.partition(f'entries{{cache="{cache}"}} ')[2].split()[0]))
