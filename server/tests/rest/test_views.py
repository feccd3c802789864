"""Saved views: one's own and the team's, who may change them, removal and its undoing."""

from typing import Any

import httpx
import pytest

from tests.conftest import Workspace

LAYOUT = {"columns": ["contact", "email"], "widths": {"email": 300}, "density": "compact"}
ITALY = {"and": [{"field": "country_code", "op": "eq", "value": "IT"}]}


def as_another(workspace: Workspace, *scopes: str) -> httpx.Client:
    token = workspace.new_token(*scopes)
    return httpx.Client(base_url=workspace.url, headers={"Authorization": f"Bearer {token}"})


def save(api: httpx.Client, name: str, **more: Any) -> dict[str, Any]:
    answer = api.post("/api/views", json={"name": name, **LAYOUT, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


def names(api: httpx.Client) -> list[str]:
    return [view["name"] for view in api.get("/api/views").json()["items"]]


def test_a_view_is_saved_changed_removed_and_brought_back(workspace: Workspace) -> None:
    made = save(workspace.api, "  From Italy ", q="ada", filter=ITALY)
    assert (made["name"], made["q"], made["filter"]) == ("From Italy", "ada", ITALY)
    assert made["columns"] == LAYOUT["columns"]
    assert (made["mine"], made["may_change"], made["shared"]) == (True, True, False)
    path = f"/api/views/{made['id']}"
    changed = workspace.api.put(path, json={"name": "Italy", **LAYOUT, "filter": None})
    assert (changed.json()["name"], changed.json()["filter"]) == ("Italy", None)
    assert workspace.api.delete(path).status_code == 204
    assert names(workspace.api) == []
    assert workspace.api.delete(path).json()["code"] == "no_such_view"
    assert workspace.api.put(path, json={"name": "x", **LAYOUT}).status_code == 404
    assert workspace.api.post(f"{path}/restore").json()["name"] == "Italy"
    assert names(workspace.api) == ["Italy"]
    assert workspace.api.post(f"{path}/restore").status_code == 404


def test_ones_own_views_are_seen_by_nobody_else(workspace: Workspace, stranger: Workspace) -> None:
    own = save(workspace.api, "mine")
    shared = save(workspace.api, "ours", shared=True)
    with as_another(workspace, "contacts:read") as viewer:
        assert names(viewer) == ["ours"]
        assert (
            viewer.put(f"/api/views/{own['id']}", json={"name": "x", **LAYOUT}).status_code == 404
        )
        assert viewer.get("/api/views").json()["items"][0]["may_change"] is False
    assert names(stranger.api) == []
    assert stranger.api.delete(f"/api/views/{shared['id']}").status_code == 404
    assert names(workspace.api) == ["mine", "ours"]


def test_what_the_team_shares_is_changed_by_who_may_write(workspace: Workspace) -> None:
    shared = save(workspace.api, "ours", shared=True)
    path = f"/api/views/{shared['id']}"
    with as_another(workspace, "contacts:read") as viewer:
        refused = viewer.post("/api/views", json={"name": "x", "shared": True, **LAYOUT})
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
        assert viewer.delete(path).status_code == 403
        save(viewer, "a viewer's own")
    with as_another(workspace, "contacts:read", "contacts:write") as agent:
        renamed = agent.put(path, json={"name": "everybody's", "shared": True, **LAYOUT})
        assert renamed.json()["name"] == "everybody's"
        taken = agent.put(path, json={"name": "mine now", "shared": False, **LAYOUT})
        assert taken.status_code == 403
    assert names(workspace.api) == ["everybody's"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"name": "x" * 81},
        {"filter": {"and": [{"field": "shoe_size", "op": "eq", "value": 43}]}},
        {"filter": {"field": "email", "op": "gt", "value": 3}},
        {"columns": []},
        {"columns": ["a\x00b"]},
        {"widths": {"email": -1}},
        {"density": "airy"},
        {"owner_id": "me"},
    ],
)
def test_what_is_no_view_is_refused(workspace: Workspace, wrong: dict[str, Any]) -> None:
    answer = workspace.api.post("/api/views", json={"name": "x", **LAYOUT, **wrong})
    assert answer.status_code == 400, answer.text
    assert names(workspace.api) == []


def test_how_ones_list_looks_is_kept_for_each(workspace: Workspace) -> None:
    assert workspace.api.get("/api/views").json()["layout"] is None
    assert workspace.api.put("/api/views/layout", json=LAYOUT).json() == LAYOUT
    wider = {**LAYOUT, "widths": {"email": 400}}
    workspace.api.put("/api/views/layout", json=wider)
    assert workspace.api.get("/api/views").json()["layout"] == wider
    with as_another(workspace, "contacts:read") as other:
        assert other.get("/api/views").json()["layout"] is None
