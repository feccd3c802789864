"""Who may come in: reads the API token of a request, and keeps out whoever lacks the scope.

    @get("/api/contacts", guards=[requires("contacts:read")])

After it, `caller(request)` is who calls. The application must have `state.db` (a `Database`).
"""

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.types import Guard

from openbook.accounts.keys import digest
from openbook.accounts.queries import unscoped_caller_by_token
from openbook.accounts.schemas import SCOPES, Caller
from openbook.db import Database
from openbook.errors import Forbidden, NotAllowed

SCHEME = "bearer"
NO_TOKEN = "Send an API token in the header: Authorization: Bearer TOKEN."
# One sentence for a token that never was, is misspelt or was revoked: it tells a guesser nothing.
BAD_TOKEN = "This API token is not valid. `openbook token create` makes one."


def requires(scope: str) -> Guard:
    """A guard that lets only callers with this scope through, and says which one is missing."""
    if scope not in SCOPES:
        raise ValueError(f"{scope!r} is no scope")

    async def guard(connection: ASGIConnection, handler: BaseRouteHandler) -> None:
        found = await _authenticate(connection)
        if not found.may(scope):
            raise Forbidden(f"This API token lacks the scope {scope}.")
        connection.state.caller = found

    guard.__name__ = f"requires_{scope.replace(':', '_')}"
    return guard


def caller(request: Request) -> Caller:
    """Who calls a route that has a guard."""
    return request.state.caller


async def _authenticate(connection: ASGIConnection) -> Caller:
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() != SCHEME or not token:
        raise NotAllowed(NO_TOKEN)
    # The digest is looked up, never the token: how long it takes says nothing about its characters.
    db: Database = connection.app.state.db
    async with db.transaction() as conn:
        found = await unscoped_caller_by_token(conn, digest(token.strip()))
    if found is None:
        raise NotAllowed(BAD_TOKEN)
    return found
