"""When a socket of the chat is refused or closed, and that nothing is lost by it."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import UUID

import psycopg
import pytest

from openbook.catalogue.policy import read_policy
from openbook.clock import now
from openbook.conversations.actions import Changes, append_message
from openbook.conversations.delivering.line import MOST_BYTES
from openbook.conversations.schemas import BY_TEAM, Writing
from openbook.db import Connection
from tests.accounts.visiting import join
from tests.chat.hearing import elsewhere, inbox, widget
from tests.chat.inbox_talk import Team, at_desk, team
from tests.chat.talking import Visitor, new_cid
from tests.conftest import Server, Workspace, _workspace, in_database, serving
from tests.faults.waiting import until
from tests.live.speaking import Refused

OVER, RESTARTING, SLOW, TOO_LONG, KEY_REVOKED = 4401, 1012, 1013, 1009, 4403


@pytest.fixture(scope="module")
def second(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Another openbook on the same database, with the same secret."""
    data = tmp_path_factory.mktemp("second") / "data"
    secret = str(server.data / "secret")
    with serving(data, server.conninfo, OPENBOOK_SECRET_FILE=secret) as running:
        yield running


def status(visitor: Visitor, **more: Any) -> int:
    with pytest.raises(Refused) as refused:
        widget(visitor, **more)
    return refused.value.status


def test_a_token_that_opens_nothing_opens_no_socket(workspace: Workspace, other: Workspace) -> None:
    visitor = Visitor(workspace)
    visitor.begin()
    token = visitor.token or ""
    assert status(visitor, protocols=("openbook.chat.1",)) == 401
    assert status(visitor, protocols=("openbook.chat.1", token[:-1] + "!")) == 401
    assert status(visitor, protocols=("openbook.live", token)) == 401
    assert status(Visitor(other, token)) == 401, "nor one of another workspace"
    assert status(visitor, path="/v1/chat/ob_none/socket") == 401
    assert status(visitor, path=f"/v1/chat/{workspace.token}/socket") == 401
    widget(visitor).frame("hello")


def test_whoever_guesses_tokens_is_soon_kept_from_asking(workspace: Workspace) -> None:
    stranger = Visitor(workspace, "obc_" + "A" * 43)
    tries = 0
    while (answer := status(stranger)) == 401 and tries < 2_000:
        tries += 1
    assert answer == 429 and tries >= 300


def test_log_out_closes_the_sockets_of_the_session_at_once(workspace: Workspace) -> None:
    ada, bob = Visitor(workspace), Visitor(workspace)
    ada.open()
    bob.open()
    tabs, quiet = [widget(ada), widget(ada)], widget(bob)
    for tab in (*tabs, quiet):
        tab.frame("hello")
    began = time.monotonic()
    ada.ask("POST", "logout")
    for tab in tabs:
        tab.frame("over")
        assert tab.end() == OVER
    assert time.monotonic() - began < 2
    assert status(ada) == 401
    assert quiet.hears_no("over", seconds=0.3)


def test_a_write_key_that_is_revoked_closes_the_sockets_that_it_opened(
    workspace: Workspace, other: Workspace
) -> None:
    here, elsewhere = Visitor(workspace), Visitor(other)
    here.open()
    elsewhere.open()
    tab, quiet = widget(here), widget(elsewhere)
    tab.frame("hello")
    quiet.frame("hello")
    owner = join(workspace, "owner").browser()
    assert owner.post("/api/write-keys", {}).status_code == 201
    gone = owner.delete(f"/api/write-keys/{workspace.write_key}")
    assert gone.status_code == 204, gone.text
    assert tab.end(15) == KEY_REVOKED
    assert status(here) == 401
    assert quiet.hears_no("over", seconds=0.2), "one of another workspace stays open"


def test_whoever_is_erased_is_sent_away(workspace: Workspace) -> None:
    visitor = Visitor(workspace)
    visitor.open()
    tab = widget(visitor)
    tab.frame("hello")
    (contact,) = workspace.contacts()
    gone = workspace.api.delete(f"/api/contacts/{contact['id']}")
    assert gone.status_code in (200, 202, 204), gone.text
    tab.frame("over", seconds=15)
    assert tab.end() == OVER


