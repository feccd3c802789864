"""A load: prepared HTTP requests over a number of kept connections, and how long each took."""

import asyncio
import time
from collections.abc import Iterator, Sequence

import msgspec


class Load(msgspec.Struct):
    """What a load measured. Times in seconds."""

    seconds: float
    took: list[float]
    refused: int

    @property
    def per_second(self) -> float:
        return len(self.took) / self.seconds

    def percentile(self, part: float) -> float:
        ordered = sorted(self.took)
        return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


class _Client(asyncio.Protocol):
    """One connection: sends the next request when the answer to the last one is there."""

    def __init__(self, requests: Iterator[bytes], load: Load, done: asyncio.Future[None]):
        self.requests, self.load, self.done = requests, load, done
        self.buffer = b""
        self.sent = 0.0

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
        self.sent = time.perf_counter()
        self.transport.write(request)


def run(port: int, requests: Sequence[bytes], connections: int = 128) -> Load:
    """Send all requests, each once; every connection has one of them under way."""
    return asyncio.run(_run(port, requests, connections))


async def _run(port: int, requests: Sequence[bytes], connections: int) -> Load:
    loop = asyncio.get_running_loop()
    load = Load(0.0, [], 0)
    waiting = iter(requests)
    ends = [loop.create_future() for _ in range(connections)]
    start = time.perf_counter()
    for end in ends:
        await loop.create_connection(lambda end=end: _Client(waiting, load, end), "127.0.0.1", port)
    await asyncio.gather(*ends)
    load.seconds = time.perf_counter() - start
    return load


def post(path: str, body: bytes, address: str, agent: str) -> bytes:
    """A POST as a browser behind a proxy sends it."""
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: {agent}\r\n"
        "Accept: */*\r\nAccept-Language: en-US,en;q=0.9\r\nContent-Type: text/plain\r\n"
        "Origin: https://shop.example\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Site: cross-site\r\n"
        f"X-Forwarded-For: {address}\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body
