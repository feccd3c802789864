"""The hot endpoint: a plain ASGI callable from the bytes of a request to its answer.

Stock clients of Segment and RudderStack come in here unchanged. Never a redirect, never a look at
the content type; the write key from HTTP Basic, else the body, else the query.
"""

import asyncio
import base64
import binascii
import zlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import lru_cache
from random import Random
from typing import Any
from urllib.parse import parse_qs

import msgspec

from openbook.clock import Clock
from openbook.collect.address import client_address
from openbook.collect.admission import Room, busy, peek_key
from openbook.collect.counts import DROPPED, REFUSED, STORED
from openbook.collect.gate import Gate
from openbook.collect.observation import Stamp
from openbook.collect.request import Answer, Sent, Stores, prepare_request
from openbook.collect.storing import refuse_revoked
from openbook.collect.wire import Received, read_batch, read_message
from openbook.contacts.moments import read_time
from openbook.draining import drain
from openbook.errors import (
    BadInput,
    Forbidden,
    NotAllowed,
    OpenbookError,
    TooLarge,
    TooMany,
    problem,
    seconds_to_wait,
)
from openbook.settings import Network

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

ON_THE_WIRE = 500_000
INFLATED = 1_000_000
BODY_SECONDS = 30
REMEMBERED = 16_384
HINTS = {
    name.encode(): name
    for name in (
        "sec-ch-ua", "sec-ch-ua-full-version", "sec-ch-ua-full-version-list", "sec-ch-ua-mobile",
        "sec-ch-ua-model", "sec-ch-ua-platform", "sec-ch-ua-platform-version", "x-requested-with",
    )
}  # fmt: skip
MADE_BY_BROWSERS = frozenset((b"origin", b"sec-fetch-mode", b"sec-fetch-site"))
ACCEPT_CH = ", ".join(
    ("Sec-CH-UA-Full-Version-List", "Sec-CH-UA-Platform-Version", "Sec-CH-UA-Model")
)
_SINGLE = {
    "identify": "identify", "i": "identify", "page": "page", "p": "page", "screen": "screen",
    "s": "screen", "track": "track", "t": "track", "group": "group", "g": "group",
    "alias": "alias", "a": "alias",
}  # fmt: skip
BATCH = ""
ROUTES: dict[str, str] = {
    **{f"/v1/{name}": type_ for name, type_ in _SINGLE.items()},
    **dict.fromkeys(("/v1/batch", "/v1/b", "/v1/import", "/beacon/v1/batch"), BATCH),
}
"""Path -> the type of message, or BATCH."""
METRICS = "/v1/m"
"""Where stock clients send figures about themselves: taken, and not kept."""
PATHS = frozenset({*ROUTES, METRICS})
_SUCCESS = b'{"success":true}'
_ALWAYS = (
    (b"access-control-expose-headers", b"Retry-After"),
    (b"vary", b"Origin"),
    (b"accept-ch", ACCEPT_CH.encode()),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
)
_encode = msgspec.json.Encoder().encode
_CHANCE = Random()


def refuse_origin(allowed: frozenset[str] | None, origin: str | None) -> None:
    """Refuse a page of a site that may not send with this key. What is no browser names no site."""
    if allowed is not None and origin is not None and origin not in allowed:
        raise Forbidden("This site may not send with this write key.", "origin_not_allowed")


def takes(scope: Scope) -> bool:
    """Whether the edge answers: the collect routes, and the preflights of what clients load first.

    RudderStack's browser client shows its key in a header even there, so browsers ask.
    """
    path = scope["path"].rstrip("/")
    first = path == "/sourceConfig" or path.startswith("/v1/projects/")
    return path in PATHS or (first and scope["method"] == "OPTIONS")


