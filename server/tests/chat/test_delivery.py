"""What is said reaches the sockets that are open: at once, in order, each once, and nobody else."""

import threading
import time
from uuid import uuid4

import pytest

from tests.accounts.visiting import join
from tests.chat.hearing import Ear, inbox, widget
from tests.chat.inbox_talk import at_desk, team
from tests.chat.talking import Visitor
from tests.conftest import Workspace
from tests.live.speaking import Refused


def test_a_visitor_hears_the_team_in_every_tab(workspace: Workspace) -> None:
    visitor = Visitor(workspace)
    conversation = visitor.open("Hello")
    tabs = [widget(visitor), widget(visitor)]
    for tab in tabs:
        (head,) = tab.frame("hello")["heads"]
        assert (head["id"], head["seq"]) == (conversation["id"], 1)
    desk = team(workspace)
    for number in range(5):
        desk.say(conversation["id"], f"Answer {number}")
    heard = []
    for tab in tabs:
        heard = [tab.frame("message") for _ in range(5)]
        assert [one["m"]["seq"] for one in heard] == [2, 3, 4, 5, 6]
        assert [one["m"]["text"] for one in heard] == [f"Answer {number}" for number in range(5)]
        assert heard[-1]["c"] == conversation["id"] and heard[-1]["h"]["unread"] == 5
    assert visitor.messages(conversation)[1:] == [one["m"] for one in heard]


def test_a_conversation_that_begins_later_is_heard(workspace: Workspace) -> None:
    visitor = Visitor(workspace)
    visitor.begin()
    tab = widget(visitor)
    assert tab.frame("hello")["heads"] == []
    conversation = visitor.open("Is somebody there?")
    heard = tab.frame("message")
    assert (heard["c"], heard["m"]["text"]) == (conversation["id"], "Is somebody there?")


def test_a_note_never_reaches_the_visitor(workspace: Workspace) -> None:
    visitor = Visitor(workspace)
    conversation = visitor.open()
    tab, desk = widget(visitor), team(workspace)
    tab.frame("hello")
    desk.note(conversation["id"], "needle in a note")
    desk.say(conversation["id"], "In the open")
    heard = tab.frame("message", "head")
    while heard["t"] == "head":
        assert "needle" not in str(heard)
        heard = tab.frame("message", "head")
    assert (heard["m"]["seq"], heard["m"]["text"]) == (2, "In the open")


def test_nobody_hears_another_visitor(workspace: Workspace, other: Workspace) -> None:
    ada, bob, eve = Visitor(workspace), Visitor(workspace), Visitor(other)
    conversation = ada.open("For me alone")
    bob.open()
    eve.open()
    ears = [widget(bob), widget(eve)]
    for ear in ears:
        (head,) = ear.frame("hello")["heads"]
        assert head["id"] != conversation["id"]
    ada.say(conversation, "needle")
    team(workspace).say(conversation["id"], "needle")
    for ear in ears:
        assert ear.hears_no("message", "head", "merged")


def test_a_member_hears_the_thread_that_is_open_and_the_list(workspace: Workspace) -> None:
    visitor, quiet = Visitor(workspace), Visitor(workspace)
    first, second = visitor.open("First"), quiet.open("Second")
    browser = join(workspace, "agent").browser()
    ear = inbox(workspace, browser)
    ear.frame("hello")
    ear.tell("open", c=first["id"], after=0)
    assert ear.frame("message")["m"]["text"] == "First"
    visitor.say(first, "More")
    at_desk(browser).note(first["id"], "For us")
    quiet.say(second, "Not open")
    heard, listed = [], {}
    while len(heard) < 2 or listed.get(second["id"]) != "Not open":
        frame = ear.frame("message", "heads")
        if frame["t"] == "message":
            heard.append(frame)
        else:
            listed |= {one["id"]: one["preview"] for one in frame["changed"]}
    assert [(one["m"]["seq"], one["m"]["kind"], one["m"]["text"]) for one in heard] == [
        (2, "message", "More"),
        (3, "note", "For us"),
    ]
    assert heard[0]["m"] == at_desk(browser).messages(first["id"])[1]
    assert ear.hears_no("message")


def test_a_thread_is_taken_up_where_it_was_left_however_long_it_is(workspace: Workspace) -> None:
    visitor = Visitor(workspace)
    conversation = visitor.open("0")
    desk = team(workspace)
    for number in range(1, 130):
        desk.say(conversation["id"], f"{number} " + "x" * 900)
    ear = inbox(workspace, join(workspace, "agent").browser())
    ear.tell("open", c=conversation["id"], after=4)
    heard = [ear.frame("message")["m"]["seq"] for _ in range(126)]
    assert heard == list(range(5, 131))
    desk.say(conversation["id"], "last")
    assert ear.frame("message")["m"]["seq"] == 131


def test_lists_are_told_of_a_few_times_a_second(workspace: Workspace) -> None:
    visitors = [Visitor(workspace) for _ in range(4)]
    conversations = [visitor.open() for visitor in visitors]
    ear = inbox(workspace, join(workspace, "viewer").browser())
    ear.frame("hello")
    began, frames, latest = time.monotonic(), 0, {}
    for number in range(12):
        for visitor, conversation in zip(visitors, conversations, strict=True):
            visitor.say(conversation, f"{number}")
    took = time.monotonic() - began
    while set(latest.values()) != {"11"} or len(latest) < 4:
        frames += 1
        latest |= {one["id"]: one["preview"] for one in ear.frame("heads")["changed"]}
    assert frames <= took / 0.25 + 2


