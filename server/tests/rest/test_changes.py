"""Create, change, delete, merge and split over REST."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.conftest import Workspace


def make(workspace: Workspace, **values: Any) -> dict[str, Any]:
    answer = workspace.api.post("/api/contacts", json=values)
    assert answer.status_code == 201, answer.text
    return answer.json()


def change(workspace: Workspace, id: str, **values: Any) -> dict[str, Any]:
    answer = workspace.api.patch(f"/api/contacts/{id}", json=values)
    assert answer.status_code == 200, answer.text
    return answer.json()


def refusal(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


def test_a_contact_is_made_and_found(workspace: Workspace) -> None:
    made = make(workspace, user_id=" u1 ", email="Ada@Example.com", name="Ada   King")
    assert (made["user_id"], made["email"], made["name"]) == ("u1", "Ada@Example.com", "Ada King")
    assert made["kind"] == "user"
    assert made["provenance"]["email"]["source"] == "server"
    assert workspace.contact(user_id="u1")["id"] == made["id"]
    assert workspace.contact(email="ada@example.com")["id"] == made["id"]


def test_what_is_verified_is_unique(workspace: Workspace) -> None:
    first = make(workspace, user_id="u1", email="ada@example.com")
    again = workspace.api.post("/api/contacts", json={"user_id": "u1"})
    assert refusal(again) == (409, "user_id_taken")
    assert again.json()["contact_id"] == first["id"]
    same = workspace.api.post("/api/contacts", json={"email": "ADA@example.com"})
    assert refusal(same) == (409, "email_taken")
    second = make(workspace, user_id="u2", email="ada@example.com")
    taken = workspace.api.patch(f"/api/contacts/{second['id']}", json={"user_id": "u1"})
    assert refusal(taken) == (409, "user_id_taken")
    assert change(workspace, second["id"], user_id="u2")["id"] == second["id"]


def test_of_many_who_make_the_same_contact_at_once_one_does(workspace: Workspace) -> None:
    def post(_: int) -> httpx.Response:
        return workspace.api.post("/api/contacts", json={"user_id": "u1", "name": "Ada"})

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(post, range(16)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 15
    assert len(workspace.contacts()) == 1


def test_a_change_names_what_it_changes_and_null_clears(workspace: Workspace) -> None:
    workspace.set(attribute__plan="text", attribute__seats="number")
    made = make(workspace, user_id="u1", name="Ada", attributes={"plan": "pro", "seats": 2})
    changed = change(workspace, made["id"], name="Ada King", attributes={"plan": None})
    assert changed["name"] == "Ada King"
    assert changed["user_id"] == "u1"
    assert changed["attributes"] == {"seats": 2}
    assert "attributes.plan" not in changed["provenance"]
    assert {"field": "name", "value": "Ada"}.items() <= changed["claims"][-1].items()
    cleared = change(workspace, made["id"], name=None, user_id=None)
    assert (cleared["name"], cleared["user_id"]) == (None, None)
    assert workspace.contacts(user_id="u1") == []
    assert change(workspace, made["id"])["id"] == made["id"]


def test_a_verified_value_stands_against_a_claim_and_replaces_one(workspace: Workspace) -> None:
    workspace.batch({
        "type": "identify", "messageId": "1", "anonymousId": "a",
        "traits": {"name": "Mallory", "email": "m@example.com"},
    })  # fmt: skip
    contact = workspace.contact(anonymous_id="a")
    assert contact["provenance"]["name"]["verified"] is False
    changed = change(workspace, contact["id"], name="Ada")
    assert changed["name"] == "Ada"
    assert [claim["value"] for claim in changed["claims"]] == ["Mallory"]
    workspace.batch({
        "type": "identify", "messageId": "2", "anonymousId": "a", "traits": {"name": "Trudy"},
    })  # fmt: skip
    assert workspace.contact(anonymous_id="a")["name"] == "Ada"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"user_id": "null"}, "bad_user_id"),
        ({"user_id": ""}, "bad_user_id"),
        ({"user_id": "x" * 256}, "bad_user_id"),
        ({"email": "nobody"}, "bad_email"),
        ({"email": "a@b.example\u0000"}, "bad_email"),
        ({"name": "\u0000"}, "bad_name"),
        ({"name": 5}, "bad_input"),
        ({"spam": "maybe"}, "bad_input"),
        ({"unsubscribed": None}, "bad_input"),
        ({"ip": "192.0.2.7"}, "bad_input"),
        ({"first_seen_at": 5}, "bad_input"),
        ({"id": str(uuid4())}, "bad_input"),
        ({"attributes": {"undeclared": 1}}, "undeclared_attribute"),
        ({"attributes": {"seats": "many"}}, "bad_attribute"),
        ({"attributes": None}, "bad_input"),
        ([], "bad_input"),
        (None, "bad_input"),
    ],
)
def test_what_cannot_be_written_is_refused(workspace: Workspace, body: Any, code: str) -> None:
    workspace.set(attribute__seats="number")
    contact = make(workspace, user_id="u1")
    assert refusal(workspace.api.post("/api/contacts", json=body)) == (400, code)
    answer = workspace.api.patch(f"/api/contacts/{contact['id']}", json=body)
    assert refusal(answer) == (400, code)
    assert len(workspace.contacts()) == 1


def test_a_field_that_is_switched_off_is_not_written(workspace: Workspace) -> None:
    contact = make(workspace, user_id="u1", name="Ada")
    workspace.set(collect__name="false")
    answer = workspace.api.patch(f"/api/contacts/{contact['id']}", json={"name": "Needle"})
    assert refusal(answer) == (400, "switched_off")


def test_spam_is_for_the_team(workspace: Workspace) -> None:
    contact = make(workspace, user_id="u1")
    marked = change(workspace, contact["id"], spam=True)
    assert marked["spam"] is True
    assert marked["spam_at"] is not None
    assert marked["spam_by"] is not None
    assert change(workspace, contact["id"], spam=False)["spam_at"] is None
    token = workspace.new_token("contacts:write")
    answer = workspace.api.patch(
        f"/api/contacts/{contact['id']}",
        json={"spam": True},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert refusal(answer) == (403, "forbidden")


def test_a_subscription_is_the_addresses(workspace: Workspace) -> None:
    one = make(workspace, user_id="u1", email="ada@example.com")
    two = make(workspace, user_id="u2", email="ada@example.com")
    left = change(workspace, one["id"], unsubscribed=True)
    assert left["unsubscribed"] is True
    assert left["unsubscribed_how"] == "server"
    assert workspace.contact(user_id="u2")["unsubscribed"] is True
    assert change(workspace, two["id"], unsubscribed=False)["unsubscribed"] is False
    assert workspace.contact(user_id="u1")["unsubscribed"] is False


def test_a_contact_without_an_address_can_be_unsubscribed(workspace: Workspace) -> None:
    contact = make(workspace, user_id="u1")
    assert change(workspace, contact["id"], unsubscribed=True)["unsubscribed"] is True


def test_a_deleted_contact_is_gone_and_its_browser_begins_anew(workspace: Workspace) -> None:
    workspace.batch({"type": "page", "messageId": "1", "anonymousId": "a"})
    contact = workspace.contact(anonymous_id="a")
    change(workspace, contact["id"], user_id="u1", email="ada@example.com")
    assert workspace.api.delete(f"/api/contacts/{contact['id']}").status_code == 204
    assert refusal(workspace.api.get(f"/api/contacts/{contact['id']}"))[0] == 404
    assert refusal(workspace.api.delete(f"/api/contacts/{contact['id']}"))[0] == 404
    assert workspace.contacts() == []
    workspace.batch({"type": "page", "messageId": "2", "anonymousId": "a"})
    back = workspace.contact(anonymous_id="a")
    assert back["id"] != contact["id"]
    assert (back["kind"], back["user_id"]) == ("visitor", None)


def test_merged_contacts_are_one_until_they_are_split(workspace: Workspace) -> None:
    workspace.batch({"type": "page", "messageId": "1", "anonymousId": "a"})
    gone = workspace.contact(anonymous_id="a")
    kept = make(workspace, user_id="u1", name="Ada")
    merged = workspace.api.post(f"/api/contacts/{kept['id']}/merge", json={"with": gone["id"]})
    assert merged.status_code == 200, merged.text
    entry, contact = merged.json()["merge"], merged.json()["contact"]
    assert (entry["kept"], entry["gone"]) == (kept["id"], gone["id"])
    assert contact["web_sessions"] == 1
    assert [device["anonymous_id"] for device in contact["devices"]] == ["a"]
    by_old_id = workspace.api.get(f"/api/contacts/{gone['id']}").json()
    assert by_old_id["id"] == kept["id"]
    assert change(workspace, gone["id"], name="Ada King")["id"] == kept["id"]
    deleted = workspace.api.delete(f"/api/contacts/{gone['id']}")
    assert refusal(deleted) == (409, "merged")
    assert deleted.json()["contact_id"] == kept["id"]
    journal = workspace.api.get(f"/api/contacts/{gone['id']}/merges").json()["items"]
    assert journal == [entry]
    other = make(workspace, user_id="u9")
    wrong = workspace.api.post(f"/api/contacts/{other['id']}/split", json={"merge": entry["id"]})
    assert refusal(wrong) == (404, "no_such_merge")
    parted = workspace.api.post(f"/api/contacts/{kept['id']}/split", json={"merge": entry["id"]})
    assert parted.status_code == 200, parted.text
    assert parted.json()["kept"]["web_sessions"] == 0
    assert parted.json()["restored"]["id"] == gone["id"]
    assert workspace.contact(anonymous_id="a")["id"] == gone["id"]
    again = workspace.api.post(f"/api/contacts/{kept['id']}/split", json={"merge": entry["id"]})
    assert refusal(again) == (409, "already_split")


def test_merged_users_are_found_by_both_user_ids(workspace: Workspace) -> None:
    kept = make(workspace, user_id="u1", email="ada@example.com")
    gone = make(workspace, user_id="u2", email="king@example.com")
    workspace.api.post(f"/api/contacts/{kept['id']}/merge", json={"with": gone["id"]})
    for query in (
        {"user_id": "u1"},
        {"user_id": "u2"},
        {"email": "ada@example.com"},
        {"email": "king@example.com"},
    ):
        assert workspace.contact(**query)["id"] == kept["id"], query


def test_what_cannot_be_merged_is_refused(workspace: Workspace) -> None:
    contact = make(workspace, user_id="u1")
    merge = f"/api/contacts/{contact['id']}/merge"
    assert refusal(workspace.api.post(merge, json={"with": contact["id"]}))[0] == 409
    assert refusal(workspace.api.post(merge, json={"with": str(uuid4())}))[0] == 404
    assert refusal(workspace.api.post(merge, json={"with": "x"}))[0] == 400
    assert refusal(workspace.api.post(merge, json={}))[0] == 400


def test_scopes_open_what_they_name(workspace: Workspace) -> None:
    contact = make(workspace, user_id="u1")
    one = f"/api/contacts/{contact['id']}"
    calls: list[tuple[str, str, str, Any]] = [
        ("contacts:read", "GET", "/api/contacts", None),
        ("contacts:read", "GET", one, None),
        ("contacts:read", "GET", "/api/contacts/count", None),
        ("contacts:read", "POST", "/api/contacts/search", {}),
        ("contacts:read", "GET", f"{one}/merges", None),
        ("contacts:write", "POST", "/api/contacts", {"user_id": "u2"}),
        ("contacts:write", "PATCH", one, {"name": "Ada"}),
        ("contacts:write", "POST", f"{one}/merge", {"with": contact["id"]}),
        ("contacts:write", "POST", f"{one}/split", {"merge": contact["id"]}),
        ("contacts:delete", "DELETE", one, None),
        ("import", "POST", "/api/contacts/import", None),
        ("export", "GET", "/api/contacts/export", None),
    ]
    for scope in ("contacts:read", "contacts:write", "contacts:delete", "import", "export"):
        headers = {"Authorization": f"Bearer {workspace.new_token(scope)}"}
        for wanted, method, path, body in calls:
            if scope == wanted == "contacts:delete":
                continue
            answer = workspace.api.request(method, path, json=body, headers=headers)
            assert (answer.status_code == 403) == (scope != wanted), (scope, method, path)
    for _, method, path, body in calls:
        answer = httpx.request(method, workspace.url + path, json=body)
        assert refusal(answer) == (401, "not_allowed"), (method, path)


def test_no_workspace_sees_anothers_contacts(workspace: Workspace, stranger: Workspace) -> None:
    contact = make(workspace, user_id="u1", email="ada@example.com")
    one = f"/api/contacts/{contact['id']}"
    own = make(stranger, user_id="u1", email="ada@example.com")
    assert own["id"] != contact["id"]
    calls: list[tuple[str, str, Any]] = [
        ("GET", one, None),
        ("PATCH", one, {"name": "x"}),
        ("DELETE", one, None),
        ("POST", f"{one}/merge", {"with": own["id"]}),
        ("POST", f"/api/contacts/{own['id']}/merge", {"with": contact["id"]}),
        ("POST", f"{one}/split", {"merge": contact["id"]}),
    ]
    for method, path, body in calls:
        assert refusal(stranger.api.request(method, path, json=body))[0] == 404, (method, path)
    assert [item["id"] for item in stranger.contacts()] == [own["id"]]
    assert workspace.api.get(one).json()["name"] is None
