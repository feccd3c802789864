"""What was stored is told, also where whoever stored it did not come to tell it."""

from uuid import UUID

from openbook.catalogue.policy import read_policy
from openbook.clock import now
from openbook.conversations.actions import Changes, append_message
from openbook.conversations.schemas import BY_CONTACT, Writing
from openbook.db import Connection
from tests.accounts.visiting import join
from tests.chat.hearing import inbox, widget
from tests.chat.talking import Visitor
from tests.conftest import Workspace, in_database


def test_a_message_that_was_stored_and_not_told_is_told_when_it_is_sent_again(
    workspace: Workspace,
) -> None:
    visitor = Visitor(workspace)
    conversation = visitor.open()
    tab, ear = widget(visitor), inbox(workspace, join(workspace, "agent").browser())
    tab.frame("hello")
    ear.tell("open", c=conversation["id"], after=1)

    async def store(conn: Connection) -> None:  # as a process does that is killed right after
        writing = Writing(cid="again", author=BY_CONTACT, text="Are you there?")
        await append_message(
            conn, workspace.id, UUID(conversation["id"]), writing, read_policy({}), now(), Changes()
        )

    in_database(workspace.server.conninfo, store, workspace.id)
    assert tab.hears_no("message", seconds=0.5)
    said = {"cid": "again", "text": "Are you there?"}
    answer = visitor.ask("POST", f"conversations/{conversation['id']}/messages", json=said)
    assert (answer.status_code, answer.json()["seq"]) == (200, 2)
    assert tab.frame("message")["m"]["seq"] == 2
    assert ear.frame("message")["m"]["text"] == "Are you there?"
