"""Who is who: claims, signatures, servers; merge and split; nobody gains by lying."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from openbook import clock
from openbook.accounts.actions import add_identity_key
from openbook.accounts.keys import new_identity_key
from openbook.contacts.identity import Known, decide
from openbook.contacts.merging import merge, split
from openbook.db import Connection
from openbook.settings import read_settings
from tests.conftest import Workspace, in_database


def message(type_: str, anonymous_id: str | None = "anna", **more: Any) -> dict[str, Any]:
    now = datetime.now(UTC).isoformat()
    base: dict[str, Any] = {"type": type_, "timestamp": now, "context": {}}
    if anonymous_id:
        base["anonymousId"] = anonymous_id
    return base | more


def page(anonymous_id: str = "anna", url: str = "https://shop.example/") -> dict[str, Any]:
    return message("page", anonymous_id, context={"page": {"url": url}})


def identify(anonymous_id: str | None = "anna", **more: Any) -> dict[str, Any]:
    return message("identify", anonymous_id, **more)


@pytest.fixture
def sign(workspace: Workspace) -> Any:
    """Signs a token as the customer's backend would."""
    key, _ = new_identity_key("HS256")
    environ = {"OPENBOOK_DATA": str(workspace.server.data)}
    secret = read_settings(environ).secret()

    async def add(conn: Connection) -> None:
        await add_identity_key(conn, workspace.id, key, secret, clock.now())

    in_database(workspace.server.conninfo, add, workspace.id)

    def token(sub: str, **claims: Any) -> str:
        now = int(time.time())
        body = {"sub": sub, "aud": str(workspace.id), "iat": now, "exp": now + 600} | claims
        header = {"alg": "HS256", "kid": key.kid}
        return jwt.encode(header, body, OctKey.import_key(key.key))

    return token


def signed(token: str, anonymous_id: str = "anna", **context: Any) -> dict[str, Any]:
    return identify(anonymous_id, context={"token": token, **context})


A, B = UUID(int=1), UUID(int=2)
DECISIONS = [
    # device belongs to, identity names, user id shown, with history -> what happens
    (None, None, "u", False, "join"),
    (None, Known(B, "u"), "u", False, "join"),
    (Known(A, None), None, "u", True, "adopt"),
    (Known(A, None), None, "u", False, "switch"),
    (Known(A, None), Known(B, "u"), "u", True, "merge"),
    (Known(A, None), Known(B, "u"), "u", False, "switch"),
    (Known(A, "v"), None, "u", True, "switch"),
    (Known(A, "v"), Known(B, "u"), "u", True, "switch"),
    (Known(A, "u"), Known(A, "u"), "u", False, "keep"),
    (Known(A, None), Known(A, None), "u", True, "keep"),
    (Known(A, None), Known(A, None), None, False, "keep"),
    (Known(A, "v"), Known(A, "v"), None, False, "keep"),
]


@pytest.mark.parametrize(("current", "owner", "user_id", "history", "expected"), DECISIONS)
def test_what_a_device_does_whose_message_names_somebody(
    current: Known | None, owner: Known | None, user_id: str, history: bool, expected: str
) -> None:
    assert decide(current, owner, user_id, with_history=history) == expected


def test_an_unsigned_value_fills_an_empty_one_and_is_replaced_by_no_other(
    workspace: Workspace,
) -> None:
    workspace.batch(page(), identify(userId="u1", traits={"email": "Ada@Example.com"}))
    workspace.batch(identify(userId="evil", traits={"email": "evil@example.com", "name": "Ada"}))
    contact = workspace.contact(anonymous_id="anna")
    assert (contact["user_id"], contact["email"]) == ("u1", "Ada@Example.com")
    assert contact["name"] == "Ada" and contact["kind"] == "user"
    assert contact["identities"] == []
    assert not contact["provenance"]["email"]["verified"]
    assert {claim["value"] for claim in contact["claims"]} == {"evil", "evil@example.com"}


