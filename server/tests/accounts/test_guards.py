"""Who may come in: each scope opens its routes, and every bad token is told the same."""

import httpx
import pytest

from openbook.accounts.guards import BAD_TOKEN, NO_TOKEN, requires
from openbook.accounts.schemas import ROLES, SCOPES, read_scopes
from openbook.errors import BadInput
from tests.conftest import Workspace


@pytest.mark.parametrize(
    ("header", "detail"),
    [
        (None, NO_TOKEN),
        ("", NO_TOKEN),
        ("Basic b2I6", NO_TOKEN),
        ("Bearer", NO_TOKEN),
        ("Bearer nonsense", BAD_TOKEN),
        ("Bearer obt_" + "A" * 43, BAD_TOKEN),
        ("Bearer " + "x" * 5000, BAD_TOKEN),
        ("Bearer \xe9", BAD_TOKEN),
    ],
)
def test_without_a_valid_token_the_answer_is_401_with_the_same_sentence(
    workspace: Workspace, header: str | None, detail: str
):
    headers = {b"Authorization": header.encode("latin-1")} if header is not None else {}
    answer = httpx.get(f"{workspace.url}/api/settings", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["code"] == "not_allowed"
    assert answer.json()["detail"] == detail


def test_a_write_key_is_no_token(workspace: Workspace):
    headers = {"Authorization": f"Bearer {workspace.write_key}"}
    assert httpx.get(f"{workspace.url}/api/settings", headers=headers).status_code == 401


@pytest.mark.parametrize(
    ("scope", "method", "path"),
    [
        ("settings:read", "GET", "/api/settings"),
        ("settings:write", "PATCH", "/api/settings"),
        ("contacts:read", "GET", "/api/fields"),
        ("contacts:read", "GET", "/api/contacts"),
    ],
)
def test_a_scope_opens_its_route_and_no_other_scope_does(
    workspace: Workspace, scope: str, method: str, path: str
):
    def status(*scopes: str) -> httpx.Response:
        headers = {"Authorization": f"Bearer {workspace.new_token(*scopes)}"}
        body = {} if method == "PATCH" else None
        return httpx.request(method, f"{workspace.url}{path}", headers=headers, json=body)

    assert status(scope).status_code == 200
    refused = status(*(other for other in SCOPES if other != scope))
    assert refused.status_code == 403
    assert refused.json()["code"] == "forbidden" and scope in refused.json()["detail"]


def test_a_token_sees_its_own_workspace_only(workspace: Workspace, server):
    workspace.set(ip__mode="none")
    headers = {"Authorization": f"Bearer {server.token}"}
    other = httpx.get(f"{server.url}/api/settings", headers=headers).json()
    assert workspace.api.get("/api/settings").json()["ip.mode"] == "none"
    assert other["ip.mode"] == "full"


def test_a_guard_for_a_scope_that_does_not_exist_cannot_be_written():
    with pytest.raises(ValueError, match="no scope"):
        requires("contacts:raed")


def test_scopes_are_those_of_the_role_and_each_that_is_named():
    assert read_scopes("admin", ()) == ("admin", SCOPES)
    assert read_scopes(None, ("collect",)) == ("custom", ("collect",))
    assert set(read_scopes("viewer", ("export",))[1]) == ROLES["viewer"] | {"export"}
    assert ROLES["viewer"] < ROLES["agent"] < ROLES["admin"]
    with pytest.raises(BadInput):
        read_scopes(None, ())
