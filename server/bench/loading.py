"""A load: prepared HTTP requests over a number of kept connections, and how long each took."""

import asyncio
import time
from collections.abc import Iterator, Sequence

import msgspec

TRIES = 100
PAUSE = 0.2


class Load(msgspec.Struct):
    """What a load measured. Times in seconds."""

    seconds: float
    took: list[float]
    refused: int
    """Requests that were not answered 200 in the end."""
    sent_again: int = 0
    """Times that a 429 or 503 was followed by another try."""

    @property
    def per_second(self) -> float:
        return len(self.took) / self.seconds

    def percentile(self, part: float) -> float:
        ordered = sorted(self.took)
        return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


class _Client(asyncio.Protocol):
    """One connection: sends the next request when the answer to the last one is there.

    A request that is refused with 429 or 503 is sent again a moment later; clients wait longer.
    """

    def __init__(self, requests: Iterator[bytes], load: Load, done: asyncio.Future[None]):
        self.requests, self.load, self.done = requests, load, done
        self.buffer = b""
        self.sent = 0.0
        self.request = b""
        self.tries = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, found, body = self.buffer.partition(b"\r\n\r\n")
        if not found:
            return
        start = head.lower().find(b"content-length: ")
        length = int(head[start + 16 :].split(b"\r\n", 1)[0]) if start >= 0 else 0
        if len(body) < length:
            return
        self.buffer = b""
        if head.startswith((b"HTTP/1.1 429", b"HTTP/1.1 503")) and self.tries < TRIES:
            self.load.sent_again += 1
            asyncio.get_running_loop().call_later(PAUSE, self._send)
            return
        self.load.took.append(time.perf_counter() - self.sent)
        self.load.refused += not head.startswith(b"HTTP/1.1 200")
        self._next()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(error or ConnectionError("the server closed a connection"))

    def _next(self) -> None:
        request = next(self.requests, None)
        if request is None:
            if not self.done.done():
                self.done.set_result(None)
            self.transport.close()
            return
        self.request, self.tries = request, 0
        self._send()

    def _send(self) -> None:
        self.tries += 1
        self.sent = time.perf_counter()
        self.transport.write(self.request)


def run(port: int, requests: Sequence[bytes], connections: int = 128) -> Load:
    """Send all requests, each once; every connection has one of them under way."""
    return run_together([(port, requests)], connections)


def run_together(parts: Sequence[tuple[int, Sequence[bytes]]], connections: int) -> Load:
    """The same for several ports at once, each with its requests and so many connections."""
    return asyncio.run(_run_together(parts, connections))


async def _run_together(parts: Sequence[tuple[int, Sequence[bytes]]], connections: int) -> Load:
    loop = asyncio.get_running_loop()
    load = Load(0.0, [], 0)
    ends: list[asyncio.Future[None]] = []
    start = time.perf_counter()
    for port, requests in parts:
        waiting = iter(requests)
        for _ in range(connections):
            end = loop.create_future()
            ends.append(end)
            await loop.create_connection(
                lambda end=end, waiting=waiting: _Client(waiting, load, end), "127.0.0.1", port
            )
    await asyncio.gather(*ends)
    load.seconds = time.perf_counter() - start
    return load
