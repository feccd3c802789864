"""The chat and what others want of it: text is text, consent is asked, nobody sees another's."""

import json
import struct
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, FilePayload, expect

from openbook.assets import asset
from tests.chat.talking import Visitor, backend
from tests.chat.widget import (
    CLOSED,
    NONCE,
    Chat,
    newest,
    publish,
    reply,
    set_chat,
    texts,
    visit,
)
from tests.conftest import Workspace
from tests.journeys.browsing import Site

pytestmark = pytest.mark.browser
Until = Callable[[Callable[[], object]], Any]
NEEDLES = (
    '"><img src=x onerror=alert(1)>',
    "<script>alert(2)</script>",
    "javascript:alert(3) https://x.test/javascript:alert(3)",
    "data:text/html,<svg/onload=alert(4)> www.x.test/<b>",
)


def test_no_text_becomes_markup(
    context: BrowserContext, site: Site, workspace: Workspace, until: Until
) -> None:
    needle = NEEDLES[0]
    set_chat(workspace, name=needle, greeting={"en": NEEDLES[1]}, about={"en": needle})
    chat = visit(context, publish(site, workspace)).open()
    expect(chat.panel.get_by_role("heading", name=NEEDLES[1])).to_be_visible()
    attached: FilePayload = {
        "name": f"{needle}.txt",
        "mimeType": "text/plain",
        "buffer": b"needle",
    }
    with chat.page.expect_file_chooser() as chooser:
        chat.panel.get_by_role("button", name="Attach a file").click()
    chooser.value.set_files([attached])
    expect(chat.panel.locator(".chosen")).to_contain_text(needle.replace("/", "")[:8])
    expect(chat.panel.locator("progress")).to_have_count(0)
    for text in NEEDLES:
        chat.say(text)
    heard = newest(workspace, until)
    until(lambda: len(texts(workspace, heard["id"])) == len(NEEDLES))
    for text in NEEDLES:
        reply(workspace, heard["id"], text)
    until(lambda: len(chat.bubbles()) == 2 * len(NEEDLES))
    assert chat.bubbles() == [*NEEDLES, *NEEDLES]
    chat.panel.get_by_role("button", name="All conversations").click()
    expect(chat.panel.locator(".row")).to_have_count(1)
    for element in ("img", "script", "svg:not([aria-hidden])", "b b", "[onerror]", "[onload]"):
        assert chat.panel.locator(element).count() == 0, element
    followed = chat.page.evaluate(
        "[...document.querySelectorAll('*')].flatMap(one => one.shadowRoot ? "
        "[...one.shadowRoot.querySelectorAll('a')].map(link => link.protocol) : [])"
    )
    assert set(followed) <= {"http:", "https:", "mailto:"}
    assert chat.errors == []
    assert chat.refused() == []


def test_pictures_are_shown_on_a_page_that_lets_no_picture_in(
    context: BrowserContext, site: Site, workspace: Workspace, until: Until
) -> None:
    chat = visit(context, publish(site, workspace)).open()
    with chat.page.expect_file_chooser() as chooser:
        chat.panel.get_by_role("button", name="Attach a file").click()
    chooser.value.set_files(
        [{"name": "Lamp.png", "mimeType": "image/png", "buffer": _png()}],
    )
    expect(chat.panel.locator(".chosen")).to_contain_text("Lamp.png")
    expect(chat.panel.locator("progress")).to_have_count(0)
    chat.say("Like this")
    expect(chat.log.locator("canvas.there")).to_have_count(1)
    shown = chat.log.get_by_role("button", name="Show Lamp.png")
    shown.click()
    large = chat.page.get_by_role("dialog", name="Lamp.png")
    picture = large.get_by_role("img", name="Picture: Lamp.png")
    expect(picture).to_have_attribute("aria-busy", "false")
    expect(large.get_by_role("button", name="Close", exact=True)).to_be_focused()
    box = large.bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == tuple((chat.page.viewport_size or {}).values())
    assert chat.faults() == []
    with chat.page.expect_download() as download:
        large.get_by_role("button", name="Download Lamp.png").click()
    assert download.value.suggested_filename == "Lamp.png"
    chat.page.keyboard.press("Escape")
    expect(large).to_have_count(0)
    expect(chat.panel).to_be_visible()
    expect(shown).to_be_focused()
    chat.page.route("**/files/*", lambda asked: asked.abort())
    chat.page.evaluate("window.openbookApp = {}")
    shown.press("Enter")
    expect(large.get_by_role("button")).to_have_count(1)
    expect(large.get_by_role("alert")).to_have_text("Lamp.png could not be loaded.")
    large.click(position={"x": 5, "y": box["height"] / 2})
    expect(large).to_have_count(0)
    shown.click()
    expect(large).to_be_visible()
    chat.call("logout")
    expect(large).to_have_count(0)
    assert chat.refused() == []
    assert chat.errors == []


