"""The chat in a real browser: said once, heard in order, whatever happens to the network."""

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.sync_api import BrowserContext, expect

from tests.chat.talking import Visitor
from tests.chat.widget import NONCE, newest, publish, reply, set_chat, texts, visit
from tests.conftest import Workspace
from tests.journeys.browsing import Site

pytestmark = pytest.mark.browser
Until = Callable[[Callable[[], object]], Any]


def test_what_is_said_arrives_and_so_does_the_answer_and_a_reload_keeps_both(
    context: BrowserContext, site: Site, workspace: Workspace, until: Until
) -> None:
    address = publish(site, workspace)
    chat = visit(context, address)
    expect(chat.button).to_be_in_viewport()
    size = chat.button.bounding_box()
    assert size and (size["width"], size["height"]) == (52, 52), "the page's styles leak in"
    chat.open()
    assert chat.panel.evaluate("it => getComputedStyle(it).fontSize") == "14px"
    assert not chat.kept(), "nothing was said yet"

    chat.say("Do you ship to Norway?")
    expect(chat.log).to_contain_text("Sent")
    heard = newest(workspace, until)
    assert texts(workspace, heard["id"]) == ["Do you ship to Norway?"]
    expect(chat.field).to_be_focused()
    reply(workspace, heard["id"], "Yes.\nSee https://example.com/post(1).")
    expect(chat.log).to_contain_text("Yes.")
    assert chat.log.get_by_role("link").get_attribute("href") == "https://example.com/post(1)"

    def is_read() -> bool:
        answer = workspace.api.get(f"/api/conversations/{heard['id']}").json()
        return answer["contact_read_seq"] >= answer["last_seq"]

    until(is_read)
    chat.page.reload()
    chat.open()
    expect(chat.log).to_contain_text("Yes.")
    said = ["Do you ship to Norway?", "Yes.\nSee https://example.com/post(1)."]
    assert chat.bubbles() == said
    other = visit(context, address).open()
    expect(other.log).to_contain_text("Yes.")
    other.say("Thanks!")
    expect(chat.log).to_contain_text("Thanks!")
    assert chat.bubbles() == other.bubbles() == [*said, "Thanks!"]
    assert chat.refused() == other.refused() == []
    assert chat.errors == other.errors == []


def test_what_is_written_without_a_network_is_sent_once_and_in_order(
    context: BrowserContext, site: Site, workspace: Workspace, until: Until
) -> None:
    chat = visit(context, publish(site, workspace)).open()
    chat.say("One")
    expect(chat.log).to_contain_text("Sent")
    heard = newest(workspace, until)
    context.set_offline(True)
    chat.say("Two")
    chat.say("Three")
    expect(chat.log).to_contain_text("Waiting for the connection")
    expect(chat.panel.get_by_role("status")).to_contain_text("No connection")
    reply(workspace, heard["id"], "Are you still there?")
    context.set_offline(False)
    until(lambda: len(texts(workspace, heard["id"])) == 4)
    expect(chat.log).not_to_contain_text("Waiting")
    until(lambda: len(chat.bubbles()) == 4)
    assert texts(workspace, heard["id"]) == ["One", "Are you still there?", "Two", "Three"]
    assert chat.bubbles() == texts(workspace, heard["id"])


def test_what_waits_when_the_tab_is_closed_is_sent_by_the_next_page(
    context: BrowserContext, site: Site, workspace: Workspace, until: Until
) -> None:
    address = publish(site, workspace)
    chat = visit(context, address).open()
    chat.say("One")
    expect(chat.log).to_contain_text("Sent")
    heard = newest(workspace, until)
    answers = f"{workspace.url}/v1/chat/{workspace.write_key}/conversations/**"
    # Stored, but the answer is lost: what is sent again must not be stored again.
    context.route(answers, lambda route: (route.fetch(), route.abort())[1])
    context.route_web_socket(re.compile("/socket$"), lambda socket: socket.close())
    chat.say("Two")
    until(lambda: texts(workspace, heard["id"]) == ["One", "Two"])
    chat.page.close()
    context.unroute(answers)
    chat = visit(context, address).open()
    expect(chat.log).to_contain_text("Two")
    expect(chat.log.locator(".waiting")).to_have_count(0)
    assert chat.bubbles() == texts(workspace, heard["id"]) == ["One", "Two"]


