"""What a process remembers of a device is only believed: what became of it meanwhile counts."""

from typing import Any

import pytest

from tests.collect.test_visit import ago, page
from tests.conftest import Workspace

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def view(workspace: Workspace, path: str, *people: str, agent: str | None = None) -> None:
    more = {"userAgent": agent} if agent else {}
    url = f"https://shop.example/{path}"
    workspace.batch(*(page(who, context={"page": {"url": url}} | more) for who in people))


@pytest.fixture
def ids(workspace: Workspace) -> dict[str, str]:
    """Visitor -> contact: seen three times, so that they are known and were seen again."""
    for path in ("a", "b", "c"):
        view(workspace, path, "anna", "bert")
    found = {who: workspace.contact(anonymous_id=who) for who in ("anna", "bert")}
    for contact in found.values():
        assert contact["last_page_viewed"] == "https://shop.example/c"
        assert contact["browser_name"] == "Chrome" and contact["web_sessions"] == 1
    return {who: contact["id"] for who, contact in found.items()}


def test_who_was_erased_begins_anew(workspace: Workspace, ids: dict[str, str]) -> None:
    assert workspace.api.delete(f"/api/contacts/{ids['anna']}").status_code == 204
    view(workspace, "d", "anna", "bert")
    anna, bert = (workspace.contact(anonymous_id=who) for who in ids)
    assert anna["id"] != ids["anna"] and bert["id"] == ids["bert"]
    assert anna["last_page_viewed"] == bert["last_page_viewed"] == "https://shop.example/d"
    assert anna["browser_name"] == "Chrome" and anna["web_sessions"] == 1


def test_who_was_merged_and_split_is_seen_where_they_belong(
    workspace: Workspace, ids: dict[str, str]
) -> None:
    merged = workspace.api.post(f"/api/contacts/{ids['anna']}/merge", json={"with": ids["bert"]})
    assert merged.status_code == 200, merged.text
    view(workspace, "d", "bert")
    view(workspace, "e", "anna")
    view(workspace, "f", "anna", "bert")
    anna = workspace.contact(anonymous_id="anna")
    assert anna["id"] == ids["anna"] and anna["web_sessions"] == 2
    assert anna["last_page_viewed"] == "https://shop.example/f"
    split = {"merge": merged.json()["merge"]["id"]}
    parted = workspace.api.post(f"/api/contacts/{ids['anna']}/split", json=split)
    assert parted.status_code == 200, parted.text
    view(workspace, "g", "bert")
    pages = {who: workspace.contact(anonymous_id=who)["last_page_viewed"] for who in ids}
    assert pages == {"anna": "https://shop.example/f", "bert": "https://shop.example/g"}


def test_another_browser_or_setting_is_written_whole(
    workspace: Workspace, ids: dict[str, str]
) -> None:
    view(workspace, "d", "anna", agent=FIREFOX)
    view(workspace, "e", "anna", agent=FIREFOX)
    assert workspace.contact(anonymous_id="anna")["browser_name"] == "Firefox"
    workspace.set(collect__browser_name="false", collect__last_seen_at="false")
    view(workspace, "f", "anna", agent=FIREFOX)
    workspace.set(collect__browser_name="true", collect__last_seen_at="true")
    view(workspace, "g", "anna")
    anna = workspace.contact(anonymous_id="anna")
    assert anna["browser_name"] == "Chrome"
    assert anna["last_page_viewed"] == "https://shop.example/g"
    assert anna["id"] == ids["anna"] and anna["web_sessions"] == 1


def test_who_comes_before_and_after_another_s_sign_in_in_one_batch_loses_nothing(
    workspace: Workspace,
) -> None:
    """What is written in between is not what is remembered of before."""
    token = workspace.new_token("collect")

    def seen(path: str, agent: str | None = None) -> dict[str, Any]:
        more = {"userAgent": agent} if agent else {}
        return page("anna", context={"page": {"url": f"https://shop.example/{path}"}} | more)

    for path in ("a", "b", "c"):
        workspace.batch(seen(path), key=token)
    sign_in = {"type": "identify", "userId": "carl", "anonymousId": "carl", "messageId": "carl"}
    late = seen("e") | {"timestamp": ago(seconds=-1)}
    workspace.batch(seen("d", FIREFOX), sign_in, late, key=token)
    anna = workspace.contact(anonymous_id="anna")
    assert anna["last_page_viewed"] == "https://shop.example/e"
    assert anna["browser_name"] == "Chrome"
    assert workspace.contact(user_id="carl")["user_id"] == "carl"


def test_what_comes_late_and_joins_two_sessions_of_an_app_is_counted_on_its_contact(
    workspace: Workspace,
) -> None:
    for number, (minutes, sessions) in enumerate(((100, 1), (50, 2), (75, 1))):
        context = {
            "device": {"id": "x", "type": "ios"},
            "os": {"name": "iOS"},
            "app": {"name": "S"},
        }
        screen = {"type": "screen", "name": "Home", "messageId": str(number), "context": context}
        screen |= {"anonymousId": "anna", "timestamp": ago(minutes=minutes)}
        workspace.batch(screen)
        assert workspace.contact(anonymous_id="anna")["ios_sessions"] == sessions