class Edge:
    """The application behind the collect routes."""

    def __init__(self, gate: Gate, writer: Stores, trusted: Sequence[Network], clock: Clock):
        self._gate = gate
        self._writer = writer
        self._clock = clock
        self._admission = writer.admission
        # The same visitor comes by the same way again and again.
        self._address = lru_cache(REMEMBERED)(
            lambda peer, forwarded: client_address(peer, forwarded, trusted)
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope["headers"])
        try:
            if scope["method"] == "OPTIONS":
                await _answer(send, 204, b"", headers)
                return
            if scope["method"] != "POST":
                raise _WrongMethod("This address takes POST.")
            body = await self._read(receive, headers)
            self._admission.refuse_closed()
            if scope["path"].rstrip("/") == METRICS:
                await _answer(send, 200, _SUCCESS, headers)
                return
            answer = await self.collect(scope, headers, body)
        except OpenbookError as error:
            REFUSED.labels(error.code).inc()
            await _answer(send, error.status, _encode(problem(error)), headers, error)
            return
        await _answer(send, 200, _success(answer), headers)

    async def _read(self, receive: Receive, headers: "Headers") -> bytes:
        try:
            async with asyncio.timeout(BODY_SECONDS):
                return await read_body(receive, headers, self._admission.reading)
        except TimeoutError:
            raise _TooSlow(f"The body did not arrive within {BODY_SECONDS} seconds.") from None

    async def collect(self, scope: Scope, headers: "Headers", body: bytes) -> Answer:
        """Read, let in, prepare, store."""
        type_ = ROUTES[scope["path"].rstrip("/")]
        if self._admission.is_overloaded:
            self._refuse_early(scope, headers, body)
        received = read_batch(body) if type_ == BATCH else read_message(body, type_)
        credential = basic_user(headers.one(b"authorization")) or received.write_key
        credential = credential or _query_key(scope["query_string"])
        admitted = await self._gate.admit(credential)
        if admitted is None or credential is None:
            raise NotAllowed("This write key or API token is not valid.", "unknown_key")
        refuse_origin(admitted.origins, headers.one(b"origin"))
        self._admission.refuse_late(admitted.workspace_id, len(body))
        sent = Sent(
            credential=credential,
            admitted=admitted,
            messages=received.messages,
            stamp=self.stamp(scope, headers, received, admitted.from_server),
            size=len(body),
        )
        prepare_request(sent, admitted)
        answer = await self._writer.store(sent) if sent.prepared else sent.answer
        refuse_revoked(answer)
        _count(answer, received.unreadable)
        _refuse_useless(answer, received.unreadable)
        return answer

    def _refuse_early(self, scope: Scope, headers: "Headers", body: bytes) -> None:
        """In an overload, refuse what need not be decoded to know whose it is."""
        credential = basic_user(headers.one(b"authorization")) or peek_key(body)
        admitted = self._gate.remembered(credential or _query_key(scope["query_string"]))
        if admitted is not None:
            self._admission.refuse_late(admitted.workspace_id, len(body))

    def stamp(
        self, scope: Scope, headers: "Headers", received: Received, from_server: bool
    ) -> Stamp:
        """What the edge knows, stamped once."""
        peer = scope["client"][0] if scope.get("client") else ""
        return Stamp(
            received_at=self._clock(),
            sent_at=read_time(received.sent_at),
            address=self._address(peer, tuple(headers.all(b"x-forwarded-for"))),
            from_server=from_server,
            browser_made=headers.has_any(MADE_BY_BROWSERS),
            user_agent=headers.one(b"user-agent"),
            accept_language=headers.one(b"accept-language"),
            hints=headers.several(HINTS),
            gpc="1" in (part.strip(" ") for part in headers.all(b"sec-gpc")),
        )


class Headers:
    """Request headers: names in lower case, values as text."""

    def __init__(self, raw: Sequence[tuple[bytes, bytes]]):
        self._raw = raw
        self._last = dict(raw)

    def one(self, name: bytes) -> str | None:
        """The header's value; of several lines, the last."""
        value = self._last.get(name)
        return value.decode("utf-8", "replace") if value is not None else None

    def all(self, name: bytes) -> list[str]:
        if name not in self._last:
            return []
        return [value.decode("utf-8", "replace") for key, value in self._raw if key == name]

    def has_any(self, names: frozenset[bytes]) -> bool:
        return not names.isdisjoint(self._last)

    def several(self, names: Mapping[bytes, str]) -> dict[str, str]:
        """The headers of `names` that are there and not empty, under the names it gives them."""
        found = names.keys() & self._last.keys()
        return {names[key]: value for key in found if (value := self.one(key))}


