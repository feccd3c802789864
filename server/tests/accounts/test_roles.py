"""What a role may not do is refused by every route that does it, whatever a screen offers."""

import re
from collections.abc import Iterator

import pytest

from openbook.accounts.schemas import ALL_SCOPES, MEMBER_ROLES
from openbook.app import create_app
from openbook.settings import Settings
from tests.accounts.visiting import join
from tests.conftest import Workspace

SCOPE_OF = {f"requires_{scope.replace(':', '_')}": scope for scope in ALL_SCOPES}
NOBODY = "0190a6e0-0000-7000-8000-000000000000"


def asked(settings: Settings) -> Iterator[tuple[str, str, set[str]]]:
    """(method, path, the scopes it asks for) of each route that asks for one."""
    for route in create_app(settings, "host=/nowhere").api.routes:
        for handler in getattr(route, "route_handlers", ()):
            names = {getattr(guard, "__name__", "") for guard in handler.resolve_guards()}
            scopes = {SCOPE_OF[name] for name in names & SCOPE_OF.keys()}
            for method in handler.http_methods - {"OPTIONS"} if scopes else ():
                yield method, re.sub(r"{\w+}", NOBODY, route.path_format), scopes


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str, set[str]]]:
    return list(asked(Settings(data=tmp_path_factory.mktemp("roles"))))


@pytest.mark.parametrize("role", ["viewer", "agent"])
def test_a_role_is_refused_what_it_lacks_and_changes_nothing(
    role: str, workspace: Workspace, routes: list[tuple[str, str, set[str]]]
):
    browser = join(workspace, role).browser()
    lacking = [one for one in routes if one[2] - MEMBER_ROLES[role]]
    assert len(lacking) > 20
    for method, path, scopes in lacking:
        answer = browser.http.request(method, path, json={})
        assert answer.status_code == 403, (method, path, answer.text)
        told = answer.json()["detail"]
        assert role in told and any(scope in told for scope in scopes), (method, path, told)
    assert browser.get("/api/settings").status_code == 200


def test_a_viewer_reads_what_every_screen_shows(workspace: Workspace):
    made = workspace.api.post("/api/contacts", json={"name": "Nora"}).json()["id"]
    viewer = join(workspace, "viewer").browser()
    for path in (
        "/api/me", "/api/settings", "/api/fields", "/api/team", "/api/installation", "/api/views",
        f"/api/contacts/{made}", f"/api/contacts/{made}/history", "/api/me/sessions",
    ):  # fmt: skip
        assert viewer.get(path).status_code == 200, path
    for path in (f"/api/contacts/{made}/merge", f"/api/contacts/{made}/split"):
        assert viewer.post(path, {"with": made, "merge": made}).status_code == 403, path
    assert viewer.patch(f"/api/contacts/{made}", {"name": "Nina"}).status_code == 403
    assert workspace.api.get(f"/api/contacts/{made}").json()["name"] == "Nora"
