"""The database for the time of one command, whether the server runs or not."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from openbook import clock
from openbook.accounts.actions import ensure_workspace
from openbook.accounts.schemas import Workspace
from openbook.commands.output import say
from openbook.db import Begin, Connection, Database, require_durable, require_temporary
from openbook.embedded import joined
from openbook.migrating import migrate
from openbook.settings import Settings

T = TypeVar("T")


@contextmanager
def address(settings: Settings) -> Iterator[str]:
    """The connection string: of OPENBOOK_DATABASE_URL, or of the database in the data folder."""
    if settings.database_url:
        yield settings.database_url
    else:
        with joined(settings.data, say) as conninfo:
            yield conninfo


def with_database(
    settings: Settings,
    work: Callable[[Database], Awaitable[T]],
    *,
    begin: Begin | None = None,
    durable: bool = False,
) -> T:
    """Run `work` with a database whose schema is this release's. `begin`: see `Database`.

    With `durable`, Misconfigured where the database may lose what it commits.
    """

    async def run(conninfo: str) -> T:
        db = Database(conninfo, size=2, unsafe=settings.unsafe_durability, begin=begin)
        await db.open()
        try:
            return await work(db)
        finally:
            await db.close()

    with address(settings) as conninfo:
        if durable and not settings.unsafe_durability:
            require_durable(conninfo)
        if begin is not None:
            require_temporary(conninfo)
        migrate(conninfo)
        return asyncio.run(run(conninfo))


def in_workspace(settings: Settings, work: Callable[[Connection, Workspace], Awaitable[T]]) -> T:
    """Run `work` in one transaction of the installation's workspace; made if there is none."""

    async def run(db: Database) -> T:
        async with db.transaction() as conn:
            workspace = await ensure_workspace(conn, clock.now())
            return await work(conn, workspace)

    return with_database(settings, run)