def test_a_member_whose_role_or_session_ends_is_sent_away(workspace: Workspace) -> None:
    owner = join(workspace, "owner").browser()
    member = join(workspace, "agent")
    ear = inbox(workspace, member.browser())
    ear.frame("hello")
    assert owner.delete(f"/api/team/{member.id}").status_code in (200, 204)
    ear.frame("over")
    assert ear.end() == OVER
    browser = join(workspace, "viewer").browser()
    ear = inbox(workspace, browser)
    ear.frame("hello")
    browser.post("/api/sign-out")
    ear.frame("over")
    assert ear.end() == OVER


def test_a_ticket_from_another_site_opens_no_inbox(workspace: Workspace) -> None:
    browser = join(workspace, "agent").browser()
    with pytest.raises(Refused) as refused:
        inbox(workspace, browser, origin="https://evil.example")
    assert refused.value.status == 403


@pytest.mark.parametrize("said", ["x" * 4097, '{"t":"typing","c":"' + "é" * 2040 + '"}'])
def test_whoever_says_too_much_is_closed(workspace: Workspace, said: str) -> None:
    visitor = Visitor(workspace)
    visitor.begin()
    tab = widget(visitor)
    tab.say("x" * 4096)
    for odd in ("{}", "[]", '{"t":"open","c":null}', '{"t":"read","c":"no","seq":-1}', "[" * 4000):
        tab.say(odd)
    tab.say('{"t":"pong"}')
    assert tab.hears_no("over", seconds=0.2), "what is no frame of ours is passed over"
    tab.say(said)
    assert tab.end() == TOO_LONG


def test_whoever_never_stops_talking_is_closed(workspace: Workspace) -> None:
    visitor = Visitor(workspace)
    visitor.begin()
    tab = widget(visitor)
    for _ in range(400):
        tab.say('{"t":"pong"}')
    assert tab.end() == 1008


def test_one_session_has_only_so_many_tabs(workspace: Workspace) -> None:
    visitor = Visitor(workspace)
    visitor.begin()
    tabs = [widget(visitor) for _ in range(20)]
    for tab in tabs:
        tab.frame("hello")
    last = widget(visitor)
    assert last.end() == SLOW
    tabs[0].close()
    time.sleep(0.3)
    widget(visitor).frame("hello")


