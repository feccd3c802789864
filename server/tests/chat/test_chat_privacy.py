"""What was said goes with the contact: merged, given back, exported, erased."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from openbook.catalogue.policy import read_policy
from openbook.contacts.clearing.holdings import holdings
from openbook.tables import metadata
from tests.chat.talking import (
    Visitor,
    at_database,
    backend,
    new_cid,
    reply,
    seen_device,
)
from tests.conftest import Workspace

SAID = (
    "conversations", "messages", "conversation_words", "conversation_reads", "mentions", "files",
    "file_parts", "conversation_tags", "chat_sessions", "reply_links",
)  # fmt: skip


def rows_of(workspace: Workspace) -> dict[str, set[Any]]:
    """Table -> the contacts that its rows are about."""
    return {
        table: {
            row["contact_id"] for row in at_database(workspace, f"SELECT contact_id FROM {table}")
        }
        for table in SAID
    }


def talked(workspace: Workspace, name: str) -> tuple[Visitor, dict[str, Any], UUID]:
    """A visitor with a conversation that has all that a conversation can have."""
    visitor = Visitor(workspace)
    visitor.begin()
    file = visitor.ask("POST", "files?name=a.txt", content=f"needle of {name}".encode())
    assert file.status_code == 201, file.text
    conversation = visitor.open(f"I am {name}", file_ids=[file.json()["id"]])
    reply(workspace, conversation, f"Hello {name}")
    reply(workspace, conversation, f"A note on {name}", kind="note")
    visitor.ask("POST", "contact", json={"name": name, "email": f"{name}@example.com"})
    (row,) = at_database(
        workspace, "SELECT contact_id FROM conversations WHERE id = %s", conversation["id"]
    )
    return visitor, conversation, row["contact_id"]


def test_the_tables_of_the_chat_are_those_that_say_so() -> None:
    found = {
        table.name
        for table in metadata.tables.values()
        if table.info["merge"] == "repoint" and "origin_id" in table.c
    }
    assert found - {"claims", "contact_tags", "push_tokens"} == set(SAID)
    for table in metadata.tables.values():
        if table.name in SAID:
            assert table.info["erase"] == "delete", table.name
            assert any(
                list(index.columns.keys())[:2] == ["workspace_id", "contact_id"]
                for index in table.indexes
            ), table.name


def test_erasing_a_contact_takes_all_that_was_said_and_ends_its_sessions(
    workspace: Workspace,
) -> None:
    ada, _, contact_id = talked(workspace, "ada")
    bob, other, _ = talked(workspace, "bob")
    before = rows_of(workspace)
    assert contact_id in before["files"] & before["messages"] & before["conversation_words"]
    answer = workspace.api.delete(f"/api/contacts/{contact_id}")
    assert answer.status_code == 204, answer.text
    left = rows_of(workspace)
    assert all(contact_id not in contacts for contacts in left.values())
    over = ada.ask("GET", "conversations")
    assert (over.status_code, over.json()["code"]) == (401, "session_over")
    assert [head["id"] for head in bob.heads()] == [other["id"]]
    assert ada.begin()["token"] is not None
    assert ada.heads() == []


def test_a_merge_takes_what_was_said_along_and_a_split_gives_it_back(
    workspace: Workspace,
) -> None:
    ada, hers, ada_id = talked(workspace, "ada")
    bob, his, bob_id = talked(workspace, "bob")
    before = rows_of(workspace)
    merged = workspace.api.post(f"/api/contacts/{ada_id}/merge", json={"with": str(bob_id)})
    assert merged.status_code == 200, merged.text
    assert all(bob_id not in contacts for contacts in rows_of(workspace).values())
    # A merge opens nothing: each still reads what they said themselves, and nothing else.
    assert [head["id"] for head in ada.heads()] == [hers["id"]]
    assert [head["id"] for head in bob.heads()] == [his["id"]]
    assert bob.say(his, "After the merge").status_code == 201
    later = bob.open("A second one after the merge")
    bob.ask("POST", "contact", json={"name": "Robert"})
    (merge,) = at_database(workspace, "SELECT id FROM merges")
    parted = workspace.api.post(f"/api/contacts/{ada_id}/split", json={"merge": str(merge["id"])})
    assert parted.status_code == 200, parted.text
    assert rows_of(workspace) == before
    of_bob = at_database(
        workspace, "SELECT id FROM conversations WHERE contact_id = %s ORDER BY id", bob_id
    )
    assert [str(row["id"]) for row in of_bob] == [his["id"], later["id"]]
    messages = at_database(
        workspace, "SELECT text FROM messages WHERE contact_id = %s AND kind = 0", ada_id
    )
    assert {row["text"] for row in messages} == {"I am ada", "Hello ada"}
    assert workspace.api.get(f"/api/contacts/{bob_id}").json()["name"] == "bob"


def test_a_split_gives_back_what_came_by_way_of_an_earlier_merge(workspace: Workspace) -> None:
    first, _, first_id = talked(workspace, "first")
    _, _, second_id = talked(workspace, "second")
    _, _, third_id = talked(workspace, "third")
    for kept, gone in ((second_id, first_id), (third_id, second_id)):
        answer = workspace.api.post(f"/api/contacts/{kept}/merge", json={"with": str(gone)})
        assert answer.status_code == 200, answer.text
    first.open("Written while all were one")
    merge = at_database(workspace, "SELECT id FROM merges WHERE kept_id = %s", third_id)[0]["id"]
    workspace.api.post(f"/api/contacts/{third_id}/split", json={"merge": str(merge)})
    messages = at_database(
        workspace, "SELECT text FROM messages WHERE contact_id = %s AND kind = 0", third_id
    )
    assert {row["text"] for row in messages} == {"I am third", "Hello third"}


def test_what_was_said_on_a_device_goes_with_the_device(workspace: Workspace) -> None:
    proof = seen_device(workspace, "anna")
    anna = workspace.contact()["id"]
    other = workspace.api.post("/api/contacts", json={"user_id": "u1"}).json()["id"]
    workspace.api.post(f"/api/contacts/{other}/merge", json={"with": anna})
    visitor = Visitor(workspace)
    visitor.begin(anonymous_id="anna", proof=proof)
    visitor.open("Said after the merge, on the device")
    (merge,) = at_database(workspace, "SELECT id FROM merges")
    workspace.api.post(f"/api/contacts/{other}/split", json={"merge": str(merge["id"])})
    assert rows_of(workspace)["messages"] == {UUID(anna)}
    assert [one["text"] for one in visitor.messages(visitor.heads()[0])] == [
        "Said after the merge, on the device"
    ]


def test_when_another_person_uses_the_device_what_was_said_stays_where_it_was(
    workspace: Workspace,
) -> None:
    shop = backend(workspace)
    proof = seen_device(workspace, "shared")
    anna = workspace.contact()["id"]
    visitor = Visitor(workspace)
    visitor.begin(anonymous_id="shared", proof=proof)
    visitor.open("Anna's")
    workspace.batch(
        {"type": "identify", "messageId": "i", "anonymousId": "shared", "userId": "u2",
         "context": {"token": shop.sign("u2"), "library": {"name": "openbook-web"}}}
    )  # fmt: skip
    second = Visitor(workspace)
    second.begin(anonymous_id="shared", proof=proof)
    assert second.heads() == []
    assert rows_of(workspace)["messages"] == {UUID(anna)}
    kept = at_database(workspace, "SELECT id FROM devices WHERE retired")
    origins = at_database(workspace, "SELECT DISTINCT origin_id FROM messages")
    assert [row["origin_id"] for row in origins] == [row["id"] for row in kept]


def test_the_export_of_a_person_has_what_was_said(workspace: Workspace) -> None:
    talked(workspace, "ada")
    workspace.api.post("/api/contacts", json={"user_id": "u9"})
    answer = workspace.api.get("/api/contacts/export", params={"format": "ndjson"})
    lines = [msgspec.json.decode(line) for line in answer.content.splitlines()]
    (ada,) = [line for line in lines if line["name"] == "ada"]
    (conversation,) = ada["conversations"]
    assert conversation["status"] == "open"
    assert [(one["from"], one["kind"], one["text"]) for one in conversation["messages"]] == [
        ("contact", "message", "I am ada"),
        ("team", "message", "Hello ada"),
        ("team", "note", "A note on ada"),
    ]
    assert [file["name"] for file in conversation["messages"][0]["files"]] == ["a.txt"]
    assert [line["conversations"] for line in lines if line["user_id"] == "u9"] == [[]]
    assert all(datetime.fromtimestamp(one["created_at"]) for one in conversation["messages"])
    again = workspace.api.post(
        "/api/contacts/import",
        content=answer.content,
        headers={"Content-Type": "application/x-ndjson"},
    )
    assert again.status_code == 200, again.text


def test_the_public_page_says_what_is_kept_of_a_chat(workspace: Workspace) -> None:
    declared = workspace.api.get("/what-we-collect.json", params={"key": workspace.write_key})
    assert {"conversations", "files", "chat_sessions"} <= {
        kept["id"] for kept in declared.json()["said"]
    }
    page = workspace.api.get("/what-we-collect", params={"key": workspace.write_key}).text
    assert "What was said" in page


def test_a_message_to_an_erased_contact_is_not_stored(workspace: Workspace) -> None:
    visitor, conversation, contact_id = talked(workspace, "ada")
    workspace.api.delete(f"/api/contacts/{contact_id}")
    assert visitor.say(conversation, "Hello?").status_code == 401
    answer = workspace.api.post(
        f"/api/conversations/{conversation['id']}/messages",
        json={"cid": new_cid(), "text": "Hello?", "kind": "message"},
    )
    assert answer.status_code == 404, answer.text
    assert at_database(workspace, "SELECT id FROM messages") == []


def test_when_a_user_was_seen_in_the_chat_survives_a_merge(workspace: Workspace) -> None:
    shop = backend(workspace)
    workspace.api.post("/api/contacts", json={"user_id": "u1"})
    visitor = Visitor(workspace)
    visitor.begin(token=shop.sign("u1"))
    visitor.open()
    at_database(workspace, "UPDATE contacts SET last_seen_at = '2020-01-01'")
    user = workspace.contact(user_id="u1")
    other = workspace.api.post("/api/contacts", json={"user_id": "u2"}).json()["id"]
    workspace.api.post(f"/api/contacts/{user['id']}/merge", json={"with": other})
    assert workspace.contact(user_id="u1")["last_seen_at"] > user["last_seen_at"]


def test_where_user_ids_are_switched_off_none_is_kept_and_clearing_takes_those_of_the_chat(
    workspace: Workspace,
) -> None:
    shop = backend(workspace)
    workspace.set(collect__user_id="false")
    visitor = Visitor(workspace)
    assert not visitor.begin(token=shop.sign("needle-user"))["verified"]
    visitor.open()
    assert at_database(workspace, "SELECT subject FROM chat_sessions") == [{"subject": None}]
    found = holdings(["user_id"], read_policy({"collect.user_id": False}))
    changed = {one.table: one.change for one in found if one.table in SAID}
    assert changed.keys() == {"chat_sessions", "conversations"}
    assert all("subject = NULL" in str(change) for change in changed.values())
