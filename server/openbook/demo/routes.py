"""The demo shop under /demo, with the real snippet in its pages."""

import secrets
from typing import Any

from litestar import Request, Response, get
from litestar.datastructures import State

from openbook.accounts.actions import ensure_workspace
from openbook.accounts.queries import live_write_keys
from openbook.clock import now
from openbook.collect.edge import ACCEPT_CH
from openbook.collect.routes import base_url
from openbook.collect.script import snippet
from openbook.demo.site import content_type, render
from openbook.errors import NotFound


@get(["/demo", "/demo/"], include_in_schema=False)
async def demo_home(request: Request[Any, Any, Any], state: State) -> Response[bytes]:
    """The shop's front page."""
    return await _page(request, state)


@get("/demo/{rest:path}", include_in_schema=False)
async def demo(request: Request[Any, Any, Any], state: State, rest: str) -> Response[bytes]:
    """Any other page of the shop."""
    return await _page(request, state)


async def _page(request: Request[Any, Any, Any], state: State) -> Response[bytes]:
    async with state.db.transaction() as conn:
        workspace = await ensure_workspace(conn, now())
        keys = await live_write_keys(conn, workspace.id)
    nonce = secrets.token_urlsafe(16)
    public_url = workspace.policy.public_url or base_url(request)
    path = request.url.path
    body = render(path, snippet(public_url, keys[0].key, nonce) if keys else "", nonce)
    if body is None:
        raise NotFound("The shop has no such page.")
    csp = (
        f"default-src 'none'; script-src 'nonce-{nonce}' {public_url}; style-src 'self'; "
        f"img-src 'self' data:; connect-src 'self' {public_url}; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    headers = {
        "Content-Security-Policy": csp,
        "Accept-CH": ACCEPT_CH,
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(body, headers=headers, media_type=content_type(path).partition(";")[0])


handlers = [demo_home, demo]
