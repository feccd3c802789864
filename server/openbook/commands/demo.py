"""`openbook demo`: made-up visitors, so that lists and maps have something to show."""

import asyncio
from typing import Annotated

import httpx
from cyclopts import Parameter, validators

from openbook import clock
from openbook.accounts.actions import create_token, ensure_workspace, revoke_token
from openbook.accounts.queries import live_write_keys
from openbook.commands.opening import with_database
from openbook.commands.options import Data
from openbook.commands.output import ERR
from openbook.db import Database
from openbook.demo.traffic import send_demo
from openbook.errors import Misconfigured
from openbook.settings import read_settings


def demo(
    *,
    visitors: Annotated[
        int, Parameter(validator=validators.Number(gte=1, lte=1_000_000), help="How many.")
    ] = 200,
    url: Annotated[str | None, Parameter(help="Where openbook runs (this machine's).")] = None,
    token: Annotated[
        str | None,
        Parameter(
            env_var="OPENBOOK_TOKEN",
            help="An API token with the scope collect. Without it one is made in the local data "
            "and revoked afterwards.",
        ),
    ] = None,
    write_key: Annotated[
        str | None,
        Parameter(help="With --token: visits are sent as browsers would, so sessions count."),
    ] = None,
    seed: Annotated[int | None, Parameter(help="The same seed makes the same people.")] = None,
    data: Data = None,
) -> None:
    """Send made-up visitors of many countries through the public endpoint of a running server."""
    settings = read_settings(data=data)
    where = url or f"http://{_reachable(settings.host)}:{settings.port}"
    _must_answer(where)
    if token is not None:
        asyncio.run(send_demo(where, token, visitors, seed, ERR, write_key))
        return

    async def work(db: Database) -> None:
        async with db.transaction() as conn:
            workspace = await ensure_workspace(conn, clock.now())
            made, secret = await create_token(
                conn, workspace.id, "openbook demo", None, ("collect",), clock.now()
            )
            keys = await live_write_keys(conn, workspace.id)
        try:
            await send_demo(where, secret, visitors, seed, ERR, keys[0].key if keys else None)
        finally:
            async with db.transaction(workspace.id) as conn:
                await revoke_token(conn, workspace.id, made.id, clock.now())

    with_database(settings, work)


def _must_answer(where: str) -> None:
    """Refuse at once what would otherwise be tried again for minutes."""
    try:
        httpx.get(f"{where.rstrip('/')}/health/live", timeout=10).raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL):
        raise Misconfigured(
            f"No openbook answers at {where}. Start it with `openbook serve`, or name another "
            "address with --url."
        ) from None


def _reachable(host: str) -> str:
    """An address to call where the server listens on every one; IPv6 in brackets."""
    if host in ("0.0.0.0", "::"):
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
