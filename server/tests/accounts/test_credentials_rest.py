"""API tokens and write keys in the dashboard: made, rotated, revoked; from where a key is taken."""

import time

import httpx
import pytest

from openbook.accounts.credentials.schemas import read_origins
from openbook.collect.using import EVERY
from openbook.errors import BadInput
from tests.accounts.visiting import ask, change, join, refused
from tests.conftest import Workspace

AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36"
PAGE = {"type": "page", "anonymousId": "a"}


def opens(workspace: Workspace, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.get(f"{workspace.url}/api/contacts/count", headers=headers).status_code


def test_a_token_is_shown_once_rotated_and_revoked(workspace: Workspace):
    browser = join(workspace, "admin").browser()
    body = {"name": "shop", "role": "viewer", "scopes": ["export"]}
    made = browser.post("/api/tokens", body).json()
    wanted = ["contacts:read", "conversations:read", "export", "settings:read"]
    assert made["listed"]["scopes"] == wanted
    assert opens(workspace, made["token"]) == 200
    first = made["listed"]["id"]
    again = browser.post(f"/api/tokens/{first}/rotate").json()
    assert again["token"] != made["token"] and again["listed"]["scopes"] == made["listed"]["scopes"]
    assert opens(workspace, made["token"]) == opens(workspace, again["token"]) == 200
    assert browser.delete(f"/api/tokens/{first}").status_code == 204
    assert opens(workspace, made["token"]) == 401 and opens(workspace, again["token"]) == 200
    for path in (f"/api/tokens/{first}", f"/api/tokens/{workspace.id}"):
        assert refused(browser.delete(path)) == (404, "not_found")
        assert refused(browser.post(f"{path}/rotate")) == (404, "not_found")
    listed = browser.get("/api/tokens")
    assert made["token"] not in listed.text and again["token"] not in listed.text


def test_the_last_use_of_a_token_is_known_to_the_minute(workspace: Workspace):
    browser = join(workspace, "admin").browser()
    made = browser.post("/api/tokens", {"name": "used", "role": "viewer"}).json()

    def used() -> int | None:
        items = browser.get("/api/tokens").json()["items"]
        return next(one["used_at"] for one in items if one["id"] == made["listed"]["id"])

    assert used() is None
    assert opens(workspace, made["token"]) == 200
    first = used()
    assert first is not None and first >= made["listed"]["created_at"]
    named = f"SELECT set_config('openbook.workspaces', '{{{workspace.id}}}', false)"
    ask(workspace.server, named)
    assert opens(workspace, made["token"]) == 200
    assert used() == first, "not a write with every request"


def test_only_people_with_the_scope_handle_tokens_and_never_without_a_confirmation(
    workspace: Workspace,
):
    body = {"name": "t", "role": "admin"}
    for role in ("agent", "viewer"):
        browser = join(workspace, role).browser()
        assert browser.get("/api/tokens").status_code == 403
        assert browser.post("/api/tokens", body).status_code == 403
        assert browser.get("/api/write-keys").status_code == 403
    assert workspace.api.post("/api/tokens", json=body).status_code == 403, "a token makes no token"
    assert workspace.api.post("/api/write-keys", json={}).status_code == 403
    admin = join(workspace, "admin")
    browser = admin.browser()
    aged = "UPDATE sessions SET confirmed_at = now() - interval '16 minutes' WHERE user_id = %s"
    change(workspace.server, aged, admin.id)
    assert refused(browser.post("/api/tokens", body)) == (403, "confirm_first")
    delete = browser.delete(f"/api/write-keys/{workspace.write_key}")
    assert refused(delete) == (403, "confirm_first")


@pytest.mark.parametrize(
    "body",
    [{"name": "t"}, {"name": "", "role": "admin"}, {"name": "t", "scopes": ["team:write"]},
     {"name": "t", "role": "owner"}, {"name": "t", "scopes": ["nonsense"]},
     {"name": "t", "role": "admin", "workspace_id": "x"}],
)  # fmt: skip
def test_no_token_gets_what_is_for_people(workspace: Workspace, body: dict[str, object]):
    assert join(workspace, "owner").browser().post("/api/tokens", body).status_code == 400


def test_a_write_key_is_rotated_and_the_last_one_stays(workspace: Workspace):
    browser = join(workspace, "admin").browser()
    former = f"/api/write-keys/{workspace.write_key}"
    assert refused(browser.delete(former)) == (409, "only_write_key")
    fresh = browser.post("/api/write-keys", {}).json()["key"]
    assert workspace.post("/v1/page", PAGE, fresh).status_code == 200
    assert workspace.post("/v1/page", PAGE).status_code == 200
    assert browser.delete(former).status_code == 204
    assert workspace.post("/v1/page", PAGE).status_code == 401
    assert workspace.post("/v1/page", PAGE, fresh).status_code == 200
    items = browser.get("/api/write-keys").json()["items"]
    assert [one["key"] for one in items] == [fresh] and items[0]["origins"] is None


def test_a_key_is_taken_from_the_sites_that_were_named(workspace: Workspace):
    browser = join(workspace, "admin").browser()
    path = f"/api/write-keys/{workspace.write_key}"

    def status(origin: str | None) -> int:
        headers = {"User-Agent": AGENT} | ({"Origin": origin} if origin else {})
        return workspace.post("/v1/page", PAGE, headers=headers).status_code

    assert status("https://anywhere.example") == 200
    named = browser.patch(path, {"origins": ["https://Shop.example/", "http://localhost:3000"]})
    assert named.json()["origins"] == ["https://shop.example", "http://localhost:3000"]
    assert status("https://anywhere.example") == 403, "what is remembered is looked at again"
    assert status("https://shop.example") == status("http://localhost:3000") == 200
    for other in (
        "https://anywhere.example",
        "http://shop.example",
        "https://a.shop.example",
        "null",
    ):
        assert status(other) == 403, other
    refusal = workspace.post("/v1/page", PAGE, headers={"Origin": "https://evil.example"})
    assert refused(refusal) == (403, "origin_not_allowed")
    assert refusal.headers["access-control-allow-origin"] == "https://evil.example", "readable"
    assert status(None) == 200, "an app names no site"
    assert browser.patch(path, {"origins": None}).json()["origins"] is None
    assert status("https://shop.example") == status("https://anywhere.example") == 200


@pytest.mark.parametrize(
    "wrong",
    [[], ["shop.example"], ["https://"], ["https://shop.example/path"], ["https://*.shop.example"],
     ["https://u@shop.example"], ["ftp://shop.example"], ["https://shop.example:x"], [""],
     ["https://s.example"] * 51],
)  # fmt: skip
def test_what_is_no_site_is_refused(wrong: list[str]):
    with pytest.raises(BadInput):
        read_origins(wrong)


def test_a_site_is_kept_as_a_browser_writes_it():
    given = ["HTTPS://Shop.Example:443/", "http://b\u00fccher.example:80", "https://[::1]:8443"]
    kept = ("https://shop.example", "http://xn--bcher-kva.example", "https://[::1]:8443")
    assert read_origins(given) == kept
    assert read_origins(None) is None


def test_a_key_of_another_workspace_is_out_of_reach(workspace: Workspace, server):
    browser = join(workspace, "owner").browser()
    path = f"/api/write-keys/{server.write_key}"
    assert refused(browser.patch(path, {"origins": None})) == (404, "not_found")
    assert refused(browser.delete(path)) == (404, "not_found")
    assert refused(browser.patch("/api/write-keys/%00", {})) == (404, "not_found")


def test_when_a_token_sent_messages_last_is_kept(workspace: Workspace):
    browser = join(workspace, "admin").browser()
    made = browser.post("/api/tokens", {"name": "Shop", "scopes": ["collect"]}).json()
    before = int(time.time())
    assert workspace.post("/v1/page", PAGE, key=made["token"]).status_code == 200

    def used() -> int | None:
        items = browser.get("/api/tokens").json()["items"]
        return next(one["used_at"] for one in items if one["id"] == made["listed"]["id"])

    until = time.monotonic() + 60
    while (found := used()) is None and time.monotonic() < until:
        time.sleep(0.2)
    assert found is not None and before <= found <= time.time() + 1


def test_when_a_write_key_was_used_last_is_kept_and_only_of_that_key(workspace: Workspace):
    browser = join(workspace, "admin").browser()
    other = browser.post("/api/write-keys", {}).json()
    assert other["used_at"] is None
    before = int(time.time())
    for _ in range(3):
        assert workspace.post("/v1/page", PAGE).status_code == 200

    def used() -> dict[str, int | None]:
        items = browser.get("/api/write-keys").json()["items"]
        return {one["key"]: one["used_at"] for one in items}

    until = time.monotonic() + 60
    while (found := used()[workspace.write_key]) is None and time.monotonic() < until:
        time.sleep(0.2)
    assert found is not None and before <= found <= time.time() + 1
    assert used()[other["key"]] is None
    assert workspace.post("/v1/page", PAGE).status_code == 200
    time.sleep(EVERY + 0.5)
    assert used()[workspace.write_key] == found, "not written anew within a quarter of an hour"
