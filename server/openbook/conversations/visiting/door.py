"""The outermost door of the visitor's routes: what browsers of other sites need to see an answer.

All of `/v1/chat/` is asked by pages of other origins, without cookies. The preflight is answered
here, and every answer, refusals as well, says that the page may read it.
"""

from collections.abc import Awaitable, Callable
from typing import Any

Scope = dict[str, Any]
Send = Callable[[dict[str, Any]], Awaitable[None]]

PREFIX = "/v1/chat/"
LONGEST_ORIGIN = 256
EXPOSED = b"Retry-After, Content-Disposition"
_ALLOWED = (
    (b"access-control-allow-methods", b"GET, POST, OPTIONS"),
    (b"access-control-allow-headers", b"authorization, content-type"),
    (b"access-control-max-age", b"7200"),
    (b"content-length", b"0"),
)


def is_visitors(scope: Scope) -> bool:
    """Whether a request is for the visitor's routes."""
    return scope["type"] == "http" and scope["path"].startswith(PREFIX)


def opened(scope: Scope, send: Send) -> Send:
    """`send` that lets the page of another origin read the answer."""
    added = _headers(scope)

    async def answer(event: dict[str, Any]) -> None:
        if event["type"] == "http.response.start":
            names = {name for name, _ in added if name != b"vary"}
            kept = [(name, value) for name, value in event["headers"] if name.lower() not in names]
            has_cache = any(name.lower() == b"cache-control" for name, _ in kept)
            private = [] if has_cache else [(b"cache-control", b"no-store")]
            event = {**event, "headers": [*kept, *added, *private]}
        await send(event)

    return answer


async def answer_preflight(scope: Scope, send: Send) -> None:
    """What a browser asks before it sends."""
    headers = [*_headers(scope), *_ALLOWED]
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def _headers(scope: Scope) -> list[tuple[bytes, bytes]]:
    origin = next((value for name, value in scope["headers"] if name == b"origin"), b"*")
    return [
        (b"access-control-allow-origin", origin if len(origin) <= LONGEST_ORIGIN else b"null"),
        (b"access-control-expose-headers", EXPOSED),
        (b"vary", b"Origin"),
        (b"x-content-type-options", b"nosniff"),
    ]