def test_where_consent_is_asked_for_nothing_is_kept_before_it(
    context: BrowserContext, site: Site, workspace: Workspace, until: Until
) -> None:
    workspace.set(consent__mode="required")
    chat = visit(context, publish(site, workspace))
    asked: list[str] = []
    chat.page.on("request", lambda request: asked.append(request.url))
    chat.page.wait_for_timeout(2_000)
    assert not asked, "a page that is only looked at asks for nothing"
    chat.open()
    expect(chat.panel).to_contain_text("Nothing is kept on this device")
    chat.say("Quietly")
    expect(chat.log).to_contain_text("Sent")
    reply(workspace, newest(workspace, until)["id"], "Quietly, too")
    expect(chat.log).to_contain_text("Quietly, too")
    assert chat.page.evaluate("[document.cookie, Object.keys(localStorage)]") == ["", []]
    chat.page.reload()
    chat.open()
    expect(chat.panel).to_contain_text("How can we help?")
    chat.say("Once more")
    expect(chat.log).to_contain_text("Sent")
    chat.call("consent", "granted")
    until(lambda: "ob_h.t" in chat.kept())
    chat.page.reload()
    chat.open()
    expect(chat.log).to_contain_text("Once more")
    chat.call("consent", "denied")
    expect(chat.log).not_to_contain_text("Once more")
    assert chat.kept() == []
    assert chat.errors == []


def test_an_address_is_asked_for_when_nobody_is_there_and_stays_a_claim(
    context: BrowserContext, site: Site, workspace: Workspace, until: Until
) -> None:
    set_chat(workspace, hours=CLOSED, ask="offline")
    chat = visit(context, publish(site, workspace)).open()
    chat.page.evaluate("window.heard = []; openbook('on', 'lead', (lead) => heard.push(lead))")
    expect(chat.panel.locator("input")).to_have_count(0)
    chat.say("Anybody?")
    field = chat.panel.get_by_label("Your e-mail address")
    field.fill("ada@nowhere")
    chat.panel.get_by_role("button", name="Leave the address").click()
    expect(chat.panel.get_by_role("alert")).to_have_text("That is not a whole e-mail address.")
    field.fill("ada@shop.test")
    chat.panel.get_by_role("button", name="Leave the address").click()
    expect(chat.panel.get_by_text("Thank you.")).to_be_visible()
    assert chat.page.evaluate("heard") == [{"email": "ada@shop.test"}]
    contact = workspace.contact()
    assert (contact["email"], contact["kind"]) == ("ada@shop.test", "lead")
    chat.page.reload()
    chat.open()
    expect(chat.log).to_contain_text("Anybody?")
    expect(chat.panel.get_by_label("Your e-mail address")).to_have_count(0)


def test_the_page_hears_of_what_happens_and_can_move_it(
    context: BrowserContext, site: Site, workspace: Workspace, until: Until
) -> None:
    head = (
        f"<script nonce={NONCE}>window.openbook=function(){{(openbook.q=openbook.q||[])"
        ".push(arguments)};window.heard=[];"
        "for(const name of ['open','close','conversation','message','unread'])"
        "openbook('on',name,it=>heard.push([name,it?.text??it??null]));"
        "openbook('showNewMessage','I would like')</script>"
    )
    chat = visit(context, publish(site, workspace, head=head))
    expect(chat.field).to_have_value("I would like")
    chat.field.press("End")
    chat.page.keyboard.type(" a lamp")
    chat.field.press("Enter")
    expect(chat.log).to_contain_text("Sent")
    chat.call("close")
    expect(chat.panel).to_have_count(0)
    reply(workspace, newest(workspace, until)["id"], "Which one?")
    expect(chat.page.locator(".badge")).to_have_text("1")
    chat.call("hide")
    expect(chat.button).to_be_hidden()
    chat.call("show")
    expect(chat.button).to_be_visible()
    chat.call("open")
    expect(chat.log).to_contain_text("Which one?")
    chat.call("off", "open")
    chat.call("close")
    chat.call("toggle")
    expect(chat.log).to_contain_text("Which one?")
    chat.call("showMessages")
    expect(chat.panel.get_by_role("button", name="New conversation")).to_be_visible()
    assert chat.page.evaluate("heard") == [
        ["open", None],
        ["conversation", None],
        ["close", None],
        ["message", "Which one?"],
        ["unread", 1],
        ["open", None],
        ["unread", 0],
        ["close", None],
    ]
    assert chat.errors == []