def test_who_does_not_read_is_closed_and_the_others_are_not_disturbed(
    workspace: Workspace,
) -> None:
    visitor = Visitor(workspace)
    conversation = visitor.open()
    deaf, tab = widget(visitor, deaf=True), widget(visitor)
    tab.frame("hello")
    before, text, took = widgets(workspace), "x" * 9_900, []
    for number in range(100):
        began = time.monotonic()
        say_at_once(workspace, conversation["id"], [text] * 2)
        heard = [tab.frame("message")["m"]["seq"] for _ in range(2)]
        assert heard == [2 * number + 2, 2 * number + 3]
        took.append(time.monotonic() - began)
        if number % 5 == 4 and widgets(workspace) < before:
            break
    assert widgets(workspace) == before - 1, "the one that reads is left"
    assert sorted(took)[len(took) // 2] < 0.5
    deaf.close()
    again = widget(visitor).frame("hello")["heads"][0]
    assert again["seq"] == visitor.heads()[0]["seq"]


def test_those_who_never_read_are_held_so_much_for_and_no_more_and_are_closed(
    workspace: Workspace,
) -> None:
    deaf, reader = [Visitor(workspace) for _ in range(20)], Visitor(workspace)
    told = [visitor.open()["id"] for visitor in (*deaf, reader)]
    ears, tab = [widget(visitor, deaf=True) for visitor in deaf], widget(reader)
    tab.frame("hello")
    before, bound = widgets(workspace), MOST_BYTES * len(deaf)
    # Characters of four bytes take most memory; three frames are nearly what may wait.
    text, waiting = "\N{GRINNING FACE}" * 7_400, 0
    while waiting < 0.9 * bound:
        say_to_all(workspace, told, [text])
        tab.frame("message", seconds=30)
        later = -1
        while waiting != later:  # it is being handed over
            time.sleep(0.1)
            waiting, later = held(workspace, "chat.frame_bytes"), waiting
        assert widgets(workspace) == before, "nobody is closed who can be told"
    assert waiting <= bound
    say_to_all(workspace, told, [text])
    tab.frame("message", seconds=30)
    until(lambda: widgets(workspace) == before - len(deaf), 30)
    until(lambda: held(workspace, "chat.frame_bytes") == 0, 30)
    for ear in ears:
        ear.close()


def say_at_once(workspace: Workspace, conversation_id: str, texts: list[str]) -> None:
    """The team says several things in one transaction."""
    say_to_all(workspace, [conversation_id], texts)


def say_to_all(workspace: Workspace, conversations: list[str], texts: list[str]) -> None:
    """The team says the same in several conversations, in one transaction."""

    async def say(conn: Connection) -> None:
        changes, policy = Changes(), read_policy({})
        for conversation_id in map(UUID, conversations):
            for text in texts:
                writing = Writing(cid=new_cid(), author=BY_TEAM, text=text)
                await append_message(
                    conn, workspace.id, conversation_id, writing, policy, now(), changes
                )
        await changes.publish(conn, workspace.id)

    in_database(workspace.server.conninfo, say, workspace.id)


def metrics(workspace: Workspace) -> str:
    return workspace.api.get("/metrics").text


def widgets(workspace: Workspace) -> int:
    """Widgets that are open at the server, by its own count."""
    return held(workspace, "chat.widgets")


def held(workspace: Workspace, cache: str) -> int:
    """How much of something is held in the server's memory, by its own count."""
    name = f'openbook_cache_entries{{cache="{cache}"}} '
    (line,) = [one for one in metrics(workspace).splitlines() if one.startswith(name)]
    return int(float(line.removeprefix(name)))


def test_what_is_said_at_one_process_is_heard_at_the_other(
    workspace: Workspace, second: Server
) -> None:
    visitor = Visitor(workspace)
    conversation = visitor.open()
    browser = join(workspace, "agent").browser()
    tab = widget(visitor, second.url)
    ear = inbox(workspace, elsewhere(browser, second.url), second.url)
    tab.frame("hello")
    ear.tell("open", c=conversation["id"], after=0)
    assert ear.frame("message")["m"]["seq"] == 1
    there = Team(elsewhere(browser, second.url).http)
    for number in range(6):
        desk = there if number % 2 else at_desk(browser)
        desk.say(conversation["id"], f"{number}")
        assert tab.frame("message")["m"]["text"] == f"{number}"
        assert ear.frame("message")["m"]["text"] == f"{number}"
    tab.tell("read", c=conversation["id"], seq=7)
    here = inbox(workspace, browser)
    here.tell("open", c=conversation["id"], after=7)
    visitor.ask("POST", f"conversations/{conversation['id']}/typing")
    assert ear.frame("typing")["by"] == "contact"


def test_two_at_different_processes_see_each_other(workspace: Workspace, second: Server) -> None:
    conversation = Visitor(workspace).open()
    ada, bob = join(workspace, "agent"), join(workspace, "admin")
    here = inbox(workspace, ada.browser())
    here.tell("open", c=conversation["id"], after=0)
    there = inbox(workspace, elsewhere(bob.browser(), second.url), second.url)
    there.tell("open", c=conversation["id"], after=0)
    for ear, other in ((here, bob), (there, ada)):
        while not (seen := ear.frame("viewing"))["by"]:
            pass
        assert [one["id"] for one in seen["by"]] == [str(other.id)]
    there.close()
    assert here.frame("viewing")["by"] == []


def test_nothing_is_lost_while_the_line_to_the_database_is_cut(workspace: Workspace) -> None:
    visitor = Visitor(workspace)
    conversation = visitor.open()
    ear, tab = inbox(workspace, join(workspace, "agent").browser()), widget(visitor)
    ear.tell("open", c=conversation["id"], after=0)
    tab.frame("hello")
    desk, known, seen = team(workspace), [1], []
    for number in range(30):
        if number % 10 == 5:
            cut(workspace.server)
        desk.say(conversation["id"], f"{number}")
    while len(seen) < 31:
        seen.append(ear.frame("message")["m"]["seq"])
    assert seen == list(range(1, 32)), "an inbox is told in order, without gap and double"
    while known[-1] < 31:
        frame = tab.frame("hello", "message")
        head = frame["heads"][0] if frame["t"] == "hello" else frame["h"]
        if frame["t"] == "message" and frame["m"]["seq"] == known[-1] + 1:
            known.append(frame["m"]["seq"])
        if head["seq"] > known[-1]:
            known += [one["seq"] for one in visitor.messages(conversation, after=known[-1])]
    assert known == list(range(1, 32))


def cut(server: Server) -> None:
    """End every connection that listens to conversations, once there is one."""

    def ended() -> bool:
        with psycopg.connect(server.conninfo, autocommit=True) as conn:
            found = conn.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE query = 'LISTEN openbook_chat'"
            )
            return bool(found.fetchall())

    until(ended)


