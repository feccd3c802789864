"""What is stored of a field that was switched off: counted, and deleted wherever it is."""

from typing import Any

import pytest

from openbook.contacts.clearing.actions import OWN
from openbook.db import Connection, built
from openbook.tables import metadata
from tests.accounts.visiting import Browser, change, join, refused
from tests.conftest import Workspace, in_database

TABLES = ("contacts", "devices", "identities", "claims", "contact_words", "subscriptions", "merges")
NEEDLES = {
    "name": "needlename", "email": "needlemail", "user_id": "needleuser", "utms": "needleutm",
    "last_page_viewed": "needlepage", "referrer": "needlereferrer", "timezone": "pacific/auckland",
    "android_device": "needlemodel", "android_app_name": "needleapp", "ip": "81.2.69.160",
    "browser_language": "mi-nz", "last_screen": "needlescreen",
}  # fmt: skip
"""Field -> what is found of its value in a row, in lower case."""


@pytest.fixture
def owner(workspace: Workspace) -> Browser:
    return join(workspace, "owner").browser()


def rows(workspace: Workspace, statement: str) -> list[dict[str, Any]]:
    """The rows of a statement, seen as the application does."""

    async def work(conn: Connection) -> list[dict[str, Any]]:
        return await (await conn.execute(built(statement))).fetchall()

    return in_database(workspace.server.conninfo, work, workspace.id)


def stored(workspace: Workspace) -> str:
    """Every row about contacts of the workspace, as text."""
    found = [rows(workspace, f"SELECT to_jsonb(t)::text AS row FROM {table} t") for table in TABLES]
    return " ".join(one["row"] for many in found for one in many).lower()


def fill(workspace: Workspace) -> None:
    """Two people with a value in every field that can be said, one merged into the other."""
    for number in (1, 2):
        page = {
            "url": f"https://shop.test/needlepage{number}",
            "referrer": "https://needlereferrer.test/",
        }
        context: dict[str, Any] = {
            "ip": "81.2.69.160", "locale": "mi-NZ", "timezone": "Pacific/Auckland", "page": page,
            "campaign": {"source": "needleutm"},
            "userAgent": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
        }  # fmt: skip
        app = {
            **context,
            "app": {"name": "needleapp", "version": "1.2"},
            "device": {"type": "android", "model": "needlemodel", "id": f"d{number}"},
            "os": {"name": "Android", "version": "15"},
        }
        who = {"anonymousId": f"a{number}"}
        batch = [
            {"type": "page", **who, "context": context},
            {"type": "screen", **who, "name": "needlescreen", "context": app},
            {"type": "identify", **who, "traits": {"name": f"Needlename {number}"}},
        ]
        # With a token, so that the address it names is believed.
        answer = workspace.api.post("/v1/batch", json={"batch": batch})
        assert answer.status_code == 200, answer.text
        found = workspace.contacts(anonymous_id=f"a{number}")[0]
        written = {"email": f"needlemail{number}@shop.test", "unsubscribed": True, "spam": True}
        if number == 2:
            written["user_id"] = "needleuser"
        answer = workspace.api.patch(f"/api/contacts/{found['id']}", json=written)
        assert answer.status_code == 200, answer.text
    first, *others = (one["id"] for one in workspace.contacts())
    for other in others:
        merged = workspace.api.post(f"/api/contacts/{first}/merge", json={"with": other})
        assert merged.status_code == 200, merged.text


def clear(owner: Browser, field: str) -> None:
    after = None
    for _ in range(20):
        answer = owner.post(f"/api/settings/stored/{field}/clear", {"after": after})
        assert answer.status_code == 200, answer.text
        after = answer.json()["after"]
        if after is None:
            return
    raise AssertionError("it never ends")