def test_what_was_read_is_told_both_ways(workspace: Workspace) -> None:
    visitor = Visitor(workspace)
    conversation = visitor.open()
    browser = join(workspace, "agent").browser()
    ear, tab, desk = inbox(workspace, browser), widget(visitor), at_desk(browser)
    tab.frame("hello")
    ear.tell("open", c=conversation["id"], after=0)
    desk.say(conversation["id"], "Read this")
    assert tab.frame("message")["m"]["seq"] == 2
    tab.tell("received", c=conversation["id"], seq=2)
    while (marks := ear.frame("read"))["received"] != 2:
        pass
    assert marks["read"] == 1
    tab.tell("read", c=conversation["id"], seq=99)
    while (marks := ear.frame("read"))["read"] != 2:
        pass
    assert visitor.heads()[0]["read_seq"] == 2
    visitor.say(conversation, "Thanks")
    desk.do("POST", f"/{conversation['id']}/read", {"seq": 3})
    while tab.frame("head", "message")["h"]["team_read_seq"] != 3:
        pass
    mine = ear.frame("mine")
    assert mine["c"] == conversation["id"]


def test_a_mark_for_somebody_elses_conversation_marks_nothing(workspace: Workspace) -> None:
    ada, eve = Visitor(workspace), Visitor(workspace)
    conversation = ada.open()
    team(workspace).say(conversation["id"])
    eve.open()
    tab = widget(eve)
    tab.frame("hello")
    tab.tell("read", c=conversation["id"], seq=2)
    tab.tell("typing", c=conversation["id"])
    tab.tell("read", c=str(uuid4()), seq=2)
    time.sleep(0.6)
    assert ada.heads()[0]["read_seq"] == 1


def test_typing_is_told_both_ways_and_kept_nowhere(workspace: Workspace) -> None:
    visitor = Visitor(workspace)
    conversation = visitor.open()
    browser = join(workspace, "agent").browser()
    ear, tab = inbox(workspace, browser), widget(visitor)
    tab.frame("hello")
    ear.tell("open", c=conversation["id"], after=0)
    ear.frame("message")
    for _ in range(5):
        tab.tell("typing", c=conversation["id"])
    assert ear.frame("typing") == {
        "t": "typing", "c": conversation["id"], "by": "contact", "kind": "message",
    }  # fmt: skip
    assert ear.hears_no("typing"), "the same person is told once in three seconds"
    ear.tell("typing", c=conversation["id"], kind="note")
    assert tab.hears_no("typing"), "who writes a note is not told to the visitor"
    ear.tell("typing", c=conversation["id"], kind="message")
    assert tab.frame("typing") == {"t": "typing", "c": conversation["id"], "name": "Agent"}
    assert [one["text"] for one in at_desk(browser).messages(conversation["id"])] == ["Hello"]


def test_two_who_answer_at_once_see_each_other(workspace: Workspace) -> None:
    conversation = Visitor(workspace).open()
    members = [join(workspace, "agent"), join(workspace, "admin")]
    ears = [inbox(workspace, member.browser()) for member in members]
    for ear in ears:
        ear.tell("open", c=conversation["id"], after=0)
    while not (seen := ears[0].frame("viewing"))["by"]:
        pass
    assert seen["by"] == [{"id": str(members[1].id), "name": "Admin"}]
    ears[1].tell("typing", c=conversation["id"], kind="message")
    assert ears[0].frame("typing")["by"] == {"id": str(members[1].id), "name": "Admin"}
    ears[1].tell("open", c=None)
    assert ears[0].frame("viewing")["by"] == []


def test_across_fifty_reconnects_each_message_comes_once_and_in_order(
    workspace: Workspace,
) -> None:
    visitor = Visitor(workspace)
    conversation = visitor.open("0")
    desk, is_over = team(workspace), threading.Event()

    def speak() -> None:
        number = 0
        while not is_over.is_set():
            number += 1
            desk.say(conversation["id"], str(number))

    speaker = threading.Thread(target=speak)
    speaker.start()
    heard: list[int] = [1]
    try:
        for turn in range(50):
            tab = widget(visitor)
            follow(visitor, conversation["id"], tab, heard, frames=1 + turn % 4)
            tab.close()
    finally:
        is_over.set()
        speaker.join()
    last = desk.messages(conversation["id"], before=2**31 - 1)[-1]["public_seq"]
    follow(visitor, conversation["id"], widget(visitor), heard, frames=0)
    assert heard == list(range(1, last + 1))
    assert last > 50


def follow(visitor: Visitor, conversation_id: str, tab: Ear, heard: list[int], frames: int) -> None:
    """Do as a widget does: ask for what is missing, then take what is next."""
    while frames >= 0:
        frame = tab.frame("hello", "message")
        head = frame["heads"][0] if frame["t"] == "hello" else frame["h"]
        if frame["t"] == "message" and frame["m"]["seq"] == heard[-1] + 1:
            heard.append(frame["m"]["seq"])
        while head["seq"] > heard[-1]:
            missing = visitor.messages(conversation_id, after=heard[-1], limit=100)
            heard += [one["seq"] for one in missing]
            if not missing:
                break
        frames -= 1


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_a_page_of_another_site_opens_no_socket(workspace: Workspace, origin: str) -> None:
    visitor = Visitor(workspace)
    visitor.begin()
    path = f"/api/write-keys/{workspace.write_key}"
    owner = join(workspace, "owner").with_password()
    named = owner.patch(path, {"origins": [visitor.origin]})
    assert named.status_code == 200, named.text
    widget(visitor).frame("hello")
    with pytest.raises(Refused) as refused:
        widget(visitor, origin=origin)
    assert refused.value.status == 403
