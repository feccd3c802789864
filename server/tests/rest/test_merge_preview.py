"""A look ahead at a merge or a split shows what it does, and changes nothing."""

from typing import Any

import pytest

from openbook.contacts.previews.comparing import outcomes
from openbook.contacts.schemas import SHOWN, Contact, Provenance, TrustName
from tests.conftest import Workspace
from tests.rest.test_changes import change, make, refusal


def look(workspace: Workspace, kept: str, gone: str) -> dict[str, Any]:
    answer = workspace.api.post(f"/api/contacts/{kept}/merge/preview", json={"with": gone})
    assert answer.status_code == 200, answer.text
    return answer.json()


def visitor(workspace: Workspace, name: str, **context: Any) -> dict[str, Any]:
    page = {"url": f"https://shop.test/{name}"}
    workspace.batch({
        "type": "page", "messageId": name, "anonymousId": name,
        "context": {"page": page, **context},
    })  # fmt: skip
    return workspace.contact(anonymous_id=name)


def timeless(contact: dict[str, Any]) -> dict[str, Any]:
    """Without the moment of the merge itself."""
    return {name: value for name, value in contact.items() if name != "provenance"}


def test_the_preview_is_what_the_merge_makes(workspace: Workspace) -> None:
    workspace.set(attribute__plan="text", attribute__seats="number")
    first = make(workspace, user_id="u1", name="Ada", attributes={"plan": "pro"})
    second = make(workspace, email="ada@example.com", name="A. King", attributes={"seats": 3})
    workspace.api.patch(f"/api/contacts/{second['id']}", json={"unsubscribed": True})
    before = workspace.api.get(f"/api/contacts/{first['id']}").json()
    seen = look(workspace, first["id"], second["id"])
    assert workspace.api.get(f"/api/contacts/{first['id']}").json() == before
    assert workspace.api.get(f"/api/contacts/{first['id']}/merges").json()["items"] == []
    assert (seen["kept"], seen["gone"]["id"]) == (before, second["id"])
    merged = workspace.api.post(
        f"/api/contacts/{first['id']}/merge", json={"with": second["id"]}
    ).json()["contact"]
    # The unsubscription is dated by the merge, which was a moment later.
    seen["result"]["unsubscribed_at"] = merged["unsubscribed_at"]
    assert timeless(seen["result"]) == timeless(merged)
    why = {one["field"]: (one["winner"], one["why"]) for one in seen["outcomes"]}
    assert why["user_id"] == ("kept", "only")
    assert why["email"] == ("gone", "only")
    assert why["name"] == ("gone", "later")
    assert why["unsubscribed"] == ("gone", "choice")
    assert why["attributes.plan"] == ("kept", "only")
    assert why["attributes.seats"] == ("gone", "only")


def test_what_devices_saw_is_joined_and_the_later_seen_wins(workspace: Workspace) -> None:
    first = visitor(workspace, "laptop", locale="it-IT")
    second = visitor(workspace, "phone", locale="en-GB")
    seen = look(workspace, first["id"], second["id"])
    why = {one["field"]: (one["winner"], one["why"]) for one in seen["outcomes"]}
    assert why["last_page_viewed"] == ("gone", "later")
    assert why["browser_language"] == ("gone", "later")
    assert why["web_sessions"] == ("both", "sum")
    assert seen["result"]["web_sessions"] == 2
    assert len(seen["result"]["devices"]) == 2
    assert len(workspace.contacts()) == 2


def test_the_preview_of_a_split_is_what_the_split_makes(workspace: Workspace) -> None:
    first = make(workspace, user_id="u1", name="Ada")
    second = visitor(workspace, "laptop")
    merged = workspace.api.post(
        f"/api/contacts/{first['id']}/merge", json={"with": second["id"]}
    ).json()
    whole = {"merge": merged["merge"]["id"]}
    seen = workspace.api.post(f"/api/contacts/{first['id']}/split/preview", json=whole).json()
    assert seen["now"] == workspace.api.get(f"/api/contacts/{first['id']}").json()
    assert seen["kept"]["devices"] == []
    assert [device["anonymous_id"] for device in seen["restored"]["devices"]] == ["laptop"]
    done = workspace.api.post(f"/api/contacts/{first['id']}/split", json=whole).json()
    assert (done["kept"], done["restored"]) == (seen["kept"], seen["restored"])
    again = workspace.api.post(f"/api/contacts/{first['id']}/split/preview", json=whole)
    assert refusal(again) == (409, "already_split")


