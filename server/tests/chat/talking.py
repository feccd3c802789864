"""A visitor who talks to `/v1/chat/` as the widget does, and the team's side of the same."""

import time
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import msgspec
from joserfc import jwt
from joserfc.jwk import OctKey

from openbook import clock
from openbook.accounts.actions import add_identity_key
from openbook.accounts.keys import new_identity_key
from openbook.db import Connection
from openbook.settings import read_settings
from tests.conftest import Workspace, in_database


class Visitor(msgspec.Struct):
    """A browser with a chat session, or without one yet."""

    workspace: Workspace
    token: str | None = None
    origin: str = "https://shop.example"

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"Origin": self.origin, "User-Agent": BROWSER, **more.pop("headers", {})}
        if self.token is not None:
            headers["Authorization"] = f"Bearer {self.token}"
        url = f"{self.workspace.url}/v1/chat/{self.workspace.write_key}/{path}"
        return httpx.request(method, url, headers=headers, timeout=30, **more)

    def begin(self, **shown: Any) -> dict[str, Any]:
        """Begin or continue the session; its answer."""
        answer = self.ask("POST", "session", json={"lasting": True, **shown})
        assert answer.status_code == 200, answer.text
        begun = answer.json()
        self.token = begun["token"] or self.token
        return begun

    def open(self, text: str = "Hello", **more: Any) -> dict[str, Any]:
        """Begin a conversation; its id."""
        if self.token is None:
            self.begin()
        answer = self.ask("POST", "conversations", json={"cid": new_cid(), "text": text, **more})
        assert answer.status_code == 201, answer.text
        return answer.json()["conversation"]

    def say(self, conversation: dict[str, Any] | str, text: str, **more: Any) -> httpx.Response:
        conversation = conversation if isinstance(conversation, str) else conversation["id"]
        body = {"cid": new_cid(), "text": text, **more}
        return self.ask("POST", f"conversations/{conversation}/messages", json=body)

    def heads(self) -> list[dict[str, Any]]:
        answer = self.ask("GET", "conversations")
        assert answer.status_code == 200, answer.text
        return answer.json()["conversations"]

    def messages(self, conversation: dict[str, Any] | str, **query: Any) -> list[dict[str, Any]]:
        conversation = conversation if isinstance(conversation, str) else conversation["id"]
        answer = self.ask("GET", f"conversations/{conversation}/messages", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()["messages"]


BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def new_cid() -> str:
    return uuid4().hex


class Backend(msgspec.Struct):
    """The customer's application, which signs who its users are."""

    workspace: Workspace
    kid: str
    key: bytes

    def sign(self, sub: str, *, lasts: int = 600, kid: str | None = None, **claims: Any) -> str:
        now = int(time.time())
        body = {"sub": sub, "aud": str(self.workspace.id), "iat": now, "exp": now + lasts} | claims
        header = {"alg": "HS256", "kid": kid or self.kid}
        return jwt.encode(header, body, OctKey.import_key(self.key))

    def expired(self, sub: str, **claims: Any) -> str:
        """A token that was good an hour ago."""
        now = int(time.time())
        return self.sign(sub, **{"iat": now - 7_200, "exp": now - 3_600, **claims})


def backend(workspace: Workspace) -> Backend:
    key, _ = new_identity_key("HS256")
    secret = read_settings({"OPENBOOK_DATA": str(workspace.server.data)}).secret()

    async def add(conn: Connection) -> None:
        await add_identity_key(conn, workspace.id, key, secret, clock.now())

    in_database(workspace.server.conninfo, add, workspace.id)
    return Backend(workspace, key.kid, key.key)


def seen_device(workspace: Workspace, anonymous_id: str, **more: Any) -> str:
    """Let a browser with our collector look at a page; the proof that it is answered with."""
    answer = workspace.batch(page_view(anonymous_id, **more))
    return answer.json()["proof"]


def page_view(anonymous_id: str, **more: Any) -> dict[str, Any]:
    now = datetime.now(UTC).isoformat()
    return {
        "type": "page",
        "messageId": f"first-{anonymous_id}",
        "anonymousId": anonymous_id,
        "timestamp": now,
        "context": {
            "library": {"name": "openbook-web"},
            "userAgent": BROWSER,
            "page": {"url": "https://shop.example/"},
        },
    } | more


def reply(workspace: Workspace, conversation: dict[str, Any] | str, text: str, **more: Any) -> Any:
    """Answer as the team; what the team is shown."""
    conversation = conversation if isinstance(conversation, str) else conversation["id"]
    answer = workspace.api.post(
        f"/api/conversations/{conversation}/messages",
        json={"cid": new_cid(), "text": text, "kind": "message", **more},
    )
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


def at_database(workspace: Workspace, statement: str, *values: Any) -> list[dict[str, Any]]:
    """Run a statement beside the server, as the application; its rows where it has some."""

    async def work(conn: Connection) -> list[dict[str, Any]]:
        cursor = await conn.execute(statement, values)  # type: ignore[arg-type]
        return await cursor.fetchall() if cursor.description else []

    return in_database(workspace.server.conninfo, work, workspace.id)
