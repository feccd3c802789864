"""The page of the dashboard, under the address of each of its screens.

What is on a screen is fetched by the page; here is only the frame, which is the same for everybody.
"""

import secrets
from functools import lru_cache
from pathlib import Path

from litestar import MediaType, Response, get

from openbook.errors import Misconfigured

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
    "/settings/tags",
    "/settings/team",
    "/settings/tokens",
    "/settings/workspace",
    "/sign-in",
    "/start",
    "/visitors",
]
"""The paths of `web/dashboard/src/router.tsx`."""
_NONCE = "__NONCE__"


@get(SCREENS, include_in_schema=False)
async def dashboard() -> Response[str]:
    """The frame of every screen. Styles need the nonce, scripts are files of our own alone."""
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
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
    return Response(_page().replace(_NONCE, nonce), headers=headers, media_type=MediaType.HTML)


@lru_cache(maxsize=1)
def _page() -> str:
    try:
        return PAGE.read_text()
    except FileNotFoundError:
        raise Misconfigured(
            "The browser parts are not built, so there is no dashboard to show. "
            "Build them with: make setup",
            "browser_parts_missing",
        ) from None


handlers = [dashboard]
