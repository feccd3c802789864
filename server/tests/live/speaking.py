"""A WebSocket as the tests speak it: the frames of RFC 6455 on a plain connection."""

import base64
import json
import os
import socket
import struct
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

TEXT, CLOSE = 1, 8
PROTOCOL = "openbook.live"


class Refused(Exception):
    """The handshake was answered with another status than 101."""

    def __init__(self, status: int, body: bytes):
        super().__init__(status, body)
        self.status, self.body = status, body


class Closed(Exception):
    """The server closed the socket."""

    def __init__(self, code: int | None):
        super().__init__(code)
        self.code = code


class Socket:
    """An open socket; `hear` gives the next message."""

    def __init__(
        self, url: str, ticket: str, after: str | None = None, *, origin: str | None = "",
        protocols: Sequence[str] | None = None, leave: bool = False, path: str = "/api/live",
        forwarded: str | None = None, deaf: bool = False,
    ):  # fmt: skip
        parts = urlsplit(url)
        self.line = socket.socket()
        if deaf:  # small buffers, and segments as on a network: the system keeps little for it
            self.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 1448)
            self.line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.line.settimeout(20)
        self.line.connect((parts.hostname or "", parts.port or 80))
        self._read = b""
        key = base64.b64encode(os.urandom(16)).decode()
        named = ", ".join(protocols if protocols is not None else (PROTOCOL, ticket))
        headers = [
            f"GET {path}{f'?after={after}' if after else ''} HTTP/1.1",
            f"Host: {parts.netloc}", "Upgrade: websocket", "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13",
        ]  # fmt: skip
        if named:
            headers.append(f"Sec-WebSocket-Protocol: {named}")
        if forwarded is not None:
            headers.append(f"X-Forwarded-For: {forwarded}")
        if origin is not None:
            headers.append(f"Origin: {origin or url}")
        self.line.sendall(("\r\n".join(headers) + "\r\n\r\n").encode())
        if leave:  # without waiting for the answer, as a page does that is closed just then
            self.line.close()
            return
        while b"\r\n\r\n" not in self._read:
            self._more()
        head, _, self._read = self._read.partition(b"\r\n\r\n")
        status = int(head.split(b" ", 2)[1])
        if status != 101:
            raise Refused(status, self._read)
        self.head = head.decode().lower()

    def hear(self, seconds: float = 20) -> dict[str, Any]:
        """The next message. Closed if there is none, TimeoutError if none comes."""
        self.line.settimeout(seconds)
        while True:
            kind, body = self._frame()
            if kind == CLOSE:
                raise Closed(struct.unpack(">H", body[:2])[0] if body else None)
            if kind == TEXT:
                return json.loads(body)

    def say(self, text: str) -> None:
        data, mask = text.encode(), os.urandom(4)
        if len(data) < 126:
            head = bytes([0x80 | TEXT, 0x80 | len(data)])
        else:
            head = bytes([0x80 | TEXT, 0x80 | 126]) + struct.pack(">H", len(data))
        self.line.sendall(head + mask + bytes(c ^ mask[i % 4] for i, c in enumerate(data)))

    def close(self) -> None:
        self.line.close()

    def _frame(self) -> tuple[int, bytes]:
        first, size = self._take(2)
        if size == 126:
            (size,) = struct.unpack(">H", self._take(2))
        elif size == 127:
            (size,) = struct.unpack(">Q", self._take(8))
        return first & 15, self._take(size)

    def _take(self, size: int) -> bytes:
        while len(self._read) < size:
            self._more()
        taken, self._read = self._read[:size], self._read[size:]
        return taken

    def _more(self) -> None:
        data = self.line.recv(65_536)
        if not data:
            raise Closed(None)
        self._read += data
