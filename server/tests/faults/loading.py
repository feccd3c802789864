"""A load that remembers: requests are sent again until they are acknowledged, as SDKs do.

    load = Loader([port], requests, acknowledge)
    task = asyncio.create_task(load.run())
    ...
    load.finish()        # no new requests; those under way are sent until they are acknowledged
    await task

`requests` gives one `Request` after the other (its body is made afresh for each attempt, since
`sentAt` is), `acknowledge` is called with each one that was answered with 200. What is answered,
refused and broken is counted; an answer that no client can make sense of is kept in `strange`.
"""

import asyncio
import base64
import contextlib
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from random import Random
from typing import Any

import msgspec

PATIENCE = 15.0
"""Seconds after which an attempt is given up and made again."""
LONGEST = 0.5
"""Seconds between two attempts at most."""
UNDERSTOOD = (429, 503)
"""Refusals that say: try again. After anything else a client would drop its messages."""
BROKEN = (OSError, EOFError, asyncio.LimitOverrunError, TimeoutError)


class Request(msgspec.Struct, frozen=True):
    """What one POST carries."""

    path: str
    credential: str
    messages: tuple[Any, ...]
    """What `acknowledge` gets: whatever the sender knows its messages by."""
    body: Callable[[], bytes]
    """Called for each attempt."""
    repeat: int = 0
    """How often it is sent again although it was acknowledged."""

    def bytes(self) -> bytes:
        body = self.body()
        login = base64.b64encode(f"{self.credential}:".encode()).decode()
        return (
            f"POST {self.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic {login}\r\n"
            "Content-Type: application/json\r\nOrigin: https://shop.example\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        ).encode() + body


class Loader:
    """Keeps a number of connections busy. `ports`: the servers, tried by turns at random."""

    def __init__(
        self,
        ports: Sequence[int],
        requests: Iterator[Request],
        acknowledge: Callable[[Request], None],
        *,
        connections: int = 24,
        random: Random | None = None,
    ):
        self._ports = ports
        self._requests = requests
        self._acknowledge = acknowledge
        self._connections = connections
        self._random = random or Random(0)
        self._finished = False
        self.acknowledged = 0
        """Messages, not requests."""
        self.attempts: Counter[str] = Counter()
        """acknowledged, broken, unanswered (given up), and refusals by their status."""
        self.strange: list[str] = []
        self.last_answer = time.monotonic()

    async def run(self) -> None:
        """Until `finish` was called, or the requests are over, and all are acknowledged."""
        async with asyncio.TaskGroup() as group:
            for _ in range(self._connections):
                group.create_task(self._keep_sending())

    def finish(self) -> None:
        self._finished = True

    async def _keep_sending(self) -> None:
        line: _Line | None = None
        try:
            while not self._finished and (request := next(self._requests, None)) is not None:
                for _ in range(1 + request.repeat):
                    line = await self._deliver(request, line)
                self.acknowledged += len(request.messages)
                self._acknowledge(request)
        finally:
            if line is not None:
                line.close()

    async def _deliver(self, request: Request, line: "_Line | None") -> "_Line":
        """Send it until it is acknowledged; the connection to go on with."""
        for attempt in count():
            try:
                async with asyncio.timeout(PATIENCE):
                    line = line or await _Line.open(self._random.choice(self._ports))
                    status, answer = await line.ask(request.bytes())
            except BROKEN as error:
                self.attempts["unanswered" if isinstance(error, TimeoutError) else "broken"] += 1
                if line is not None:
                    line.close()
                line = None
            else:
                if status == 200:
                    self.attempts["acknowledged"] += 1
                    self.last_answer = time.monotonic()
                    return line
                self.attempts[str(status)] += 1
                if status not in UNDERSTOOD:
                    self.strange.append(f"{status} {answer[:300]!r}")
            # Sooner than Retry-After asks: what is tested is what is kept, not the manners.
            await asyncio.sleep(self._random.uniform(0.5, 1) * min(LONGEST, 0.05 * 2**attempt))
        raise AssertionError("an endless loop ended")


class _Line:
    """A kept connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
        self._reader, self._writer = reader, writer

    @classmethod
    async def open(cls, port: int) -> "_Line":
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        self._writer.write(request)
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
        return int(head.split(b" ", 2)[1]), await self._reader.readexactly(length)

    def close(self) -> None:
        with contextlib.suppress(OSError, RuntimeError):
            self._writer.close()