def test_claims_are_the_same_in_any_order(workspace: Workspace) -> None:
    times = [datetime.now(UTC) - timedelta(minutes=minutes) for minutes in (20, 10, 5)]
    said = [
        {"timestamp": at.isoformat(), "userId": f"u{n}", "traits": {"email": f"{n}@example.com"}}
        for n, at in enumerate(times)
    ]
    for order in permutations(range(3)):
        name = "".join(map(str, order))
        for index in order:
            workspace.batch(identify(name, **said[index]))
        contact = workspace.contact(anonymous_id=name)
        assert (contact["user_id"], contact["email"]) == ("u0", "0@example.com")


def test_a_forged_date_wins_against_no_value(workspace: Workspace) -> None:
    workspace.batch(identify(traits={"email": "first@example.com"}))
    old = (datetime.now(UTC) - timedelta(days=20)).isoformat()
    workspace.batch(identify(timestamp=old, traits={"email": "forged@example.com"}))
    assert workspace.contact(anonymous_id="anna")["email"] == "first@example.com"


def test_a_claim_matches_nothing_and_opens_nothing(workspace: Workspace) -> None:
    victim = workspace.api.post("/api/contacts", json={"user_id": "u1", "email": "v@example.com"})
    before = workspace.api.get(f"/api/contacts/{victim.json()['id']}").json()
    for body in (
        identify("attacker", userId="u1", traits={"email": "v@example.com", "name": "X"}),
        identify(None, userId="u1", traits={"name": "X"}),
        message("track", None, userId="u1"),
        message("alias", None, userId="u1", previousId="attacker"),
        message("group", "attacker", userId="u1", groupId="g"),
    ):
        answer = workspace.post("/v1/batch", {"batch": [body]})
        assert answer.json() == {"success": True}
    assert workspace.api.get(f"/api/contacts/{victim.json()['id']}").json() == before
    found = workspace.api.get("/api/contacts", params={"user_id": "u1"}).json()["items"]
    assert found[0]["id"] == before["id"]


def test_a_signed_identify_makes_a_user_and_leaves_the_past_without_proof(
    workspace: Workspace, sign: Any
) -> None:
    workspace.batch(page(url="https://shop.example/before"))
    visitor = workspace.contact(anonymous_id="anna")["id"]
    workspace.batch(signed(sign("u1", email="ada@example.com", name="Ada")))
    workspace.batch(page(url="https://shop.example/after"))
    user = workspace.contact(user_id="u1")
    assert user["id"] != visitor and user["kind"] == "user"
    assert user["last_page_viewed"] == "https://shop.example/after"
    assert user["provenance"]["email"]["trust"] == "signed"
    left = workspace.api.get(f"/api/contacts/{visitor}").json()
    assert left["last_page_viewed"] == "https://shop.example/before" and left["kind"] == "visitor"


def test_with_the_proof_of_the_first_session_the_past_moves_along(
    workspace: Workspace, sign: Any
) -> None:
    ours = {"library": {"name": "openbook-web"}}
    first = message("page", messageId="m-1", context={"page": {"url": "https://a.example/"}} | ours)
    proof = workspace.batch(first).json()["proof"]
    assert workspace.batch(first).json()["proof"] == proof  # a lost answer is not lost for good
    other = workspace.batch(message("page", messageId="m-2", context=ours))
    assert "proof" not in other.json()
    visitor = workspace.contact(anonymous_id="anna")["id"]
    workspace.batch(signed(sign("u1"), proof=proof))
    assert workspace.contact(user_id="u1")["id"] == visitor


def test_a_guessed_proof_moves_nothing(workspace: Workspace, sign: Any) -> None:
    ours = {"library": {"name": "openbook-web"}}
    workspace.batch(message("page", messageId="m-1", context=ours))
    proof = workspace.batch(message("page", "other", messageId="m-2", context=ours)).json()["proof"]
    visitor = workspace.contact(anonymous_id="anna")["id"]
    workspace.batch(signed(sign("u1"), proof=proof))
    assert workspace.contact(user_id="u1")["id"] != visitor


