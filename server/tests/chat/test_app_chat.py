"""The chat's own page in the web view of an app: it is the app's installation, and one person's."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.chat.talking import Visitor, backend, seen_device
from tests.chat.widget import Chat, newest, reply, visit
from tests.conftest import Workspace

pytestmark = pytest.mark.browser
Until = Callable[[Callable[[], object]], Any]
SDKS = Path(__file__).parents[3] / "sdks"
FAREWELLS = {
    "android": SDKS / "android/core/src/main/kotlin/dev/openbook/core/Chat.kt",
    "ios": SDKS / "ios/Sources/OpenbookCore/Chat.swift",
}


def opened(context: BrowserContext, workspace: Workspace, **shown: str) -> Chat:
    """The page as an SDK opens it: with the bridge, before any script of the page."""
    context.add_init_script(
        "window.told = []; window.openbookApp = {"
        f"session: () => {json.dumps(json.dumps(shown))},"
        "tell: (...said) => window.told.push(said.join(' '))}"
    )
    chat = visit(context, f"{workspace.url}/chat/{workspace.write_key}")
    expect(chat.field).to_be_visible()
    return chat


def farewell(platform: str, write_key: str) -> str:
    """The page that the SDK loads at a log-out, taken from its source."""
    found = re.search(r'"""\s*(<!doctype html>.*?)"""', FAREWELLS[platform].read_text(), re.S)
    assert found is not None
    page = re.sub(r"^\s*\|?", "", found[1], flags=re.M)
    page, many = re.subn(
        r"' \+ (\$\{.*?\}|\\\(.*?\)\)?) \+ '", f"' + {json.dumps(write_key)} + '", page
    )
    assert many == 1, "where the write key stands"
    return page


def token_of(chat: Chat) -> str:
    token = chat.page.evaluate("localStorage.getItem('ob_h.t')")
    assert token
    return token


def test_what_is_said_in_an_app_is_said_by_the_person_who_uses_it(
    context: BrowserContext, workspace: Workspace, until: Until
) -> None:
    proof = seen_device(workspace, "app-1")
    token = backend(workspace).sign("app-user-1", name="Ada App")
    chat = opened(context, workspace, anonymousId="app-1", proof=proof, token=token)
    chat.say("From the app")
    conversation = newest(workspace, until)
    contact = workspace.api.get(f"/api/contacts/{conversation['contact']['id']}").json()
    assert contact["user_id"] == "app-user-1" and contact["name"] == "Ada App"
    assert "app-1" not in chat.page.url and token not in chat.page.url
    reply(workspace, conversation["id"], "Hello app")
    until(lambda: "Hello app" in chat.bubbles())
    assert chat.errors == []


def test_what_the_team_began_is_there_when_the_app_opens_the_chat(
    context: BrowserContext, workspace: Workspace, until: Until
) -> None:
    proof = seen_device(workspace, "app-2")
    before = Visitor(workspace)
    before.begin(anonymous_id="app-2", proof=proof)
    conversation = before.open("Said before the app was installed anew")
    reply(workspace, conversation["id"], "An answer that waits")
    chat = opened(context, workspace, anonymousId="app-2", proof=proof)
    until(lambda: "An answer that waits" in chat.page.locator(".panel").inner_text())
    until(lambda: "unread 1" in chat.page.evaluate("window.told"))


@pytest.mark.parametrize("way", ["opens it", *FAREWELLS])
def test_the_next_person_of_an_app_sees_nothing_and_the_former_session_is_over(
    context: BrowserContext, workspace: Workspace, until: Until, way: str
) -> None:
    first = opened(context, workspace, anonymousId=f"one {way}")
    first.say("Of the first person")
    newest(workspace, until)
    until(lambda: first.kept())
    former = Visitor(workspace, until(lambda: token_of(first)))
    assert former.ask("GET", "conversations").status_code == 200
    first.page.close()
    if way == "opens it":
        second = opened(context, workspace, anonymousId="two")
        assert second.bubbles() == []
    else:
        page = context.new_page()
        # As the web view has it: a page of the SDK's, under the address of the server.
        html = farewell(way, workspace.write_key)
        host = f"{workspace.url}/"
        page.route(host, lambda route: route.fulfill(body=html, content_type="text/html"))
        page.goto(host)
        assert page.evaluate("Object.keys(localStorage).filter(n => n.startsWith('ob_h.'))") == []
    until(lambda: former.ask("GET", "conversations").status_code == 401)


def test_without_consent_in_the_app_nothing_is_kept(
    context: BrowserContext, workspace: Workspace, until: Until
) -> None:
    chat = opened(context, workspace)
    chat.say("Who am I?")
    newest(workspace, until)
    assert chat.kept() == []
