"""`openbook serve`: the database, the schema, the first workspace, then the HTTP processes."""

import asyncio
import gc
import multiprocessing
import os
import resource
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from granian.server.common import AbstractServer

from openbook import clock
from openbook.accounts.actions import create_token, ensure_workspace
from openbook.accounts.people.queries import owners
from openbook.accounts.queries import live_write_keys, tokens
from openbook.accounts.sign_in.actions import make_owner_link
from openbook.app import Dispatcher, create_app
from openbook.banner import Opening, Screen
from openbook.collect.stream.broker import broker_settings
from openbook.collect.stream.promises import ask_promises
from openbook.db import Database, require_durable, require_temporary
from openbook.durability import WARNING
from openbook.embedded import joined
from openbook.errors import Misconfigured
from openbook.http_server import http_server
from openbook.migrating import migrate
from openbook.settings import Settings, read_settings, write_settings
from openbook.stopping import SIGNAL

_CONNINFO = "OPENBOOK_SERVING_CONNINFO"
"""How the processes that serve learn where the database is."""
ALLOCATOR = "_RJEM_MALLOC_CONF", "background_thread:true,dirty_decay_ms:1000,muzzy_decay_ms:0"
"""The HTTP server's memory goes back to the system soon after handshakes, by a thread of its own:
an idle socket holds 155 KB and not 175."""
FILES = 16_384
STOP_SECONDS = 30
"""Seconds that a process has to store and answer what it accepted, once it is told to stop."""


def serve(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM."""
    # Granian handles signals once it runs; until then a stop must leave the database tidy.
    signal.signal(signal.SIGTERM, _leave)
    _require_port(settings)
    settings.make_folder()
    settings.secret()
    screen = Screen()
    if (brokers := broker_settings(settings)) is not None:
        with screen.step("Asking the ingest stream what it promises"):
            asyncio.run(ask_promises(brokers, settings.secret()))
    with database(settings, screen) as conninfo:
        if not settings.unsafe_durability:
            require_durable(conninfo)
        require_temporary(conninfo)
        with screen.step("Bringing the schema to this release"):
            migrate(conninfo)
        opening = asyncio.run(_open(conninfo, settings.unsafe_durability))
        if settings.unsafe_durability:
            screen.say(WARNING)
        os.environ |= write_settings(settings) | {_CONNINFO: conninfo}
        screen.when_ready(settings, opening)
        # A forked process inherits every lock that a thread of this one holds just then, held for
        # ever: with "fork" one start in some dozens served nothing.
        multiprocessing.set_start_method("spawn", force=True)
        os.environ.setdefault(*ALLOCATOR)
        _allow_files()
        server = http_server(
            "openbook.serving:application",
            factory=True,
            websockets=settings.live_pages > 0 or settings.chat_sockets > 0,
            address=settings.host,
            port=settings.port,
            workers=settings.workers,
            respawn_failed_workers=True,
            workers_kill_timeout=STOP_SECONDS,
        )
        if settings.drain_seconds:
            server.on_startup(lambda: _drain_first(server, settings.drain_seconds))
        server.serve()


@contextmanager
def database(settings: Settings, screen: Screen) -> Iterator[str]:
    """The connection string of the database, which runs inside if none is configured."""
    with ExitStack() as stack:
        conninfo = settings.database_url
        if conninfo is None:
            with screen.step("Starting PostgreSQL"):
                conninfo = stack.enter_context(joined(settings.data, screen.say))
        yield conninfo


def application() -> Dispatcher:
    """What each serving process runs."""
    app = create_app(read_settings(os.environ), os.environ[_CONNINFO])
    # What is loaded now stays: looked through at every collection, it cost a fifth of the time of
    # a page view. Messages leave no cycles behind, so collections can be rare.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    return app


async def _open(conninfo: str, unsafe: bool) -> Opening:
    """The first workspace and its way in, made at the first start."""
    db = Database(conninfo, size=1, unsafe=unsafe)
    await db.open()
    try:
        async with db.transaction() as conn:
            workspace = await ensure_workspace(conn, clock.now())
            keys = await live_write_keys(conn, workspace.id)
            token = None
            if not await tokens(conn, workspace.id):
                _, token = await create_token(
                    conn, workspace.id, "first start", "admin", (), clock.now()
                )
            owner = None
            if not await owners(conn, workspace.id):
                owner = await make_owner_link(conn, workspace.id, clock.now())
            return Opening(keys[0].key, token, workspace.policy.public_url, owner)
    finally:
        await db.close()


def _require_port(settings: Settings) -> None:
    """Refuse a port that is taken. Granian shares it: two servers would answer by turns."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((settings.host, settings.port))
        except OSError as error:
            raise Misconfigured(
                f"Port {settings.port} of {settings.host} cannot be used: {error.strerror}. "
                "Stop what uses it, or name another, for example: PORT=8001 make run, "
                "or openbook serve --port 8001"
            ) from None


def _allow_files() -> None:
    """Open as many files as the system lets us: each connection is one; usual are 1,024."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    files = FILES if most == resource.RLIM_INFINITY else min(FILES, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, most))


def _drain_first(server: AbstractServer[Any], seconds: float) -> None:
    """On SIGTERM, tell the processes that serve, and stop them `seconds` later, or when told again.

    Runs after Granian has set its own handlers. SIGINT, which a terminal sends, stops at once.
    """

    def drain(signum: int, frame: object) -> None:
        signal.signal(signal.SIGTERM, server.signal_handler_interrupt)
        for worker in server.wrks:
            if worker.inner.pid is not None:
                os.kill(worker.inner.pid, SIGNAL)
        stop = threading.Timer(seconds, server.signal_handler_interrupt)
        stop.daemon = True
        stop.start()

    signal.signal(signal.SIGTERM, drain)


def _leave(signum: int, frame: object) -> None:
    sys.exit(128 + signum)
