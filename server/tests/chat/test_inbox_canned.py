"""Canned replies, and who is on the site now."""

from typing import Any

from openbook.db import Connection
from tests.accounts.visiting import join, refused
from tests.chat.inbox_talk import at_desk, team, visitor
from tests.conftest import Workspace, in_database

PATH = "/api/canned-replies"


def test_a_canned_reply_is_made_changed_listed_and_removed(workspace: Workspace) -> None:
    api = workspace.api
    text = "Hello {{contact.name}}, this is {{agent.name}}."
    made = api.post(PATH, json={"shortcut": "/Hello", "text": text})
    assert made.status_code == 201, made.text
    assert (made.json()["shortcut"], made.json()["text"]) == ("hello", text)
    api.post(PATH, json={"shortcut": "bye", "text": "Goodbye"})
    assert [one["shortcut"] for one in api.get(PATH).json()["items"]] == ["bye", "hello"]
    one = f"{PATH}/{made.json()['id']}"
    changed = api.put(one, json={"shortcut": "hi", "text": "Hi"})
    assert changed.json()["shortcut"] == "hi"
    assert refused(api.put(one, json={"shortcut": "bye", "text": "Hi"})) == (
        409, "shortcut_taken",
    )  # fmt: skip
    assert api.delete(one).status_code == 204
    assert refused(api.delete(one)) == (404, "no_such_canned_reply")
    assert refused(api.put(one, json={"shortcut": "x", "text": "x"}))[0] == 404
    history = join(workspace, "owner").browser().get("/api/history").json()["items"]
    actions = [one["action"] for one in history if one["action"].startswith("canned_reply")]
    assert actions == [
        "canned_reply.removed", "canned_reply.changed", "canned_reply.made", "canned_reply.made",
    ]  # fmt: skip


REFUSED = [
    ("two words", "x", "bad_shortcut"), ("-x", "x", "bad_shortcut"), ("/", "x", "bad_shortcut"),
    ("a\0", "x", "bad_shortcut"), ("", "x", "bad_input"), ("x" * 41, "x", "bad_input"),
    ("a", " ", "empty_message"), ("a", "\0", "bad_text"),
]  # fmt: skip


def test_what_is_no_canned_reply_is_refused(workspace: Workspace) -> None:
    for shortcut, text, code in REFUSED:
        answer = workspace.api.post(PATH, json={"shortcut": shortcut, "text": text})
        assert refused(answer) == (400, code), shortcut
    assert workspace.api.get(PATH).json()["items"] == []


def page(workspace: Workspace, anonymous_id: str, url: str) -> None:
    workspace.batch(
        {
            "type": "page",
            "anonymousId": anonymous_id,
            "context": {
                "page": {"url": url},
                "userAgent": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 "
                "Firefox/145.0",
            },
        }
    )


def visitors(api: Any) -> list[dict[str, Any]]:
    answer = api.get("/api/visitors")
    assert answer.status_code == 200, answer.text
    return answer.json()["visitors"]


def test_who_is_on_the_site_is_told_with_their_page(workspace: Workspace) -> None:
    page(workspace, "ada", "https://shop.test/hats")
    page(workspace, "bob", "https://shop.test/shoes")
    page(workspace, "ada", "https://shop.test/hats/red")
    found = visitors(workspace.api)
    assert [one["page"] for one in found] == [
        "https://shop.test/hats/red", "https://shop.test/shoes",
    ]  # fmt: skip
    assert all(one["page_since"] <= one["last_seen_at"] for one in found)
    assert all(one["contact"]["online"] for one in found)

    async def an_hour_ago(conn: Connection) -> None:
        await conn.execute(
            "UPDATE contacts SET last_seen_at = last_seen_at - interval '1 hour', "
            "seen_hour = seen_hour - 1 WHERE id = %s",
            (found[1]["contact"]["id"],),
        )

    in_database(workspace.server.conninfo, an_hour_ago, workspace.id)
    assert [one["contact"]["id"] for one in visitors(workspace.api)] == [found[0]["contact"]["id"]]


def test_a_conversation_with_a_visitor_is_told_to_who_may_read_it(workspace: Workspace) -> None:
    id = visitor(workspace).begin()["conversation"]["id"]
    assert [one["conversation_id"] for one in visitors(workspace.api)] == [id]
    at_desk(join(workspace, "agent").browser()).patch(id, status="closed")
    assert [one["conversation_id"] for one in visitors(workspace.api)] == [None]
    team(workspace).patch(id, status="open")
    token = workspace.new_token("contacts:read")
    answer = workspace.api.get("/api/visitors", headers={"Authorization": f"Bearer {token}"})
    assert [one["conversation_id"] for one in answer.json()["visitors"]] == [None]


def test_where_it_is_not_kept_who_was_seen_nobody_is_told(workspace: Workspace) -> None:
    workspace.set(collect__last_seen_at="false")
    page(workspace, "ada", "https://shop.test/hats")
    answer = workspace.api.get("/api/visitors").json()
    assert answer == {"visitors": [], "more": False, "kept": False}
