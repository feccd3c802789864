"""A desk at the inbox: visitors who write by HTTP, and what is looked for on the screen."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.chat.talking import Visitor
from tests.dashboard.conftest import House


def came(visitor: Visitor, name: str, text: str = "Hello there", **more: Any) -> str:
    """Somebody who says their name and writes; the id of the conversation."""
    conversation = visitor.open(text, **more)
    visitor.ask("POST", "contact", json={"name": name})
    return conversation["id"]


def opened(page: Page, house: House, path: str = "/inbox") -> None:
    """The inbox once its socket is open."""
    with page.expect_websocket(lambda socket: "/api/inbox/socket" in socket.url) as waiting:
        page.goto(house.url + path)
    waiting.value.wait_for_event("framereceived")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("[aria-busy=true]")).to_have_count(0)


def row(page: Page, name: str) -> Any:
    return page.get_by_role("listitem").filter(has_text=name)


def thread(page: Page) -> Any:
    return page.get_by_role("region", name="Messages")
