"""The hot endpoint: a plain ASGI callable from the bytes of a request to its answer.

Stock clients of Segment and RudderStack come in here unchanged. Never a redirect, never a look at
the content type; the write key from HTTP Basic, else the body, else the query.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import lru_cache
from random import Random
from typing import Any
from urllib.parse import parse_qs

import msgspec

from openbook.clock import Clock
from openbook.collect.address import client_address
from openbook.collect.admission import peek_key
from openbook.collect.arriving import Arrivals, plain, read_body
from openbook.collect.counts import DROPPED, REFUSED, STORED, count_cache, sizes_of
from openbook.collect.gate import Gate
from openbook.collect.headers import Headers, basic_user, client_of
from openbook.collect.installing.lately import LATEST
from openbook.collect.observation import Stamp
from openbook.collect.request import Answer, Sent, Stores, prepare_request
from openbook.collect.storing import not_from_there, refuse_revoked
from openbook.collect.wire import Received, read_batch, read_message
from openbook.contacts.moments import read_time
from openbook.errors import (
    BadInput,
    NotAllowed,
    OpenbookError,
    TooMany,
    problem,
    seconds_to_wait,
)
from openbook.settings import Network

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

BODY_SECONDS = 30
REMEMBERED = 32_768
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
_STORED = {"type": "http.response.body", "body": _SUCCESS}
LONGEST = 256
"""Bytes of an origin for which the answer is remembered."""
_ALWAYS = (
    (b"access-control-expose-headers", b"Retry-After"),
    (b"vary", b"Origin"),
    (b"accept-ch", ACCEPT_CH.encode()),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
)
_encode = msgspec.json.Encoder().encode
_CHANCE = Random()


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
        self._arrivals = Arrivals(BODY_SECONDS)
        # The same visitor comes by the same way again and again.
        self._address = lru_cache(REMEMBERED)(
            lambda peer, forwarded: client_address(peer, _lines(forwarded), trusted)
        )
        count_cache("collect.edge.address", lambda: sizes_of(self._address))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        origin: bytes | None = None
        try:
            if scope["method"] == "OPTIONS":
                await _answer_preflight(send, Headers(scope["headers"]))
                return
            if scope["method"] != "POST":
                raise _WrongMethod("This address takes POST.")
            try:
                reading = read_body(receive, self._admission.reading)
                body = await self._arrivals.wait(reading)
            except TimeoutError:
                raise _TooSlow() from None
            headers = Headers(scope["headers"])
            origin = headers.raw(b"origin")
            body = plain(body, headers.one(b"content-encoding"))
            self._admission.refuse_closed()
            if scope["path"].rstrip("/") == METRICS:
                await _answer(send, 200, _SUCCESS, origin)
                return
            sent, unreadable = await self.take_in(scope, headers, body)
            # What it came with is not kept while it waits: what comes next finds warm memory.
            scope.clear()
            del headers, body, reading
            answer = await self._store(sent, unreadable)
        except OpenbookError as error:
            REFUSED.labels(error.code).inc()
            if scope:  # it was refused before it was taken in
                origin = Headers(scope["headers"]).raw(b"origin")
            await _answer(send, error.status, _encode(problem(error)), origin, error)
            return
        if answer.proof is None and answer.first_proof is None and len(origin or b"") <= LONGEST:
            await send(_stored(origin))
            await send(_STORED)
        else:
            await _answer(send, 200, _success(answer), origin)

    async def take_in(self, scope: Scope, headers: Headers, body: bytes) -> tuple[Sent, int]:
        """Read, let in, prepare: what is to be stored, and how many messages are unreadable."""
        type_ = ROUTES[scope["path"].rstrip("/")]
        if self._admission.is_overloaded:
            self._refuse_early(scope, headers, body)
        received = read_batch(body) if type_ == BATCH else read_message(body, type_)
        credential = basic_user(headers.one(b"authorization")) or received.write_key
        credential = credential or _query_key(scope["query_string"])
        admitted = await self._gate.admit(credential)
        if admitted is None or credential is None:
            LATEST.note(None, "unknown_key", self._clock().timestamp())
            raise NotAllowed("This write key or API token is not valid.", "unknown_key")
        origin = headers.one(b"origin")
        if admitted.keeps_out(origin):
            moment = self._clock().timestamp()
            LATEST.note(admitted.workspace_id, "origin_not_allowed", moment, site=origin)
            raise not_from_there()
        self._admission.refuse_late(admitted.workspace_id, len(body))
        sent = Sent(
            credential=credential,
            admitted=admitted,
            messages=received.messages,
            stamp=self.stamp(scope, headers, received, admitted.from_server),
            origin=origin,
            size=len(body),
        )
        prepare_request(sent, admitted)
        return sent, received.unreadable

    async def _store(self, sent: Sent, unreadable: int) -> Answer:
        answer = await self._writer.store(sent) if sent.prepared else sent.answer
        refuse_revoked(answer)
        dropped = _count(answer, unreadable)
        for reason, many in dropped.items():
            LATEST.note(sent.admitted.workspace_id, reason, self._clock().timestamp(), many)
        _refuse_useless(answer, unreadable)
        return answer

    def _refuse_early(self, scope: Scope, headers: Headers, body: bytes) -> None:
        """In an overload, refuse what need not be decoded to know whose it is."""
        credential = basic_user(headers.one(b"authorization")) or peek_key(body)
        admitted = self._gate.remembered(credential or _query_key(scope["query_string"]))
        if admitted is not None:
            self._admission.refuse_late(admitted.workspace_id, len(body))

    def stamp(self, scope: Scope, headers: Headers, received: Received, from_server: bool) -> Stamp:
        """What the edge knows, stamped once."""
        peer = scope["client"][0] if scope.get("client") else ""
        client = client_of(headers)
        return Stamp(
            received_at=self._clock(),
            sent_at=read_time(received.sent_at),
            address=self._address(peer, headers.lines(b"x-forwarded-for")),
            from_server=from_server,
            browser_made=headers.has_any(MADE_BY_BROWSERS),
            user_agent=client.user_agent,
            accept_language=client.accept_language,
            hints=client.hints,
            gpc=client.gpc,
        )


class _TooSlow(OpenbookError):
    status, code = 408, "too_slow"

    def __init__(self) -> None:
        super().__init__(f"The body did not arrive within {BODY_SECONDS} seconds.")


class _WrongMethod(OpenbookError):
    status, code = 405, "method_not_allowed"


def _lines(value: bytes | None) -> list[str]:
    return value.decode("utf-8", "replace").split("\n") if value is not None else []


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


def _count(answer: Answer, unreadable: int) -> Mapping[str, int]:
    """Note what was stored; gives what was not, by reason."""
    STORED.inc(answer.stored)
    dropped = answer.dropped | {"unreadable": unreadable} if unreadable else answer.dropped
    for reason, many in dropped.items():
        DROPPED.labels(reason).inc(many)
    return dropped


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


@lru_cache(maxsize=REMEMBERED)
def _stored(origin: bytes | None) -> dict[str, Any]:
    """How the usual answer begins."""
    headers = _headers(200, _SUCCESS, _named(origin))
    return {"type": "http.response.start", "status": 200, "headers": headers}


def _headers(status: int, body: bytes, origin: bytes) -> list[tuple[bytes, bytes]]:
    return [
        (b"content-type", b"application/json" if status < 400 else b"application/problem+json"),
        (b"content-length", b"%d" % len(body)),
        (b"access-control-allow-origin", origin),
        *_ALWAYS,
    ]


async def _answer(
    send: Send, status: int, body: bytes, origin: bytes | None, error: OpenbookError | None = None
) -> None:
    out = _headers(status, body, _named(origin))
    if error is not None and (wait := seconds_to_wait(error, _CHANCE)) is not None:
        out.append((b"retry-after", str(wait).encode()))
    await send({"type": "http.response.start", "status": status, "headers": out})
    await send({"type": "http.response.body", "body": body})


async def _answer_preflight(send: Send, headers: Headers) -> None:
    asked = headers.one(b"access-control-request-headers")
    out = _headers(204, b"", _named(headers.raw(b"origin")))
    out += [
        (b"access-control-allow-methods", b"GET, POST, OPTIONS"),
        (b"access-control-allow-headers", (asked or "authorization, content-type").encode()),
        (b"access-control-max-age", b"7200"),
    ]
    await send({"type": "http.response.start", "status": 204, "headers": out})
    await send({"type": "http.response.body", "body": b""})


def _named(origin: bytes | None) -> bytes:
    return (origin or b"*").decode("utf-8", "replace").encode()
