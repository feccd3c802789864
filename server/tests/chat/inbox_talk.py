"""A visitor and a team on the same conversations, each through their own door."""

from itertools import count
from typing import Any

import httpx
import msgspec

from tests.accounts.visiting import Browser
from tests.conftest import Workspace

_NAMES = count(1)
BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"}


def cid() -> str:
    """A name for a message that no other has."""
    return f"c{next(_NAMES)}"


class Visitor(msgspec.Struct):
    """Somebody with the widget open."""

    url: str
    http: httpx.Client

    def begin(self, text: str = "Hello", **more: Any) -> dict[str, Any]:
        """Open a conversation; what the visitor is answered."""
        body = {"cid": cid(), "text": text, **more}
        answer = self.http.post(f"{self.url}/conversations", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def say(self, conversation_id: str, text: str = "And?", **more: Any) -> dict[str, Any]:
        body = {"cid": cid(), "text": text, **more}
        answer = self.http.post(f"{self.url}/conversations/{conversation_id}/messages", json=body)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    def heads(self) -> list[dict[str, Any]]:
        answer = self.http.get(f"{self.url}/conversations")
        assert answer.status_code == 200, answer.text
        return answer.json()["conversations"]

    def messages(self, conversation_id: str) -> list[dict[str, Any]]:
        answer = self.http.get(
            f"{self.url}/conversations/{conversation_id}/messages", params={"after": 0}
        )
        assert answer.status_code == 200, answer.text
        return answer.json()["messages"]

    def post(self, conversation_id: str, what: str, body: Any = None) -> httpx.Response:
        return self.http.post(f"{self.url}/conversations/{conversation_id}/{what}", json=body or {})


def visitor(workspace: Workspace, **shown: Any) -> Visitor:
    """A browser with a chat session of its own."""
    url = f"{workspace.url}/v1/chat/{workspace.write_key}"
    begun = httpx.post(f"{url}/session", json=shown, headers=BROWSER, timeout=30)
    assert begun.status_code == 200, begun.text
    headers = BROWSER | {"Authorization": f"Bearer {begun.json()['token']}"}
    return Visitor(url, httpx.Client(headers=headers, timeout=30))


class Team(msgspec.Struct):
    """One member, or an API token, at the inbox."""

    http: httpx.Client
    path: str = "/api/conversations"

    def ask(self, path: str = "", **query: Any) -> Any:
        answer = self.http.get(f"{self.path}{path}", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def view(self, view: str = "open", **query: Any) -> list[str]:
        """The ids of a view, in their order."""
        found = self.ask(view=view, **query)["conversations"]
        return [one["id"] for one in found]

    def counts(self) -> dict[str, Any]:
        return self.ask("/counts")

    def one(self, conversation_id: str) -> dict[str, Any]:
        return self.ask(f"/{conversation_id}")

    def messages(self, conversation_id: str, **query: Any) -> list[dict[str, Any]]:
        return self.ask(f"/{conversation_id}/messages", **{"limit": 200, **query})["messages"]

    def do(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.http.request(method, f"{self.path}{path}", json=body)
        assert answer.status_code in (200, 201, 204), answer.text
        return answer.json() if answer.content else None

    def say(self, conversation_id: str, text: str = "Yes.", **more: Any) -> dict[str, Any]:
        return self.do("POST", f"/{conversation_id}/messages", {"cid": cid(), "text": text, **more})

    def note(self, conversation_id: str, text: str = "Hm.", **more: Any) -> dict[str, Any]:
        return self.say(conversation_id, text, kind="note", **more)

    def patch(self, conversation_id: str, **changes: Any) -> dict[str, Any]:
        return self.do("PATCH", f"/{conversation_id}", changes)


def team(workspace: Workspace) -> Team:
    """The admin's API token of the workspace."""
    return Team(workspace.api)


def at_desk(browser: Browser) -> Team:
    """A member who is signed in."""
    return Team(browser.http)
