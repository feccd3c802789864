"""Sessions: what the cookie is, when it is over, who ends it, what it is never used for."""

import re

import httpx
import psycopg
import pytest

from openbook.accounts.schemas import ALL_SCOPES, MEMBER_ROLES, ROLES
from tests.accounts.visiting import Browser, ask, change, join, refused
from tests.conftest import Workspace

WRONG = [
    {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
    {"X-Requested-With": "XMLHttpRequest"},
    {"Origin": "http://localhost:1"},
]


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(workspace: Workspace):
    member = join(workspace, "agent")
    given = Browser(workspace.url).open_link(member.link()).headers.get_list("set-cookie")
    (session,) = [one for one in given if one.startswith("openbook=")]
    assert re.fullmatch(
        r"openbook=obs_[\w-]{43}; HttpOnly; Max-Age=604800; Path=/; SameSite=lax", session
    )


def test_on_any_other_host_the_cookie_is_secure_and_belongs_to_that_host_alone(
    workspace: Workspace,
):
    member = join(workspace, "agent")
    far = {"Host": "chat.example.com", "Origin": "https://chat.example.com"}
    given = Browser(workspace.url, **far).open_link(member.link()).headers.get_list("set-cookie")
    (session,) = [one for one in given if one.startswith("__Host-openbook=")]
    assert "; Secure" in session and "Domain" not in session and "Path=/;" in session
    token = session.partition("=")[2].partition(";")[0]

    def status(cookie: str, host: str) -> int:
        headers = {"Cookie": f"{cookie}={token}", "Host": host}
        return httpx.get(f"{workspace.url}/api/me", headers=headers).status_code

    assert status("__Host-openbook", "chat.example.com") == 200
    assert status("openbook", "chat.example.com") == 401, "a neighbour could have planted it"


def test_a_password_never_crosses_the_network_in_the_clear(workspace: Workspace):
    member = join(workspace, "agent")
    far = {"Host": "192.0.2.7:8000", "Origin": "http://192.0.2.7:8000"}
    answer = Browser(workspace.url, **far).open_link(member.link())
    assert refused(answer) == (403, "not_from_here") and "https" in answer.json()["detail"]


@pytest.mark.parametrize("headers", WRONG, ids=str)
def test_nothing_is_changed_at_the_behest_of_another_site(
    workspace: Workspace, headers: dict[str, str]
):
    browser = join(workspace, "owner").browser()
    answer = browser.patch("/api/settings", {"ip.mode": "none"}, headers=headers)
    assert refused(answer) == (403, "not_from_here")
    assert browser.post("/api/sign-out", headers=headers).status_code == 403
    assert browser.get("/api/settings", headers=headers).json()["ip.mode"] == "full"
    link = join(workspace, "viewer").link()
    planted = Browser(workspace.url).post("/api/sign-in/link", {"token": link}, headers=headers)
    assert planted.status_code == 403, "nor is anybody signed in to a stranger's account"


def test_a_form_without_any_of_the_headers_changes_nothing(workspace: Workspace):
    session = join(workspace, "owner").browser().session
    cookies = {"Cookie": f"openbook={session}"}
    for path in ("/api/sign-out", "/api/me/totp", "/api/me/confirm"):
        answer = httpx.post(workspace.url + path, headers=cookies, data={"a": "b"})
        assert refused(answer) == (403, "not_from_here"), path


def test_a_token_and_a_cookie_together_are_a_request_with_the_token(workspace: Workspace):
    browser = join(workspace, "viewer").browser()
    bearer = {"Authorization": f"Bearer {workspace.token}"}
    session = {"Cookie": f"openbook={browser.session}"}
    answer = httpx.patch(f"{workspace.url}/api/settings", json={}, headers=bearer | session)
    assert answer.status_code == 200
    wrong = {"Authorization": "Bearer obt_wrong"}
    assert browser.get("/api/settings", headers=wrong).status_code == 401


@pytest.mark.parametrize("role", MEMBER_ROLES)
def test_a_role_opens_what_the_table_says(workspace: Workspace, role: str):
    browser = join(workspace, role).browser()
    (mine,) = browser.get("/api/me").json()["workspaces"]
    assert mine["role"] == role and set(mine["scopes"]) == MEMBER_ROLES[role]
    changed = browser.patch("/api/settings", {})
    assert (changed.status_code == 200) == ("settings:write" in MEMBER_ROLES[role])
    if changed.status_code != 200:
        assert refused(changed) == (403, "forbidden") and role in changed.json()["detail"]


def test_roles_grow_and_tokens_never_get_what_is_for_people():
    assert MEMBER_ROLES["viewer"] < MEMBER_ROLES["agent"] < MEMBER_ROLES["admin"]
    assert MEMBER_ROLES["owner"] == frozenset(ALL_SCOPES)
    assert not {"team:write", "credentials:write"} & ROLES["admin"]


def test_a_new_sign_in_takes_over_no_session_and_ends_the_former_one(workspace: Workspace):
    member = join(workspace, "agent")
    browser = Browser(workspace.url)
    browser.http.cookies.set("openbook", "obs_" + "A" * 43, domain="127.0.0.1")
    assert browser.open_link(member.link()).status_code == 200
    first = browser.session
    assert browser.open_link(member.link()).status_code == 200
    assert browser.session != first
    former = httpx.get(f"{workspace.url}/api/me", headers={"Cookie": f"openbook={first}"})
    assert refused(former) == (401, "not_allowed")


@pytest.mark.parametrize(
    "aged",
    ["expires_at = now()", "seen_at = now() - interval '12 hours 1 second'"],
    ids=["after seven days", "after twelve hours without a request"],
)
def test_a_session_is_over(workspace: Workspace, aged: str):
    member = join(workspace, "agent")
    browser = member.browser()
    assert browser.get("/api/settings").status_code == 200
    change(workspace.server, f"UPDATE sessions SET {aged} WHERE user_id = %s", member.id)
    for path in ("/api/me", "/api/settings"):
        assert refused(browser.get(path)) == (401, "not_allowed")


def test_a_request_keeps_the_session_from_idling(workspace: Workspace):
    member = join(workspace, "agent")
    browser = member.browser()
    aged = "UPDATE sessions SET seen_at = now() - interval '11 hours' WHERE user_id = %s"
    change(workspace.server, aged, member.id)
    assert browser.get("/api/me").status_code == 200
    seen = "SELECT now() - seen_at < interval '1 minute' FROM sessions WHERE user_id = %s"
    assert ask(workspace.server, seen, member.id) == [(True,)]


def test_sessions_are_listed_and_ended_by_their_owner_alone(workspace: Workspace):
    member, other = join(workspace, "agent"), join(workspace, "owner")
    here, there = member.browser(), member.browser(**{"User-Agent": "Chrome/156 " + "x" * 500})
    listed = here.get("/api/me/sessions").json()["items"]
    assert sorted(len(one["agent"]) for one in listed) == [len("Firefox/145.0"), 200]
    assert [one["current"] for one in listed if one["agent"] == "Firefox/145.0"] == [True]
    (far,) = [one["id"] for one in listed if not one["current"]]
    stranger = other.browser()
    assert refused(stranger.delete(f"/api/me/sessions/{far}")) == (404, "not_found")
    assert there.get("/api/me").status_code == 200
    assert here.delete(f"/api/me/sessions/{far}").status_code == 204
    assert there.get("/api/me").status_code == 401
    more = [member.browser() for _ in range(3)]
    assert here.delete("/api/me/sessions").status_code == 204
    assert {one.get("/api/me").status_code for one in more} == {401}
    assert here.get("/api/me").status_code == 200


def test_signing_out_makes_the_cookie_worthless(workspace: Workspace):
    browser = join(workspace, "agent").browser()
    kept = browser.session
    assert browser.post("/api/sign-out").status_code == 204
    assert browser.session is None
    stolen = httpx.get(f"{workspace.url}/api/me", headers={"Cookie": f"openbook={kept}"})
    assert stolen.status_code == 401


def test_a_person_sees_only_the_workspaces_they_belong_to(workspace: Workspace, server):
    browser = join(workspace, "owner").browser()
    elsewhere = server.command("workspace", "show", "--json").stdout.split('"')[3]
    for wanted, code in ((elsewhere, "not_a_member"), ("nonsense", "bad_input")):
        answer = browser.get("/api/settings", headers={"Openbook-Workspace": wanted})
        assert answer.json()["code"] == code
    own = browser.get("/api/settings", headers={"Openbook-Workspace": str(workspace.id)})
    assert own.status_code == 200


def test_who_was_removed_is_out_at_once(workspace: Workspace):
    member = join(workspace, "admin")
    browser = member.browser()
    assert browser.get("/api/settings").status_code == 200
    with_role = "UPDATE memberships SET role = 'viewer' WHERE user_id = %s"
    _as_owner(workspace, with_role, member.id)
    assert browser.patch("/api/settings", {}).status_code == 403
    _as_owner(workspace, "DELETE FROM memberships WHERE user_id = %s", member.id)
    assert refused(browser.get("/api/settings")) == (403, "not_a_member")


def test_tokens_and_cookies_are_kept_as_digests_only(workspace: Workspace):
    browser = join(workspace, "agent").browser()
    assert browser.session is not None
    rows = str(ask(workspace.server, "SELECT * FROM sessions"))
    assert browser.session not in rows and browser.session[4:] not in rows


def _as_owner(workspace: Workspace, statement: str, *values: object) -> None:
    """Change rows of one workspace: row-level security binds the owner of the tables too."""
    named = f"SELECT set_config('openbook.workspaces', '{{{workspace.id}}}', true)"
    with psycopg.connect(workspace.server.conninfo) as conn:
        conn.execute(named)  # type: ignore[arg-type]
        assert conn.execute(statement, values).rowcount == 1  # type: ignore[arg-type]
