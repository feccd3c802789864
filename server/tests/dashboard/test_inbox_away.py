"""The inbox while one looks elsewhere; files pasted and dropped; two conversations made one."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.chat.talking import Visitor
from tests.conftest import Workspace
from tests.dashboard.conftest import House
from tests.dashboard.inbox_desk import came, opened, row, thread

pytestmark = pytest.mark.browser
# The desktop is not there in a browser without a screen: it keeps what it would show.
DESKTOP = """
window.desk = { asked: 0, shown: [], front: true };
window.Notification = class {
  static permission = 'default';
  static async requestPermission() { desk.asked += 1; return (this.permission = 'granted'); }
  constructor(title, more) { Object.assign(this, { title, ...more }); desk.shown.push(this); }
  close() {}
};
document.hasFocus = () => desk.front;
Object.defineProperty(document, 'hidden', { get: () => !desk.front });
"""
GRANTED = "Notification.permission = 'granted'; localStorage['openbook.inbox.notify'] = 'true'"
LOOK_AWAY = "desk.front = false; dispatchEvent(new Event('blur'))"
SHOWN = "desk.shown.map((one) => [one.title, one.body])"
BRING = """([target, kind, name]) => {
  const data = new DataTransfer();
  data.items.add(new File(['here it is'], name, { type: 'text/plain' }));
  const more = { bubbles: true, cancelable: true };
  const event = kind === 'paste'
    ? new ClipboardEvent(kind, { ...more, clipboardData: data })
    : new DragEvent(kind, { ...more, dataTransfer: data });
  document.querySelector(target).dispatchEvent(event);
}"""


def until(page: Page, said: str) -> None:
    """Wait for something that is true in the page; its policy lets no text become a program."""
    for _ in range(100):
        if page.evaluate(said):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"never: {said}")


def test_the_desktop_tells_who_looks_elsewhere_and_was_asked_by_a_click_alone(
    browser: Browser, house: House, visitor: Visitor, shop: Workspace
) -> None:
    context = browser.new_context(locale="en-GB", storage_state=house.state)
    context.add_init_script(DESKTOP)
    page = context.new_page()
    conversation = came(visitor, "Nico Notified")
    opened(page, house, "/inbox")
    assert page.evaluate("desk.asked") == 0
    page.get_by_role("button", name="How the inbox works for you").click()
    page.get_by_role("switch", name=re.compile("^Desktop notifications")).check()
    until(page, "desk.asked === 1")
    page.keyboard.press("Escape")
    visitor.say(conversation, "While somebody looks")
    expect(row(page, "Nico Notified")).to_contain_text("While somebody looks")

    front = context.new_page()  # another tab of the same browser is in front
    opened(front, house, "/inbox")
    page.evaluate(LOOK_AWAY)
    visitor.say(conversation, "While another tab is in front")
    expect(row(page, "Nico Notified")).to_contain_text("another tab")
    assert page.evaluate(SHOWN) == []
    front.close()

    visitor.say(conversation, "Is anybody there?")
    until(page, "desk.shown.length === 1")
    assert page.evaluate(SHOWN) == [["Nico Notified wrote", "Is anybody there?"]]
    unread = house.api.get("/api/conversations/counts").json()["unassigned"]["all"]
    came(Visitor(shop), "Nina Newcomer", "Me too")
    until(page, "desk.shown.length === 2")
    expect(page.get_by_role("link", name=re.compile("^Unassigned"))).to_contain_text(
        f"{unread + 1} conversation"
    )
    eve = Visitor(shop)
    bad = came(eve, "Eve Evil", "Buy")
    until(page, "desk.shown.length === 3")
    house.api.post(f"/api/conversations/{bad}/spam")
    expect(row(page, "Eve Evil")).to_have_count(0)
    eve.say(bad, "Buy more")
    visitor.say(conversation, "Hello?")
    until(page, "desk.shown.length === 4")
    assert page.evaluate(SHOWN)[-1] == ["Nico Notified wrote", "Hello?"]
    page.evaluate("desk.shown.at(-1).onclick()")
    expect(page).to_have_url(re.compile(f"/inbox/{conversation}"))
    context.close()


def test_the_desktop_tells_what_a_colleague_assigns_to_me_until_i_have_looked(
    browser: Browser, house: House, visitor: Visitor
) -> None:
    context = browser.new_context(locale="en-GB", storage_state=house.state)
    context.add_init_script(DESKTOP)
    context.add_init_script(GRANTED)
    page = context.new_page()
    conversation = came(visitor, "Anna Assigned", "Who helps me?")
    opened(page, house, "/inbox")
    page.evaluate(LOOK_AWAY)
    team = page.request.get(f"{house.url}/api/team").json()["members"]
    (me,) = [one["id"] for one in team if one["you"]]
    given = house.api.patch(f"/api/conversations/{conversation}", json={"assignee_id": me})
    assert given.status_code == 200, given.text
    told = "desk.shown.filter((one) => one.title === 'Anna Assigned was assigned to you')"
    until(page, f"{told}.length === 1")
    assert page.evaluate(f"{told}[0].body") == "Who helps me?"
    expect(row(page, "Anna Assigned")).to_contain_text("Assigned to you")
    page.evaluate(f"desk.front = true; {told}[0].onclick()")
    expect(page).to_have_url(re.compile(f"/inbox/{conversation}"))
    expect(row(page, "Anna Assigned")).not_to_contain_text("Assigned to you")
    context.close()


def test_what_is_pasted_or_dropped_is_sent_as_a_file_and_kept_over_a_reload(
    page: Page, house: House, visitor: Visitor
) -> None:
    conversation = came(visitor, "Fila Files")
    opened(page, house, f"/inbox/{conversation}")
    files = page.get_by_role("list", name="Files")
    page.evaluate(BRING, ["textarea", "paste", "pasted.txt"])
    expect(files.get_by_text("10 byte")).to_have_count(1)
    page.evaluate(BRING, ["[data-thread]", "dragover", "dropped.txt"])
    expect(page.get_by_text("Drop the files to attach them")).to_be_visible()
    page.evaluate(BRING, ["[data-thread]", "drop", "dropped.txt"])
    expect(files.get_by_text("10 byte")).to_have_count(2)
    page.reload()
    expect(files.get_by_text("10 byte")).to_have_count(2)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(thread(page).get_by_role("link", name=re.compile("dropped.txt"))).to_be_visible()
    expect(thread(page).get_by_text("sending")).to_have_count(0)
    expect(files).to_have_count(0)
    sent = visitor.messages(conversation)[-1]["files"]
    assert [file["name"] for file in sent] == ["pasted.txt", "dropped.txt"]


def test_two_conversations_become_one_and_what_is_deleted_says_so(
    page: Page, house: House, visitor: Visitor
) -> None:
    other = visitor.open("The first question")["id"]
    conversation = came(visitor, "Mia Merge", "The second question")
    opened(page, house, f"/inbox/{conversation}")
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name="Merge with another").click()
    dialog = page.get_by_role("dialog", name="Merge conversations")
    dialog.get_by_role("radio", name=re.compile("The first question")).check()
    dialog.get_by_role("button", name="Merge", exact=True).click()
    expect(page.get_by_text("The conversations are one now.")).to_be_visible()
    expect(thread(page).get_by_text("The first question")).to_be_visible()
    expect(
        thread(page).get_by_text("You merged another conversation into this one")
    ).to_be_visible()
    expect(row(page, "Mia Merge")).to_have_count(1)
    page.goto(f"{house.url}/inbox/{other}")
    expect(page).to_have_url(re.compile(conversation))
    expect(thread(page).get_by_text("The second question")).to_be_visible()

    contact = house.api.get(f"/api/conversations/{conversation}").json()["contact"]["id"]
    assert house.api.delete(f"/api/contacts/{contact}").status_code in (200, 204)
    expect(page.get_by_text("This conversation is not here")).to_be_visible()
    expect(row(page, "Mia Merge")).to_have_count(0)
    page.get_by_role("button", name="Back to the list").click()
    expect(page.get_by_text("Choose a conversation")).to_be_visible()