def test_what_is_switched_off_is_counted_and_deleted_and_nothing_else(
    workspace: Workspace, owner: Browser
) -> None:
    workspace.set(collect__utms="true")
    fill(workspace)
    before = stored(workspace)
    assert [needle for needle in NEEDLES.values() if needle not in before] == []
    assert owner.get("/api/settings/stored").json() == {"items": []}
    for field, needle in NEEDLES.items():
        assert refused(owner.post(f"/api/settings/stored/{field}/clear", {})) == (
            409,
            "switched_on",
        )
        workspace.set(**{f"collect__{field}": "false"})
        left = {one["field"]: one for one in owner.get("/api/settings/stored").json()["items"]}
        assert left.keys() == {field}
        assert left[field]["contacts"] == 1 and left[field]["values"] >= 2
        assert needle in stored(workspace), "a switch alone deletes nothing"
        clear(owner, field)
        assert owner.get("/api/settings/stored").json() == {"items": []}
        now = stored(workspace)
        assert needle not in now
        assert [one for name, one in NEEDLES.items() if one not in now] == [
            NEEDLES[name] for name in list(NEEDLES)[: list(NEEDLES).index(field) + 1]
        ]


def test_after_every_field_nothing_of_the_person_is_left_but_ids(
    workspace: Workspace, owner: Browser
) -> None:
    workspace.set(collect__utms="true")
    fill(workspace)
    for field in OWN:
        workspace.set(**{f"collect__{field.id}": "false"})
    assert len(owner.get("/api/settings/stored").json()["items"]) > 20
    for field in OWN:
        clear(owner, field.id)
    assert owner.get("/api/settings/stored").json() == {"items": []}
    [found] = workspace.contacts()
    known = {key: value for key, value in found.items() if key in {one.id for one in OWN}}
    assert set(known.values()) <= {None, False, "none"}, "no value, no mark, no bounce"
    assert found["kind"] == "visitor" and found["provenance"] == {}
    columns = {
        table: [column.name for column in metadata.tables[table].c if "field" in column.info]
        for table in ("contacts", "devices")
    }
    for table, names in columns.items():
        shown = ", ".join(
            f"{name}::text" for name in names if name not in ("anonymous_id", "device_key")
        )
        found = rows(workspace, f"SELECT {shown} FROM {table}")
        assert {value for row in found for value in row.values()} <= {None, "0", "{}"}


def test_a_choice_about_mail_stays_when_the_address_goes(
    workspace: Workspace, owner: Browser
) -> None:
    answer = workspace.api.post(
        "/api/contacts", json={"email": "needlemail@shop.test", "unsubscribed": True}
    )
    contact_id = answer.json()["id"]
    workspace.set(collect__email="false")
    clear(owner, "email")
    assert "needlemail" not in stored(workspace)
    kept = workspace.api.get(f"/api/contacts/{contact_id}").json()
    assert kept["email"] is None and kept["unsubscribed"] is True and kept["kind"] == "visitor"


def test_contacts_are_cleared_part_by_part(workspace: Workspace, owner: Browser) -> None:
    lines = "\n".join(f'{{"user_id": "u{number}", "name": "N{number}"}}' for number in range(1_500))
    headers = {"Content-Type": "application/x-ndjson"}
    made = workspace.api.post("/api/contacts/import", content=lines, headers=headers)
    assert made.json()["created"] == 1_500, made.text
    workspace.set(collect__name="false")
    first = owner.post("/api/settings/stored/name/clear", {}).json()
    assert first["after"] is not None
    [left] = owner.get("/api/settings/stored").json()["items"]
    assert left["contacts"] == 500
    second = owner.post("/api/settings/stored/name/clear", {"after": first["after"]}).json()
    assert second["after"] is None
    assert owner.get("/api/settings/stored").json() == {"items": []}


def test_only_who_may_delete_and_was_just_proved_clears(workspace: Workspace) -> None:
    workspace.set(collect__name="false")
    path = "/api/settings/stored/name/clear"
    assert refused(join(workspace, "agent").browser().post(path, {})) == (403, "forbidden")
    token = workspace.api.post(path, json={})
    assert refused(token) == (403, "forbidden")
    admin = join(workspace, "admin")
    browser = admin.browser()
    aged = "UPDATE sessions SET confirmed_at = now() - interval '16 minutes' WHERE user_id = %s"
    change(workspace.server, aged, admin.id)
    assert refused(browser.post(path, {})) == (403, "confirm_first")
    assert admin.browser().post(path, {}).status_code == 200
    assert admin.browser().post("/api/settings/stored/nothing/clear", {}).status_code == 404
