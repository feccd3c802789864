"""The team: who may invite whom, what an invitation is good for, roles, leaving."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from tests.accounts.visiting import LINK, Browser, Member, change, join, refused
from tests.conftest import Workspace


def invite(browser: Browser, email: str, role: str = "agent") -> str:
    """The token of a new invitation: no mail is set up, so its link is in the answer."""
    answer = browser.post("/api/team/invitations", {"email": email, "role": role})
    assert answer.status_code == 201, answer.text
    found = LINK.search(answer.json()["url"])
    assert found is not None and answer.json()["mailed"] is False
    return found[1]


def accept(token: str, url: str, **more: str) -> Any:
    return Browser(url).post("/api/invitations/accept", {"token": token, **more})


def someone() -> str:
    return f"new-{uuid4().hex[:8]}@team.example"


def test_an_invited_person_joins_with_an_account_of_their_own(workspace: Workspace):
    owner, email = join(workspace, "owner").browser(), someone()
    token = invite(owner, email, "viewer")
    team = owner.get("/api/team").json()
    assert [one["email"] for one in team["invitations"]] == [email]
    browser = Browser(workspace.url)
    seen = browser.post("/api/invitations/look", {"token": token}).json()
    assert seen["workspace"] == "Test" and seen["role"] == "viewer" and seen["email"] == email
    body = {"token": token, "name": "Grace"}
    me = browser.post("/api/invitations/accept", body).json()["me"]
    assert me["person"]["name"] == "Grace" and me["workspace"] == str(workspace.id)
    assert [one["role"] for one in me["workspaces"]] == ["viewer"]
    assert browser.get("/api/settings").status_code == 200
    assert browser.patch("/api/settings", {}).status_code == 403
    team = owner.get("/api/team").json()
    assert team["invitations"] == []
    assert {one["email"] for one in team["members"]} > {email}
    assert [one["you"] for one in team["members"]].count(True) == 1
    assert refused(accept(token, workspace.url)) == (401, "bad_invitation")


def test_of_fifty_who_accept_at_once_one_joins(workspace: Workspace):
    token = invite(join(workspace, "owner").browser(), someone())
    with ThreadPoolExecutor(25) as pool:
        codes = [
            one.status_code for one in pool.map(lambda _: accept(token, workspace.url), range(50))
        ]
    assert codes.count(200) == 1 and set(codes) <= {200, 401, 409}


def test_an_invitation_signs_nobody_in_to_an_account_that_exists(workspace: Workspace):
    owner, invited = join(workspace, "owner").browser(), join(workspace, "agent")
    change_rows(workspace, "DELETE FROM memberships WHERE user_id = %s", invited.id)
    token = invite(owner, invited.email.upper())
    assert refused(accept(token, workspace.url)) == (401, "sign_in_first")
    other = join(workspace, "agent").browser()
    stranger = other.post("/api/invitations/accept", {"token": token})
    assert refused(stranger) == (403, "other_person")
    joined = invited.browser().post("/api/invitations/accept", {"token": token})
    assert joined.json()["me"]["workspaces"][0]["id"] == str(workspace.id)


@pytest.mark.parametrize("over", ["late", "revoked", "invited again", "inviter removed"])
def test_an_invitation_is_over(workspace: Workspace, over: str):
    owner, email = join(workspace, "owner"), someone()
    admin = join(workspace, "admin")
    browser = admin.browser()
    token = invite(browser, email)
    if over == "late":
        change_rows(workspace, "UPDATE invitations SET expires_at = now()")
    elif over == "revoked":
        (one,) = browser.get("/api/team").json()["invitations"]
        path = f"/api/team/invitations/{one['id']}"
        assert browser.delete(path).status_code == 204
        assert refused(browser.delete(path)) == (404, "not_found")
    elif over == "invited again":
        invite(browser, email)
    else:
        assert owner.browser().delete(f"/api/team/{admin.id}").status_code == 204
    assert refused(accept(token, workspace.url)) == (401, "bad_invitation")
    looked = Browser(workspace.url).post("/api/invitations/look", {"token": token})
    assert refused(looked) == (401, "bad_invitation")


def test_it_lasts_seventy_two_hours(workspace: Workspace):
    invite(join(workspace, "owner").browser(), someone())
    lasts = "SELECT max(expires_at - created_at)::text FROM invitations"
    assert rows(workspace, lasts) == [("72:00:00",)] or rows(workspace, lasts) == [("3 days",)]


def test_who_may_invite_whom(workspace: Workspace):
    allowed = {
        "owner": {"owner", "admin", "agent", "viewer"},
        "admin": {"admin", "agent", "viewer"},
        "agent": set(),
        "viewer": set(),
    }
    for role, may in allowed.items():
        browser = join(workspace, role).browser()
        for wanted in allowed:
            body = {"email": someone(), "role": wanted}
            answer = browser.post("/api/team/invitations", body)
            assert answer.status_code == (201 if wanted in may else 403), (role, wanted)
    owner = join(workspace, "owner").browser()
    for body in ({"email": "x", "role": "agent"}, {"email": someone(), "role": "god"}):
        assert owner.post("/api/team/invitations", body).status_code == 400
    extra = {"email": someone(), "role": "agent", "workspace": str(uuid4())}
    assert owner.post("/api/team/invitations", extra).status_code == 400


def test_an_api_token_changes_no_team_and_reads_none(workspace: Workspace):
    for method, path in (("GET", "/api/team"), ("POST", "/api/team/invitations")):
        answer = workspace.api.request(method, path, json={"email": someone(), "role": "agent"})
        assert refused(answer) == (403, "forbidden") and "person" in answer.json()["detail"]


def test_a_role_is_changed_at_once_and_only_by_an_owner_where_owners_are_meant(
    workspace: Workspace,
):
    owner, admin, agent = (join(workspace, role) for role in ("owner", "admin", "agent"))
    boss, helper, working = owner.browser(), admin.browser(), agent.browser()
    assert working.patch("/api/settings", {}).status_code == 403
    assert helper.patch(f"/api/team/{agent.id}", {"role": "admin"}).status_code == 204
    assert working.patch("/api/settings", {}).status_code == 200
    for target, role in ((agent, "owner"), (owner, "viewer"), (admin, "owner")):
        answer = helper.patch(f"/api/team/{target.id}", {"role": role})
        assert refused(answer) == (403, "only_owners"), "an admin makes and unmakes no owner"
    assert helper.delete(f"/api/team/{owner.id}").status_code == 403
    assert boss.patch(f"/api/team/{agent.id}", {"role": "owner"}).status_code == 204
    assert boss.patch(f"/api/team/{uuid4()}", {"role": "agent"}).status_code == 404


def test_the_last_owner_cannot_go(workspace: Workspace):
    owner, other = join(workspace, "owner"), join(workspace, "owner")
    first, second = owner.browser(), other.browser()

    def leave(one: tuple[Browser, Member]) -> int:
        return one[0].delete(f"/api/team/{one[1].id}").status_code

    with ThreadPoolExecutor(2) as pool:
        codes = sorted(pool.map(leave, [(first, owner), (second, other)]))
    assert codes == [204, 409], "even when both leave at once"
    left, who = (first, owner) if first.get("/api/team").status_code == 200 else (second, other)
    assert refused(left.delete(f"/api/team/{who.id}")) == (409, "last_owner")
    demoted = left.patch(f"/api/team/{who.id}", {"role": "admin"})
    assert refused(demoted) == (409, "last_owner")


def test_who_is_removed_is_signed_out_and_who_leaves_is_not(workspace: Workspace):
    owner, removed, leaving = (join(workspace, role) for role in ("owner", "agent", "viewer"))
    gone, link, going = removed.browser(), removed.link(), leaving.browser()
    assert going.delete(f"/api/team/{removed.id}").status_code == 403, "a viewer removes nobody"
    assert owner.browser().delete(f"/api/team/{removed.id}").status_code == 204
    assert gone.get("/api/me").status_code == 401
    assert Browser(workspace.url).open_link(link).status_code == 401
    assert going.delete(f"/api/team/{leaving.id}").status_code == 204
    assert going.get("/api/me").json()["workspaces"] == []
    assert refused(going.get("/api/contacts")) == (403, "not_a_member")


def test_what_cannot_be_undone_asks_for_a_confirmation(workspace: Workspace):
    owner, agent = join(workspace, "owner"), join(workspace, "agent")
    browser = owner.with_password()
    aged = "UPDATE sessions SET confirmed_at = now() - interval '16 minutes' WHERE user_id = %s"
    change(workspace.server, aged, owner.id)
    body = {"email": someone(), "role": "agent"}
    asked = [
        browser.post("/api/team/invitations", body),
        browser.patch(f"/api/team/{agent.id}", {"role": "admin"}),
        browser.delete(f"/api/team/{agent.id}"),
    ]
    assert {refused(answer) for answer in asked} == {(403, "confirm_first")}
    assert browser.get("/api/team").status_code == 200
    confirmed = {"password": "velvet otter on the tram"}
    assert browser.post("/api/me/confirm", confirmed).status_code == 204
    assert browser.post("/api/team/invitations", body).status_code == 201


def test_another_workspace_is_apart_from_the_first(workspace: Workspace):
    owner = join(workspace, "owner")
    browser = owner.browser()
    assert (
        join(workspace, "admin").browser().post("/api/workspaces", {"name": "Mine"}).status_code
        == 403
    ), "only an owner makes another"
    me = browser.post("/api/workspaces", {"name": "Second"}).json()
    second = me["workspace"]
    assert second != str(workspace.id)
    assert [one["name"] for one in me["workspaces"]] == ["Test", "Second"]
    assert browser.patch("/api/settings", {"ip.mode": "none"}).status_code == 200
    there = {"Openbook-Workspace": str(workspace.id)}
    assert browser.get("/api/settings", headers=there).json()["ip.mode"] == "full"
    assert browser.put("/api/me/workspace", {"workspace": str(workspace.id)}).status_code == 200
    assert browser.get("/api/settings").json()["ip.mode"] == "full"
    renamed = browser.patch("/api/workspace", {"name": "First"})
    assert renamed.json() == {"id": str(workspace.id), "name": "First"}
    assert (
        len(browser.get("/api/team", headers={"Openbook-Workspace": second}).json()["members"]) == 1
    )
    stranger = join(workspace, "owner").browser()
    wrong = stranger.put("/api/me/workspace", {"workspace": second})
    assert refused(wrong) == (403, "not_a_member")
    for bad in ("", " ", "x" * 101, "a\nb"):
        assert browser.post("/api/workspaces", {"name": bad}).status_code == 400


def change_rows(workspace: Workspace, statement: str, *values: Any) -> None:
    """Row-level security binds the owner of the tables too."""
    named = f"SELECT set_config('openbook.workspaces', '{{{workspace.id}}}', false)"
    with psycopg.connect(workspace.server.conninfo) as conn:
        conn.execute(named)  # type: ignore[arg-type]
        conn.execute(statement, values)  # type: ignore[arg-type]


def rows(workspace: Workspace, statement: str) -> list[tuple[Any, ...]]:
    named = f"SELECT set_config('openbook.workspaces', '{{{workspace.id}}}', false)"
    with psycopg.connect(workspace.server.conninfo) as conn:
        conn.execute(named)  # type: ignore[arg-type]
        return conn.execute(statement).fetchall()  # type: ignore[arg-type]
