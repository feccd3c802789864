"""The chat in a page that stays open: other tabs, an upgrade, a session that ends, what is told."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from openbook.assets import asset
from tests.chat.talking import at_database
from tests.chat.widget import newest, publish, reply, texts, visit
from tests.conftest import Workspace
from tests.journeys.browsing import Site

pytestmark = pytest.mark.browser
Until = Callable[[Callable[[], object]], Any]
HIDE = """(isHidden) => {
  Object.defineProperty(document, 'hidden', {value: isHidden, configurable: true});
  document.dispatchEvent(new Event('visibilitychange'));
}"""
QUIET = """
window.tones = 0;
window.AudioContext = class {
  constructor() { window.tones++; throw new Error('no sound here'); }
};
"""


def test_the_title_tells_of_answers_and_the_sound_does_when_it_is_turned_on(
    context: BrowserContext, site: Site, workspace: Workspace, until: Until
) -> None:
    context.add_init_script(QUIET)
    chat = visit(context, publish(site, workspace)).open()
    chat.say("Hello")
    expect(chat.log).to_contain_text("Sent")
    heard = newest(workspace, until)
    chat.page.evaluate(HIDE, True)
    reply(workspace, heard["id"], "First")
    expect(chat.page).to_have_title("(1) Shop")
    assert chat.page.evaluate("tones") == 0, "nobody has turned it on"
    chat.page.evaluate(HIDE, False)
    expect(chat.page).to_have_title("Shop")
    chat.panel.get_by_role("button", name="Options").click()
    chat.panel.get_by_role("button", name="Turn sound on").click()
    assert chat.page.evaluate("tones") == 1, "so one hears what one chose"
    chat.page.evaluate(HIDE, True)
    reply(workspace, heard["id"], "Second")
    until(lambda: chat.page.evaluate("tones") == 2)
    chat.page.reload()
    chat.open()
    chat.panel.get_by_role("button", name="Options").click()
    expect(chat.panel.get_by_role("button", name="Turn sound off")).to_be_visible()


def test_a_tab_that_nobody_looks_at_hears_through_the_one_in_front(
    context: BrowserContext, site: Site, workspace: Workspace, until: Until
) -> None:
    address = publish(site, workspace)
    lines: dict[Page, int] = {}

    def count(page: Page) -> None:
        def opened(line: Any) -> None:
            lines[page] = lines.get(page, 0) + 1
            line.on("close", lambda _: lines.update({page: lines[page] - 1}))

        page.on("websocket", opened)

    context.on("page", count)
    first = visit(context, address).open()
    first.say("Hello")
    expect(first.log).to_contain_text("Sent")
    until(lambda: "ob_h.l" in first.kept())
    first.page.evaluate(HIDE, True)
    second = visit(context, address).open()
    expect(second.log).to_contain_text("Hello")
    until(lambda: lines == {first.page: 0, second.page: 1})
    heard = newest(workspace, until)
    second.call("close")
    reply(workspace, heard["id"], "To all tabs")
    expect(first.log).to_contain_text("To all tabs")
    expect(first.page).to_have_title("(1) Shop")
    second.page.close()
    until(lambda: lines[first.page] == 1)
    reply(workspace, heard["id"], "To the one that is left")
    expect(first.log).to_contain_text("To the one that is left")
    assert first.bubbles() == texts(workspace, heard["id"])
    assert first.errors == []


def test_an_open_page_goes_on_after_an_upgrade_of_the_server(
    context: BrowserContext, site: Site, workspace: Workspace, until: Until
) -> None:
    parts, panel = asset("widget-parts.js").file, asset("widget.js").file
    newer = "widget-parts-00000000000000aa.js"
    chat = visit(context, publish(site, workspace)).open()
    chat.page.evaluate("window.heard=[];openbook('on','close',()=>heard.push('close'))")
    chat.say("Before")
    expect(chat.log).to_contain_text("Sent")
    chat.field.fill("Half a senten")

    def upgraded(route: Route) -> None:
        """The file has another name now, in the beginning too that the server keeps offering."""
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace(parts, newer))

    files = f"{workspace.url}/static"
    context.route(re.compile(f"{files}/{panel}"), upgraded)
    context.route(re.compile(f"{files}/{parts}"), lambda route: route.fulfill(status=404))
    context.route(
        f"{files}/{newer}",
        lambda route: route.fulfill(response=route.fetch(url=f"{files}/{parts}")),
    )
    chat.panel.get_by_role("button", name="All conversations").click()
    expect(chat.log).to_contain_text("Before")
    expect(chat.field).to_have_value("Half a senten")
    expect(chat.page.locator(".app")).to_have_count(1)
    chat.panel.get_by_role("button", name="All conversations").click()
    expect(chat.panel.locator(".row")).to_have_count(1)
    reply(workspace, newest(workspace, until)["id"], "After")
    expect(chat.panel.locator(".row")).to_contain_text("After")
    chat.call("close")
    expect(chat.panel).to_have_count(0)
    until(lambda: chat.page.evaluate("heard") == ["close"])
    assert chat.errors == []


def test_a_session_that_ran_out_is_cleared_from_the_device(
    context: BrowserContext, site: Site, workspace: Workspace, until: Until
) -> None:
    chat = visit(context, publish(site, workspace)).open()
    chat.say("Long ago")
    expect(chat.log).to_contain_text("Sent")
    until(lambda: "ob_h.c" in chat.kept())
    statement = "UPDATE chat_sessions SET expires_at = now() - interval '1 second'"
    at_database(workspace, f"{statement} WHERE workspace_id = %s", workspace.id)
    chat.page.reload()
    chat.open()
    expect(chat.panel).to_contain_text("How can we help?", timeout=15_000)
    expect(chat.log).not_to_contain_text("Long ago")
    until(lambda: chat.kept() == [])
    chat.say("Today")
    expect(chat.log).to_contain_text("Sent")
    assert chat.bubbles() == ["Today"]


def test_global_privacy_control_counts_as_no_consent_where_it_is_to(
    context: BrowserContext, site: Site, workspace: Workspace
) -> None:
    workspace.set(gpc__mode="refuse")
    signal = "Object.defineProperty(navigator, 'globalPrivacyControl', {value: true})"
    context.add_init_script(signal)
    chat = visit(context, publish(site, workspace)).open()
    expect(chat.panel).to_contain_text("Nothing is kept on this device")
    chat.say("Quietly")
    expect(chat.log).to_contain_text("Sent")
    kept = "[document.cookie, ...Object.keys(localStorage)].join()"
    assert chat.page.evaluate(kept) == ""
    hosted = visit(context, f"{workspace.url}/chat/{workspace.write_key}")
    expect(hosted.panel).to_contain_text("Nothing is kept on this device")
    hosted.say("Quietly, too")
    expect(hosted.log).to_contain_text("Sent")
    assert hosted.page.evaluate(kept) == ""
    assert chat.errors == hosted.errors == []


def test_a_chat_that_comes_slowly_says_so_and_two_clicks_open_it(
    context: BrowserContext, site: Site, workspace: Workspace, until: Until
) -> None:
    held: list[Route] = []
    context.route("**/static/widget-view-*", lambda asked: held.append(asked))
    chat = visit(context, publish(site, workspace))
    chat.button.click()
    expect(chat.button).to_have_attribute("aria-busy", "true")
    icon = "(button) => getComputedStyle(button, ':before').opacity"
    until(lambda: float(chat.button.evaluate(icon)) < 0.5)
    chat.button.click()
    until(lambda: held)
    for asked in held:
        asked.continue_()
    expect(chat.panel).to_be_visible()
    expect(chat.button).not_to_have_attribute("aria-busy", "true")
    assert float(chat.button.evaluate(icon)) == 1
    assert chat.errors == []
    assert chat.refused() == []


@pytest.mark.parametrize("missing", ["static/widget-view-*", "static/widget-en-*", "config?*"])
def test_a_chat_that_cannot_be_fetched_says_so_and_the_next_click_tries_again(
    context: BrowserContext, site: Site, workspace: Workspace, missing: str
) -> None:
    context.route(f"**/{missing}", lambda asked: asked.abort())
    chat = visit(context, publish(site, workspace))
    chat.button.click()
    failed = re.compile("Chat ⚠" if "-en-" in missing else "Try again")
    expect(chat.page.get_by_role("button", name=failed)).to_be_visible()
    expect(chat.button).to_have_class("l e")
    expect(chat.button).not_to_have_attribute("aria-busy", "true")
    expect(chat.panel).to_have_count(0)
    context.unroute(f"**/{missing}")
    chat.button.click()
    expect(chat.panel).to_be_visible()
    expect(chat.button).to_have_class("l")
    expect(chat.button).to_have_accessible_name("Close the chat")