def test_a_preview_refuses_what_the_merge_refuses(
    workspace: Workspace, stranger: Workspace
) -> None:
    contact, foreign = make(workspace, user_id="u1"), make(stranger, user_id="u1")
    path = f"/api/contacts/{contact['id']}/merge/preview"
    itself = workspace.api.post(path, json={"with": contact["id"]})
    assert refusal(itself) == (409, "same_contact")
    theirs = workspace.api.post(path, json={"with": foreign["id"]})
    assert refusal(theirs) == (404, "no_such_contact")
    reader = {"Authorization": f"Bearer {workspace.new_token('contacts:read')}"}
    other = make(workspace, user_id="u2")
    assert workspace.api.post(path, json={"with": other["id"]}, headers=reader).status_code == 403


def test_what_was_written_is_taken_back_and_what_stood_before_stands(workspace: Workspace) -> None:
    workspace.set(attribute__plan="text:1")
    workspace.batch({
        "type": "identify", "messageId": "1", "anonymousId": "a",
        "traits": {"name": "Ada", "plan": "free"},
    })  # fmt: skip
    contact = workspace.contact(anonymous_id="a")
    path = f"/api/contacts/{contact['id']}/withdraw"
    assert refusal(workspace.api.post(path, json={"field": "name"})) == (409, "nothing_to_withdraw")
    change(workspace, contact["id"], name="Augusta", attributes={"plan": "pro"})
    for field in ("name", "attributes.plan"):
        assert workspace.api.post(path, json={"field": field}).status_code == 200
    back = workspace.contact(anonymous_id="a")
    assert (back["name"], back["attributes"]) == ("Ada", {"plan": "free"})
    assert back["provenance"]["name"] == contact["provenance"]["name"]
    assert back["claims"] == []
    assert refusal(workspace.api.post(path, json={"field": "city"})) == (400, "bad_field")


def test_an_identity_that_another_contact_got_meanwhile_is_not_taken_back(
    workspace: Workspace,
) -> None:
    first = make(workspace, user_id="u1", email="ada@example.com")
    change(workspace, first["id"], user_id="u2", email="ada@example.org")
    second = make(workspace, user_id="u1")
    path = f"/api/contacts/{first['id']}/withdraw"
    answer = workspace.api.post(path, json={"field": "user_id"})
    assert refusal(answer) == (409, "user_id_taken")
    assert answer.json()["contact_id"] == second["id"]
    back = workspace.api.post(path, json={"field": "email"}).json()
    assert (back["user_id"], back["email"]) == ("u2", "ada@example.com")
    assert workspace.contact(email="ada@example.com")["id"] == first["id"]
    assert workspace.contacts(email="ada@example.org") == []


SEEN: dict[str, Any] = {"source": "web", "at": 5, "verified": False, "derived": False}


def contact(trust: TrustName | None = None, **values: Any) -> Contact:
    provenance = {name: Provenance(trust=trust, **SEEN) for name in values} if trust else {}
    whole: dict[str, Any] = {field.id: None for field in SHOWN}
    whole |= {"id": None, "kind": "visitor", "display_name": "", "attributes": {}}
    whole |= {"devices": [], "identities": [], "tags": [], "spam": False}
    whole |= {"unsubscribed": False}
    return Contact(**whole | values, provenance=provenance)


@pytest.mark.parametrize(
    ("kept", "gone", "result", "expected"),
    [
        (contact("server", name="A"), contact("claimed", name="B"), "A", ("kept", "trust")),
        (contact("claimed", name="A"), contact("signed", name="B"), "B", ("gone", "trust")),
        (contact("claimed", name="A"), contact("claimed", name="B"), "A", ("kept", "earlier")),
        (contact("signed", name="A"), contact("signed", name="B"), "B", ("gone", "later")),
        (contact("signed", name="A"), contact("signed", name="A"), "A", ("same", "equal")),
        (contact(), contact("signed", name="A"), "A", ("gone", "only")),
        (contact("signed", city="A"), contact(), None, ("gone", "later")),
    ],
)
def test_the_reason_follows_from_who_said_it_and_when(
    kept: Contact, gone: Contact, result: Any, expected: tuple[str, str]
) -> None:
    field = "city" if kept.city else "name"  # type: ignore[attr-defined]
    [found] = outcomes(kept, gone, contact(**{field: result}))
    assert (found.field, (found.winner, found.why)) == (field, expected)


def test_a_mark_of_the_team_stays_as_it_is_on_the_contact_that_is_kept(
    workspace: Workspace,
) -> None:
    first, second = make(workspace, user_id="u1"), make(workspace, user_id="u2")
    change(workspace, second["id"], spam=True)
    seen = look(workspace, first["id"], second["id"])
    why = {one["field"]: (one["winner"], one["why"]) for one in seen["outcomes"]}
    assert seen["result"]["spam"] is False
    assert why["spam"] == ("kept", "kept_stays")
