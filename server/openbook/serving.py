"""`openbook serve`: the database, the schema, the first workspace, then the HTTP processes."""

import asyncio
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from openbook import clock
from openbook.accounts.actions import ensure_workspace
from openbook.app import Dispatcher, create_app
from openbook.db import Database
from openbook.embedded import joined
from openbook.migrating import migrate
from openbook.settings import Settings, read_settings, write_settings

_CONNINFO = "OPENBOOK_SERVING_CONNINFO"
"""How the processes that serve learn where the database is."""


def serve(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM."""
    # Granian handles signals once it runs; until then a stop must leave the database tidy.
    signal.signal(signal.SIGTERM, _leave)
    settings.data.mkdir(parents=True, exist_ok=True)
    settings.secret()
    with database(settings) as conninfo:
        _say("bringing the database's schema to this release")
        migrate(conninfo)
        asyncio.run(_first_start(conninfo))
        os.environ |= write_settings(settings) | {_CONNINFO: conninfo}
        _say(f"serving on http://{_shown(settings.host)}:{settings.port}")
        Granian(
            "openbook.serving:application",
            factory=True,
            interface=Interfaces.ASGI,
            address=settings.host,
            port=settings.port,
            workers=settings.workers,
            log_access=False,
            log_level=LogLevels.warning,
            websockets=False,
            respawn_failed_workers=True,
            workers_kill_timeout=30,
        ).serve()


@contextmanager
def database(settings: Settings) -> Iterator[str]:
    """The connection string of the database, which runs inside if none is configured."""
    if settings.database_url:
        yield settings.database_url
        return
    with joined(settings.data, _say) as conninfo:
        yield conninfo


def application() -> Dispatcher:
    """What each serving process runs."""
    return create_app(read_settings(os.environ), os.environ[_CONNINFO])


async def _first_start(conninfo: str) -> None:
    db = Database(conninfo, size=1)
    await db.open()
    try:
        async with db.transaction() as conn:
            await ensure_workspace(conn, clock.now())
    finally:
        await db.close()


def _leave(signum: int, frame: object) -> None:
    sys.exit(128 + signum)


def _say(text: str) -> None:
    print(f"openbook: {text}", file=sys.stderr, flush=True)


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host