class _TooSlow(OpenbookError):
    status, code = 408, "too_slow"


class _WrongMethod(OpenbookError):
    status, code = 405, "method_not_allowed"


class _WrongCoding(OpenbookError):
    status, code = 415, "unsupported_coding"


async def read_body(receive: Receive, headers: Headers, room: Room) -> bytes:
    """The whole body, inflated where it is gzip, never more than the limits in memory."""
    body = await _wire_body(receive, room)
    coding = (headers.one(b"content-encoding") or "").strip().lower()
    if body[:2] == b"\x1f\x8b":
        return inflate(body)
    if coding not in ("", "identity", "gzip"):
        raise _WrongCoding("The body may be plain or gzip.")
    return body


async def _wire_body(receive: Receive, room: Room) -> bytes:
    """The body as it came. All the bodies that are on their way share one room."""
    event = await receive()
    if event["type"] == "http.request" and not event.get("more_body", False):
        body = event.get("body", b"")
        if len(body) > ON_THE_WIRE:
            raise _too_large()
        return body
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


def basic_user(header: str | None) -> str | None:
    """The user of HTTP Basic, where stock clients put the write key; or a Bearer token."""
    scheme, _, value = (header or "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip() or None
    if scheme.lower() != "basic":
        return None
    try:
        user, _, _ = base64.b64decode(value.strip(), validate=True).partition(b":")
        return user.decode("ascii") or None
    except (binascii.Error, ValueError):
        return None


def _query_key(query: bytes) -> str | None:
    try:
        found = parse_qs(query.decode("ascii"), max_num_fields=20)
    except ValueError:
        return None
    return found.get("writeKey", [None])[0]


def _success(answer: Answer) -> bytes:
    if answer.first_proof is not None:
        return _encode({"success": True, "firstProof": answer.first_proof})
    if answer.proof is None:
        return _SUCCESS
    return _encode({"success": True, "proof": answer.proof})


def _count(answer: Answer, unreadable: int) -> None:
    STORED.inc(answer.stored)
    for reason, many in answer.dropped.items():
        DROPPED.labels(reason).inc(many)
    if unreadable:
        DROPPED.labels("unreadable").inc(unreadable)


def _refuse_useless(answer: Answer, unreadable: int) -> None:
    """A request is refused only if nothing in it can be used; what policy drops is no fault."""
    if answer.stored:
        return
    dropped = answer.dropped
    if "budget" in dropped:
        raise TooMany(
            "Too many new contacts from this address. Try again later.",
            "contact_budget",
            retry_after=30,
        )
    if (unreadable or dropped) and not dropped.keys() - {"no_message", "no_identity"}:
        raise BadInput(
            "No message in this request can be used: each needs a type and an anonymousId or a "
            "userId.",
            "no_usable_message",
        )


async def _answer(
    send: Send, status: int, body: bytes, headers: Headers, error: OpenbookError | None = None
) -> None:
    origin = headers.one(b"origin")
    out = [
        (b"content-type", b"application/json" if status < 400 else b"application/problem+json"),
        (b"content-length", b"%d" % len(body)),
        (b"access-control-allow-origin", (origin or "*").encode()),
        *_ALWAYS,
    ]
    if status == 204:
        asked = headers.one(b"access-control-request-headers")
        out += [
            (b"access-control-allow-methods", b"GET, POST, OPTIONS"),
            (b"access-control-allow-headers", (asked or "authorization, content-type").encode()),
            (b"access-control-max-age", b"7200"),
        ]
    if error is not None and (wait := seconds_to_wait(error, _CHANCE)) is not None:
        out.append((b"retry-after", str(wait).encode()))
    await send({"type": "http.response.start", "status": status, "headers": out})
    await send({"type": "http.response.body", "body": body})
