"""People of a team and the browsers they sign in with, for the tests of signing in."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec
import psycopg

from openbook import clock
from openbook.accounts.people.actions import create_person
from openbook.accounts.people.queries import insert_membership
from openbook.accounts.sign_in.actions import make_one_time_token
from openbook.db import Connection
from tests.conftest import Server, Workspace, in_database

PASSWORD = "velvet otter on the tram"
LINK = re.compile(r"/[a-z-]+#(ob[a-z]_[A-Za-z0-9_-]{43})")


class Browser:
    """A browser on one of openbook's own pages: it keeps cookies and sends what browsers send."""

    def __init__(self, server_url: str, **headers: str):
        own = {"Origin": server_url, "Sec-Fetch-Site": "same-origin"}
        marked = {"X-Requested-With": "openbook", "User-Agent": "Firefox/145.0"}
        self.http = httpx.Client(base_url=server_url, headers=own | marked | headers, timeout=30)

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.http.get(path, **more)

    def post(self, path: str, body: Any = None, **more: Any) -> httpx.Response:
        return self.http.post(path, json=body, **more)

    def put(self, path: str, body: Any = None, **more: Any) -> httpx.Response:
        return self.http.put(path, json=body, **more)

    def patch(self, path: str, body: Any = None, **more: Any) -> httpx.Response:
        return self.http.patch(path, json=body, **more)

    def delete(self, path: str, **more: Any) -> httpx.Response:
        return self.http.delete(path, **more)

    @property
    def session(self) -> str | None:
        """What the session cookie holds."""
        return self.http.cookies.get("openbook")

    def open_link(self, token: str) -> httpx.Response:
        return self.post("/api/sign-in/link", {"token": token})

    def give_password(self, email: str, password: str = PASSWORD) -> httpx.Response:
        return self.post("/api/sign-in/password", {"email": email, "password": password})


class Member(msgspec.Struct):
    """Somebody in a workspace's team."""

    id: UUID
    email: str
    server: Server

    def link(self, life: timedelta = timedelta(minutes=10)) -> str:
        """The token of a link that signs them in."""

        async def make(conn: Connection) -> str:
            return await make_one_time_token(conn, "link", self.id, life, clock.now())

        return in_database(self.server.conninfo, make)

    def browser(self, **headers: str) -> Browser:
        """A browser in which they are signed in."""
        browser = Browser(self.server.url, **headers)
        answer = browser.open_link(self.link())
        assert answer.status_code == 200 and answer.json()["me"], answer.text
        return browser

    def with_password(self, password: str = PASSWORD) -> Browser:
        """A browser in which they are signed in and have set a password."""
        browser = self.browser()
        answer = browser.put("/api/me/password", {"password": password})
        assert answer.status_code == 204, answer.text
        return browser


def join(workspace: Workspace, role: str, email: str | None = None) -> Member:
    """Somebody new in the team of a workspace."""
    address = email or f"{role}-{uuid4().hex[:8]}@team.example"

    async def make(conn: Connection) -> UUID:
        person = await create_person(conn, address, role.title(), clock.now())
        await insert_membership(conn, workspace.id, person.id, role, clock.now())
        return person.id

    made = in_database(workspace.server.conninfo, make, workspace.id)
    return Member(made, address, workspace.server)


def change(server: Server, statement: str, *values: Any) -> int:
    """Run a statement as the one who owns the tables; how many rows it changed."""
    with psycopg.connect(server.conninfo) as conn:
        return conn.execute(statement, values).rowcount  # type: ignore[arg-type]


def ask(server: Server, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """Rows, as the one who owns the tables."""
    with psycopg.connect(server.conninfo) as conn:
        return conn.execute(statement, values).fetchall()  # type: ignore[arg-type]


def refused(answer: httpx.Response) -> tuple[int, str]:
    """The status and the stable code of a refusal."""
    return answer.status_code, answer.json()["code"]


Clock = Callable[[], datetime]
