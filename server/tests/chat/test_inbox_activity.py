"""What moves `last_activity_at` (the business deals with the contact) and `last_seen_at` (the
contact was here), and what moves neither: every path, through the door it is used by."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from openbook.db import Connection
from tests.accounts.visiting import Member, join
from tests.chat.inbox_talk import Team, Visitor, at_desk, cid, team, visitor
from tests.conftest import Workspace, in_database


class Scene:
    """A conversation of a contact, a member at the desk, and another conversation."""

    def __init__(self, workspace: Workspace):
        self.workspace = workspace
        self.member: Member = join(workspace, "agent")
        self.desk: Team = at_desk(self.member.browser())
        self.token: Team = team(workspace)
        self.renew()

    def renew(self) -> None:
        """Another visitor with two conversations, the first of them answered."""
        self.ada: Visitor = visitor(self.workspace)
        self.id: str = self.ada.begin()["conversation"]["id"]
        self.other: str = self.ada.begin("Another")["conversation"]["id"]
        self.contact: str = self.desk.one(self.id)["contact"]["id"]
        self.desk.say(self.id, "A first answer")

    def age(self) -> None:
        """Have both times lie an hour back."""

        async def move_back(conn: Connection) -> None:
            for table, column in (("contacts", "id"), ("devices", "contact_id")):
                await conn.execute(
                    f"UPDATE {table} SET last_seen_at = now() - interval '1 hour' "  # type: ignore[arg-type]
                    f"WHERE {column} = %s",
                    (self.contact,),
                )
            await conn.execute(
                "UPDATE contacts SET last_activity_at = now() - interval '1 hour' WHERE id = %s",
                (self.contact,),
            )

        in_database(self.workspace.server.conninfo, move_back, self.workspace.id)

    def times(self) -> tuple[int | None, int | None]:
        found = self.workspace.api.get(f"/api/contacts/{self.contact}").json()
        return found["last_activity_at"], found["last_seen_at"]


Act = Callable[[Scene], Any]
BUSINESS: dict[str, Act] = {
    "a member answers": lambda s: s.desk.say(s.id),
    "an API token answers": lambda s: s.token.say(s.id),
    "a member begins a conversation": lambda s: s.desk.do(
        "POST", "", {"contact_id": s.contact, "cid": cid(), "text": "Hello there"}
    ),
    "an API token begins a conversation": lambda s: s.token.do(
        "POST", "", {"contact_id": s.contact, "cid": cid(), "text": "Hello there"}
    ),
    "a member answers what is closed": lambda s: (
        s.desk.patch(s.other, status="closed"),
        s.desk.say(s.other),
    ),
}
CONTACT: dict[str, Act] = {
    "the contact says something": lambda s: s.ada.say(s.id),
    "the contact begins a conversation": lambda s: s.ada.begin("And this"),
    "the contact reopens what is closed": lambda s: (
        s.desk.patch(s.id, status="closed"),
        s.ada.say(s.id),
    ),
}
NEITHER: dict[str, Act] = {
    "a note": lambda s: s.desk.note(s.id),
    "a note that mentions": lambda s: s.desk.note(s.id, mentions=[str(s.member.id)]),
    "a note by an API token": lambda s: s.token.note(s.id),
    "assigning": lambda s: s.desk.patch(s.id, assignee_id=str(s.member.id)),
    "closing": lambda s: s.desk.patch(s.id, status="closed"),
    "closing and opening": lambda s: (
        s.desk.patch(s.id, status="closed"),
        s.desk.patch(s.id, status="open"),
    ),
    "snoozing": lambda s: s.desk.patch(s.id, status="snoozed", snoozed_until=2_000_000_000),
    "waking": lambda s: (
        s.desk.patch(s.id, status="snoozed", snoozed_until=int(time.time()) + 1),
        time.sleep(4),
    ),
    "tagging": lambda s: s.desk.patch(
        s.id,
        tags=[s.workspace.api.post("/api/tags", json={"name": cid()}).json()["id"]],
    ),
    "reading": lambda s: s.desk.do("POST", f"/{s.id}/read", {"seq": 1}),
    "not having read": lambda s: s.desk.do("POST", f"/{s.id}/unread"),
    "typing": lambda s: s.desk.do("POST", f"/{s.id}/typing", {"kind": "message"}),
    "spam": lambda s: s.desk.do("POST", f"/{s.id}/spam"),
    "no spam": lambda s: s.desk.do("DELETE", f"/{s.id}/spam"),
    "merging": lambda s: s.desk.do("POST", f"/{s.id}/merge", {"other_id": s.other}),
    "a transcript": lambda s: s.desk.http.get(f"/api/conversations/{s.id}/transcript"),
    "looking": lambda s: (s.desk.view(), s.desk.one(s.id), s.desk.messages(s.id), s.desk.counts()),
    "looking who is here": lambda s: s.desk.http.get("/api/visitors"),
    "the contact reads": lambda s: s.ada.post(s.id, "read", {"seq": 1}),
    "the contact's browser has received": lambda s: s.ada.post(s.id, "received", {"seq": 1}),
    "the contact types": lambda s: s.ada.post(s.id, "typing"),
    "the contact looks": lambda s: (s.ada.heads(), s.ada.messages(s.id)),
    "the contact begins a session": lambda s: visitor(s.workspace),
    "a message of the team sent again": lambda s: _again(s),
}


def _again(scene: Scene) -> None:
    """What is there already is said to nobody."""
    said = next(one for one in scene.desk.messages(scene.id) if one["from"] == "team")
    assert scene.desk.say(scene.id, "Again", cid=said["cid"])["id"] == said["id"]


def moved(scene: Scene, act: Act) -> tuple[bool, bool]:
    """Whether an act moves (last_activity_at, last_seen_at)."""
    scene.renew()
    scene.age()
    before = scene.times()
    assert None not in before
    act(scene)
    after = scene.times()
    return before[0] != after[0], before[1] != after[1]


@pytest.mark.parametrize(
    ("acts", "moves"),
    [(BUSINESS, (True, False)), (CONTACT, (False, True)), (NEITHER, (False, False))],
    ids=["the business", "the contact", "neither"],
)
def test_what_moves_last_activity_and_last_seen(
    workspace: Workspace, acts: dict[str, Act], moves: tuple[bool, bool]
) -> None:
    scene = Scene(workspace)
    found = {name: moved(scene, act) for name, act in acts.items()}
    assert found == dict.fromkeys(acts, moves)


def test_nothing_is_kept_in_what_is_switched_off(workspace: Workspace) -> None:
    workspace.set(collect__last_activity_at="false", collect__last_seen_at="false")
    scene = Scene(workspace)
    scene.desk.say(scene.id)
    scene.ada.say(scene.id)
    assert scene.times() == (None, None)
