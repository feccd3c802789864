"""What moves `last_activity_at` (the business deals with the contact) and `last_seen_at` (the
contact was here), and what moves neither: every path, through the door it is used by."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from openbook.db import Connection
from tests.accounts.visiting import Browser, Member, join
from tests.chat.hearing import VISITORS as WIDGET
from tests.chat.hearing import Ear, inbox
from tests.chat.inbox_talk import Team, Visitor, at_desk, cid, team, visitor
from tests.chat.talking import page_view, seen_device
from tests.conftest import Workspace, in_database
from tests.rest.test_bulk import begin, ended, undo
from tests.rest.test_transfer import bring, fetch


class Scene:
    """A conversation of a contact, a member at the desk, and another conversation."""

    def __init__(self, workspace: Workspace):
        self.workspace = workspace
        self.member: Member = join(workspace, "agent")
        self.browser: Browser = self.member.browser()
        self.desk: Team = at_desk(self.browser)
        self.token: Team = team(workspace)
        # A visitor with two conversations, the first of them answered; since then they are known
        # to the customer's own programs too.
        self.user = cid()
        proof = seen_device(self.workspace, self.user)
        self.ada: Visitor = visitor(self.workspace, anonymous_id=self.user, proof=proof)
        self.id: str = self.ada.begin()["conversation"]["id"]
        self.other: str = self.ada.begin("Another")["conversation"]["id"]
        self.contact: str = self.desk.one(self.id)["contact"]["id"]
        self.desk.say(self.id, "A first answer")
        self.edit(user_id=self.user)

    def edit(self, **values: Any) -> None:
        """Write values of the contact by hand."""
        answer = self.desk.http.patch(f"/api/contacts/{self.contact}", json=values)
        assert answer.status_code == 200, answer.text

    def collect(self, message: dict[str, Any], key: str | None = None) -> None:
        """What a page with the collector sends, or with a key of its own a server."""
        self.workspace.batch(message | {"messageId": cid()}, key=key)

    def widget(self) -> Ear:
        """The socket of the visitor's widget."""
        token = self.ada.http.headers["Authorization"].removeprefix("Bearer ")
        path = f"/v1/chat/{self.workspace.write_key}/socket"
        origin = "https://shop.example"
        return Ear(self.workspace.url, "", protocols=(WIDGET, token), origin=origin, path=path)

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
    "the contact sends a file": lambda s: s.ada.say(s.id, "", file_ids=[_file(s)]),
    "the contact looks at a page": lambda s: s.collect(page_view(s.user)),
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
    "waking": lambda s: _wake(s),
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
    "a member at the socket": lambda s: _at_desk(s),
    "a file that the team has not sent": lambda s: s.desk.http.post(
        "/api/conversations/files?name=a.txt", content=b"text"
    ),
    "the contact at the socket": lambda s: _at_widget(s),
    "the contact asks what is new": lambda s: s.ada.http.get(f"{s.ada.url}/events"),
    "the contact leaves an address": lambda s: s.ada.http.post(
        f"{s.ada.url}/contact", json={"email": f"{s.user}@example.com", "name": "Ada"}
    ),
    "the contact has not sent a file": lambda s: _file(s),
    "a value written by hand": lambda s: s.edit(name="Ada"),
    "unsubscribing by hand": lambda s: s.edit(unsubscribed=True),
    "a tag on the contact": lambda s: _bulk(s, "tag"),
    "a mark on many, and its undoing": lambda s: undo(s.workspace, _bulk(s, "spam")),
    "a server tells of the contact": lambda s: s.collect(
        {"type": "identify", "userId": s.user, "traits": {"name": "Ada"}},
        key=s.workspace.new_token("collect"),
    ),
    "an import": lambda s: bring(s.workspace, f"user_id,name\n{s.user},Ada\n"),
    "an export": lambda s: fetch(s.workspace),
    "merging and splitting contacts": lambda s: _merge(s),
    "the contact logs out": lambda s: s.ada.http.post(f"{s.ada.url}/logout"),
}


def _wake(scene: Scene) -> None:
    until = int(time.time()) + 1
    scene.desk.patch(scene.id, status="snoozed", snoozed_until=until)
    while scene.desk.one(scene.id)["status"] == "snoozed" and time.time() < until + 15:
        time.sleep(0.1)
    assert scene.desk.one(scene.id)["status"] == "open"


def _file(scene: Scene) -> str:
    """What the visitor brings and does not send yet."""
    brought = scene.ada.http.post(f"{scene.ada.url}/files?name=a.txt", content=b"text")
    assert brought.status_code == 201, brought.text
    return brought.json()["id"]


def _at_desk(scene: Scene) -> None:
    ear = inbox(scene.workspace, scene.browser)
    ear.tell("open", c=scene.id, after=0)
    ear.frame("message")
    ear.tell("typing", c=scene.id, kind="message")


def _at_widget(scene: Scene) -> None:
    ear = scene.widget()
    ear.frame("hello")
    ear.tell("typing", c=scene.id)
    ear.tell("read", c=scene.id, seq=2)
    ear.frame("head")


def _bulk(scene: Scene, action: str) -> dict[str, Any]:
    more = {}
    if action == "tag":
        more["tag"] = scene.workspace.api.post("/api/tags", json={"name": cid()}).json()["id"]
    done = ended(scene.workspace, begin(scene.workspace, action, ids=[scene.contact], **more))
    assert done["changed"] == 1, done
    return done


def _merge(scene: Scene) -> None:
    api = scene.workspace.api
    other = api.post("/api/contacts", json={"name": "Ada too"}).json()["id"]
    done = api.post(f"/api/contacts/{scene.contact}/merge", json={"with": other})
    assert done.status_code == 200, done.text
    entry = done.json()["merge"]["id"]
    parted = api.post(f"/api/contacts/{scene.contact}/split", json={"merge": entry})
    assert parted.status_code == 200, parted.text


def _again(scene: Scene) -> None:
    """What is there already is said to nobody."""
    said = next(one for one in scene.desk.messages(scene.id) if one["from"] == "team")
    assert scene.desk.say(scene.id, "Again", cid=said["cid"])["id"] == said["id"]


def moved(scene: Scene, act: Act) -> tuple[bool, bool]:
    """Whether an act moves (last_activity_at, last_seen_at)."""
    before = scene.times()
    assert None not in before
    if max(before) > time.time() - 1_800:  # type: ignore[type-var,operator]
        scene.age()
        before = scene.times()
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
