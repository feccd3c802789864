"""Who gets into the inbox: by scope, by role, and never from another workspace."""

from collections.abc import Iterator
from typing import Any

import pytest

from openbook.accounts.schemas import SCOPES
from tests.accounts.visiting import join, refused
from tests.chat.inbox_talk import cid, team, visitor
from tests.conftest import Server, Workspace, _workspace

READING, WRITING = "conversations:read", "conversations:write"
CASES: list[tuple[str, str, str, Any]] = [
    (READING, "GET", "", None),
    (READING, "GET", "?view=all&q=hello", None),
    (READING, "GET", "/counts", None),
    (READING, "GET", "/{id}", None),
    (READING, "GET", "/{id}/messages", None),
    (READING, "GET", "/{id}/transcript", None),
    (READING, "POST", "/{id}/read", {"seq": 1}),
    (READING, "POST", "/{id}/unread", None),
    (WRITING, "POST", "", {"contact_id": "{contact}", "text": "Hello"}),
    (WRITING, "POST", "/{id}/messages", {"text": "Hello"}),
    (WRITING, "POST", "/{id}/messages", {"text": "Hello", "kind": "note"}),
    (WRITING, "PATCH", "/{id}", {"status": "closed"}),
    (WRITING, "POST", "/{id}/typing", {}),
    (WRITING, "POST", "/{id}/merge", {"other_id": "{other}"}),
    (WRITING, "POST", "/{id}/spam", None),
    (WRITING, "DELETE", "/{id}/spam", None),
]
CANNED = "/api/canned-replies"


@pytest.fixture
def stranger(server: Server) -> Iterator[Workspace]:
    yield from _workspace(server)


def prepared(workspace: Workspace) -> dict[str, str]:
    """What the addresses and bodies of CASES name."""
    ada, desk = visitor(workspace), team(workspace)
    id, other = (ada.begin("Hello")["conversation"]["id"] for _ in range(2))
    return {"id": id, "other": other, "contact": desk.one(id)["contact"]["id"]}


def filled(body: Any, names: dict[str, str], path: str) -> Any:
    if body is None:
        return None
    body = {key: str(value).format(**names) if "{" in str(value) else value
            for key, value in body.items()}  # fmt: skip
    return body | {"cid": cid()} if "text" in body else body


def test_a_scope_opens_its_routes_and_no_other_does(workspace: Workspace) -> None:
    with_it = {one: workspace.new_token(one) for one in (READING, WRITING)}
    without = {
        one: workspace.new_token(*(other for other in SCOPES if other != one))
        for one in (READING, WRITING)
    }
    for scope, method, path, body in CASES:
        names = prepared(workspace)

        def asked(token: str) -> Any:
            return workspace.api.request(
                method,  # noqa: B023
                f"/api/conversations{path.format(**names)}",  # noqa: B023
                json=filled(body, names, path),  # noqa: B023
                headers={"Authorization": f"Bearer {token}"},
            )

        refusal = asked(without[scope])
        assert refused(refusal) == (403, "forbidden"), (method, path)
        assert scope in refusal.json()["detail"]
        # Spam is a field of the contact, which a program marks only with a role of the team.
        if not path.endswith("spam"):
            assert asked(with_it[scope]).status_code < 300, (method, path)


def test_another_workspace_sees_and_changes_nothing(
    workspace: Workspace, stranger: Workspace
) -> None:
    names, desk = prepared(workspace), team(workspace)
    before = desk.ask(view="all"), desk.messages(names["id"]), desk.messages(names["other"])
    for _, method, path, body in CASES:
        answer = stranger.api.request(
            method, f"/api/conversations{path.format(**names)}", json=filled(body, names, path)
        )
        if method == "GET" and "{id}" not in path:
            assert answer.status_code == 200
            assert names["id"] not in answer.text and "Hello" not in answer.text
        else:
            assert answer.status_code == 404, (method, path, answer.text)
    after = desk.ask(view="all"), desk.messages(names["id"]), desk.messages(names["other"])
    assert after == before


def test_ids_of_another_workspace_are_nobody_here(
    workspace: Workspace, stranger: Workspace
) -> None:
    mine, theirs = prepared(workspace), prepared(stranger)
    member = join(stranger, "agent")
    tag = stranger.api.post("/api/tags", json={"name": "theirs"}).json()["id"]
    one = f"/api/conversations/{mine['id']}"
    for method, path, body, status in (
    ("PATCH", one, {"assignee_id": str(member.id)}, 400),
    ("PATCH", one, {"tags": [tag]}, 400),
    ("POST", f"{one}/merge", {"other_id": theirs["id"]}, 404),
    ("POST", f"{one}/messages",
         {"cid": "m", "text": "x", "kind": "note", "mentions": [str(member.id)]}, 400),
    ("POST", "/api/conversations",
         {"cid": "c", "text": "x", "contact_id": theirs["contact"]}, 404),
    ):  # fmt: skip
        assert workspace.api.request(method, path, json=body).status_code == status, path
    for filter in (f"tag={tag}", f"assignee={member.id}", f"contact={theirs['contact']}"):
        found = workspace.api.get(f"/api/conversations?view=all&{filter}").json()
        assert found["conversations"] == []
    canned = stranger.api.post(CANNED, json={"shortcut": "hi", "text": "Hello"}).json()["id"]
    assert workspace.api.get(CANNED).json()["items"] == []
    change = {"shortcut": "hi", "text": "Mine"}
    assert workspace.api.put(f"{CANNED}/{canned}", json=change).status_code == 404
    assert workspace.api.delete(f"{CANNED}/{canned}").status_code == 404
    here = workspace.api.get("/api/visitors").json()["visitors"]
    assert {one["contact"]["id"] for one in here} == {mine["contact"]}


@pytest.mark.parametrize(
    ("role", "writes"), [("viewer", False), ("agent", True), ("admin", True), ("owner", True)]
)
def test_who_only_looks_reads_and_does_nothing(
    workspace: Workspace, role: str, writes: bool
) -> None:
    browser = join(workspace, role).browser()
    names = prepared(workspace)
    for scope, method, path, body in CASES:
        if path.endswith("merge"):
            continue  # the last of what these two conversations are for
        answer = browser.http.request(
            method,
            f"/api/conversations{path.format(**names)}",
            json=filled(body, names, path),
        )
        if scope == READING or writes:
            assert answer.status_code < 300, (method, path, answer.text)
        else:
            assert refused(answer) == (403, "forbidden"), (method, path)
    made = browser.post(CANNED, {"shortcut": "hi", "text": "Hello"})
    assert made.status_code == (201 if writes else 403)
    assert browser.get(CANNED).status_code == browser.get("/api/visitors").status_code == 200


def test_a_page_elsewhere_says_nothing_in_a_member_s_name(workspace: Workspace) -> None:
    names = prepared(workspace)
    browser = join(workspace, "agent").browser()
    foreign = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    for scope, method, path, body in CASES:
        if method == "GET":
            continue
        answer = browser.http.request(
            method,
            f"/api/conversations{path.format(**names)}",
            json=filled(body, names, path),
            headers=foreign,
        )
        assert refused(answer) == (403, "not_from_here"), (scope, method, path)
