"""Answers, notes, files and canned replies, written by one person or by two at once."""

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.chat.talking import Visitor
from tests.conftest import Workspace
from tests.dashboard.conftest import House
from tests.dashboard.inbox_desk import came, opened, row, thread
from tests.dashboard.test_team import invite, join

pytestmark = pytest.mark.browser
NEEDLE = '"><img src=x onerror=alert(1)><script>alert(2)</script>'


def test_a_canned_reply_is_filled_in_and_what_is_missing_is_said_first(
    page: Page, house: House, visitor: Visitor
) -> None:
    text = "Hello {{contact.name}}, write to {{contact.email}}. {{agent.name}}"
    house.api.post("/api/canned-replies", json={"shortcut": "greet", "text": text})
    conversation = came(visitor, "Cara Canned")
    opened(page, house, f"/inbox/{conversation}")
    field = page.get_by_role("textbox", name="Reply")
    field.press_sequentially("/gre")
    expect(page.get_by_role("option", name="/greet")).to_be_visible()
    page.keyboard.press("Enter")
    expect(field).to_have_value("Hello Cara Canned, write to {{contact.email}}. Olga Owner")
    expect(page.get_by_text("Not known, so not filled in: {{contact.email}}")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("This would be sent as it stands")
    assert len(visitor.messages(conversation)) == 1
    field.fill("Hello Cara, all good now")
    page.keyboard.press("Enter")
    expect(thread(page).get_by_text("Hello Cara, all good now")).to_be_visible()


def test_spam_is_out_of_sight_and_comes_back_by_one_click(
    page: Page, house: House, visitor: Visitor
) -> None:
    conversation = came(visitor, "Sam Spam")
    opened(page, house, f"/inbox/{conversation}")
    expect(row(page, "Sam Spam")).to_be_visible()
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name="Mark as spam").click()
    expect(page.get_by_text("Sam Spam is marked as spam.")).to_be_visible()
    expect(row(page, "Sam Spam")).to_have_count(0)
    page.get_by_role("list", name="Views of the inbox").get_by_role(
        "link", name=re.compile("^Spam")
    ).click()
    expect(row(page, "Sam Spam")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(row(page, "Sam Spam")).to_have_count(0)
    page.goto(f"{house.url}/inbox/{conversation}")
    expect(row(page, "Sam Spam")).to_be_visible()
    assert not house.api.get(f"/api/conversations/{conversation}").json()["spam"]


@pytest.fixture
def colleague(browser: Browser, page: Page, house: House) -> Iterator[Page]:
    """Another member's browser."""
    link = invite(page, house, "carla@shop.test")
    context = browser.new_context(locale="en-GB")
    theirs = context.new_page()
    join(theirs, link, "Carla Colleague")
    yield theirs
    context.close()


def test_two_who_write_in_one_conversation_see_each_other_and_a_mention_calls(
    page: Page, house: House, visitor: Visitor, colleague: Page
) -> None:
    conversation = came(visitor, "Cleo Collision")
    opened(page, house, f"/inbox/{conversation}")
    opened(colleague, house, f"/inbox/{conversation}")
    expect(page.get_by_text("Carla Colleague has this open too")).to_be_visible()
    colleague.get_by_role("textbox", name="Reply").press_sequentially("I am")
    expect(page.get_by_text("Carla Colleague is writing", exact=True)).to_be_visible()

    colleague.keyboard.press("Escape")
    colleague.keyboard.press("n")
    note = colleague.get_by_role("textbox", name="Note")
    note.fill("")
    note.press_sequentially("Please look, @olg")
    colleague.get_by_role("option", name="Olga Owner").click()
    expect(note).to_have_value("Please look, @Olga Owner ")
    page.goto(f"{house.url}/inbox?view=mentions")
    expect(page.get_by_text("Nobody has called you")).to_be_visible()
    colleague.keyboard.press("Enter")
    expect(row(page, "Cleo Collision").get_by_text("You are mentioned")).to_be_visible()


def test_a_file_goes_both_ways_and_nothing_typed_becomes_markup(
    page: Page, house: House, visitor: Visitor, shop: Workspace, errors: list[str]
) -> None:
    reports: list[str] = []
    page.on("console", lambda said: reports.append(said.text) if "Refused" in said.text else None)
    visitor.begin()
    name = f"{NEEDLE}.txt"
    brought = visitor.ask("POST", "files", params={"name": name}, content=b"plain text, no more")
    assert brought.status_code == 201, brought.text
    conversation = came(visitor, NEEDLE, NEEDLE, file_ids=[brought.json()["id"]])
    opened(page, house, f"/inbox/{conversation}")
    expect(thread(page).locator("article > div").filter(has_text=NEEDLE)).to_be_visible()
    with page.expect_download() as saving:
        thread(page).get_by_role("link", name=re.compile("onerror|img|txt")).click()
    assert saving.value.path().read_bytes() == b"plain text, no more"

    page.locator("input[type=file]").set_input_files(
        files=[{"name": "answer.txt", "mimeType": "text/plain", "buffer": b"here it is"}]
    )
    expect(page.get_by_role("list", name="Files").get_by_text("10 byte")).to_be_visible()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(thread(page).get_by_role("link", name=re.compile("answer.txt"))).to_be_visible()
    expect(thread(page).get_by_text("sending")).to_have_count(0)
    page.goto(f"{house.url}/inbox")
    expect(row(page, "onerror").first).to_be_visible()
    assert page.locator("img[src=x]").count() == 0
    assert errors == []
    assert reports == []
    [files] = [
        message["files"] for message in visitor.messages(conversation) if message["from"] == "team"
    ]
    assert [file["name"] for file in files] == ["answer.txt"]


def test_what_could_not_be_sent_is_kept_and_sent_again_once(
    page: Page, house: House, visitor: Visitor
) -> None:
    conversation = came(visitor, "Otto Offline")
    opened(page, house, f"/inbox/{conversation}")
    page.route(
        "**/messages",
        lambda route: route.abort() if route.request.method == "POST" else route.continue_(),
    )
    field = page.get_by_role("textbox", name="Reply")
    field.fill("Through the tunnel")
    page.keyboard.press("Enter")
    expect(thread(page).get_by_text("sending")).to_be_visible()
    page.unroute("**/messages")
    expect(thread(page).get_by_text("sending")).to_have_count(0)
    expect(thread(page).get_by_text("Through the tunnel")).to_have_count(1)
    said = [message["text"] for message in visitor.messages(conversation)]
    assert said.count("Through the tunnel") == 1


def test_canned_replies_and_the_looks_of_the_chat_are_settings(
    page: Page, house: House, shop: Workspace
) -> None:
    page.goto(f"{house.url}/settings/replies")
    page.get_by_role("button", name="New canned reply").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name", exact=False).first.fill("Bye Now")
    dialog.get_by_role("textbox", name="Text").fill("Bye, {{contact.name}}")
    expect(dialog.get_by_text("Bye, Ada")).to_be_visible()
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_text("/bye-now", exact=True)).to_be_visible()
    page.get_by_role("button", name="Remove bye-now").click()
    expect(page.get_by_text("/bye-now", exact=True)).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("/bye-now", exact=True)).to_be_visible()

    page.goto(f"{house.url}/settings/chat")
    page.get_by_label("Name", exact=False).first.fill("Tea desk")
    page.get_by_label("By office hours").check()
    page.get_by_role("button", name="Add a question").click()
    page.get_by_role("textbox", name="Question").fill("Order number")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. Pages show it within a minute.")).to_be_visible()
    shown = httpx.get(f"{house.url}/v1/chat/{shop.write_key}/config").json()
    assert shown["name"] == "Tea desk"
    assert [one["label"] for one in shown["questions"]] == ["Order number"]