def test_another_person_on_the_same_browser_sees_nothing_of_the_first(
    context: BrowserContext, site: Site, workspace: Workspace, until: Until
) -> None:
    shop = backend(workspace)
    chat = visit(context, publish(site, workspace)).open()

    def sign_in(user: str) -> None:
        chat.call("identify", user, {}, {"token": shop.sign(user)})

    sign_in("u1")
    chat.say("I am the first")
    expect(chat.log).to_contain_text("Sent")
    heard = newest(workspace, until)
    first = chat.page.evaluate("localStorage.getItem('ob_h.t')")
    assert heard["contact"]["id"] == workspace.contact(user_id="u1")["id"]
    sign_in("u2")
    expect(chat.log).not_to_contain_text("I am the first")
    until(lambda: Visitor(workspace, first).ask("GET", "conversations").status_code == 401)
    reply(workspace, heard["id"], "Only for the first")
    chat.say("I am the second")
    expect(chat.log).to_contain_text("Sent")
    chat.panel.get_by_role("button", name="All conversations").click()
    expect(chat.panel.locator(".row")).to_have_count(1)
    assert "first" not in json.dumps(chat.page.evaluate("({...localStorage})"))
    chat.call("logout")
    sign_in("u1")
    chat.call("showNewMessage")
    chat.say("I am back")
    expect(chat.log).to_contain_text("Sent")
    chat.panel.get_by_role("button", name="All conversations").click()
    expect(chat.panel.locator(".row")).to_have_count(2)
    expect(chat.panel).to_contain_text("Only for the first")
    assert chat.errors == []


def test_the_hosted_page_is_the_chat_alone(
    context: BrowserContext, workspace: Workspace, until: Until
) -> None:
    chat = _hosted(context, workspace)
    expect(chat.button).to_have_count(0)
    chat.say("From the page")
    expect(chat.log).to_contain_text("Sent")
    reply(workspace, newest(workspace, until)["id"], "To the page")
    expect(chat.log).to_contain_text("To the page")
    assert chat.faults() == []
    chat.page.reload()
    expect(chat.log).to_contain_text("To the page")
    assert chat.refused() == []
    assert chat.errors == []


def test_the_preview_shows_given_settings_and_asks_nothing_of_the_server(
    context: BrowserContext, site: Site, workspace: Workspace
) -> None:
    script = f"{workspace.url}/static/{asset('widget-preview.js').file}"
    shown = {
        "enabled": True, "name": "Tea & Oats", "colour": "#7a1f5c", "ink": "#ffffff",
        "position": "left", "greeting": "Good day", "about": "Ask us", "avatar": None,
        "open": True, "opens_at": None, "expected_reply": "day", "ask": "always",
        "team": [{"name": "Nora", "initials": "NV"}], "questions": [], "language": "en",
        "files": {"enabled": True, "max_bytes": 1, "types": []}, "sound": False,
        "policy_url": "/what-we-collect", "view": "new", "theme": "light",
    }  # fmt: skip
    page = (
        "<!doctype html><html lang=en><title>Preview</title><main><h1>Preview</h1>"
        "<div id=here style='width:400px;height:600px'></div></main>"
        f"<script type=module>import {{preview}} from '{script}';"
        f"window.shown=preview(here,{json.dumps(shown)});</script>"
    )
    site.put("/preview", page)
    chat = visit(context, site.address("/preview"))
    asked: list[str] = []
    chat.page.on("request", lambda request: asked.append(request.url))
    expect(chat.panel.get_by_role("heading", name="Good day")).to_be_visible()
    other = {**shown, "greeting": "Good night", "view": "thread"}
    chat.page.evaluate("(other) => shown.update(other)", other)
    expect(chat.log).to_contain_text("Good night")
    chat.page.evaluate("window.shown.close()")
    expect(chat.panel).to_have_count(0)
    assert not [url for url in asked if "/static/" not in url]
    assert chat.errors == []


def _hosted(context: BrowserContext, workspace: Workspace) -> Chat:
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.add_init_script(
        "window.refused=[];addEventListener('securitypolicyviolation',"
        "it=>refused.push(it.violatedDirective+' '+it.blockedURI))"
    )
    page.goto(f"{workspace.url}/chat/{workspace.write_key}")
    chat = Chat(page, errors)
    expect(chat.panel).to_be_visible()
    return chat


def _png() -> bytes:
    """A picture of one colour, 40 by 30."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        whole = kind + content
        return struct.pack(">I", len(content)) + whole + struct.pack(">I", zlib.crc32(whole))

    rows = b"".join(b"\0" + b"\x10\x80\x40" * 40 for _ in range(30))
    head = struct.pack(">IIBBBBB", 40, 30, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )
