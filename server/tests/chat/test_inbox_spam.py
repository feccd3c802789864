"""Spam: one click hides all conversations with a contact, another brings them back."""

import pytest

from tests.accounts.visiting import join, refused
from tests.chat.hearing import inbox
from tests.chat.inbox_talk import at_desk, team, visitor
from tests.conftest import Workspace
from tests.rest.test_bulk import begin, ended, undo

VIEWS = ("open", "mine", "unassigned", "mentions", "snoozed", "closed", "all")


def test_spam_is_in_its_own_view_alone_and_counted_nowhere_else(workspace: Workspace) -> None:
    eve, ada = visitor(workspace), visitor(workspace)
    bea = join(workspace, "agent")
    desk = at_desk(bea.browser())
    spam = [eve.begin(text)["conversation"]["id"] for text in ("Buy", "Buy now", "Buy all")]
    good = ada.begin("Buy")["conversation"]["id"]
    desk.patch(spam[1], status="closed", assignee_id=str(bea.id))
    desk.patch(spam[2], status="snoozed", snoozed_until=2_000_000_000)
    desk.note(spam[0], "Look", mentions=[str(bea.id)])
    before = {view: desk.view(view) for view in VIEWS}, desk.counts()

    shown = desk.do("POST", f"/{spam[0]}/spam")
    assert shown["spam"] and shown["contact"]["spam"]
    for view in VIEWS:
        assert set(desk.view(view)) <= {good}, view
        assert set(desk.view(view, q="buy")) <= {good}, view
    assert set(desk.view("spam")) == set(spam)
    assert desk.view("spam", q="now") == [spam[1]]
    counts = desk.counts()
    assert counts["spam"] == {"all": 3}
    assert counts["open"] == counts["unassigned"] == {"all": 1, "unread": 1}
    for empty in ("mine", "mentions", "snoozed"):
        assert counts[empty] == {"all": 0, "unread": 0}, empty
    assert counts["closed"] == {"all": 0}
    eve.say(spam[0], "Buy more")
    assert desk.counts()["open"]["unread"] == 1
    here = desk.http.get("/api/visitors").json()["visitors"]
    assert [one["conversation_id"] for one in here] == [good]

    shown = desk.do("DELETE", f"/{spam[0]}/spam")
    assert not shown["spam"]
    after = {view: desk.view(view) for view in VIEWS}, desk.counts()
    assert {view: count["all"] for view, count in after[1].items()} == {
        view: count["all"] for view, count in before[1].items()
    }
    assert after[1]["open"]["unread"] == before[1]["open"]["unread"] + 1
    assert {view: set(ids) for view, ids in after[0].items()} == {
        view: set(ids) for view, ids in before[0].items()
    }


def test_the_mark_is_the_contact_s_own_and_in_its_history(workspace: Workspace) -> None:
    desk = at_desk(join(workspace, "agent").browser())
    id = visitor(workspace).begin()["conversation"]["id"]
    contact = desk.one(id)["contact"]["id"]
    desk.do("POST", f"/{id}/spam")
    desk.do("POST", f"/{id}/spam")
    found = workspace.api.get(f"/api/contacts/{contact}").json()
    assert found["spam"] and found["spam_at"]
    history = workspace.api.get(f"/api/contacts/{contact}/history").json()["items"]
    assert [one["detail"] for one in history] == [{"fields": ["spam"]}]
    workspace.api.patch(f"/api/contacts/{contact}", json={"spam": False})
    assert desk.view() == [id] and desk.view("spam") == []
    names = [one["event"]["name"] for one in desk.messages(id) if one["event"]]
    assert names == ["spam"]


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_a_program_that_is_not_of_the_team_marks_nobody(workspace: Workspace, method: str) -> None:
    desk = team(workspace)
    id = visitor(workspace).begin()["conversation"]["id"]
    if method == "DELETE":
        desk.do("POST", f"/{id}/spam")
    token = workspace.new_token("conversations:write", "conversations:read")
    answer = workspace.api.request(
        method,
        f"/api/conversations/{id}/spam",
        headers={"Authorization": f"Bearer {token}"},
    )
    assert refused(answer) == (403, "forbidden")
    assert desk.one(id)["spam"] is (method == "DELETE")


def test_whoever_marks_spam_and_wherever_every_inbox_hears_of_it(workspace: Workspace) -> None:
    desk, eve = team(workspace), visitor(workspace)
    ids = {eve.begin(text)["conversation"]["id"] for text in ("Buy", "Buy now")}
    contact = desk.one(next(iter(ids)))["contact"]["id"]
    ear = inbox(workspace, join(workspace, "viewer").browser())
    ear.frame("hello")
    edit = lambda spam: workspace.api.patch(f"/api/contacts/{contact}", json={"spam": spam})  # noqa: E731

    def heard() -> dict[str, bool]:
        """What the list is told until it has heard of both conversations."""
        told: dict[str, bool] = {}
        while told.keys() != ids:
            told |= {one["id"]: one["spam"] for one in ear.frame("heads")["changed"]}
        return told

    desk.do("POST", f"/{min(ids)}/spam")
    assert heard() == dict.fromkeys(ids, True)
    edit(False)
    assert heard() == dict.fromkeys(ids, False)
    marked = ended(workspace, begin(workspace, "spam", ids=[contact]))
    assert heard() == dict.fromkeys(ids, True)
    undo(workspace, marked)
    assert heard() == dict.fromkeys(ids, False)
    workspace.api.patch(f"/api/contacts/{contact}", json={"name": "Eve"})
    assert ear.hears_no("heads"), "where the mark stays, no list is told"