def test_a_restart_in_the_middle_loses_nothing(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serving(data, None) as server:
        making = _workspace(server)
        workspace = next(making)
        visitor = Visitor(workspace)
        conversation = visitor.open()
        browser = join(workspace, "agent").browser()
        tab, ear = widget(visitor), inbox(workspace, browser)
        tab.frame("hello")
        ear.tell("open", c=conversation["id"], after=0)
        assert visitor.say(conversation, "before").status_code == 201
        assert tab.frame("message")["m"]["seq"] == 2
        began = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        assert (tab.end(), ear.end()) == (RESTARTING, RESTARTING)
        assert server.process.wait(20) == 0
        assert time.monotonic() - began < 6
    with serving(data, None) as server:
        workspace.server, workspace.url = server, server.url
        assert visitor.say(conversation, "after").status_code == 201
        (head,) = widget(visitor).frame("hello")["heads"]
        assert head["seq"] == 3
        assert [one["seq"] for one in visitor.messages(conversation, after=2)] == [3]
        ear = inbox(workspace, elsewhere(browser, workspace.url))
        ear.tell("open", c=conversation["id"], after=2)
        assert ear.frame("message")["m"]["text"] == "after"


def test_who_gets_no_socket_asks_and_waits(workspace: Workspace) -> None:
    visitor = Visitor(workspace)
    conversation = visitor.open()

    def ask(after: str | None = None) -> dict[str, Any]:
        answer = visitor.ask("GET", "events", params={"after": after} if after else {})
        assert answer.status_code == 200, answer.text
        return answer.json()

    first = ask()
    assert [one["t"] for one in first["events"]] == ["hello"]
    assert ask("0" * 32)["cursor"] == first["cursor"], "what is not known is answered at once"
    tab = widget(visitor)
    tab.frame("hello")
    asked: list[dict[str, Any]] = []
    waiting = Thread(target=lambda: asked.append(ask(first["cursor"])))
    waiting.start()
    time.sleep(0.4)
    team(workspace).say(conversation["id"], "Here I am")
    waiting.join(5)
    (answer,) = asked
    assert answer["events"][0]["t"] == "hello" and answer["events"][0]["heads"][0]["seq"] == 2
    (said,) = [one for one in answer["events"] if one["t"] == "message"]
    assert said["m"]["text"] == "Here I am" and answer["cursor"] != first["cursor"]
    visitor.ask("POST", "logout")
    assert visitor.ask("GET", "events").status_code == 401


def test_where_sockets_are_off_widgets_ask(tmp_path: Path) -> None:
    with serving(tmp_path / "data", None, OPENBOOK_CHAT_SOCKETS="0") as server:
        making = _workspace(server)
        visitor = Visitor(next(making))
        visitor.open()
        assert status(visitor) == 403
        events = visitor.ask("GET", "events").json()["events"]
        assert [one["t"] for one in events] == ["hello"]


def test_expired_is_over(workspace: Workspace) -> None:
    visitor = Visitor(workspace)
    visitor.open()
    tab = widget(visitor)
    tab.frame("hello")

    async def end(conn: Connection) -> None:
        await conn.execute("UPDATE chat_sessions SET expires_at = now() - interval '1s'")

    in_database(workspace.server.conninfo, end, workspace.id)
    tab.frame("over", seconds=20)
    assert tab.end() == OVER
