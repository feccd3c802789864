"""The page of the dashboard, under the address of each of its screens.

A frame that is the same for everybody, and what the screen begins with; the page fetches the rest.
"""

import secrets
from functools import lru_cache
from pathlib import Path
from typing import Any

from litestar import MediaType, Request, Response, get
from litestar.datastructures import State
from litestar.exceptions import NotFoundException

from openbook.dashboard.beginning import beginning
from openbook.errors import Misconfigured
from openbook.problems import render_http

PAGE = Path(__file__).parent / "index.html"
SCREENS = [
    "/",
    "/account",
    "/collection",
    "/contacts",
    "/contacts/import",
    "/contacts/{contact_id:str}",
    "/contacts/{contact_id:str}/merge",
    "/contacts/{contact_id:str}/split/{merge:str}",
    "/inbox",
    "/inbox/{conversation_id:str}",
    "/insight",
    "/invitation",
    "/map",
    "/settings",
    "/settings/chat",
    "/settings/collection",
    "/settings/history",
    "/settings/keys",
    "/settings/mail",
    "/settings/places",
    "/settings/replies",
    "/settings/sign-in",
    "/settings/tags",
    "/settings/team",
    "/settings/tokens",
    "/settings/workspace",
    "/sign-in",
    "/start",
    "/visitors",
]
"""The paths of `web/dashboard/src/router.tsx`."""
_NONCE, _BEGINNING = b"__NONCE__", b"__BEGINNING__"


@get(SCREENS, include_in_schema=False)
async def dashboard(request: Request[Any, Any, Any], state: State) -> Response[bytes]:
    """A screen. Styles need the nonce, scripts are files of our own alone."""
    return framed(await beginning(request, state))


def lost(request: Request[Any, Any, Any], error: NotFoundException) -> Response[Any]:
    """An address that is none: whoever opened it in a browser sees a page with a way back."""
    asks = request.headers.get("accept", "")
    if request.method == "GET" and "text/html" in asks and not request.url.path.startswith("/api"):
        return framed(b"null", 404)
    return render_http(request, error)


def framed(begins: bytes, status: int = 200) -> Response[bytes]:
    """The frame around what a screen begins with: JSON without any `<`."""
    nonce = secrets.token_urlsafe(16)
    policy = (
        f"default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; "
        "font-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; "
        "frame-src 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    headers = {
        "Content-Security-Policy": policy,
        "Cache-Control": "no-store",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
    before, after = (part.replace(_NONCE, nonce.encode()) for part in _page())
    return Response(
        before + begins + after, headers=headers, media_type=MediaType.HTML, status_code=status
    )


@lru_cache(maxsize=1)
def _page() -> tuple[bytes, bytes]:
    """The frame before and behind the beginning, which is nobody's to put a nonce into."""
    try:
        before, _, after = PAGE.read_bytes().partition(_BEGINNING)
    except FileNotFoundError:
        raise Misconfigured(
            "The browser parts are not built, so there is no dashboard to show. "
            "Build them with: make setup",
            "browser_parts_missing",
        ) from None
    return before, after


handlers = [dashboard]