def test_another_person_on_the_same_browser_switches(workspace: Workspace, sign: Any) -> None:
    workspace.batch(page(), signed(sign("u1")), page(url="https://a.example/one"))
    workspace.batch(signed(sign("u2")), page(url="https://a.example/two"))
    assert workspace.contact(user_id="u1")["last_page_viewed"] == "https://a.example/one"
    assert workspace.contact(user_id="u2")["last_page_viewed"] == "https://a.example/two"


def test_a_verified_value_stands_against_any_claim(workspace: Workspace, sign: Any) -> None:
    workspace.batch(signed(sign("u1", email="ada@example.com")))
    workspace.batch(identify(userId="u9", traits={"email": "evil@example.com", "name": "Ada"}))
    contact = workspace.contact(user_id="u1")
    assert contact["email"] == "ada@example.com" and contact["name"] == "Ada"
    assert {identity["value"] for identity in contact["identities"]} == {"u1", "ada@example.com"}


def test_a_token_for_another_workspace_is_no_proof(workspace: Workspace, sign: Any) -> None:
    for token in (sign("u1", aud="someone-else"), sign("u1") + "x", "garbage"):
        workspace.batch(signed(token))
    assert workspace.contacts(user_id="u1") == []


def test_an_expired_token_counts_as_typed(workspace: Workspace, sign: Any) -> None:
    then = int(time.time()) - 7200
    workspace.batch(signed(sign("u1", iat=then, exp=then + 60)))
    contact = workspace.contact(anonymous_id="anna")
    assert contact["user_id"] == "u1"
    assert contact["provenance"]["user_id"]["trust"] == "claimed"


def test_a_server_vouches_for_whom_it_names(workspace: Workspace) -> None:
    token = workspace.new_token("collect")
    workspace.batch(page())
    visitor = workspace.contact(anonymous_id="anna")["id"]
    workspace.batch(identify(userId="u1", traits={"email": "ada@example.com"}), key=token)
    user = workspace.contact(user_id="u1")
    assert user["id"] == visitor and user["provenance"]["user_id"]["trust"] == "server"
    workspace.batch(page("phone"))
    workspace.batch(identify("phone", userId="u1"), key=token)
    assert len(workspace.contacts()) == 1
    assert len(workspace.contact(user_id="u1")["devices"]) == 2


def test_a_merge_in_the_middle_of_a_batch_takes_every_device_along(workspace: Workspace) -> None:
    token = workspace.new_token("collect")
    lead = {"traits": {"email": "ada@example.com"}}
    workspace.batch(identify("one", **lead), identify("two", **lead), key=token)
    workspace.batch(identify(None, userId="u1"), key=token)
    later = page("two", "https://a.example/later")
    workspace.batch(identify("one", userId="u1"), later, page("one"), key=token)
    assert len(workspace.contacts()) == 1
    user = workspace.contact(user_id="u1")
    assert len(user["devices"]) == 2 and user["email"] == "ada@example.com"


def test_a_server_may_speak_of_a_user_without_a_device(workspace: Workspace) -> None:
    token = workspace.new_token("collect")
    for _ in range(2):
        workspace.batch(identify(None, userId="u1", traits={"name": "Ada"}), key=token)
    workspace.batch(message("track", None, userId="u1", event="Paid"), key=token)
    contact = workspace.contact(user_id="u1")
    assert contact["name"] == "Ada" and contact["devices"] == []
    assert contact["last_seen_at"] is None and contact["first_seen_at"] is not None


def test_merge_then_split_gives_both_back(workspace: Workspace) -> None:
    workspace.set(attribute__plan="text:1")
    token = workspace.new_token("collect")
    workspace.batch(page("one"), identify("one", userId="u1", traits={"plan": "pro"}), key=token)
    workspace.batch(page("two", "https://b.example/"), identify("two", traits={"name": "Bo"}))
    kept, gone = (workspace.contact(anonymous_id=name) for name in ("one", "two"))
    merge_id = _in(workspace, merge, UUID(kept["id"]), UUID(gone["id"]), "test")
    both = workspace.contact(anonymous_id="one")
    assert both["id"] == kept["id"] and both["name"] == "Bo" and both["user_id"] == "u1"
    assert both["last_page_viewed"] == "https://b.example/" and both["web_sessions"] == 1
    assert workspace.api.get(f"/api/contacts/{gone['id']}").json()["id"] == kept["id"]
    assert str(_in(workspace, split, merge_id)) == gone["id"]
    assert workspace.contact(anonymous_id="one") == kept
    assert workspace.contact(anonymous_id="two") == gone


