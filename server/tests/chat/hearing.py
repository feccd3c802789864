"""The sockets of the chat as tests hold them: a visitor's widget, and the team's inbox."""

import json
import time
from typing import Any
from urllib.parse import urlsplit

from tests.accounts.visiting import Browser
from tests.chat.talking import Visitor
from tests.conftest import Workspace
from tests.live.speaking import Closed, Socket

VISITORS, TEAM = "openbook.chat.1", "openbook.inbox.1"
Frame = dict[str, Any]


class Ear(Socket):
    """A socket of which only some frames matter."""

    def frame(self, *kinds: str, seconds: float = 10) -> Frame:
        """The next frame of one of these kinds; others are passed over. TimeoutError if none."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            found = self.hear(left)
            if found["t"] in kinds:
                return found
        raise TimeoutError

    def hears_no(self, *kinds: str, seconds: float = 0.8) -> bool:
        """Whether no frame of these kinds comes."""
        try:
            self.frame(*kinds, seconds=seconds)
        except TimeoutError:
            return True
        return False

    def tell(self, kind: str, /, **more: Any) -> None:
        self.say(json.dumps({"t": kind, **more}))

    def end(self, seconds: float = 10) -> int | None:
        """The code that the server closes it with, after whatever it still says."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            try:
                self.hear(left)
            except Closed as closed:
                return closed.code
        raise TimeoutError


def widget(visitor: Visitor, url: str | None = None, **more: Any) -> Ear:
    """The socket of a visitor's widget; `url`: at another server."""
    assert visitor.token is not None
    path = f"/v1/chat/{visitor.workspace.write_key}/socket"
    told = {"protocols": (VISITORS, visitor.token), "origin": visitor.origin, "path": path}
    return Ear(url or visitor.workspace.url, "", **(told | more))


def inbox(workspace: Workspace, browser: Browser, url: str | None = None, **more: Any) -> Ear:
    """The socket of a member's inbox."""
    answer = browser.post("/api/live/ticket")
    assert answer.status_code == 201, answer.text
    ticket = answer.json()["ticket"]
    at = url or workspace.url
    told = {"protocols": (TEAM, ticket), "origin": at, "path": "/api/inbox/socket"}
    return Ear(at, "", **(told | more))


def elsewhere(browser: Browser, url: str) -> Browser:
    """The same person, signed in, at another server of the same openbook."""
    other = Browser(url)
    for cookie in browser.http.cookies.jar:
        other.http.cookies.set(cookie.name, cookie.value or "", domain=urlsplit(url).hostname or "")
    return other
