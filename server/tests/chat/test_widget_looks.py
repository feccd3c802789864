"""The chat on every screen, in every language, for everybody: axe, keyboard, phones, Arabic."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.chat.widget import CLOSED, Chat, newest, publish, reply, set_chat, visit, words
from tests.conftest import Workspace
from tests.journeys.browsing import Site

pytestmark = pytest.mark.browser
Until = Callable[[Callable[[], object]], Any]
LANGUAGES = ("en", "it", "es", "fr", "de", "pt", "nl", "pl", "ar", "ja")
QUESTIONS = [
    {"id": "order", "label": {"en": "Your order number"}, "to": "message"},
    {
        "id": "about",
        "label": {"en": "What is it about?"},
        "type": "choice",
        "choices": [{"en": "An order"}, {"en": "A product"}],
        "required": True,
        "to": "message",
    },
]


@pytest.mark.parametrize(
    ("scheme", "width", "height"), [("light", 1280, 800), ("dark", 1280, 800), ("light", 360, 640)]
)
def test_every_view_can_be_used_by_everybody(
    context: BrowserContext,
    site: Site,
    workspace: Workspace,
    until: Until,
    scheme: Any,
    width: int,
    height: int,
) -> None:
    set_chat(workspace, questions=QUESTIONS, hours=CLOSED, expected_reply="hours", ask="offline")
    chat = visit(context, publish(site, workspace))
    chat.page.emulate_media(color_scheme=scheme)
    chat.page.set_viewport_size({"width": width, "height": height})
    assert chat.faults() == []
    chat.open()
    expect(chat.panel.get_by_label("What is it about?")).to_be_visible()
    chat.say("Hello")
    expect(chat.panel.get_by_role("alert")).to_have_text("Please answer this first.")
    assert chat.faults() == []
    chat.panel.get_by_label("What is it about?").select_option("An order")
    chat.field.press("Enter")
    expect(chat.panel.get_by_text("Nobody is here just now.")).to_be_visible()
    expect(chat.log).to_contain_text("Sent")
    assert chat.faults() == []
    reply(workspace, newest(workspace, until)["id"], "Good evening.")
    expect(chat.log).to_contain_text("Good evening.")
    chat.panel.get_by_role("button", name="All conversations").click()
    expect(chat.panel.get_by_role("button", name="New conversation")).to_be_visible()
    chat.panel.get_by_role("button", name="Options").click()
    expect(chat.panel.get_by_role("button", name="Turn sound on")).to_be_visible()
    assert chat.faults() == []
    chat.page.keyboard.press("Escape")
    expect(chat.panel.get_by_role("button", name="Turn sound on")).to_have_count(0)
    chat.page.keyboard.press("Escape")
    expect(chat.panel).to_have_count(0)
    expect(chat.button).to_be_focused()
    reply(workspace, newest(workspace, until)["id"], "Still there?")
    expect(chat.page.locator(".notice")).to_contain_text("Still there?")
    assert chat.faults() == []
    assert chat.errors == []


def test_on_a_phone_it_takes_the_screen_and_keeps_the_keyboard(
    context: BrowserContext, site: Site, workspace: Workspace
) -> None:
    chat = visit(context, publish(site, workspace))
    chat.page.emulate_media(reduced_motion="reduce")
    chat.page.set_viewport_size({"width": 360, "height": 640})
    chat.open()
    box = chat.panel.bounding_box()
    assert box == {"x": 0, "y": 0, "width": 360, "height": 640}
    chat.say("A" * 200 + " " + "W" * 80)
    expect(chat.log).to_contain_text("Sent")
    _nothing_sticks_out(chat)
    inside = "document.activeElement.shadowRoot?.activeElement?.closest('.panel') !== null"
    for _ in range(12):
        chat.page.keyboard.press("Tab")
        assert chat.page.evaluate(inside)
    for _ in range(12):
        chat.page.keyboard.press("Shift+Tab")
        assert chat.page.evaluate(inside)


def test_beside_a_page_the_keyboard_leaves_it(
    context: BrowserContext, site: Site, workspace: Workspace
) -> None:
    chat = visit(context, publish(site, workspace)).open()
    seen = set()
    for _ in range(12):
        chat.page.keyboard.press("Tab")
        seen.add(chat.page.evaluate("document.activeElement.shadowRoot ? 'chat' : 'page'"))
    assert seen == {"chat", "page"}


def test_every_language_is_whole_and_arabic_reads_from_the_right(
    context: BrowserContext, site: Site, workspace: Workspace
) -> None:
    chat = visit(context, publish(site, workspace)).open()
    for language in LANGUAGES:
        known = words(language)
        assert known.keys() == words("en").keys()
        chat.call("chat", {"language": language})
        expect(chat.field).to_have_attribute("placeholder", known["write"])
        way = "rtl" if language == "ar" else "ltr"
        expect(chat.page.locator(".app")).to_have_attribute("dir", way)
        expect(chat.page.locator(".app")).to_have_attribute("lang", language)
    chat.page.set_viewport_size({"width": 360, "height": 640})
    chat.call("chat", {"language": "ar"})
    expect(chat.field).to_have_attribute("placeholder", words("ar")["write"])
    _nothing_sticks_out(chat)
    closing = chat.panel.get_by_role("button", name=words("ar")["close"]).bounding_box()
    assert closing and closing["x"] < 60, "what stands at the end stands on the left"
    assert chat.faults() == []
    assert chat.refused() == []


def test_the_language_is_the_browsers(
    context: BrowserContext, site: Site, workspace: Workspace, browser: Any
) -> None:
    address = publish(site, workspace)
    for locale, language in (("pt-BR", "pt"), ("ja-JP", "ja"), ("sv-SE", "en")):
        foreign = browser.new_context(locale=locale)
        chat = visit(foreign, address).open()
        expect(chat.field).to_have_attribute("placeholder", words(language)["write"])
        foreign.close()


def test_the_page_can_choose_dark_and_motion_can_be_refused(
    context: BrowserContext, site: Site, workspace: Workspace
) -> None:
    chat = visit(context, publish(site, workspace))
    chat.page.emulate_media(reduced_motion="reduce", color_scheme="light")
    chat.open()
    ground = "it => getComputedStyle(it).backgroundColor"
    assert chat.panel.evaluate(ground) == "rgb(255, 255, 255)"
    chat.call("chat", {"theme": "dark"})
    expect(chat.page.locator(".app.dark")).to_have_count(1)
    assert chat.panel.evaluate(ground) == "rgb(22, 25, 29)"
    assert chat.panel.evaluate("it => getComputedStyle(it).animationName") == "none"


def _nothing_sticks_out(chat: Chat) -> None:
    wide = chat.panel.evaluate(
        "it => [...it.querySelectorAll('*')].filter(one => one.offsetWidth && "
        "!one.closest('.hush') && one.getBoundingClientRect().right > innerWidth + 1).length"
    )
    assert wide == 0