def test_a_contact_merged_from_two_users_is_both_of_them(workspace: Workspace, sign: Any) -> None:
    token = workspace.new_token("collect")
    workspace.batch(identify("one", userId="u1"), identify("two", userId="u2"), key=token)
    kept, gone = (workspace.contact(user_id=name) for name in ("u1", "u2"))
    _in(workspace, merge, UUID(kept["id"]), UUID(gone["id"]), "test")
    workspace.batch(signed(sign("u1"), "one"), signed(sign("u2"), "one"), signed(sign("u2"), "new"))
    assert len(workspace.contacts()) == 1
    assert len(workspace.contact(anonymous_id="new")["devices"]) == 3


def test_what_was_seen_after_a_merge_goes_back_with_its_device(workspace: Workspace) -> None:
    workspace.batch(page("one"), page("two"))
    kept, gone = (workspace.contact(anonymous_id=name) for name in ("one", "two"))
    merge_id = _in(workspace, merge, UUID(kept["id"]), UUID(gone["id"]), "test")
    workspace.batch(page("two", "https://later.example/"), identify("two", traits={"name": "Bo"}))
    assert workspace.contact(anonymous_id="one")["name"] == "Bo"
    _in(workspace, split, merge_id)
    assert workspace.contact(anonymous_id="one")["name"] is None
    again = workspace.contact(anonymous_id="two")
    assert again["name"] == "Bo" and again["last_page_viewed"] == "https://later.example/"


def test_a_deleted_contact_is_gone_and_its_device_is_a_new_visitor(workspace: Workspace) -> None:
    token = workspace.new_token("collect")
    workspace.batch(page("one"), identify("one", userId="u1", traits={"name": "A"}), key=token)
    workspace.batch(page("two"))
    kept, gone = (workspace.contact(anonymous_id=name) for name in ("one", "two"))
    _in(workspace, merge, UUID(kept["id"]), UUID(gone["id"]), "test")
    assert workspace.api.delete(f"/api/contacts/{kept['id']}").status_code == 204

    async def left(conn: Connection) -> int:
        tables = ("contacts", "devices", "identities", "claims", "merges", "subscriptions")
        counts = " + ".join(f"(SELECT count(*) FROM {table})" for table in tables)
        cursor = await conn.execute(f"SELECT {counts} AS many")
        row = await cursor.fetchone()
        return row["many"] if row else 0

    assert in_database(workspace.server.conninfo, left, workspace.id) == 0
    for name in (kept["id"], gone["id"]):
        assert workspace.api.get(f"/api/contacts/{name}").status_code == 404
    workspace.batch(page("one"))
    fresh = workspace.contact(anonymous_id="one")
    assert fresh["id"] != kept["id"] and fresh["kind"] == "visitor" and fresh["user_id"] is None


def test_many_writers_of_one_person_agree(workspace: Workspace) -> None:
    """The same new user from many requests at once is one contact, and nothing is refused."""
    token = workspace.new_token("collect")

    def send(number: int) -> int:
        body = {"batch": [identify(f"d{number % 7}", userId="u1")]}
        return workspace.post("/v1/batch", body, token).status_code

    with ThreadPoolExecutor(12) as pool:
        assert set(pool.map(send, range(60))) == {200}
    assert len(workspace.contacts()) == 1
    assert len(workspace.contact(user_id="u1")["devices"]) == 7


def _in(workspace: Workspace, action: Any, *arguments: Any) -> Any:
    async def run(conn: Connection) -> Any:
        return await action(conn, workspace.id, *arguments, clock.now())

    return in_database(workspace.server.conninfo, run, workspace.id)
