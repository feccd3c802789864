"""HTTP as somebody without manners speaks it: bytes on a socket, and what comes back."""

import base64
import json
import socket
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec

PATIENCE = 15.0
"""Seconds after which a server that has not answered hangs."""
NAMES = ("identify", "i", "page", "p", "screen", "s", "track", "t", "group", "g", "alias", "a",
         "batch", "b", "import", "batch/")  # fmt: skip
COLLECT = (*(f"/v1/{name}" for name in NAMES), "/beacon/v1/batch")


class Answer(msgspec.Struct, frozen=True):
    """What came back. `headers` has names in lower case, values joined with a comma."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def code(self) -> str | None:
        """The stable code of a refusal."""
        try:
            return json.loads(self.body).get("code")
        except ValueError:
            return None


def speak(url: str, said: bytes | Iterable[bytes], patience: float = PATIENCE) -> Answer | None:
    """Say it, hear the answer to its end. None where the server closed without one."""
    place = urlsplit(url)
    heard = b""
    with socket.create_connection((place.hostname, place.port), timeout=patience) as line:
        try:
            for piece in [said] if isinstance(said, bytes) else said:
                line.sendall(piece)
        except (BrokenPipeError, ConnectionResetError):
            pass  # it has answered and closed before it heard everything
        try:
            while piece := line.recv(65536):
                heard += piece
        except ConnectionResetError:
            pass
    return read_answer(heard)


def read_answer(heard: bytes) -> Answer | None:
    head, _, body = heard.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    if not status.startswith("HTTP/1.1 "):
        return None
    headers: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        name, value = name.lower(), value.strip()
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return Answer(int(status.split()[1]), headers, body)


def request(
    method: str,
    path: str | bytes,
    *headers: str | bytes,
    body: bytes = b"",
    key: str | None = None,
    length: bool = True,
) -> bytes:
    """One request, said whole, on a connection that ends with it."""
    lines = [_bytes(method) + b" " + _bytes(path) + b" HTTP/1.1", b"Host: talk.test"]
    lines += [b"Connection: close", *map(_bytes, headers)]
    if key is not None:
        lines.append(b"Authorization: Basic " + base64.b64encode(f"{key}:".encode()))
    if body and length:
        lines.append(b"Content-Length: %d" % len(body))
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def chunks(body: bytes, size: int) -> Iterator[bytes]:
    """A body in chunks, as `Transfer-Encoding: chunked` has it."""
    for start in range(0, len(body), size):
        piece = body[start : start + size]
        yield b"%x\r\n%s\r\n" % (len(piece), piece)
    yield b"0\r\n\r\n"


def is_refusal(answer: Answer | httpx.Response | None) -> bool:
    """A 4xx as problem+json, with a code that stays and a sentence."""
    if answer is None:
        return False
    status = answer.status_code if isinstance(answer, httpx.Response) else answer.status
    body = answer.content if isinstance(answer, httpx.Response) else answer.body
    if not 400 <= status < 500 or answer.headers["content-type"] != "application/problem+json":
        return False
    told: dict[str, Any] = json.loads(body)
    return told["status"] == status and bool(told["code"]) and told["message"] == told["detail"]


def _bytes(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text