def test_where_sockets_are_refused_answers_arrive_all_the_same(
    context: BrowserContext, site: Site, workspace: Workspace, until: Until
) -> None:
    chat = visit(context, publish(site, workspace, sockets=False)).open()
    chat.say("Hello")
    expect(chat.log).to_contain_text("Sent")
    heard = newest(workspace, until)
    reply(workspace, heard["id"], "First")
    expect(chat.log).to_contain_text("First")
    reply(workspace, heard["id"], "Second")
    expect(chat.log).to_contain_text("Second")
    assert chat.bubbles() == ["Hello", "First", "Second"]
    assert not chat.errors


def test_who_logs_out_leaves_nothing_behind(
    context: BrowserContext, site: Site, workspace: Workspace, until: Until
) -> None:
    address = publish(site, workspace)
    chat = visit(context, address).open()
    other = visit(context, address)
    chat.say("A secret")
    expect(chat.log).to_contain_text("Sent")
    until(lambda: "ob_h.c" in chat.kept())
    token = chat.page.evaluate("localStorage.getItem('ob_h.t')")
    stranger = Visitor(workspace, token)
    assert len(stranger.heads()) == 1
    chat.call("logout")
    expect(chat.log).not_to_contain_text("A secret")
    expect(chat.panel).to_contain_text("How can we help?")
    assert chat.kept() == []
    until(lambda: stranger.ask("GET", "conversations").status_code == 401)
    other.open()
    expect(other.panel).to_contain_text("How can we help?")
    chat.say("Somebody else")
    expect(chat.log).to_contain_text("Sent")
    assert chat.bubbles() == ["Somebody else"]
    expect(other.log).not_to_contain_text("A secret")
    assert chat.errors == other.errors == []


def test_a_log_out_before_the_panel_was_loaded_ends_the_session_too(
    context: BrowserContext, site: Site, workspace: Workspace, until: Until
) -> None:
    address = publish(site, workspace)
    chat = visit(context, address).open()
    chat.say("A secret")
    expect(chat.log).to_contain_text("Sent")
    token = chat.page.evaluate("localStorage.getItem('ob_h.t')")
    leaving = publish(site, workspace, "/bye", head=_calling("openbook('logout')"))
    chat.page.goto(leaving)
    until(lambda: Visitor(workspace, token).ask("GET", "conversations").status_code == 401)
    assert chat.kept() == []
    assert not chat.errors


def test_a_visitor_whom_the_team_writes_first_is_told_on_the_next_page(
    context: BrowserContext, site: Site, workspace: Workspace, until: Until
) -> None:
    address = publish(site, workspace)
    chat = visit(context, address)
    until(lambda: chat.page.evaluate("document.cookie.includes('ob_p=')"))
    contact = workspace.contact()
    body = {"contact_id": contact["id"], "cid": "start", "text": "May I help you choose?"}
    answer = workspace.api.post("/api/conversations", json=body)
    assert answer.status_code == 201, answer.text
    chat.page.reload()
    expect(chat.page.locator(".notice")).to_contain_text("May I help you choose?")
    expect(chat.page.locator(".badge")).to_have_text("1")
    expect(chat.button).to_have_attribute("aria-label", "Open the chat, Unread: 1")
    chat.page.locator(".notice .plain").click()
    expect(chat.log).to_contain_text("May I help you choose?")
    assert chat.bubbles() == ["May I help you choose?"]
    expect(chat.page.locator(".badge")).to_have_count(0)
    assert chat.refused() == []


def test_a_site_without_chat_gets_the_collector_alone(
    context: BrowserContext, site: Site, workspace: Workspace
) -> None:
    address = f"{workspace.url}/o/{workspace.write_key}.js"
    with_chat = httpx.get(address)
    assert "/static/widget-" in with_chat.text
    set_chat(workspace, enabled=False)
    alone = httpx.get(address)
    assert "attachShadow" in with_chat.text
    assert "attachShadow" not in alone.text
    chat = visit(context, publish(site, workspace))
    chat.page.wait_for_timeout(300)
    expect(chat.button).to_have_count(0)


def _calling(call: str) -> str:
    """A call before the script is there, as a site's own script would make it."""
    stub = "window.openbook=function(){(openbook.q=openbook.q||[]).push(arguments)}"
    return f"<script nonce={NONCE}>{stub};{call}</script>"
