"""Who changed what: each change is noted with ids only, shown to who may see it, and forgotten."""

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx

from openbook.audit.noting import note
from openbook.audit.queries import find_changes
from openbook.audit.schemas import COMMAND, KEPT
from openbook.db import Connection
from tests.accounts.visiting import Browser, join, refused
from tests.conftest import Server, Workspace, in_database


def told(browser: Browser) -> list[dict[str, Any]]:
    answer = browser.get("/api/history")
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def test_changes_of_settings_team_and_credentials_are_told_with_who_made_them(
    workspace: Workspace,
) -> None:
    owner = join(workspace, "owner")
    other = join(workspace, "agent")
    browser = owner.browser()
    browser.patch("/api/settings", {"collect.city": False, "ip.mode": "none"})
    browser.patch("/api/settings", {"collect.city": False})  # changes nothing
    made = browser.post("/api/tokens", {"name": "Backend", "scopes": ["settings:write"]}).json()
    api = Browser(workspace.url, Authorization=f"Bearer {made['token']}")
    assert api.patch("/api/settings", {"collect.city": None}).status_code == 200
    browser.post(f"/api/tokens/{made['listed']['id']}/rotate")
    browser.delete(f"/api/tokens/{made['listed']['id']}")
    key = browser.post("/api/write-keys", {}).json()["key"]
    browser.patch(f"/api/write-keys/{key}", {"origins": ["https://shop.test"]})
    browser.delete(f"/api/write-keys/{key}")
    browser.patch("/api/workspace", {"name": "Tea"})
    invited = browser.post("/api/team/invitations", {"email": "x@team.example", "role": "viewer"})
    browser.delete(f"/api/team/invitations/{invited.json()['invitation']['id']}")
    browser.patch(f"/api/team/{other.id}", {"role": "viewer"})
    browser.delete(f"/api/team/{other.id}")

    found = told(browser)
    assert [one["action"] for one in reversed(found)] == [
        "token.made", "settings.changed", "token.made", "settings.changed", "token.replaced",
        "token.revoked", "write_key.made", "write_key.bound", "write_key.revoked",
        "workspace.renamed", "invitation.made", "invitation.revoked", "member.role",
        "member.removed",
    ]  # fmt: skip
    before, first, _, third = reversed(found[-4:])
    assert before["who"] == {"kind": "command", "id": None, "name": None}
    assert first["who"] == {"kind": "person", "id": str(owner.id), "name": "Owner"}
    assert first["detail"] == {
        "settings": {"collect.city": [True, False], "ip.mode": ["full", "none"]}
    }
    assert third["who"] == {"kind": "token", "id": made["listed"]["id"], "name": "Backend"}
    named = {one["action"]: one["subject_name"] for one in found}
    assert named["token.revoked"] == "Backend" and named["invitation.made"] == "x@team.example"
    assert found[1]["detail"] == {"role": ["agent", "viewer"]}


def test_a_contact_tells_who_changed_which_fields_and_no_values(workspace: Workspace) -> None:
    agent = join(workspace, "agent")
    browser = agent.browser()
    made = workspace.api.post("/api/contacts", json={"name": "Needle Nora"}).json()["id"]
    other = workspace.api.post("/api/contacts", json={"email": "needle@shop.test"}).json()["id"]
    browser.patch(f"/api/contacts/{made}", {"name": "Needle Nina", "spam": True})
    merged = browser.post(f"/api/contacts/{made}/merge", {"with": other})
    browser.post(f"/api/contacts/{made}/split", {"merge": merged.json()["merge"]["id"]})
    answer = browser.get(f"/api/contacts/{made}/history")
    found = answer.json()["items"]
    assert [one["action"] for one in found] == [
        "contact.split", "contact.merged", "contact.changed", "contact.made"
    ]  # fmt: skip
    assert found[2]["detail"] == {"fields": ["name", "spam"]}
    assert found[2]["who"] == {"kind": "person", "id": str(agent.id), "name": "Agent"}
    assert found[3]["who"]["kind"] == "token" and found[3]["who"]["name"] == "test"
    marked = workspace.api.get(f"/api/contacts/{made}").json()["spam_by"]
    assert browser.get(f"/api/who/{marked}").json() == found[2]["who"]
    workspace.api.delete(f"/api/contacts/{made}")

    async def rows(conn: Connection) -> str:
        cursor = await conn.execute("SELECT string_agg(to_jsonb(c)::text, ' ') AS t FROM changes c")
        return (await cursor.fetchone() or {})["t"]

    kept = in_database(workspace.server.conninfo, rows, workspace.id)
    assert "contact.deleted" in kept and "eedle" not in kept


def test_only_who_may_change_the_team_reads_everything(workspace: Workspace) -> None:
    agent = join(workspace, "agent").browser()
    assert refused(agent.get("/api/history")) == (403, "forbidden")
    assert refused(workspace.api.get("/api/history")) == (403, "forbidden")
    assert agent.get(f"/api/who/{uuid4()}").json()["name"] is None


