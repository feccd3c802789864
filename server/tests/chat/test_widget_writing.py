"""What a visitor writes with: emoji, files pasted and dropped, and a server that says no."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Route, expect

from tests.chat.widget import Chat, newest, publish, set_chat, texts, visit
from tests.conftest import Workspace
from tests.journeys.browsing import Site

pytestmark = pytest.mark.browser
Until = Callable[[Callable[[], object]], Any]
HAND_OVER = """(panel, [kind, name]) => {
  const files = new DataTransfer();
  files.items.add(new File(['From ' + kind], name, {type: 'text/plain'}));
  const given = {bubbles: true, cancelable: true, composed: true};
  const event = kind === 'paste'
    ? new ClipboardEvent(kind, {...given, clipboardData: files})
    : new DragEvent(kind, {...given, dataTransfer: files});
  return panel.querySelector('textarea').dispatchEvent(event);
}"""


def test_files_that_are_pasted_and_dropped_are_sent(
    context: BrowserContext, site: Site, workspace: Workspace
) -> None:
    chat = visit(context, publish(site, workspace)).open()
    for kind, name in (("paste", "pasted.txt"), ("drop", "dropped.txt")):
        is_left_to_the_page = chat.panel.evaluate(HAND_OVER, [kind, name])
        assert not is_left_to_the_page, "the browser would open the file in place of the page"
        expect(chat.panel.locator(".chosen")).to_contain_text(name)
    expect(chat.panel.locator("progress")).to_have_count(0)
    chat.panel.get_by_role("button", name="Send").click()
    expect(chat.log).to_contain_text("Sent")
    for name in ("pasted.txt", "dropped.txt"):
        expect(chat.log.get_by_role("button", name=f"Download {name}")).to_be_visible()
    assert chat.refused() == []
    assert chat.errors == []


def test_emoji_are_chosen_by_keyboard_and_those_of_late_stand_first(
    context: BrowserContext, site: Site, workspace: Workspace
) -> None:
    chat = visit(context, publish(site, workspace)).open()
    asked: list[str] = []
    chat.page.on("request", lambda request: asked.append(request.url))
    chat.field.fill("Nice!")
    field = chat.panel.get_by_role("group", name="Emoji")
    opening = chat.panel.get_by_role("button", name="Emoji")
    opening.press("Enter")
    expect(field.get_by_role("button").first).to_be_focused()
    assert chat.faults() == []
    for key in ("ArrowDown", "ArrowRight", "Enter"):
        chat.page.keyboard.press(key)
    expect(field).to_have_count(0)
    expect(chat.field).to_be_focused()
    chosen = chat.field.input_value().removeprefix("Nice!")
    assert chosen, "it is put where one writes"
    opening.click()
    chat.page.keyboard.press("Escape")
    expect(field).to_have_count(0)
    expect(chat.field).to_be_focused()
    chat.field.press("Enter")
    expect(chat.log).to_contain_text("Sent")
    assert chat.bubbles() == [f"Nice!{chosen}"]
    opening.click()
    expect(field.get_by_role("button").first).to_have_text(chosen)
    assert all(url.startswith(workspace.url) for url in asked)
    assert chat.refused() == []


def test_what_the_server_refuses_can_be_tried_again_or_discarded(
    context: BrowserContext, site: Site, workspace: Workspace, until: Until
) -> None:
    chat = visit(context, publish(site, workspace)).open()
    chat.say("One")
    expect(chat.log).to_contain_text("Sent")
    answers = f"{workspace.url}/v1/chat/{workspace.write_key}/conversations/*/messages"

    def refuse(route: Route) -> None:
        headers = {"Access-Control-Allow-Origin": "*", "Content-Type": "application/json"}
        route.fulfill(status=400, headers=headers, body="{}")

    context.route(answers, refuse)
    for text in ("Two", "Three"):
        chat.say(text)
    expect(chat.log.get_by_text("Not sent.")).to_have_count(2)
    assert chat.faults() == []
    context.unroute(answers)
    _answer(chat, "Discard", at=1)
    _answer(chat, "Try again", at=0)
    heard = newest(workspace, until)
    until(lambda: texts(workspace, heard["id"]) == ["One", "Two"])
    expect(chat.log.locator(".waiting")).to_have_count(0)
    assert chat.bubbles() == ["One", "Two"]


def test_what_was_asked_and_answered_stands_above_the_first_message(
    context: BrowserContext, site: Site, workspace: Workspace
) -> None:
    question = {"id": "order", "label": {"en": "Your order number"}, "to": "message"}
    set_chat(workspace, questions=[question])
    chat = visit(context, publish(site, workspace)).open()
    chat.panel.get_by_label("Your order number").fill("<b>A-17")
    chat.say("Where is it?")
    expect(chat.log.get_by_role("definition")).to_have_text("<b>A-17")
    expect(chat.log.get_by_role("term")).to_have_text("Your order number")
    expect(chat.panel.get_by_role("button", name="Earlier messages")).to_have_count(0)


def _answer(chat: Chat, name: str, at: int) -> None:
    chat.log.get_by_role("button", name=name).nth(at).click()
