"""WebSockets as a load holds them: many in one process, each frame handed over with its time."""

import asyncio
import base64
import os
import socket
import struct
import time
from collections.abc import Callable
from typing import cast

TEXT, CLOSE = 1, 8
Take = Callable[[bytes, float], None]


class Refused(Exception):
    """The handshake was answered with another status than 101."""


class Socket(asyncio.Protocol):
    """One open socket. `take` is called with each text frame and when it came."""

    def __init__(self, request: bytes, take: Take, opened: asyncio.Future[None]):
        self._request = request
        self._take = take
        self._opened = opened
        self._read = b""
        self._is_open = False
        self.closed: int | None = None
        """The code that it was closed with; 0: without one."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        now = time.perf_counter()
        self._read += data
        if not self._is_open:
            head, found, rest = self._read.partition(b"\r\n\r\n")
            if not found:
                return
            if not head.startswith(b"HTTP/1.1 101"):
                if not self._opened.done():
                    self._opened.set_exception(Refused(head.split(b"\r\n")[0].decode()))
                self.transport.close()
                return
            self._is_open, self._read = True, rest
            if not self._opened.done():
                self._opened.set_result(None)
        read, at = self._read, 0
        while len(read) - at >= 2:
            size, start = read[at + 1] & 127, at + 2
            if size == 126:
                if len(read) < at + 4:
                    break
                size, start = struct.unpack_from(">H", read, at + 2)[0], at + 4
            elif size == 127:
                if len(read) < at + 10:
                    break
                size, start = struct.unpack_from(">Q", read, at + 2)[0], at + 10
            if len(read) < start + size:
                break
            kind = read[at] & 15
            if kind == TEXT:
                self._take(read[start : start + size], now)
            elif kind == CLOSE:
                body = read[start : start + size]
                self.closed = struct.unpack(">H", body[:2])[0] if len(body) >= 2 else 0
            at = start + size
        if at:
            self._read = read[at:]

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = self.closed or 0
        if not self._opened.done():
            self._opened.set_exception(exc or ConnectionError("closed before it was open"))

    def say(self, text: bytes) -> None:
        mask = os.urandom(4)
        head = bytes([0x80 | TEXT])
        if len(text) < 126:
            head += bytes([0x80 | len(text)])
        else:
            head += bytes([0x80 | 126]) + struct.pack(">H", len(text))
        body = bytes(byte ^ mask[at % 4] for at, byte in enumerate(text))
        self.transport.write(head + mask + body)


def handshake(port: int, path: str, protocols: str, address: str, origin: str) -> bytes:
    """The request that opens a socket, from a client at `address` behind a trusted proxy."""
    key = base64.b64encode(os.urandom(16)).decode()
    lines = (
        f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Upgrade: websocket",
        "Connection: Upgrade", f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Protocol: {protocols}", f"X-Forwarded-For: {address}", f"Origin: {origin}",
    )  # fmt: skip
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


async def open_socket(port: int, request: bytes, take: Take, *, deaf: bool = False) -> Socket:
    """A socket that is open; a `deaf` one reads nothing after the handshake."""
    loop = asyncio.get_running_loop()
    opened: asyncio.Future[None] = loop.create_future()
    line = socket.socket()
    if deaf:
        # Segments as on a network: those of the loopback interface let the system keep megabytes.
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 1448)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.setblocking(False)
    await loop.sock_connect(line, ("127.0.0.1", port))
    _, made = await loop.create_connection(lambda: Socket(request, take, opened), sock=line)
    await opened
    if deaf:
        made.transport.pause_reading()
    return made
