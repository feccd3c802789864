"""What a visitor says over HTTP: stored once, in order, and only what may be stored."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.chat.talking import BROWSER, Visitor, at_database, new_cid, reply
from tests.conftest import Workspace


def test_a_message_is_stored_and_can_be_read_back(workspace: Workspace) -> None:
    visitor = Visitor(workspace)
    conversation = visitor.open("Hello, is it in stock?")
    answer = visitor.say(conversation, "The blue one")
    assert answer.status_code == 201, answer.text
    assert [(one["seq"], one["text"], one["from"]) for one in visitor.messages(conversation)] == [
        (1, "Hello, is it in stock?", "contact"),
        (2, "The blue one", "contact"),
    ]
    (head,) = visitor.heads()
    assert (head["seq"], head["preview"], head["unread"]) == (2, "The blue one", 0)


def test_the_first_message_makes_one_contact(workspace: Workspace) -> None:
    visitor = Visitor(workspace)
    visitor.begin()
    assert workspace.contacts() == []
    body = {"cid": new_cid(), "text": "Hello"}
    first = visitor.ask("POST", "conversations", json=body)
    second = visitor.ask("POST", "conversations", json=body)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    contact = workspace.contact()
    assert (contact["kind"], contact["last_activity_at"]) == ("visitor", None)
    assert contact["last_seen_at"] is not None


def test_the_same_message_twice_is_once(workspace: Workspace) -> None:
    visitor = Visitor(workspace)
    conversation = visitor.open()
    cid = new_cid()
    first, second = (visitor.say(conversation, text, cid=cid) for text in ("One", "Two"))
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert [one["text"] for one in visitor.messages(conversation)] == ["Hello", "One"]


def test_fifty_who_write_at_once_leave_no_gap(workspace: Workspace) -> None:
    visitor = Visitor(workspace)
    conversation = visitor.open()

    def write(number: int) -> int:
        said = {"cid": new_cid(), "text": str(number)}
        kind = ("message", "note")[number % 4 == 1]
        path = f"/api/conversations/{conversation['id']}/messages"
        for _ in range(20):
            if number % 2:
                answer = httpx.post(
                    workspace.url + path,
                    json={**said, "kind": kind},
                    headers={"Authorization": f"Bearer {workspace.token}"},
                    timeout=30,
                )
            else:
                answer = visitor.say(conversation, **said)
            if answer.status_code != 503:
                return answer.status_code
            time.sleep(0.2)  # all wait for one row: on a slow machine not each gets it in time
        return 503

    with ThreadPoolExecutor(50) as pool:
        assert set(pool.map(write, range(50))) <= {200, 201}
    rows = at_database(
        workspace,
        "SELECT seq, public_seq, kind FROM messages WHERE conversation_id = %s ORDER BY seq",
        conversation["id"],
    )
    assert [row["seq"] for row in rows] == list(range(1, 52))
    public = [row["public_seq"] for row in rows if row["public_seq"] is not None]
    assert public == list(range(1, len(public) + 1))
    assert all((row["public_seq"] is None) == (row["kind"] == 1) for row in rows)
    assert [one["seq"] for one in visitor.messages(conversation, after=0, limit=100)] == public
    kept = at_database(workspace, "SELECT last_seq, last_public_seq FROM conversations")
    assert kept == [{"last_seq": 51, "last_public_seq": len(public)}]


def test_who_was_away_reads_on_from_where_they_were(workspace: Workspace) -> None:
    visitor = Visitor(workspace)
    conversation = visitor.open("1")
    for number in range(2, 8):
        visitor.say(conversation, str(number))
    reply(workspace, conversation, "not for you", kind="note")
    reply(workspace, conversation, "8")

    def texts(**query: int) -> list[str]:
        return [one["text"] for one in visitor.messages(conversation, **query)]

    assert texts(after=0, limit=3) == ["1", "2", "3"]
    assert texts(after=3, limit=100) == ["4", "5", "6", "7", "8"]
    assert texts(after=8) == []
    assert texts(before=4, limit=2) == ["2", "3"]
    assert texts(limit=2) == ["7", "8"]
    path = f"conversations/{conversation['id']}/messages"
    assert visitor.ask("GET", path, params={"after": 0, "limit": 3}).json()["more"] is True
    assert visitor.ask("GET", path, params={"after": 5, "limit": 3}).json()["more"] is False
    (head,) = visitor.heads()
    assert (head["unread"], head["last_from"]) == (1, "team")


def test_marks_move_forward_and_never_back(workspace: Workspace) -> None:
    visitor = Visitor(workspace)
    conversation = visitor.open()
    for _ in range(3):
        reply(workspace, conversation, "And?")
    path = f"conversations/{conversation['id']}"

    def marks() -> tuple[int, int, int]:
        (head,) = visitor.heads()
        return head["received_seq"], head["read_seq"], head["unread"]

    assert marks() == (1, 1, 3)
    visitor.ask("POST", f"{path}/received", json={"seq": 3})
    assert marks() == (3, 1, 3)
    visitor.ask("POST", f"{path}/read", json={"seq": 4})
    visitor.ask("POST", f"{path}/read", json={"seq": 2})
    assert marks() == (4, 4, 0)
    visitor.ask("POST", f"{path}/read", json={"seq": 2_000_000_000})
    assert marks() == (4, 4, 0)


def test_the_contact_moves_when_it_was_seen_and_the_team_when_it_dealt_with_it(
    workspace: Workspace,
) -> None:
    visitor = Visitor(workspace)
    conversation = visitor.open()
    at_database(workspace, "UPDATE contacts SET last_seen_at = '2020-01-01'")
    at_database(workspace, "UPDATE devices SET last_seen_at = '2020-01-01'")
    long_ago = workspace.contact()["last_seen_at"]
    reply(workspace, conversation, "A note", kind="note")
    assert workspace.contact()["last_activity_at"] is None
    reply(workspace, conversation, "Hello")
    contact = workspace.contact()
    assert (contact["last_seen_at"], contact["last_activity_at"] is None) == (long_ago, False)
    dealt_with = contact["last_activity_at"]
    visitor.say(conversation, "Thanks")
    contact = workspace.contact()
    assert (contact["last_seen_at"] > long_ago, contact["last_activity_at"]) == (True, dealt_with)


def test_what_is_switched_off_is_not_moved(workspace: Workspace) -> None:
    workspace.set(collect__last_seen_at="false", collect__first_seen_at="false")
    workspace.set(collect__last_activity_at="false", collect__last_page_viewed="false")
    visitor = Visitor(workspace)
    conversation = visitor.open(page={"url": "https://shop.example/secret"})
    reply(workspace, conversation, "Hello")
    contact = workspace.contact()
    assert [contact[f"{name}_at"] for name in ("first_seen", "last_seen", "last_activity")] == [
        None, None, None
    ]  # fmt: skip
    assert at_database(workspace, "SELECT event FROM messages WHERE kind = 2") == []


def test_a_message_opens_what_was_closed(workspace: Workspace) -> None:
    visitor = Visitor(workspace)
    conversation = visitor.open()
    closed = workspace.api.patch(
        f"/api/conversations/{conversation['id']}", json={"status": "closed"}
    )
    assert closed.status_code == 200, closed.text
    assert visitor.heads()[0]["status"] == "closed"
    visitor.say(conversation, "One more thing")
    assert visitor.heads()[0]["status"] == "open"
    told = at_database(
        workspace, "SELECT event->>'name' AS name FROM messages WHERE kind = 2 ORDER BY seq"
    )
    assert [one["name"] for one in told] == ["closed", "reopened"]
    assert [one["seq"] for one in visitor.messages(conversation)] == [1, 2, 3]


def test_the_page_where_it_began_is_for_the_team_and_without_its_query(
    workspace: Workspace,
) -> None:
    visitor = Visitor(workspace)
    conversation = visitor.open(page={"url": "https://shop.example/lamps?token=secret#top"})
    assert [one["seq"] for one in visitor.messages(conversation)] == [1]
    events = at_database(workspace, "SELECT event, public_seq FROM messages WHERE kind = 2")
    page = "https://shop.example/lamps"
    assert events == [{"event": {"name": "opened", "page": page}, "public_seq": None}]


def test_what_was_said_is_found_by_its_words(workspace: Workspace) -> None:
    visitor = Visitor(workspace)
    visitor.open("Señor, l'été est-il beau ?")
    words = {row["word"] for row in at_database(workspace, "SELECT word FROM conversation_words")}
    assert {"senor", "ete", "beau"} <= words


def test_consent_is_not_needed_to_write_and_nothing_else_is_collected(
    workspace: Workspace,
) -> None:
    workspace.set(consent__mode="required")
    visitor = Visitor(workspace)
    visitor.begin(lasting=False)
    visitor.open()
    contact = workspace.contact()
    assert (contact["ip"], contact["browser_name"], contact["devices"]) == (None, None, [])


BAD_TEXTS = {
    "nothing": "",
    "blanks": " \n\t ",
    "a NUL": "a\x00b",
    "too long": "x" * 10_001,
}
BAD_BODIES: dict[str, bytes] = {
    "no JSON": b"{",
    "no UTF-8": b'{"cid": "a", "text": "\xff"}',
    "a lone surrogate": b'{"cid": "a", "text": "\\ud800"}',
    "a list": b"[]",
    "another type": b'{"cid": "a", "text": 7}',
    "no cid": b'{"text": "a"}',
    "an empty cid": b'{"cid": "", "text": "a"}',
    "a long cid": b'{"cid": "' + b"c" * 65 + b'", "text": "a"}',
    "a cid of other letters": '{"cid": "\u00e9", "text": "a"}'.encode(),
    "a cid with a NUL": b'{"cid": "\\u0000", "text": "a"}',
    "a tower": b'{"cid": "a", "text": "a", "answers": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "files that are none": b'{"cid": "a", "text": "a", "file_ids": ["x"]}',
    "a file of nobody": b'{"cid": "a", "text": "", "file_ids": '
    b'["0190a6e0-0000-7000-8000-000000000000"]}',
    "too many files": b'{"cid": "a", "text": "a", "file_ids": ['
    + b",".join([b'"0190a6e0-0000-7000-8000-000000000000"'] * 11)
    + b"]}",
}


@pytest.mark.parametrize("what", BAD_TEXTS)
def test_a_text_that_cannot_be_is_refused(workspace: Workspace, what: str) -> None:
    visitor = Visitor(workspace)
    conversation = visitor.open()
    answer = visitor.say(conversation, BAD_TEXTS[what])
    assert answer.status_code == 400, answer.text
    assert len(visitor.messages(conversation)) == 1


@pytest.mark.parametrize("what", BAD_BODIES)
def test_a_body_that_cannot_be_is_refused(workspace: Workspace, what: str) -> None:
    visitor = Visitor(workspace)
    conversation = visitor.open()
    for path in ("conversations", f"conversations/{conversation['id']}/messages"):
        sent = {"content": BAD_BODIES[what], "headers": {"Content-Type": "application/json"}}
        answer = visitor.ask("POST", path, **sent)
        assert 400 <= answer.status_code < 500, (path, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
    assert len(visitor.heads()) == 1
    assert len(visitor.messages(conversation)) == 1


def test_a_body_that_is_too_large_is_refused(workspace: Workspace) -> None:
    visitor = Visitor(workspace)
    visitor.begin()
    answer = visitor.ask("POST", "conversations", json={"cid": "a", "text": "x" * 250_000})
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("session", {"anonymous_id": 7}),
        ("session", {"anonymous_id": "a\x00", "proof": "?"}),
        ("session", {"anonymous_id": "a", "proof": "\u00e9" * 100, "locale": "\u00e9" * 64}),
        ("session", {"token": "x" * 9_000}),
        ("waiting", {"anonymous_id": "x" * 300}),
        ("contact", {"email": "a\x00@example.com"}),
        ("contact", {"email": 7}),
        ("conversations/no-id/messages", {"cid": "a", "text": "a"}),
        ("conversations/0190a6e0-0000-7000-8000-000000000000/read", {"seq": -1}),
        ("conversations/0190a6e0-0000-7000-8000-000000000000/read", {"seq": 2**40}),
        ("conversations/0190a6e0-0000-7000-8000-000000000000/typing", {}),
    ],
)  # fmt: skip
def test_whatever_is_sent_is_no_fault_of_ours(
    workspace: Workspace, path: str, body: dict[str, Any]
) -> None:
    visitor = Visitor(workspace)
    visitor.begin()
    assert visitor.ask("POST", path, json=body).status_code < 500


def test_names_of_things_are_as_they_were_typed(workspace: Workspace) -> None:
    visitor = Visitor(workspace)
    text = "<img src=x onerror=alert(1)> \U0001f468\u200d\U0001f469\u200d\U0001f467 \u0645\u0631\n2"
    conversation = visitor.open(f"  {text}\r\n\x07 ")
    assert visitor.messages(conversation)[0]["text"] == text


def test_a_bot_begins_no_chat(workspace: Workspace) -> None:
    visitor = Visitor(workspace)
    bot = {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"}
    answer = visitor.ask("POST", "session", json={}, headers=bot)
    assert (answer.status_code, answer.json()["code"]) == (403, "bot")


def test_a_key_bound_to_sites_keeps_others_out(workspace: Workspace) -> None:
    origins = {"origins": ["https://shop.example"]}
    workspace.api.put(f"/api/write-keys/{workspace.write_key}/origins", json=origins)
    at_database(workspace, "UPDATE write_keys SET origins = %s", ["https://shop.example"])
    at_database(
        workspace, "UPDATE workspaces SET version = version + 1 WHERE id = %s", workspace.id
    )
    Visitor(workspace).begin()
    answer = Visitor(workspace, origin="https://evil.example").ask("POST", "session", json={})
    assert (answer.status_code, answer.json()["code"]) == (403, "origin_not_allowed")


def test_a_key_that_is_none_or_revoked_opens_nothing(workspace: Workspace) -> None:
    visitor = Visitor(workspace)
    conversation = visitor.open()
    at_database(workspace, "UPDATE write_keys SET revoked_at = now()")
    at_database(
        workspace, "UPDATE workspaces SET version = version + 1 WHERE id = %s", workspace.id
    )
    answer = visitor.say(conversation, "Hello?")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_allowed")
    url = f"{workspace.url}/v1/chat/{workspace.token}/session"
    assert httpx.post(url, json={}).status_code == 401


def test_pages_of_other_sites_may_ask_and_read_the_answer(workspace: Workspace) -> None:
    url = f"{workspace.url}/v1/chat/{workspace.write_key}"
    origin = {"Origin": "https://shop.example"}
    asked = origin | {
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    preflight = httpx.options(f"{url}/session", headers=asked)
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == "https://shop.example"
    assert "authorization" in preflight.headers["access-control-allow-headers"]
    assert preflight.headers["access-control-max-age"] == "7200"
    for answer in (
        httpx.post(f"{url}/session", json={}, headers=origin | {"User-Agent": BROWSER}),
        httpx.get(f"{url}/conversations", headers=origin),
        httpx.get(f"{url}/nothing", headers=origin),
    ):
        assert answer.headers["access-control-allow-origin"] == "https://shop.example"
        assert "Retry-After" in answer.headers["access-control-expose-headers"]
        assert answer.headers["vary"] == "Origin"
        assert answer.headers["cache-control"] == "no-store"
        assert "set-cookie" not in answer.headers


def test_one_session_says_no_more_than_so_much_at_once(workspace: Workspace) -> None:
    visitor, other = Visitor(workspace), Visitor(workspace)
    conversation = visitor.open()
    other.begin()
    answers = [visitor.say(conversation, str(number)) for number in range(45)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert int(refused[0].headers["retry-after"]) >= 1
    assert {answer.status_code for answer in answers} == {201, 429}
    assert other.ask("GET", "conversations").status_code == 200
    stored = at_database(workspace, "SELECT count(*) AS many FROM messages")
    assert stored[0]["many"] == 1 + len(answers) - len(refused)


def test_a_network_begins_no_more_than_so_many_contacts(workspace: Workspace) -> None:
    workspace.set(budget__address_per_hour="2")
    for _ in range(2):
        Visitor(workspace).open()
    visitor = Visitor(workspace)
    visitor.begin()
    answer = visitor.ask("POST", "conversations", json={"cid": "a", "text": "a"})
    assert (answer.status_code, answer.json()["code"]) == (429, "contact_budget")
    assert "retry-after" in answer.headers
