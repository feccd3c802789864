"""Workspaces, tokens, settings and identity keys by the real command, beside a running server."""

import json
import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from openbook.accounts.keys import IdentityKey
from openbook.accounts.tokens import Verified, verify_identity
from openbook.catalogue.policy import shown_settings
from tests.conftest import Server


def run_json(server: Server, *words: str) -> Any:
    done = server.command(*words, "--json")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == 1, "one line and nothing else"
    return json.loads(done.stdout)


def refusal(server: Server, *words: str) -> str:
    done = server.command(*words)
    assert done.returncode == 1
    assert done.stdout == "" and "Traceback" not in done.stderr
    return done.stderr


def test_the_workspace_is_shown_with_its_write_key(server: Server):
    shown = run_json(server, "workspace", "show")
    assert list(shown) == ["id", "name", "write_key"]
    assert UUID(shown["id"]).version == 7 and shown["write_key"].startswith("ob_")
    plain = server.command("workspace", "show").stdout
    assert all(value in plain for value in shown.values())


def test_a_second_write_key_is_shown_and_the_first_still_works_until_it_is_revoked(server: Server):
    first = run_json(server, "workspace", "show")["write_key"]
    fresh = run_json(server, "workspace", "new-key")["write_key"]
    assert run_json(server, "workspace", "show")["write_key"] == fresh
    page = f"{server.url}/what-we-collect?key="
    assert httpx.get(page + first).status_code == 200
    assert server.command("workspace", "revoke-key", fresh).returncode == 0
    assert run_json(server, "workspace", "show")["write_key"] == first
    assert httpx.get(page + fresh).status_code == 404
    assert "only write key" in refusal(server, "workspace", "revoke-key", first)


def test_a_token_opens_the_interface_until_it_is_revoked(server: Server):
    made = run_json(server, "token", "create", "--name", "CI", "--role", "viewer")
    headers = {"Authorization": f"Bearer {made['token']}"}
    assert httpx.get(f"{server.url}/api/settings", headers=headers).status_code == 200
    assert httpx.patch(f"{server.url}/api/settings", headers=headers, json={}).status_code == 403
    listed = {token["id"]: token for token in run_json(server, "token", "list")}
    assert listed[made["id"]]["name"] == "CI" and "token" not in listed[made["id"]]
    assert server.command("token", "revoke", made["id"]).returncode == 0
    assert httpx.get(f"{server.url}/api/settings", headers=headers).status_code == 401
    assert "no such token" in refusal(server, "token", "revoke", made["id"])


def test_a_token_alone_on_standard_output_can_be_put_into_a_variable(server: Server):
    done = server.command("token", "create", "--name", "x", "--scope", "collect")
    assert re.fullmatch(r"obt_[A-Za-z0-9_-]{43}\n", done.stdout)
    assert "It may: collect." in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("token", "create", "--name", "x"), "a role"),
        (("token", "create", "--name", "x", "--role", "king"), "no role 'king'"),
        (("token", "create", "--name", "x", "--scope", "all"), "no scope 'all'"),
        (("settings", "set"), "KEY=VALUE"),
        (("settings", "set", "ip.mode"), "not KEY=VALUE"),
        (("settings", "set", "ip.mode=half"), "one of full, truncated"),
        (("settings", "set", "collect.shoe=true"), "no field 'shoe'"),
        (("settings", "set", "nonsense=1"), "no setting 'nonsense'"),
        (("settings", "set", "a=1", "a=2"), "named twice"),
        (("identity-key", "revoke", "none"), "no identity key"),
        (("identity-key", "create", "--public-key", "/nowhere.pem"), "cannot be read"),
        (("contact", "show"), "Name one contact"),
        (("contact", "show", "--email", "nobody@example.com"), "no such contact"),
        (("import", "/nowhere.csv"), "cannot be read"),
        (("import", "/nowhere.xls"), "does not say how"),
    ],
)
def test_a_refusal_is_a_sentence_and_exit_code_1(server: Server, words, said: str):
    assert said in refusal(server, *words)


