"""What a site pastes, and what whoever installs is told about what was refused."""

import json
import subprocess
from typing import Any

import httpx

from openbook.accounts.actions import set_origins
from openbook.db import Connection
from tests.conftest import OPENBOOK, Server, Workspace, in_database

ORIGIN = "https://shop.example"


def installation(workspace: Workspace, **query: str) -> dict[str, Any]:
    answer = workspace.api.get("/api/installation", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def refusals(workspace: Workspace) -> dict[str, dict[str, Any]]:
    answer = workspace.api.get("/api/installation/refusals")
    assert answer.status_code == 200, answer.text
    return {one["reason"]: one for one in answer.json()["items"]}


def view(name: str = "somebody", **more: Any) -> dict[str, Any]:
    page = {"url": f"{ORIGIN}/tea"}
    return {"type": "page", "anonymousId": name, "context": {"page": page, **more}}


def test_the_snippet_is_the_one_that_the_command_line_prints(server: Server) -> None:
    headers = {"Authorization": f"Bearer {server.token}"}
    found = httpx.get(f"{server.url}/api/installation", headers=headers).json()
    printed = subprocess.run(
        [OPENBOOK, "snippet", "--url", found["url"], "--json"],
        env=server.environ,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert printed.returncode == 0, printed.stderr
    ways = {way["id"]: way["files"] for way in found["ways"]}
    assert ways["html"][0]["text"] == json.loads(printed.stdout)["snippet"]
    assert ways["html"][0]["text"] in ways["wordpress"][0]["text"]
    assert ways["gtm"] == [ways["html"][0] | {"where": ways["gtm"][0]["where"]}]


def test_every_way_names_the_address_and_the_key(workspace: Workspace) -> None:
    found = installation(workspace)
    assert found["url"] == workspace.url and found["url_is_set"] is False
    assert found["key"] == workspace.write_key
    assert {way["id"] for way in found["ways"]} == {
        "html", "react", "vue", "wordpress", "gtm", "segment", "android", "ios",
    }  # fmt: skip
    for way in found["ways"]:
        text = "".join(file["text"] for file in way["files"])
        assert found["key"] in text and found["url"].partition("://")[2] in text, way["id"]
    assert found["security_policy"] == f"script-src {found['url']}; connect-src {found['url']}"


def test_the_public_address_wins(workspace: Workspace) -> None:
    workspace.set(public_url="https://openbook.example.com")
    found = installation(workspace)
    assert found["url"] == "https://openbook.example.com" and found["url_is_set"] is True
    assert f"{found['url']}/o/{found['key']}.js" in found["ways"][0]["files"][0]["text"]


def test_another_workspaces_key_is_not_shown(workspace: Workspace, stranger: Workspace) -> None:
    answer = workspace.api.get("/api/installation", params={"key": stranger.write_key})
    assert answer.status_code == 400 and answer.json()["code"] == "unknown_key"
    assert stranger.write_key not in workspace.api.get("/api/installation").text


def test_what_was_refused_is_told_with_its_reason(workspace: Workspace) -> None:
    assert {"bot", "no_identity"}.isdisjoint(refusals(workspace))
    bot = {"User-Agent": "Googlebot/2.1 (+http://www.google.com/bot.html)"}
    for _ in range(2):
        workspace.post("/v1/batch", {"batch": [view(userAgent=bot["User-Agent"])]}, headers=bot)
    workspace.post("/v1/page", {"type": "page"})
    found = refusals(workspace)
    assert found["bot"]["count"] == 2 and found["bot"]["site"] is None
    assert found["no_identity"]["count"] == 1


def test_a_site_that_is_not_allowed_is_named(workspace: Workspace, stranger: Workspace) -> None:
    _allow(workspace, ORIGIN)
    answer = workspace.post("/v1/page", view(), headers={"Origin": ORIGIN})
    assert answer.status_code == 200
    elsewhere = "https://www.shop.example"
    answer = workspace.post("/v1/page", view(), headers={"Origin": elsewhere})
    assert answer.status_code == 403
    found = refusals(workspace)["origin_not_allowed"]
    assert (found["count"], found["site"]) == (1, elsewhere)
    assert "origin_not_allowed" not in refusals(stranger)


def _allow(workspace: Workspace, origin: str) -> None:
    async def allow(conn: Connection) -> None:
        await set_origins(conn, workspace.id, workspace.write_key, (origin,))

    in_database(workspace.server.conninfo, allow, workspace.id)


def test_a_key_that_nobody_knows_is_told_to_everybody_since_it_is_nobodys(
    workspace: Workspace,
) -> None:
    before = refusals(workspace).get("unknown_key", {"count": 0})["count"]
    assert workspace.post("/v1/page", view(), key="ob_wrong").status_code == 401
    assert refusals(workspace)["unknown_key"]["count"] == before + 1


def test_the_way_to_the_public_page_is_the_one_of_this_workspace(workspace: Workspace) -> None:
    answer = workspace.api.get("/api/installation/public-page", params={"language": "it&key=x"})
    page = f"/what-we-collect?key={workspace.write_key}&language=it%26key%3Dx"
    assert (answer.status_code, answer.headers["location"]) == (302, page)


def test_whoever_may_not_see_the_settings_sees_nothing_of_it(workspace: Workspace) -> None:
    headers = {"Authorization": f"Bearer {workspace.new_token('collect')}"}
    paths = ("", "/refusals", "/public-page")
    for path in (f"/api/installation{path}" for path in paths):
        assert workspace.api.get(path, headers=headers).status_code == 403
