"""Chat sessions: their tokens, their ends, and what is left of them, which is nothing."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from openbook.accounts.keys import digest
from openbook.conversations.visiting import lifetimes, limits
from openbook.errors import TooMany
from tests.chat.talking import Visitor, at_database
from tests.conftest import Workspace

AN_OLD_TOKEN = "UPDATE chat_sessions SET rotated_at = now() - interval '2 days'"


def is_over(visitor: Visitor, token: str | None = None) -> bool:
    answer = Visitor(visitor.workspace, token or visitor.token).ask("GET", "conversations")
    if answer.status_code == 200:
        return False
    assert (answer.status_code, answer.json()["code"]) == (401, "session_over"), answer.text
    return True


def test_a_token_is_kept_as_its_digest_alone(workspace: Workspace) -> None:
    visitor = Visitor(workspace)
    begun = visitor.begin(locale="pt_BR")
    assert begun["token"].startswith("obc_")
    assert len(begun["token"]) == 47
    (row,) = at_database(workspace, "SELECT * FROM chat_sessions")
    assert bytes(row["token_hash"]) == digest(begun["token"])
    assert begun["token"] not in str(row)
    assert (row["locale"], row["contact_id"], row["lasting"]) == ("pt-BR", None, True)


@pytest.mark.parametrize(
    "token", ["obc_" + "A" * 43, "obt_x", "x", "obc_" + "\u00e9" * 9, "a" * 999]
)
def test_a_token_that_never_was_opens_nothing(workspace: Workspace, token: str) -> None:
    url = f"{workspace.url}/v1/chat/{workspace.write_key}/conversations"
    headers = {b"Authorization": b"Bearer " + token.encode()}
    answer = httpx.get(url, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "session_over")


def test_a_session_of_another_workspace_opens_nothing_here(
    workspace: Workspace, other: Workspace
) -> None:
    elsewhere = Visitor(other)
    elsewhere.begin()
    assert is_over(Visitor(workspace, elsewhere.token))


def test_a_young_token_stays(workspace: Workspace) -> None:
    visitor = Visitor(workspace)
    conversation = visitor.open()
    begun = visitor.begin()
    assert begun["token"] is None
    assert [head["id"] for head in visitor.heads()] == [conversation["id"]]


def test_an_old_token_is_replaced_and_good_for_a_while(workspace: Workspace) -> None:
    visitor = Visitor(workspace)
    conversation = visitor.open()
    former = visitor.token
    at_database(workspace, AN_OLD_TOKEN)
    assert visitor.begin()["token"] is not None
    assert visitor.token != former
    tab = Visitor(workspace, former)
    assert [head["id"] for head in tab.heads()] == [conversation["id"]]
    assert not is_over(visitor)
    assert tab.begin()["token"] is None
    at_database(workspace, "UPDATE chat_sessions SET former_until = now() - interval '1 second'")
    assert is_over(tab)
    assert not is_over(visitor)


def test_an_answer_that_was_lost_loses_no_session(workspace: Workspace) -> None:
    visitor = Visitor(workspace)
    conversation = visitor.open()
    former = visitor.token
    at_database(workspace, AN_OLD_TOKEN)
    lost = visitor.begin()["token"]
    again = Visitor(workspace, former)
    fresh = again.begin()["token"]
    assert fresh not in (None, lost)
    assert is_over(visitor, lost)
    assert [head["id"] for head in again.heads()] == [conversation["id"]]


def test_logging_out_ends_the_session_and_leaves_no_row(workspace: Workspace) -> None:
    visitor, tab = Visitor(workspace), Visitor(workspace)
    conversation = visitor.open()
    tab.token = visitor.token
    assert visitor.ask("POST", "logout").status_code == 200
    assert is_over(visitor)
    answer = tab.say(conversation, "Still here?")
    assert (answer.status_code, answer.json()["code"]) == (401, "session_over")
    assert at_database(workspace, "SELECT id FROM chat_sessions") == []
    begun = visitor.begin()
    assert begun["token"] is not None
    assert visitor.heads() == []


def test_a_session_that_ran_out_is_over_and_forgotten(workspace: Workspace) -> None:
    visitor = Visitor(workspace)
    visitor.open()
    at_database(workspace, "UPDATE chat_sessions SET expires_at = now()")
    assert is_over(visitor)
    Visitor(workspace).begin()
    rows = at_database(workspace, "SELECT contact_id FROM chat_sessions")
    assert rows == [{"contact_id": None}]


def test_a_brief_session_becomes_lasting_once_the_visitor_agrees(workspace: Workspace) -> None:
    visitor = Visitor(workspace)
    brief = visitor.begin(lasting=False)
    conversation = visitor.open()
    soon = datetime.now(UTC) + timedelta(hours=13)
    assert brief["expires_at"] < soon.timestamp()
    lasting = visitor.begin(lasting=True)
    assert lasting["expires_at"] > soon.timestamp() + 80 * 86_400
    assert visitor.begin(lasting=False)["expires_at"] > soon.timestamp()
    assert [head["id"] for head in visitor.heads()] == [conversation["id"]]


def test_loading_the_settings_or_asking_what_waits_begins_nothing(workspace: Workspace) -> None:
    visitor = Visitor(workspace)
    assert visitor.ask("GET", "config").status_code == 200
    answer = visitor.ask("POST", "waiting", json={"anonymous_id": "a", "proof": "b"})
    assert answer.json() == {"conversations": [], "unread": 0}
    assert at_database(workspace, "SELECT id FROM chat_sessions") == []
    assert workspace.contacts() == []


def test_no_session_outlives_thirteen_months() -> None:
    began = datetime(2026, 1, 1, tzinfo=UTC)
    used = began + timedelta(days=390)
    assert lifetimes.expires_at(began, used, lasting=True) == began + timedelta(days=395)
    assert lifetimes.expires_at(began, began, lasting=True) == began + timedelta(days=90)
    hour = began + timedelta(hours=1)
    assert lifetimes.expires_at(began, hour, lasting=False) == began + timedelta(hours=13)
    late = began + timedelta(hours=47)
    assert lifetimes.expires_at(began, late, lasting=False) == began + timedelta(days=2)


def test_an_allowance_fills_up_with_time() -> None:
    now = [0.0]
    counted = limits.Limits(clock=lambda: now[0])
    rate = limits.Rate("test", burst=2, per_second=0.5)
    counted.take(rate, "a")
    counted.take(rate, "a")
    counted.take(rate, "b")
    with pytest.raises(TooMany) as refused:
        counted.take(rate, "a")
    assert refused.value.free_after == 2
    now[0] = 2.0
    counted.take(rate, "a")
    with pytest.raises(TooMany):
        counted.take(rate, "a")
