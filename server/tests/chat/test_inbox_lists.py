"""What the inbox lists: each view holds what it says, in its order, and is counted exactly."""

from typing import Any

from tests.accounts.visiting import join
from tests.chat.inbox_talk import at_desk, cid, team, visitor
from tests.conftest import Workspace


def test_what_a_visitor_says_is_listed_as_open_and_unassigned(workspace: Workspace) -> None:
    ada, desk = visitor(workspace), team(workspace)
    begun = ada.begin("Where is my parcel?")["conversation"]
    (found,) = desk.ask()["conversations"]
    assert found["id"] == begun["id"]
    assert found["status"] == "open"
    assert found["preview"] == "Where is my parcel?"
    assert (found["last_from"], found["last_by"], found["assignee"]) == ("contact", None, None)
    assert found["unread"] and not found["mentioned"] and found["read_seq"] == 0
    assert found["contact"]["online"] and found["contact"]["kind"] == "visitor"
    assert found["waiting_since"] == found["last_at"]
    assert desk.view("unassigned") == desk.view("all") == [begun["id"]]
    for empty in ("mine", "mentions", "snoozed", "closed", "spam"):
        assert desk.view(empty) == [], empty
    assert desk.one(begun["id"]) == found


def test_the_latest_comes_first_and_pages_follow_each_other(workspace: Workspace) -> None:
    desk = team(workspace)
    guests = [visitor(workspace) for _ in range(5)]
    ids = [guest.begin(f"Number {n}")["conversation"]["id"] for n, guest in enumerate(guests)]
    guests[1].say(ids[1])
    expected = [ids[1], ids[4], ids[3], ids[2], ids[0]]
    assert desk.view() == expected
    paged: list[str] = []
    query: dict[str, Any] = {"limit": 2}
    while True:
        page = desk.ask(**query)
        paged += [one["id"] for one in page["conversations"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert paged == expected
    foreign = desk.http.get(desk.path, params={"view": "all", "cursor": query["cursor"]})
    assert (foreign.status_code, foreign.json()["code"]) == (400, "bad_cursor")


def test_each_member_has_their_own_unread_and_their_own_conversations(
    workspace: Workspace,
) -> None:
    ada = visitor(workspace)
    first, second = (ada.begin(text)["conversation"]["id"] for text in ("One", "Two"))
    bea, carl = join(workspace, "agent"), join(workspace, "agent")
    at_bea, at_carl = at_desk(bea.browser()), at_desk(carl.browser())
    at_bea.patch(first, assignee_id=str(bea.id))
    assert at_bea.view("mine") == [first]
    assert at_carl.view("mine") == [] and at_carl.view("unassigned") == [second]
    at_bea.do("POST", f"/{first}/read", {"seq": 1})
    counts = at_bea.counts()
    assert counts["open"] == {"all": 2, "unread": 1}
    assert counts["mine"] == {"all": 1, "unread": 0}
    assert counts["unassigned"] == {"all": 1, "unread": 1}
    assert at_carl.counts()["open"] == {"all": 2, "unread": 2}
    assert not at_bea.one(first)["unread"] and at_carl.one(first)["unread"]
    ada.say(first)
    assert at_bea.one(first)["unread"]
    at_bea.say(first)
    assert not at_bea.one(first)["unread"], "who answers has read"
    assert at_carl.one(first)["unread"]
    at_bea.do("POST", f"/{first}/unread")
    assert at_bea.one(first)["unread"]
    assert at_bea.counts()["mine"] == {"all": 1, "unread": 1}


def test_what_colleagues_write_is_not_unread_but_a_mention_is_told(workspace: Workspace) -> None:
    ada = visitor(workspace)
    id = ada.begin()["conversation"]["id"]
    bea, carl = join(workspace, "agent"), join(workspace, "agent")
    at_bea, at_carl = at_desk(bea.browser()), at_desk(carl.browser())
    at_carl.do("POST", f"/{id}/read", {"seq": 1})
    note = at_bea.note(id, "Can you look?", mentions=[str(carl.id)])
    assert note["mentions"] == [str(carl.id)] and note["public_seq"] is None
    seen = at_carl.one(id)
    assert seen["mentioned"] and not seen["unread"]
    assert at_carl.view("mentions") == [id] and at_bea.view("mentions") == []
    assert at_carl.counts()["mentions"] == {"all": 1, "unread": 1}
    at_carl.do("POST", f"/{id}/read", {"seq": note["seq"]})
    assert not at_carl.one(id)["mentioned"]
    assert at_carl.counts()["mentions"] == {"all": 1, "unread": 0}
    stranger = at_bea.http.post(
        f"/api/conversations/{id}/messages",
        json={"cid": cid(), "text": "x", "kind": "note", "mentions": [id]},
    )
    assert (stranger.status_code, stranger.json()["code"]) == (400, "not_a_member")


def test_what_somebody_else_assigns_to_you_is_told_until_you_have_looked(
    workspace: Workspace,
) -> None:
    ada = visitor(workspace)
    id, other = (ada.begin()["conversation"]["id"] for _ in range(2))
    bea, carl = join(workspace, "agent"), join(workspace, "agent")
    at_bea, at_carl = at_desk(bea.browser()), at_desk(carl.browser())
    for one in (id, other):
        at_carl.do("POST", f"/{one}/read", {"seq": 1})
    at_carl.patch(other, assignee_id=str(carl.id))
    assert not at_carl.one(other)["assigned"], "by myself"
    assert at_carl.counts()["assigned"] == {"all": 0}
    at_bea.patch(id, assignee_id=str(carl.id))
    (mine,) = [one for one in at_carl.ask(view="mine")["conversations"] if one["id"] == id]
    assert mine["assigned"] and not mine["unread"]
    counts = at_carl.counts()
    assert (counts["mine"], counts["assigned"]) == ({"all": 2, "unread": 1}, {"all": 1})
    assert not at_bea.one(id)["assigned"] and at_bea.counts()["assigned"]["all"] == 0
    at_carl.do("POST", f"/{id}/read", {"seq": mine["last_seq"]})
    assert not at_carl.one(id)["assigned"]
    counts = at_carl.counts()
    assert (counts["mine"], counts["assigned"]) == ({"all": 2, "unread": 0}, {"all": 0})
    at_bea.patch(id, assignee_id=str(bea.id))
    at_bea.patch(id, assignee_id=str(carl.id))
    assert at_carl.one(id)["assigned"]
    at_bea.patch(id, assignee_id=None)
    assert not at_carl.one(id)["assigned"] and at_carl.counts()["assigned"]["all"] == 0


def test_who_leaves_the_team_leaves_their_conversations_to_nobody(workspace: Workspace) -> None:
    id = visitor(workspace).begin()["conversation"]["id"]
    bea, owner = join(workspace, "agent"), join(workspace, "owner")
    desk = team(workspace)
    assert desk.patch(id, assignee_id=str(bea.id))["assignee"]["id"] == str(bea.id)
    assert desk.view("unassigned") == []
    browser = owner.with_password()
    gone = browser.delete(f"/api/team/{bea.id}")
    assert gone.status_code in (200, 204), gone.text
    assert desk.one(id)["assignee"] is None
    assert desk.view("unassigned") == [id]
    assert desk.counts()["unassigned"]["all"] == 1


def test_only_who_can_answer_is_assigned(workspace: Workspace) -> None:
    id = visitor(workspace).begin()["conversation"]["id"]
    viewer = join(workspace, "viewer")
    for nobody in (str(viewer.id), id):
        answer = workspace.api.patch(f"/api/conversations/{id}", json={"assignee_id": nobody})
        assert (answer.status_code, answer.json()["code"]) == (400, "cannot_answer")


FOUND = [
    "parcel", "PARC", "parcel lost", "secret", "ada", "ada parcel", "ada@exam", "écran", "ecran",
]  # fmt: skip
NOT_FOUND = ["lost zebra", "arcel", "eve@exam", "?!"]


def test_conversations_are_found_by_what_was_said_and_by_whom(workspace: Workspace) -> None:
    desk, ada = team(workspace), visitor(workspace)
    visitor(workspace).begin("Nothing to do with it")
    id = ada.begin("My parcel is lost, the écran is dark")["conversation"]["id"]
    desk.note(id, "A secret between us")
    contact = desk.one(id)["contact"]["id"]
    workspace.api.patch(
        f"/api/contacts/{contact}", json={"name": "Ada Byron", "email": "Ada@example.com"}
    )
    assert {q: desk.view("all", q=q) for q in FOUND} == {q: [id] for q in FOUND}
    assert {q: desk.view("all", q=q) for q in NOT_FOUND} == {q: [] for q in NOT_FOUND}


def test_a_list_is_narrowed_by_contact_tag_and_assignee(workspace: Workspace) -> None:
    desk, bea = team(workspace), join(workspace, "agent")
    one, two = (visitor(workspace).begin()["conversation"]["id"] for _ in range(2))
    tag = workspace.api.post("/api/tags", json={"name": "billing"}).json()["id"]
    shown = desk.patch(one, tags=[tag], assignee_id=str(bea.id))
    assert shown["tags"] == [tag]
    assert desk.view(tag=tag) == desk.view(assignee=str(bea.id)) == [one]
    assert desk.view(contact=desk.one(two)["contact"]["id"]) == [two]
    assert desk.patch(one, tags=[])["tags"] == []
    assert desk.view(tag=tag) == []
    names = [message["event"]["name"] for message in desk.messages(one) if message["event"]]
    assert names == ["assigned", "tagged", "untagged"]
    unknown = workspace.api.patch(f"/api/conversations/{one}", json={"tags": [one]})
    assert (unknown.status_code, unknown.json()["code"]) == (400, "no_such_tag")