def test_people_of_another_workspace_have_no_name_here(workspace: Workspace) -> None:
    mine = join(workspace, "owner").browser()
    mine.post("/api/workspaces", {"name": "Another"})
    stranger = join(workspace, "agent")
    assert mine.get(f"/api/who/{stranger.id}").json()["name"] is None


def test_history_goes_on_page_by_page(workspace: Workspace) -> None:
    owner = join(workspace, "owner").browser()
    for number in range(60):
        owner.patch("/api/settings", {"url.keep": [f"k{number}"]})
    first = owner.get("/api/history").json()
    second = owner.get("/api/history", params={"before": first["next"]}).json()
    assert (len(first["items"]), len(second["items"]), second["next"]) == (50, 11, None)
    *changes, made = first["items"] + second["items"]
    assert made["action"] == "token.made"
    kept = [one["detail"]["settings"]["url.keep"][1][0] for one in changes]
    assert kept == [f"k{number}" for number in reversed(range(60))]


def test_what_is_older_than_four_hundred_days_is_forgotten(workspace: Workspace) -> None:
    now = datetime.now(UTC)

    async def rows(conn: Connection) -> list[datetime]:
        for age in (KEPT + timedelta(days=1), KEPT - timedelta(days=1), timedelta(0)):
            await note(conn, workspace.id, COMMAND, "settings.changed", None, now - age)
        found = await find_changes(conn, workspace.id, now - 2 * KEPT, None, None, 10)
        return [one.at for one in found if one.action == "settings.changed"]

    kept = in_database(workspace.server.conninfo, rows, workspace.id)
    assert kept == [now, now - KEPT + timedelta(days=1)]


def test_lists_that_come_and_go_and_shared_views_are_told(workspace: Workspace) -> None:
    owner = join(workspace, "owner").browser()
    csv = {"Content-Type": "text/csv"}
    rows = "email,name\nneedle@shop.test,Needle Nora\nnone,Nobody\n"
    for path in ("import?dry_run=true", "import", "import/steps", "import"):
        answer = owner.http.post(f"/api/contacts/{path}", content=rows, headers=csv)
        assert answer.status_code == 200, answer.text
    assert owner.get("/api/contacts/export?format=ndjson").status_code == 200
    layout = {"columns": ["contact"], "widths": {}, "density": "compact"}
    own = owner.post("/api/views", {"name": "Mine", **layout}).json()
    view = owner.post("/api/views", {"name": "Ours", "shared": True, **layout}).json()
    path = f"/api/views/{view['id']}"
    owner.put(path, {"name": "Our own", "shared": True, **layout})
    owner.delete(path)
    owner.post(f"{path}/restore")
    owner.delete(f"/api/views/{own['id']}")
    first = told(owner)
    owner.put(path, {"name": "Mine again", "shared": False, **layout})
    found = told(owner)
    assert [one["action"] for one in reversed(found)][1:] == [
        "import.begun", "import.ended", "contacts.exported", "view.shared", "view.changed",
        "view.removed", "view.restored", "view.withdrawn",
    ]  # fmt: skip
    by = {one["action"]: one for one in first}
    assert by["import.ended"]["detail"] == {"created": 1, "updated": 0, "rejected": 1}
    assert by["contacts.exported"]["detail"] == {"format": "ndjson"}
    assert by["import.begun"]["who"]["kind"] == "person"
    assert by["view.changed"]["subject_name"] == "Our own"
    assert found[0]["subject_name"] is None, "one's own view is nobody else's to know of"


def test_an_action_on_many_that_is_taken_back_is_told(workspace: Workspace) -> None:
    owner = join(workspace, "owner").browser()
    made = workspace.api.post("/api/contacts", json={"name": "Nora"}).json()["id"]
    begun = owner.post("/api/bulk", {"action": "spam", "ids": [made]}).json()
    path = f"/api/bulk/{begun['id']}"

    def ended() -> None:
        until = time.monotonic() + 60
        while owner.get(path).json()["status"] != "done":
            assert time.monotonic() < until
            time.sleep(0.1)

    ended()
    assert owner.post(f"{path}/undo").status_code == 200
    ended()
    undone, begin = told(owner)[:2]
    assert (begin["action"], undone["action"]) == ("bulk.begun", "bulk.undone")
    assert undone["detail"] == {"does": "spam", "contacts": 1}


def test_what_a_command_takes_from_a_person_is_told(server: Server) -> None:
    first = Workspace(first_workspace(server), server.url, "", "", httpx.Client(), server)
    member, owner = join(first, "agent"), join(first, "owner").browser()
    for words in (("reset-second-factor",), ("forget-provider",)):
        assert server.command("person", *words, member.email).returncode == 0
    found = told(owner)[:2]
    assert [one["action"] for one in found] == [
        "member.provider_forgotten", "member.factors_reset"
    ]  # fmt: skip
    assert {one["subject_name"] for one in found} == {"Agent"}
    assert found[0]["who"]["kind"] == "command"


def first_workspace(server: Server) -> UUID:
    return UUID(json.loads(server.command("workspace", "show", "--json").stdout)["id"])
