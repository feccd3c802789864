"""What the team sees without doing anything: who comes, changes and goes; and nothing jumps."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from tests.dashboard.conftest import House

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def write_key(house: House) -> str:
    return json.loads(house.server.command("workspace", "show", "--json").stdout)["write_key"]


def come(house: House, write_key: str, who: str, **context: Any) -> None:
    """A page view in somebody's browser: whoever it is is here now."""
    page = {"url": f"https://shop.test/{who}"}
    message = {"type": "page", "anonymousId": who, "context": {"page": page, **context}}
    answer = httpx.post(f"{house.url}/v1/batch", json={"batch": [message]}, auth=(write_key, ""))
    assert answer.status_code == 200, answer.text


def rows(page: Page) -> list[str]:
    """The names on the list, from the top."""
    page.wait_for_selector("#root [role=row] a")
    return page.locator("#root [role=row] a").all_inner_texts()


def opened(page: Page, house: House, path: str = "/contacts") -> None:
    """The list, once it is live."""
    page.goto(house.url + path)
    expect(page.get_by_text("online", exact=False).first).to_be_visible()


def test_a_visitor_arrives_behind_the_line_and_counts_as_online(
    house: House, write_key: str, page: Page, faults_of: Callable[[Page], list[str]]
):
    opened(page, house)
    before = rows(page)
    online = page.locator("[data-state=live]")
    number = int(online.inner_text().split()[0])
    come(house, write_key, "live-newcomer")
    line = page.get_by_role("button", name="Show 1 new")
    expect(line).to_be_visible()
    assert rows(page)[: len(before)] == before
    expect(online).to_have_text(f"{number + 1} online")
    assert faults_of(page) == []
    line.click()
    expect(line).to_be_hidden()
    expect(page.get_by_role("row").nth(1).get_by_role("img", name="Online now")).to_be_visible()


def test_a_row_changes_where_it_stands_and_says_why_it_is_not_part_of_the_list_any_more(
    house: House, write_key: str, page: Page
):
    made = [
        house.api.post("/api/contacts", json={"name": f"Livia {name}"}).json()["id"]
        for name in ("One", "Two", "Three")
    ]
    opened(page, house, "/contacts?q=livia")
    row = page.get_by_role("row").filter(has_text="Livia One")
    place = row.get_attribute("aria-rowindex")
    assert len(rows(page)) == 3
    house.api.patch(f"/api/contacts/{made[0]}", json={"name": "Livia Changed"})
    changed = page.get_by_role("row").filter(has_text="Livia Changed")
    expect(changed).to_be_visible()
    assert changed.get_attribute("aria-rowindex") == place
    house.api.patch(f"/api/contacts/{made[1]}", json={"name": "Somebody else"})
    expect(page.get_by_text("not in this list")).to_be_visible()
    house.api.post(f"/api/contacts/{made[0]}/merge", json={"with": made[2]})
    expect(page.get_by_text("merged")).to_be_visible()
    house.api.delete(f"/api/contacts/{made[0]}")
    expect(page.get_by_text("deleted")).to_be_visible()
    assert len(rows(page)) == 3
    page.reload()
    expect(page.get_by_text("not in this list")).to_have_count(0)


def test_the_open_contact_is_shown_as_it_is_now(house: House, write_key: str, page: Page):
    made = house.api.post("/api/contacts", json={"name": "Liv Before"}).json()["id"]
    with page.expect_websocket():
        page.goto(f"{house.url}/contacts/{made}")
    expect(page.get_by_role("heading", name="Liv Before")).to_be_visible()
    house.api.patch(f"/api/contacts/{made}", json={"name": "Liv After"})
    expect(page.get_by_role("heading", name="Liv After")).to_be_visible()
    house.api.delete(f"/api/contacts/{made}")
    expect(page.get_by_text("There is no contact with this id")).to_be_visible()


def test_where_no_socket_gets_through_the_same_is_told(house: House, write_key: str, page: Page):
    page.route_web_socket("**/api/live*", lambda route: route.close())
    opened(page, house)
    come(house, write_key, "live-without-socket")
    expect(page.get_by_role("button", name="new")).to_be_visible()


def test_what_happened_while_the_line_was_cut_is_not_missed(
    house: House, write_key: str, page: Page
):
    sockets: list[Any] = []

    def through(route: Any) -> None:
        sockets.append(route)
        route.connect_to_server()

    page.route_web_socket("**/api/live*", through)
    opened(page, house)
    sockets[0].close(code=1012)
    come(house, write_key, "live-while-cut")
    expect(page.get_by_role("button", name="Show 1 new")).to_be_visible()
    while len(sockets) == 1:  # it may have been told just before the line was down
        page.wait_for_timeout(50)
    assert len(sockets) == 2 and "after=" in sockets[1].url


def test_what_the_server_did_not_answer_is_asked_again_when_it_is_back(
    house: House, page: Page
) -> None:
    sockets: list[Any] = []
    away = False

    def through(route: Any) -> None:
        sockets.append(route)
        route.connect_to_server()

    def answer(route: Route) -> None:
        route.abort() if away else route.continue_()

    page.route_web_socket("**/api/live*", through)
    page.route("**/api/contacts/search", answer)
    page.route("**/api/live/*", answer)
    opened(page, house)
    away = True
    sockets[0].close(code=1012)
    page.get_by_role("searchbox").fill("person1")
    expect(page.get_by_role("heading", name="The server did not answer")).to_be_visible()
    away = False
    expect(page.locator("#root [role=row] a").first).to_contain_text("Person 1")
