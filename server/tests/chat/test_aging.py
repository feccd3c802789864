"""Conversations are kept for as long as the workspace says, and everything of them goes."""

from typing import Any

from openbook import clock
from openbook.conversations.aging import ABOUT, delete_aged
from openbook.db import Connection
from tests.accounts.visiting import join
from tests.chat.hearing import inbox
from tests.chat.talking import Visitor, at_database, reply
from tests.conftest import Workspace, in_database

TABLES = (*ABOUT, "conversations", "file_parts")


def test_an_old_conversation_goes_with_all_that_belongs_to_it(
    workspace: Workspace, other: Workspace
) -> None:
    old, foreign = _talk(workspace), _talk(other)
    before = _rows(workspace)
    young = _talk(workspace)
    for one in (workspace, other):
        statement = "UPDATE conversations SET last_at = now() - interval '25 months'"
        at_database(one, f"{statement} WHERE workspace_id = %s AND id <> %s", one.id, young)
    assert _delete(workspace, 36) == 0
    assert _delete(workspace, 24) == 1
    found = workspace.api.get("/api/conversations", params={"view": "all"}).json()
    assert [one["id"] for one in found["conversations"]] == [young]
    assert workspace.api.get(f"/api/conversations/{old}").status_code == 404
    assert _rows(workspace) == before, "what is left is of the young one"
    assert other.api.get(f"/api/conversations/{foreign}").status_code == 200


def test_open_inboxes_are_told_what_has_gone_many_at_a_time(workspace: Workspace) -> None:
    old = {Visitor(workspace).open()["id"] for _ in range(3)}
    ear = inbox(workspace, join(workspace, "agent").browser())
    ear.frame("hello")
    at_database(workspace, "UPDATE conversations SET last_at = now() - interval '25 months'")
    assert _delete(workspace, 24) == 3
    assert set(ear.frame("heads", seconds=30)["gone"]) == old, "in one frame"


def test_the_public_page_says_how_long(workspace: Workspace) -> None:
    page = f"{workspace.url}/what-we-collect.json?key={workspace.write_key}"
    for keep, told in (("24", "two years"), ("contact", "as long as your contact")):
        workspace.set(chat__keep=keep)
        rules = workspace.api.get(page).json()["rules"]
        [rule] = [one for one in rules if one["id"] == "chat"]
        assert told in str(rule)


def _talk(workspace: Workspace) -> str:
    """A conversation that has something in most tables; its id."""
    visitor = Visitor(workspace)
    visitor.begin()
    sent = visitor.ask("POST", "files?name=a.txt", content=b"a file")
    conversation = visitor.open("With a file", file_ids=[sent.json()["id"]])["id"]
    reply(workspace, conversation, "An answer")
    reply(workspace, conversation, "A note", kind="note")
    return conversation


def _rows(workspace: Workspace) -> dict[str, Any]:
    """How many rows the workspace has in each table."""
    counted = "SELECT count(*) AS many FROM {} WHERE workspace_id = %s"
    return {
        table: at_database(workspace, counted.format(table), workspace.id)[0]["many"]
        for table in TABLES
    }


def _delete(workspace: Workspace, months: int) -> int:
    async def work(conn: Connection) -> int:
        return await delete_aged(conn, workspace.id, months, clock.now())

    return in_database(workspace.server.conninfo, work, workspace.id)
