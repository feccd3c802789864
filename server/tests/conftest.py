"""A real server on a real PostgreSQL, started once; a fresh workspace for each test that asks.

OPENBOOK_TEST_DATABASE_URL names a PostgreSQL (a user that may create databases and roles) to run
the same suite on; without it the embedded one is used.
"""

import asyncio
import functools
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import msgspec
import psycopg
import pytest
from hypothesis import HealthCheck, settings
from psycopg import sql

from openbook import clock
from openbook.accounts.actions import change_settings, create_token, create_workspace
from openbook.accounts.queries import live_write_keys
from openbook.db import Connection, Database
from openbook.embedded import joined
from openbook.migrating import migrate

OPENBOOK = Path(sys.executable).with_name("openbook")
DATABASE_URL = os.environ.get("OPENBOOK_TEST_DATABASE_URL")
LONG = ("test_screens.py", "test_viewer.py")
"""The files of a minute and more, the longest first."""

settings.register_profile(
    "openbook", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.load_profile("openbook")

# Each httpx client reads the world's certificate authorities, 20 ms of processor time. The tests
# make some ten thousand clients and speak to this machine only: once is enough.
ssl.create_default_context = functools.cache(ssl.create_default_context)


class Server(msgspec.Struct):
    """A running `openbook serve`."""

    url: str
    data: Path
    conninfo: str
    environ: dict[str, str]
    process: subprocess.Popen[bytes]
    write_key: str = ""
    token: str = ""

    def command(self, *words: str, **more: Any) -> subprocess.CompletedProcess[str]:
        """Run `openbook WORDS` beside the server."""
        return subprocess.run(
            [OPENBOOK, *words], env=self.environ, capture_output=True, text=True, timeout=60, **more
        )


class Workspace(msgspec.Struct):
    """A workspace of its own in the running server."""

    id: UUID
    url: str
    write_key: str
    token: str
    api: httpx.Client
    server: Server

    def post(self, path: str, body: Any, key: str | None = None, **more: Any) -> httpx.Response:
        """Send a message or a batch to a collect route, as a client with the write key."""
        return httpx.post(
            f"{self.url}{path}", json=body, auth=(key or self.write_key, ""), timeout=30, **more
        )

    def batch(self, *messages: dict[str, Any], key: str | None = None) -> httpx.Response:
        answer = self.post("/v1/batch", {"batch": list(messages)}, key)
        assert answer.status_code == 200, answer.text
        return answer

    def contacts(self, **query: Any) -> list[dict[str, Any]]:
        answer = self.api.get("/api/contacts", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]

    def contact(self, **query: Any) -> dict[str, Any]:
        found = self.contacts(**query)
        assert len(found) == 1, f"{len(found)} contacts"
        answer = self.api.get(f"/api/contacts/{found[0]['id']}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def set(self, **changes: str) -> None:
        """Change settings: dots are written as double underscores."""

        async def change(conn: Connection) -> None:
            named = {key.replace("__", "."): value for key, value in changes.items()}
            await change_settings(conn, self.id, named)

        in_database(self.server.conninfo, change, self.id)

    def new_token(self, *scopes: str) -> str:
        async def make(conn: Connection) -> str:
            made = await create_token(conn, self.id, "test", None, scopes, clock.now())
            return made[1]

        return in_database(self.server.conninfo, make, self.id)


def in_database(conninfo: str, work: Callable[[Connection], Any], *workspaces: UUID) -> Any:
    """Run `work(connection)` in a transaction as the application's role."""

    async def run() -> Any:
        db = Database(conninfo, size=1)
        await db.open()
        try:
            async with db.transaction(*workspaces) as conn:
                return await work(conn)
        finally:
            await db.close()

    # In a thread of its own: where a browser is driven, this one has a running loop already.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, run()).result()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What drives a browser comes last: from then on Playwright keeps an event loop running.

    The files with such tests come last as wholes, as two processes share the files among them, and
    the long ones first, so that neither process is left alone with one.
    """
    driving = {item.path for item in items if _drives(item)}
    known = {name: place for place, name in enumerate(LONG)}

    def place(item: pytest.Item) -> tuple[bool, int, bool]:
        return item.path in driving, known.get(item.path.name, len(LONG)), _drives(item)

    items.sort(key=place)


def _drives(item: pytest.Item) -> bool:
    return "playwright" in getattr(item, "fixturenames", ())


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str | None]:
    """The URL of a database of its own on the given PostgreSQL; None for the embedded one."""
    if not DATABASE_URL:
        yield None
        return
    name = f"openbook_test_{os.getpid()}"
    url = DATABASE_URL.rsplit("/", 1)[0] + f"/{name}"
    with psycopg.connect(DATABASE_URL, autocommit=True) as conn:
        # The first migration makes a role, which is of the whole PostgreSQL: one at a time.
        conn.execute("SELECT pg_advisory_lock(1)")
        conn.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        migrate(url)
    try:
        yield url
    finally:
        with psycopg.connect(DATABASE_URL, autocommit=True) as conn:
            conn.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def serving(
    data: Path, database_url: str | None, *options: str, **variables: str
) -> Iterator[Server]:
    """Run `openbook serve` for the time of the block, with these variables in its environment."""
    port = free_port()
    environ = {key: value for key, value in os.environ.items() if not key.startswith("OPENBOOK_")}
    environ |= {"OPENBOOK_DATA": str(data), **variables}
    if database_url:
        environ["OPENBOOK_DATABASE_URL"] = database_url
    log = data.with_suffix(".log")
    with log.open("wb") as sink, ExitStack() as stack:
        process = subprocess.Popen(
            [OPENBOOK, "serve", "--port", str(port), *options], env=environ, stderr=sink
        )
        stack.callback(stop, process)
        url = f"http://127.0.0.1:{port}"
        wait_until_ready(url, process, log)
        conninfo = database_url or stack.enter_context(joined(data))
        yield Server(url, data, conninfo, environ, process)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, database_url: str | None) -> Iterator[Server]:
    """The suite's server. Its own workspace is the installation's first."""
    with serving(tmp_path_factory.mktemp("openbook") / "data", database_url) as running:
        shown = running.command("workspace", "show", "--json")
        running.write_key = msgspec.json.decode(shown.stdout)["write_key"]
        made = running.command("token", "create", "--name", "test", "--role", "admin", "--json")
        running.token = msgspec.json.decode(made.stdout)["token"]
        yield running


@pytest.fixture
def workspace(server: Server) -> Iterator[Workspace]:
    yield from _workspace(server)


def _workspace(server: Server) -> Iterator[Workspace]:
    async def make(conn: Connection) -> tuple[UUID, str, str]:
        made = await create_workspace(conn, "Test", clock.now())
        keys = await live_write_keys(conn, made.id)
        token = await create_token(conn, made.id, "test", "admin", (), clock.now())
        return made.id, keys[0].key, token[1]

    workspace_id, write_key, token = in_database(server.conninfo, make)
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=server.url, headers=headers, timeout=30) as api:
        yield Workspace(workspace_id, server.url, write_key, token, api, server)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 100
    while time.monotonic() < until:
        if process.poll() is not None:
            raise AssertionError(f"openbook serve ended:\n{log.read_text()}")
        try:
            if httpx.get(f"{url}/health/ready").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"openbook serve did not get ready:\n{log.read_text()}")


def stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
