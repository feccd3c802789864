"""A desk at the inbox: visitors who write by HTTP, and what is looked for on the screen."""

import time
from typing import Any

from playwright.sync_api import Page, WebSocket, expect

from tests.chat.talking import Visitor
from tests.dashboard.conftest import House
from tests.journeys.conftest import PATIENCE


def came(visitor: Visitor, name: str, text: str = "Hello there", **more: Any) -> str:
    """Somebody who says their name and writes; the id of the conversation."""
    conversation = visitor.open(text, **more)
    visitor.ask("POST", "contact", json={"name": name})
    return conversation["id"]


def opened(page: Page, house: House, path: str = "/inbox") -> None:
    """The inbox once its socket is open."""
    heard: list[str | bytes] = []

    def listen(socket: WebSocket) -> None:
        if "/api/inbox/socket" in socket.url:
            socket.on("framereceived", lambda frame: heard.append(frame))

    page.on("websocket", listen)
    page.goto(house.url + path)
    late = time.monotonic() + PATIENCE
    while not heard:
        assert time.monotonic() < late, "the inbox heard nothing"
        page.wait_for_timeout(20)
    page.remove_listener("websocket", listen)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("[aria-busy=true]")).to_have_count(0)


def row(page: Page, name: str) -> Any:
    return page.get_by_role("listitem").filter(has_text=name)


def thread(page: Page) -> Any:
    return page.get_by_role("region", name="Messages")