def test_settings_are_in_force_when_the_command_returns(server: Server):
    url = f"{server.url}/what-we-collect"
    try:
        for mode, words in (("truncated", "is cut off before"), ("none", "is not stored")):
            server.command("settings", "set", f"ip.mode={mode}", "collect.city=false")
            page = httpx.get(url).text
            assert words in page and 'class="item off" id="field-city"' in page
        shown = run_json(server, "settings", "show")
        assert shown["ip.mode"] == "none" and shown["collect.city"] is False
    finally:
        back = server.command("settings", "set", "ip.mode=", "collect.city=", "--json")
    assert json.loads(back.stdout) == shown_settings({})


def test_what_a_backend_signs_with_a_new_key_is_believed(server: Server):
    made = run_json(server, "identity-key", "create")
    now = datetime.now(UTC)
    claims = {
        "sub": "u-1",
        "aud": made["audience"],
        "iat": int(now.timestamp()),
        "exp": int(now.timestamp()) + 60,
    }
    signed = jwt.encode(
        {"alg": "HS256", "kid": made["kid"]}, claims, OctKey.import_key(made["secret"])
    )
    key = IdentityKey(made["kid"], "HS256", made["secret"].encode())
    found = verify_identity(signed, (key,), UUID(made["audience"]), now)
    assert isinstance(found, Verified) and found.user_id == "u-1"
    listed = run_json(server, "identity-key", "list")
    assert made["kid"] in [k["kid"] for k in listed if k["revoked_at"] is None]
    assert "secret" not in listed[0]
    assert server.command("identity-key", "revoke", made["kid"]).returncode == 0


def test_explain_tells_all_forty_in_order_with_what_is_held(server: Server):
    told = run_json(server, "explain")
    assert [field["number"] for field in told[:40]] == list(range(1, 41))
    assert all(field["held"] >= 0 for field in told)
    text = server.command("explain").stdout
    places = [text.index(f"{number:>3}  {told[number - 1]['label']}") for number in range(1, 41)]
    assert places == sorted(places)
    assert "collect.user_id" in text and "Beside the forty" in text


def test_an_import_reports_each_row_once_and_an_export_brings_it_back(server: Server, tmp_path):
    file, out = tmp_path / "in.csv", tmp_path / "out.ndjson"
    file.write_text("email,name\nada@example.com,Ada\nno-address,Bob\nada@example.com,Ada\n")
    dry = run_json(server, "import", str(file), "--dry-run")
    assert dry["dry_run"] is True and dry["created"] == 1
    report = run_json(server, "import", str(file))
    counts = [report[name] for name in ("created", "updated", "unchanged", "rejected")]
    assert sum(counts) == report["rows"] == 3
    assert report["rejected_rows"][0]["line"] == 3
    done = run_json(server, "export", str(out))
    contacts = [json.loads(line) for line in out.read_text().splitlines()]
    assert done["contacts"] == len(contacts)
    assert [c["name"] for c in contacts if c["email"] == "ada@example.com"] == ["Ada"]
    assert out.stat().st_mode & 0o077 == 0
    assert {path.name for path in tmp_path.iterdir()} == {"in.csv", "out.ndjson"}
    streamed = server.command("export", "-")
    assert len(streamed.stdout.splitlines()) == len(contacts)
    shown = run_json(server, "contact", "show", "--email", "ada@example.com")
    assert shown["name"] == "Ada"
    table = server.command("contact", "show", "--email", "ada@example.com").stdout
    assert "ada@example.com" in table and "import" in table and "✓" in table


def test_the_demo_makes_contacts_with_a_token_of_its_own_which_it_gives_back(server: Server):
    before = {token["id"] for token in run_json(server, "token", "list")}
    done = server.command("demo", "--visitors", "3", "--seed", "7", "--url", server.url)
    assert done.returncode == 0, done.stderr
    fresh = [token for token in run_json(server, "token", "list") if token["id"] not in before]
    assert [token["scopes"] for token in fresh] == [["collect"]]
    assert fresh[0]["revoked_at"] is not None
    held = {field["id"]: field["held"] for field in run_json(server, "explain")}
    assert held["ip"] >= 3


def test_the_demo_says_where_nothing_answers(server: Server):
    words = ("demo", "--visitors", "1", "--url", "http://127.0.0.1:1", "--token", "obt_x")
    assert "http://127.0.0.1:1" in refusal(server, *words)
