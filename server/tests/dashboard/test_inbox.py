"""The inbox in front: what visitors write arrives, keys do the work, and one thing fits a phone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.chat.talking import Visitor, new_cid, seen_device
from tests.conftest import Workspace
from tests.dashboard.conftest import House, listen
from tests.dashboard.inbox_desk import came, opened, row, thread
from tests.dashboard.test_team import invite, join

pytestmark = pytest.mark.browser


def test_a_first_message_appears_in_the_list_and_is_answered_noted_and_closed(
    page: Page, house: House, visitor: Visitor, errors: list[str]
) -> None:
    opened(page, house)
    conversation = came(visitor, "Vera Live", "Is the shop open?\nhttps://shop.test/hours?a=1.")
    row(page, "Vera Live").click()
    link = thread(page).get_by_role("link", name="https://shop.test/hours?a=1")
    expect(link).to_have_attribute("href", "https://shop.test/hours?a=1")
    expect(link).to_have_attribute("rel", re.compile("noopener noreferrer"))
    visitor.say(conversation, "On Saturday, I mean")
    expect(thread(page).get_by_text("On Saturday, I mean")).to_be_visible()

    page.keyboard.press("r")
    page.get_by_role("textbox", name="Reply").fill("Yes, until six.")
    page.keyboard.press("Enter")
    expect(thread(page).get_by_text("Yes, until six.")).to_be_visible()
    page.get_by_role("textbox", name="Reply").blur()
    page.keyboard.press("n")
    page.get_by_role("textbox", name="Note").fill("A regular, be nice.")
    page.keyboard.press("Enter")
    expect(thread(page).get_by_text("A regular, be nice.")).to_be_visible()
    expect(thread(page).get_by_text("sending")).to_have_count(0)
    said = [message["text"] for message in visitor.messages(conversation)]
    assert "Yes, until six." in said
    assert "A regular, be nice." not in said

    visitor.ask("POST", f"conversations/{conversation}/read", json={"seq": 3})
    expect(thread(page).get_by_text("Seen", exact=True)).to_be_visible()

    page.keyboard.press("Escape")
    page.keyboard.press("e")
    expect(page.get_by_text("The conversation with Vera Live is closed.")).to_be_visible()
    expect(row(page, "Vera Live")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    row(page, "Vera Live").click()
    expect(thread(page).get_by_text("You opened it again")).to_be_visible()
    assert house.api.get(f"/api/conversations/{conversation}").json()["status"] == "open"
    assert errors == []


def test_counts_are_exact_and_reading_takes_one_away(
    page: Page, house: House, visitor: Visitor
) -> None:
    opened(page, house)
    views = page.get_by_role("list", name="Views of the inbox")
    unassigned = views.get_by_role("link", name=re.compile("^Unassigned"))
    before = house.api.get("/api/conversations/counts").json()["unassigned"]["all"]
    came(visitor, "Conny Count")
    expect(unassigned).to_contain_text(re.compile(rf"{before + 1} conversations?, \d+ unread"))
    text = unassigned.inner_text()
    unread = int(re.search(r"(\d+) unread", text)[1])  # type: ignore[index]
    expect(page).to_have_title(re.compile(rf"^\({unread}\) "))
    row(page, "Conny Count").click()
    left = f"{unread - 1} unread" if unread > 1 else f"{before + 1} conversation"
    expect(unassigned).to_contain_text(left)
    page.keyboard.press("u")
    expect(unassigned).to_contain_text(f"{unread} unread")
    page.wait_for_timeout(800)  # longer than it takes to have read what is in front
    assert house.api.get("/api/conversations/counts").json()["unassigned"]["all"] == before + 1
    expect(unassigned).to_contain_text(f"{unread} unread")


def test_assigning_tagging_and_snoozing_by_keys_alone(
    page: Page, house: House, visitor: Visitor
) -> None:
    conversation = came(visitor, "Kay Keys")
    opened(page, house, f"/inbox/{conversation}")
    expect(thread(page).get_by_text("Hello there")).to_be_visible()
    ask = lambda: house.api.get(f"/api/conversations/{conversation}").json()  # noqa: E731

    page.keyboard.press("a")
    expect(page.get_by_placeholder("Assign to")).to_be_focused()
    page.keyboard.type("olga")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Assigned to you.")).to_be_visible()
    assert ask()["assignee"]["name"] == "Olga Owner"

    page.keyboard.press("t")
    expect(page.get_by_placeholder("Tags")).to_be_focused()
    page.keyboard.type("urgent")
    expect(page.get_by_role("option", name=re.compile("urgent"))).to_be_visible()
    page.keyboard.press("Enter")
    head = page.get_by_role("region", name="Kay Keys").locator("header")
    expect(head.get_by_text("urgent").first).to_be_visible()
    expect(thread(page).get_by_text("You tagged it urgent")).to_be_visible()
    page.get_by_placeholder("Tags").press("Escape")
    expect(page.get_by_placeholder("Tags")).to_be_hidden()
    assert len(ask()["tags"]) == 1

    page.keyboard.press("s")
    page.get_by_role("button", name=re.compile("^Tomorrow")).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile("^Snoozed until"))).to_be_visible()
    expect(row(page, "Kay Keys")).to_have_count(0)
    assert ask()["status"] == "snoozed"
    page.keyboard.press("z")
    row(page, "Kay Keys").click()
    expect(thread(page).get_by_text("Hello there")).to_be_visible()
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog")
    for about in ("Next conversation", "Reply", "Write a note", "Assign", "Snooze", "Tag"):
        expect(sheet.get_by_text(about, exact=True)).to_be_visible()


def test_keys_go_from_conversation_to_conversation_and_back_to_the_list(
    page: Page, house: House, visitor: Visitor, shop: Workspace
) -> None:
    came(visitor, "Zoe First")
    came(Visitor(shop), "Zoe Second")
    opened(page, house, "/inbox?q=zoe")
    expect(row(page, "Zoe")).to_have_count(2)
    page.keyboard.press("j")
    expect(page.get_by_role("heading", level=2, name="Zoe Second").first).to_be_visible()
    page.keyboard.press("j")
    expect(page.get_by_role("heading", level=2, name="Zoe First").first).to_be_visible()
    page.keyboard.press("k")
    expect(page.get_by_role("heading", level=2, name="Zoe Second").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("Choose a conversation")).to_be_visible()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Search conversations")).to_be_focused()


def test_a_draft_stays_with_its_conversation_until_signing_out(
    browser: Browser, page: Page, house: House, visitor: Visitor, shop: Workspace
) -> None:
    one, other = came(visitor, "Dana Draft"), came(Visitor(shop), "Dino Draft")
    link = invite(page, house, "drafts@shop.test")
    context = browser.new_context(locale="en-GB")
    theirs = context.new_page()
    join(theirs, link, "Dot Drafts")
    opened(theirs, house, f"/inbox/{one}")
    theirs.get_by_role("textbox", name="Reply").fill("Half a sentence")
    theirs.goto(f"{house.url}/inbox/{other}")
    expect(theirs.get_by_role("textbox", name="Reply")).to_have_value("")
    expect(row(theirs, "Dana Draft").get_by_text("Draft:")).to_be_visible()
    theirs.goto(f"{house.url}/inbox/{one}")
    expect(theirs.get_by_role("textbox", name="Reply")).to_have_value("Half a sentence")
    tab = context.new_page()
    opened(tab, house, f"/inbox/{one}")
    tab.get_by_role("textbox", name="Reply").fill("Half a sentence, and the rest")
    expect(theirs.get_by_role("textbox", name="Reply")).to_have_value(re.compile("and the rest$"))
    tab.close()
    theirs.get_by_role("button", name="Dot Drafts").click()
    theirs.get_by_role("menuitem", name="Sign out").click()
    expect(theirs.get_by_role("heading", level=1, name="Sign in")).to_be_visible()
    drafts = "Object.keys(localStorage).filter((key) => key.includes('draft'))"
    for _ in range(50):
        if theirs.evaluate(drafts) == []:
            break
        theirs.wait_for_timeout(100)
    assert theirs.evaluate(drafts) == []
    context.close()


def test_on_a_narrow_screen_there_is_one_thing_at_a_time(
    browser: Browser, house: House, visitor: Visitor
) -> None:
    came(visitor, "Nora Narrow")
    context = browser.new_context(
        locale="en-GB", storage_state=house.state, viewport={"width": 360, "height": 740}
    )
    page = context.new_page()
    opened(page, house)
    row(page, "Nora Narrow").click()
    expect(page.get_by_role("heading", level=1, name="Nora Narrow")).to_be_visible()
    expect(page.get_by_role("searchbox")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name="About the contact").click()
    expect(page.get_by_role("link", name="Open the contact")).to_be_visible()
    expect(page.get_by_role("textbox", name="Reply")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.get_by_role("textbox", name="Reply")).to_be_visible()
    page.get_by_role("button", name="Back to the list").click()
    expect(row(page, "Nora Narrow")).to_be_visible()
    context.close()


def test_whoever_is_on_the_site_is_listed_and_can_be_written_to(
    page: Page, house: House, shop: Workspace
) -> None:
    opened(page, house, "/visitors")
    seen_device(shop, "inbox-visitor")
    [found] = house.api.get("/api/contacts", params={"anonymous_id": "inbox-visitor"}).json()[
        "items"
    ]
    line = row(page, found["display_name"])
    expect(line).to_be_visible()
    line.get_by_role("button", name=f"Write to {found['display_name']}").click()
    page.get_by_role("dialog").get_by_label("First message").fill("Can I help you?")
    page.get_by_role("dialog").get_by_role("button", name="Send").click()
    expect(thread(page).get_by_text("Can I help you?")).to_be_visible()
    page.goto(f"{house.url}/contacts/{found['id']}")
    expect(page.get_by_role("link", name=re.compile("Can I help you"))).to_be_visible()


def test_the_rows_stand_still_under_the_pointer(
    page: Page, house: House, visitor: Visitor, shop: Workspace
) -> None:
    came(visitor, "Hanna Held")
    opened(page, house)
    row(page, "Hanna Held").hover()
    first = page.get_by_role("list", name="Open").get_by_role("listitem").first.inner_text()
    came(Visitor(shop), "Nina Newer")
    more = page.get_by_role("button", name=re.compile("^Show 1 new"))
    expect(more).to_be_visible()
    assert page.get_by_role("list", name="Open").get_by_role("listitem").first.inner_text() == first
    more.click()
    expect(row(page, "Nina Newer")).to_be_visible()


def test_no_screen_of_the_inbox_has_a_fault_that_axe_knows_with_everything_open(
    browser: Browser, house: House, visitor: Visitor, faults_of: Callable[[Page], list[str]]
) -> None:
    conversation = came(visitor, "Axel Axe")
    for text in ("One\nhttps://shop.test/", "Two"):
        visitor.say(conversation, text)
    body = {"cid": new_cid(), "text": "Look at this", "kind": "note"}
    house.api.post(f"/api/conversations/{conversation}/messages", json=body)
    for width in (360, 1440):
        context = browser.new_context(
            locale="en-GB", storage_state=house.state, bypass_csp=True,
            color_scheme="dark" if width == 360 else "light",
            viewport={"width": width, "height": 900},
        )  # fmt: skip
        page = context.new_page()
        listen(page, [])
        opened(page, house, f"/inbox/{conversation}")
        expect(thread(page).get_by_text("Look at this")).to_be_visible()
        assert faults_of(page) == []
        page.keyboard.press("a")
        expect(page.get_by_placeholder("Assign to")).to_be_visible()
        assert faults_of(page) == []
        context.close()
