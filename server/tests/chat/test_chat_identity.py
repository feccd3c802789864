"""Whom a visitor speaks as, and what they may read: by proof, by signature, and never by a name."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import psycopg
import pytest

from tests.chat.talking import (
    Backend,
    Visitor,
    at_database,
    backend,
    new_cid,
    page_view,
    reply,
    seen_device,
)
from tests.conftest import Workspace


@pytest.fixture
def shop(workspace: Workspace) -> Backend:
    return backend(workspace)


def own_contact(workspace: Workspace, conversation: dict[str, str]) -> str:
    answer = workspace.api.get(f"/api/conversations/{conversation['id']}")
    assert answer.status_code == 200, answer.text
    return answer.json()["contact"]["id"]


def test_without_its_proof_an_anonymous_id_attaches_to_nothing(workspace: Workspace) -> None:
    seen_device(workspace, "victim")
    victim = workspace.contact()
    stranger = Visitor(workspace)
    stranger.begin(anonymous_id="victim", proof="A" * 43)
    conversation = stranger.open("I am the victim", page={"url": "https://shop.example/"})
    assert own_contact(workspace, conversation) != victim["id"]
    assert len(workspace.contacts()) == 2


def test_the_proof_of_a_device_speaks_as_its_contact(workspace: Workspace) -> None:
    proof = seen_device(workspace, "anna")
    visitor = Visitor(workspace)
    visitor.begin(anonymous_id="anna", proof=proof)
    conversation = visitor.open()
    assert own_contact(workspace, conversation) == workspace.contact()["id"]


def test_another_session_of_the_device_reads_what_it_said(workspace: Workspace) -> None:
    proof = seen_device(workspace, "anna")
    first, second, stranger = Visitor(workspace), Visitor(workspace), Visitor(workspace)
    first.begin(anonymous_id="anna", proof=proof)
    conversation = first.open()
    second.begin(anonymous_id="anna", proof=proof)
    stranger.begin(anonymous_id="anna")
    assert [head["id"] for head in second.heads()] == [conversation["id"]]
    assert stranger.heads() == []


def test_a_stranger_who_knows_all_the_names_sees_nothing(
    workspace: Workspace, shop: Backend
) -> None:
    victim, stranger = Visitor(workspace), Visitor(workspace)
    proof = seen_device(workspace, "victim")
    victim.begin(anonymous_id="victim", proof=proof, token=shop.sign("u1", email="ada@example.com"))
    conversation = victim.open("My secret")
    stranger.begin(anonymous_id="victim", proof="no")
    other = stranger.open("Hello")
    claimed = stranger.ask("POST", "contact", json={"email": "ada@example.com", "name": "Ada"})
    assert (claimed.status_code, claimed.json()) == (200, {})
    workspace.batch(
        {"type": "identify", "messageId": "x", "anonymousId": "thief", "userId": "u1",
         "traits": {"email": "ada@example.com"}}
    )  # fmt: skip
    stranger.begin(anonymous_id="victim", proof="no")
    assert [head["id"] for head in stranger.heads()] == [other["id"]]
    path = f"conversations/{conversation['id']}"
    for method, what, body in (
        ("GET", "messages", None),
        ("POST", "messages", {"cid": new_cid(), "text": "I was here"}),
        ("POST", "read", {"seq": 1}),
        ("POST", "received", {"seq": 1}),
        ("POST", "typing", {}),
    ):
        answer = stranger.ask(method, f"{path}/{what}", json=body)
        assert (answer.status_code, answer.json()["code"]) == (404, "no_such_conversation"), what
    assert [one["text"] for one in victim.messages(conversation)] == ["My secret"]
    assert "secret" not in str(stranger.heads())
    waiting = stranger.ask("POST", "waiting", json={"anonymous_id": "victim", "proof": "no"})
    assert "secret" not in waiting.text
    contacts = {one["id"]: one for one in workspace.contacts(limit=50)}
    assert contacts[own_contact(workspace, conversation)]["name"] is None


def test_the_answer_to_a_claim_is_the_same_whoever_has_the_address(workspace: Workspace) -> None:
    workspace.api.post("/api/contacts", json={"user_id": "u1", "email": "known@example.com"})
    answers = []
    for address in ("known@example.com", "unknown@example.com"):
        visitor = Visitor(workspace)
        visitor.open()
        answer = visitor.ask("POST", "contact", json={"email": address})
        answers.append((answer.status_code, answer.content, sorted(answer.headers)))
    assert answers[0] == answers[1]
    assert len(workspace.contacts(filter="email:eq:known@example.com")) == 2


def test_a_claim_is_unverified_and_replaces_nothing(workspace: Workspace) -> None:
    visitor = Visitor(workspace)
    visitor.open()
    assert not visitor.begin()["contact"]["email_known"]
    visitor.ask("POST", "contact", json={"email": "ada@example.com", "name": "Ada"})
    visitor.ask("POST", "contact", json={"email": "bob@example.com"})
    contact = workspace.contact()
    assert (contact["kind"], contact["email"], contact["name"]) == (
        "lead", "ada@example.com", "Ada"
    )  # fmt: skip
    assert contact["provenance"]["email"]["source"] == "chat"
    assert contact["provenance"]["email"]["trust"] == "claimed"
    assert contact["identities"] == []
    begun = visitor.begin()
    assert begun["contact"] == {"name": None, "email_known": True}


def test_a_bad_address_is_refused(workspace: Workspace) -> None:
    visitor = Visitor(workspace)
    visitor.open()
    answer = visitor.ask("POST", "contact", json={"email": "nobody"})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_email")


def test_a_signature_speaks_as_its_user(workspace: Workspace, shop: Backend) -> None:
    visitor = Visitor(workspace)
    token = shop.sign("u1", email="ada@example.com", name="Ada")
    assert visitor.begin(token=token)["verified"]
    conversation = visitor.open()
    contact = workspace.contact()
    assert own_contact(workspace, conversation) == contact["id"]
    assert (contact["user_id"], contact["email"], contact["name"], contact["kind"]) == (
        "u1", "ada@example.com", "Ada", "user"
    )  # fmt: skip
    assert contact["provenance"]["user_id"]["trust"] == "signed"
    again = Visitor(workspace)
    again.begin(token=shop.sign("u1"))
    assert [head["id"] for head in again.heads()] == [conversation["id"]]
    assert again.begin()["contact"]["name"] == "Ada"


def test_a_user_who_is_known_already_is_that_contact(workspace: Workspace, shop: Backend) -> None:
    made = workspace.api.post("/api/contacts", json={"user_id": "u1", "name": "Ada"}).json()
    visitor = Visitor(workspace)
    visitor.begin(token=shop.sign("u1"))
    assert own_contact(workspace, visitor.open()) == made["id"]


@pytest.mark.parametrize("what", ["expired", "unsigned", "other workspace", "other key"])
def test_a_token_that_is_not_good_opens_nothing(
    workspace: Workspace, shop: Backend, what: str
) -> None:
    victim = Visitor(workspace)
    victim.begin(token=shop.sign("u1"))
    victim.open("My secret")
    token = {
        "expired": shop.expired("u1"),
        "unsigned": shop.sign("u1").rpartition(".")[0] + ".AAAA",
        "other workspace": shop.sign("u1", aud=str(uuid4())),
        "other key": shop.sign("u1", kid="nobody"),
    }[what]
    stranger = Visitor(workspace)
    begun = stranger.begin(token=token)
    assert (begun["verified"], begun["refused"] is None) == (False, what == "expired")
    assert stranger.heads() == []
    assert own_contact(workspace, stranger.open()) != workspace.contact(user_id="u1")["id"]


def test_an_expired_token_counts_as_typed(workspace: Workspace, shop: Backend) -> None:
    visitor = Visitor(workspace)
    visitor.open()
    visitor.begin(token=shop.expired("u1", email="ada@example.com"))
    contact = workspace.contact()
    assert (contact["user_id"], contact["provenance"]["user_id"]["trust"]) == ("u1", "claimed")
    assert contact["identities"] == []


def test_what_was_said_before_signing_in_stays_with_the_session(
    workspace: Workspace, shop: Backend
) -> None:
    visitor = Visitor(workspace)
    before = visitor.open("Before")
    visitor.begin(token=shop.sign("u1"))
    after = visitor.open("After")
    assert {head["id"] for head in visitor.heads()} == {before["id"], after["id"]}
    elsewhere = Visitor(workspace)
    elsewhere.begin(token=shop.sign("u1"))
    assert [head["id"] for head in elsewhere.heads()] == [after["id"]]
    assert own_contact(workspace, before) == own_contact(workspace, after)


def test_another_user_on_the_same_browser_gets_another_session(
    workspace: Workspace, shop: Backend
) -> None:
    proof = seen_device(workspace, "shared")
    visitor = Visitor(workspace)
    visitor.begin(anonymous_id="shared", proof=proof, token=shop.sign("u1"))
    theirs = visitor.open("Of u1")
    former = Visitor(workspace, visitor.token)
    begun = visitor.begin(anonymous_id="shared", proof=proof, token=shop.sign("u2"))
    assert begun["token"] is not None
    assert visitor.heads() == []
    gone = former.ask("GET", "conversations")
    assert (gone.status_code, gone.json()["code"]) == (401, "session_over")
    mine = visitor.open("Of u2")
    assert own_contact(workspace, mine) != own_contact(workspace, theirs)
    anonymous = Visitor(workspace)
    anonymous.begin(anonymous_id="shared", proof=proof)
    assert anonymous.heads() == []


@pytest.mark.parametrize("shown", ["a late token of another", "a forged token"])
def test_a_token_that_contradicts_ends_the_session_of_a_user(
    workspace: Workspace, shop: Backend, shown: str
) -> None:
    visitor = Visitor(workspace)
    visitor.begin(token=shop.sign("u1"))
    visitor.open("Of u1")
    token = {"a late token of another": shop.expired("u2"), "a forged token": "a.b.c"}[shown]
    begun = visitor.begin(token=token)
    assert (begun["verified"], visitor.heads()) == (False, [])


def test_a_chat_born_contact_joins_the_device_that_is_proved_later(workspace: Workspace) -> None:
    visitor = Visitor(workspace)
    conversation = visitor.open("Before the collector was there")
    visitor.ask("POST", "contact", json={"email": "ada@example.com"})
    proof = seen_device(workspace, "anna")
    assert len(workspace.contacts()) == 2
    visitor.begin(anonymous_id="anna", proof=proof)
    contact = workspace.contact()
    assert contact["email"] == "ada@example.com"
    assert own_contact(workspace, conversation) == contact["id"]
    merges = at_database(workspace, "SELECT reason FROM merges")
    assert merges == [{"reason": "chat"}]


def test_a_chat_of_a_user_joins_no_device_of_another(workspace: Workspace, shop: Backend) -> None:
    proof = seen_device(workspace, "anna")
    workspace.batch(
        {"type": "identify", "messageId": "i", "anonymousId": "anna", "userId": "u2",
         "context": {"token": shop.sign("u2"), "library": {"name": "openbook-web"}},
         "proof": proof}
    )  # fmt: skip
    visitor = Visitor(workspace)
    visitor.begin(token=shop.sign("u1"))
    conversation = visitor.open()
    visitor.begin(anonymous_id="anna", proof=proof)
    assert own_contact(workspace, conversation) == workspace.contact(user_id="u1")["id"]
    assert at_database(workspace, "SELECT id FROM merges") == []


def test_a_first_message_from_everywhere_at_once_makes_one_contact(workspace: Workspace) -> None:
    visitor = Visitor(workspace)
    visitor.begin()
    body = {"cid": new_cid(), "text": "Hello"}
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(visitor.ask, "POST", "conversations", json=body) for _ in range(16)]
        answers = [one.result() for one in asked]
    assert sorted(answer.status_code for answer in answers) == [200] * 15 + [201]
    assert len({answer.json()["conversation"]["id"] for answer in answers}) == 1
    assert len(workspace.contacts()) == 1


def test_what_the_team_begins_is_read_with_a_proof_alone(workspace: Workspace) -> None:
    proof = seen_device(workspace, "anna")
    contact = workspace.contact()
    begun = workspace.api.post(
        "/api/conversations",
        json={"contact_id": contact["id"], "cid": new_cid(), "text": "May I help?"},
    )
    assert begun.status_code == 201, begun.text
    shown = {"anonymous_id": "anna", "proof": proof}
    visitor = Visitor(workspace)
    assert visitor.ask("POST", "waiting", json=shown).json()["unread"] == 1
    assert visitor.ask("POST", "waiting", json={"anonymous_id": "anna"}).json()["unread"] == 0
    assert at_database(workspace, "SELECT id FROM chat_sessions") == []
    visitor.begin(**shown)
    (head,) = visitor.heads()
    assert (head["last_from"], head["preview"]) == ("team", "May I help?")
    visitor.say(head, "Yes")
    reply(workspace, head, "Good")
    assert [one["from"] for one in visitor.messages(head)] == ["team", "contact", "team"]


def test_who_signs_in_does_not_wait_for_who_shows_the_same_address(
    workspace: Workspace, shop: Backend
) -> None:
    Visitor(workspace).begin(token=shop.sign("ada", email="family@example.com"))
    with psycopg.connect(workspace.server.conninfo) as conn:
        only_here = f"{{{workspace.id}}}"
        conn.execute("SELECT set_config('openbook.workspaces', %s, false)", (only_here,))
        # As each sign-in holds it until its commit. Two of them waited for each other here, and
        # whoever came next made both wait on.
        held = conn.execute(
            "SELECT FROM identities WHERE workspace_id = %s AND value = 'family@example.com' "
            "FOR SHARE",
            (workspace.id,),
        )
        assert held.rowcount == 1
        for user in ("ada", "ben", "ben"):
            token = shop.sign(user, email="family@example.com", name=user.title())
            assert Visitor(workspace).begin(token=token)["verified"]
            context = page_view("x")["context"] | {"token": token}
            told = page_view(f"of-{user}", type="identify", userId=user, context=context)
            assert workspace.batch(told).status_code == 200
    assert workspace.contact(user_id="ada")["email"] == "family@example.com"
