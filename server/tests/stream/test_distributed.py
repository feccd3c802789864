"""The distributed mode as its users see it: what is answered is stored, by somebody, soon."""

from collections.abc import Iterator
from typing import Any

import pytest

from openbook.catalogue.fields import GROUPS
from tests.collect.test_visit import ago
from tests.collect.test_visit import page as view
from tests.conftest import Server, Workspace
from tests.conftest import _workspace as workspace_of
from tests.contacts.test_identity import sign, signed
from tests.stream.asking import eventually, stored

__all__ = ["sign"]


@pytest.fixture
def workspace(far: Workspace) -> Workspace:
    """The fixtures of other folders mean the distributed installation here."""
    return far


def test_a_visit_becomes_a_contact(far: Workspace) -> None:
    body = view(properties={"url": "https://shop.example/shoes?utm_source=news"})
    answer = far.post("/v1/page", body, headers={"Origin": "https://shop.example"})
    assert (answer.status_code, answer.json()) == (200, {"success": True})
    contact = stored(far, anonymous_id="anna")
    assert contact["last_page_viewed"] == "https://shop.example/shoes"
    assert contact["browser_name"] == "Chrome" and contact["web_sessions"] == 1


def test_one_batch_becomes_many_contacts(far: Workspace) -> None:
    far.batch(*(view(f"visitor-{number}") for number in range(100)))

    def all_there() -> None:
        assert far.api.get("/api/contacts/count").json()["count"] == 100

    eventually(all_there)


def test_a_device_proves_its_past_by_what_its_first_view_was_answered_with(
    far: Workspace, sign: Any
) -> None:
    ours = {"library": {"name": "openbook.js", "version": "1"}}
    first = far.post("/v1/page", view(messageId="m-1", context=ours)).json()
    assert "proof" not in first
    again = far.post("/v1/page", view(messageId="m-2", context=ours)).json()
    token = sign("u1", email="ada@example.com")
    far.batch(signed(token, proof=first["firstProof"]))
    contact = stored(far, user_id="u1")
    assert contact["last_page_viewed"] == "https://shop.example/"
    # What a later view is answered with proves nothing: it did not make the device.
    far.batch(view("bob", messageId="m-3", context=ours))
    stored(far, anonymous_id="bob")
    far.batch(signed(sign("u2"), "bob", proof=again["firstProof"]))
    assert stored(far, user_id="u2")["last_page_viewed"] is None


def test_one_request_proves_its_own_past(far: Workspace, sign: Any) -> None:
    far.batch(view(), signed(sign("u1")))
    assert stored(far, user_id="u1")["last_page_viewed"] == "https://shop.example/"


MESSAGES: list[dict[str, Any]] = [
    view(context={"locale": "it-IT"}),
    {"type": "identify", "anonymousId": "anna", "userId": "u-1", "traits": {"name": "Anna"}},
    view(context={"page": {"url": "https://shop.example/b?utm_source=x"}}),
    {"type": "screen", "anonymousId": "app", "name": "Home", "context": {
        "device": {"type": "android", "manufacturer": "OnePlus", "model": "IN2023"},
        "app": {"name": "Shop", "version": "1"}, "os": {"name": "Android", "version": "14"}}},
    {"type": "identify", "userId": "u-2", "traits": {"email": "u2@example.org"}},
    {"type": "track", "anonymousId": "anna", "event": "Bought"},
]  # fmt: skip
SINGLE = {"page": "/v1/page", "identify": "/v1/identify", "screen": "/v1/screen"}
OF_THE_DELIVERY = {field.id for field in GROUPS["connection"]}
"""The address is observed when a message arrives."""
OWN = ("id", "display_name", "devices", "contact_id")


@pytest.fixture
def near(server: Server) -> Iterator[Workspace]:
    """A workspace of the suite's server, which stores by itself."""
    yield from workspace_of(server)


def test_both_modes_make_the_same_contacts_of_the_same_messages(
    far: Workspace, near: Workspace
) -> None:
    at = ago(minutes=3)
    for target in (near, far):
        target.set(collect__utms="true", attribute__plan="text:1")
        for message in MESSAGES:
            body = {**message, "timestamp": at}
            answer = target.post(SINGLE.get(body["type"], "/v1/track"), body)
            assert answer.status_code == 200, answer.text
        target.batch(*({**message, "timestamp": at} for message in MESSAGES))

    def same() -> None:
        assert shown(far) == shown(near)

    eventually(same)
    assert len(shown(far)) == 3


def shown(workspace: Workspace) -> list[dict[str, Any]]:
    """All contacts, without what no two deliveries have alike: ids, and when they arrived."""
    contacts = [
        workspace.api.get(f"/api/contacts/{found['id']}").json() for found in workspace.contacts()
    ]
    for contact in contacts:
        for name in OF_THE_DELIVERY & contact["provenance"].keys():
            del contact["provenance"][name]["at"]
    return sorted((_plain(contact) for contact in contacts), key=repr)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(it) for key, it in value.items() if key not in OWN}
    return [_plain(it) for it in value] if isinstance(value, list) else value
