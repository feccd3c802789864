"""What the team says and does in a conversation, and what the contact is shown of it."""

import time

from tests.accounts.visiting import join, refused
from tests.chat.inbox_talk import at_desk, cid, team, visitor
from tests.conftest import Workspace


def test_the_contact_reads_messages_and_never_a_note(workspace: Workspace) -> None:
    ada, desk = visitor(workspace), team(workspace)
    id = ada.begin("Hello")["conversation"]["id"]
    desk.note(id, "Rich, be nice")
    desk.say(id, "Good morning")
    desk.patch(id, assignee_id=None, tags=[])
    shown = [(one["seq"], one["from"], one["text"]) for one in ada.messages(id)]
    assert shown == [(1, "contact", "Hello"), (2, "team", "Good morning")]
    whole = [(one["seq"], one["public_seq"], one["kind"]) for one in desk.messages(id)]
    assert whole == [(1, 1, "message"), (2, None, "note"), (3, 2, "message")]
    (head,) = ada.heads()
    assert (head["seq"], head["preview"]) == (2, "Good morning")
    found = desk.one(id)
    assert (found["preview"], found["last_from"]) == ("Good morning", "team")
    assert found["last_by"]["name"] == "test", "an API token is called by its name"
    assert found["waiting_since"] is None


def test_a_message_sent_twice_is_there_once(workspace: Workspace) -> None:
    ada, desk = visitor(workspace), team(workspace)
    id = ada.begin()["conversation"]["id"]
    body = {"cid": "same", "text": "Once"}
    first = workspace.api.post(f"/api/conversations/{id}/messages", json=body)
    again = workspace.api.post(f"/api/conversations/{id}/messages", json=body | {"text": "Twice"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert [one["text"] for one in desk.messages(id)] == ["Hello", "Once"]


def test_the_team_begins_a_conversation(workspace: Workspace) -> None:
    desk = team(workspace)
    made = workspace.api.post("/api/contacts", json={"user_id": "u1", "name": "Ada"}).json()
    body = {"contact_id": made["id"], "cid": cid(), "text": "How is it going?"}
    first = workspace.api.post("/api/conversations", json=body)
    again = workspace.api.post("/api/conversations", json=body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    started = first.json()
    assert started["conversation"]["contact"]["display_name"] == "Ada"
    assert started["message"]["seq"] == started["message"]["public_seq"] == 1
    assert desk.view() == [started["conversation"]["id"]]
    assert desk.counts()["open"] == {"all": 1, "unread": 0}
    nobody = workspace.api.post(
        "/api/conversations", json=body | {"contact_id": started["message"]["id"]}
    )
    assert refused(nobody) == (404, "no_such_contact")


def test_a_long_thread_is_read_from_either_end(workspace: Workspace) -> None:
    ada, desk = visitor(workspace), team(workspace)
    id = ada.begin("1")["conversation"]["id"]
    for number in range(2, 8):
        desk.say(id, str(number))

    def texts(**query: int) -> tuple[list[str], bool]:
        thread = desk.ask(f"/{id}/messages", **query)
        return [one["text"] for one in thread["messages"]], thread["more"]

    assert texts(limit=3) == (["5", "6", "7"], True)
    assert texts(limit=3, before=5) == (["2", "3", "4"], True)
    assert texts(limit=3, before=4) == (["1", "2", "3"], False)
    assert texts(limit=3, after=2) == (["3", "4", "5"], True)
    assert texts(limit=3, after=4) == (["5", "6", "7"], False)
    assert texts(after=7) == ([], False)
    both = workspace.api.get(f"/api/conversations/{id}/messages?after=1&before=3")
    assert both.status_code == 400


def test_who_has_read_what_is_told_in_the_team_s_numbers(workspace: Workspace) -> None:
    ada, desk = visitor(workspace), team(workspace)
    id = ada.begin()["conversation"]["id"]
    desk.note(id)
    answer = desk.say(id)
    assert desk.one(id)["contact_read_seq"] == 1
    assert ada.post(id, "received", {"seq": 2}).status_code == 200
    assert desk.one(id)["contact_received_seq"] == answer["seq"] == 3
    assert ada.post(id, "read", {"seq": 2}).status_code == 200
    assert desk.one(id)["contact_read_seq"] == 3


def test_only_who_may_answer_is_shown_to_have_read(workspace: Workspace) -> None:
    ada = visitor(workspace)
    id = ada.begin()["conversation"]["id"]
    for role, told in (("viewer", 0), ("agent", 1)):
        desk = at_desk(join(workspace, role).browser())
        assert desk.do("POST", f"/{id}/read", {"seq": 1})["unread"] is False
        (head,) = ada.heads()
        assert head["team_read_seq"] == told, role


def test_closing_is_undone_by_opening_and_by_the_contact(workspace: Workspace) -> None:
    ada, desk = visitor(workspace), team(workspace)
    id = ada.begin()["conversation"]["id"]
    shut = desk.patch(id, status="closed")
    assert (shut["status"], shut["waiting_since"]) == ("closed", None)
    assert (desk.view(), desk.view("closed"), desk.view("all")) == ([], [id], [id])
    assert desk.counts()["closed"] == {"all": 1}
    since = desk.one(id)["created_at"]
    opened = desk.patch(id, status="open")
    assert (opened["status"], opened["waiting_since"]) == ("open", since), "as it was before"
    desk.patch(id, status="closed")
    desk.patch(id, status="closed")
    ada.say(id, "One more thing")
    found = desk.one(id)
    assert found["status"] == "open" and found["unread"] and found["waiting_since"]
    events = [one["event"]["name"] for one in desk.messages(id) if one["kind"] == "event"]
    assert events == ["closed", "reopened", "closed", "reopened"]
    desk.say(id)
    desk.patch(id, status="closed")
    assert desk.patch(id, status="open")["waiting_since"] is None, "it was answered"


def test_what_is_snoozed_wakes_by_itself_or_by_the_contact(workspace: Workspace) -> None:
    desk = team(workspace)
    ada, bob = visitor(workspace), visitor(workspace)
    soon, late = (one.begin()["conversation"]["id"] for one in (ada, bob))
    until = int(time.time()) + 2
    found = desk.patch(soon, status="snoozed", snoozed_until=until)
    assert (found["status"], found["snoozed_until"]) == ("snoozed", until)
    desk.patch(late, status="snoozed", snoozed_until=until + 3600)
    assert (desk.view(), desk.view("snoozed")) == ([], [late, soon])
    assert desk.counts()["snoozed"]["all"] == 2
    bob.say(late)
    assert desk.one(late)["status"] == "open"
    ending = time.monotonic() + 60
    while desk.one(soon)["status"] == "snoozed" and time.monotonic() < ending:
        time.sleep(0.2)
    assert desk.one(soon)["status"] == "open"
    assert desk.messages(soon)[-1]["event"]["name"] == "woken"


def test_putting_off_further_is_not_ended_by_the_first_alarm(workspace: Workspace) -> None:
    desk = team(workspace)
    id = visitor(workspace).begin()["conversation"]["id"]
    soon = int(time.time()) + 2
    desk.patch(id, status="snoozed", snoozed_until=soon)
    desk.patch(id, status="snoozed", snoozed_until=soon + 3600)
    time.sleep(5)
    assert desk.one(id)["snoozed_until"] == soon + 3600


CHANGES: list[tuple[dict[str, object], str]] = [
    ({"status": "snoozed"}, "no_snoozed_until"),
    ({"status": "snoozed", "snoozed_until": 1}, "bad_snoozed_until"),
    ({"snoozed_until": 9_999_999_999}, "bad_input"),
    ({"status": "merged"}, "bad_input"),
    ({"colour": "red"}, "bad_input"),
]


def test_what_makes_no_sense_is_refused(workspace: Workspace) -> None:
    id = visitor(workspace).begin()["conversation"]["id"]
    for change, code in CHANGES:
        answer = workspace.api.patch(f"/api/conversations/{id}", json=change)
        assert refused(answer) == (400, code), change
    assert team(workspace).one(id)["status"] == "open"


MESSAGES: list[tuple[dict[str, object], str]] = [
    ({"cid": "a", "text": "  "}, "empty_message"),
    ({"cid": "a", "text": ""}, "empty_message"),
    ({"cid": "", "text": "x"}, "bad_input"),
    ({"cid": "a\n", "text": "x"}, "bad_cid"),
    ({"cid": "a", "text": "x" * 10_001}, "bad_input"),
    ({"cid": "a", "text": "\0"}, "bad_text"),
    ({"cid": "a", "text": "x", "kind": "event"}, "bad_input"),
    ({"cid": "a", "text": "x", "mentions": ["0190a6e0-0000-7000-8000-000000000000"]},
         "bad_input"),
]  # fmt: skip


def test_what_is_no_message_is_not_stored(workspace: Workspace) -> None:
    id = visitor(workspace).begin()["conversation"]["id"]
    for body, code in MESSAGES:
        answer = workspace.api.post(f"/api/conversations/{id}/messages", json=body)
        assert refused(answer) == (400, code), body
    assert len(team(workspace).messages(id)) == 1
