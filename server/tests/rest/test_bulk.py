"""Actions on many contacts: those who matched and nobody else, stopped, undone, taken up again."""

import contextlib
import csv
import io
import json
import os
import signal
import time
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from tests.conftest import Workspace, in_database

SHOP = {"field": "email", "op": "contains", "value": "@shop.test"}


def bring(workspace: Workspace, number: int, domain: str = "shop.test", **more: Any) -> None:
    """Contacts u0, u1, ... with addresses of their own."""
    rows = (
        {"user_id": f"{domain} {n}", "email": f"p{n}@{domain}", "name": f"Person {n}", **more}
        for n in range(number)
    )
    lines = "\n".join(json.dumps(row) for row in rows)
    answer = workspace.api.post(
        "/api/contacts/import", content=lines, headers={"Content-Type": "application/x-ndjson"}
    )
    assert answer.json()["created"] == number, answer.text


def begin(workspace: Workspace, action: str, **question: Any) -> dict[str, Any]:
    answer = workspace.api.post("/api/bulk", json={"action": action, **question})
    assert answer.status_code == 201, answer.text
    return answer.json()


def ended(workspace: Workspace, bulk: dict[str, Any]) -> dict[str, Any]:
    """The action once nothing more happens to it."""
    for _ in range(400):
        found = workspace.api.get(f"/api/bulk/{bulk['id']}").json()
        if found["status"] not in ("waiting", "running"):
            return found
        time.sleep(0.05)
    raise AssertionError(f"still {found}")


def undo(workspace: Workspace, bulk: dict[str, Any]) -> dict[str, Any]:
    answer = workspace.api.post(f"/api/bulk/{bulk['id']}/undo")
    assert answer.status_code == 200, answer.text
    return ended(workspace, answer.json())


def count(workspace: Workspace, *filters: str) -> int:
    return workspace.api.get("/api/contacts/count", params={"filter": list(filters)}).json()[
        "count"
    ]


def states(workspace: Workspace, *names: str) -> dict[str, tuple[Any, ...]]:
    return {
        contact["email"]: tuple(contact[name] for name in names)
        for contact in workspace.contacts(limit=200)
    }


def test_all_that_match_are_changed_and_nobody_else(workspace: Workspace) -> None:
    bring(workspace, 120)
    bring(workspace, 30, "other.test")
    done = ended(workspace, begin(workspace, "spam", filter=SHOP))
    assert (done["status"], done["contacts"], done["changed"]) == ("done", 120, 120)
    assert (done["done"], done["total"]) == (120, 120)
    assert count(workspace, "spam:eq:true") == 120
    assert count(workspace, "spam:eq:true", "email:contains:@other.test") == 0
    found = workspace.contact(email="p7@shop.test")
    assert found["spam_at"] is not None
    assert found["spam_by"] is not None
    undone = undo(workspace, done)
    assert (undone["status"], undone["undoing"], undone["may_undo"]) == ("done", True, False)
    assert count(workspace, "spam:eq:true") == 0
    assert workspace.contact(email="p7@shop.test")["spam_at"] is None


def test_undo_gives_back_what_was_and_leaves_what_somebody_did_since(workspace: Workspace) -> None:
    bring(workspace, 6)
    ids = {n: workspace.contact(email=f"p{n}@shop.test")["id"] for n in range(6)}
    workspace.api.patch(f"/api/contacts/{ids[0]}", json={"spam": True})
    before = states(workspace, "spam", "spam_at", "spam_by")
    time.sleep(1.1)  # times are in whole seconds
    done = ended(workspace, begin(workspace, "spam"))
    assert (done["contacts"], done["changed"]) == (6, 5)
    workspace.api.patch(f"/api/contacts/{ids[1]}", json={"spam": False})
    workspace.api.patch(f"/api/contacts/{ids[1]}", json={"spam": True})
    theirs = states(workspace, "spam", "spam_at", "spam_by")["p1@shop.test"]
    undo(workspace, done)
    after = states(workspace, "spam", "spam_at", "spam_by")
    assert after.pop("p1@shop.test") == theirs
    before.pop("p1@shop.test")
    assert after == before

    cleared = ended(workspace, begin(workspace, "not_spam"))
    assert cleared["changed"] == 2
    assert count(workspace, "spam:eq:true") == 0
    undo(workspace, cleared)
    assert states(workspace, "spam", "spam_at", "spam_by") == after | {"p1@shop.test": theirs}


def test_unsubscribing_is_of_addresses_and_is_undone_exactly(workspace: Workspace) -> None:
    bring(workspace, 5)
    workspace.api.post("/api/contacts", json={"user_id": "twin", "email": "p1@shop.test"})
    workspace.api.post("/api/contacts", json={"name": "No address"})
    first = workspace.contact(email="p0@shop.test")["id"]
    workspace.api.patch(f"/api/contacts/{first}", json={"unsubscribed": True})
    names = ("id", "unsubscribed", "unsubscribed_at", "unsubscribed_how")

    def subscriptions() -> dict[str, tuple[Any, ...]]:
        return {
            contact["id"]: tuple(contact[name] for name in names)
            for contact in workspace.contacts()
        }

    before = subscriptions()
    time.sleep(1.1)
    done = ended(workspace, begin(workspace, "unsubscribe"))
    assert (done["contacts"], done["changed"]) == (7, 5)
    assert all(values[1] for values in subscriptions().values())
    assert subscriptions()[first] == before[first]
    # Somebody chooses for themselves meanwhile: that stands.
    third = workspace.contact(email="p3@shop.test")["id"]
    workspace.api.patch(f"/api/contacts/{third}", json={"unsubscribed": False})
    workspace.api.patch(f"/api/contacts/{third}", json={"unsubscribed": True})
    undo(workspace, done)
    after = subscriptions()
    assert after.pop(third)[1] is True
    before.pop(third)
    assert after == before


def test_the_set_is_of_the_moment_it_was_asked_for(workspace: Workspace) -> None:
    bring(workspace, 3)
    held = workspace.contact(email="p0@shop.test")["id"]
    # Another writer holds one of them, so that nothing can happen to it yet.
    with psycopg.connect(workspace.server.conninfo) as writer:
        writer.execute(
            "SELECT set_config('openbook.workspaces', %s, true)", (f"{{{workspace.id}}}",)
        )
        writer.execute("SELECT FROM contacts WHERE id = %s FOR UPDATE", (held,))
        bulk = begin(workspace, "spam", filter=SHOP)
        workspace.api.post("/api/contacts", json={"email": "late@shop.test"})
    assert ended(workspace, bulk)["changed"] == 3
    assert workspace.contact(email="late@shop.test")["spam"] is False


def test_those_picked_and_those_left_out(workspace: Workspace) -> None:
    bring(workspace, 10)
    ids = [workspace.contact(email=f"p{n}@shop.test")["id"] for n in range(10)]
    assert ended(workspace, begin(workspace, "spam", ids=ids[:3]))["changed"] == 3
    rest = begin(workspace, "spam", filter=SHOP, except_ids=ids[8:])
    assert (rest["contacts"], ended(workspace, rest)["changed"]) == (8, 5)
    assert count(workspace, "spam:eq:true") == 8
    both = workspace.api.post("/api/bulk", json={"action": "spam", "ids": ids, "q": "ada"})
    assert (both.status_code, both.json()["code"]) == (400, "bad_bulk")
    nobody = workspace.api.post("/api/bulk", json={"action": "spam", "q": "nobody-is-so-named"})
    assert (nobody.status_code, nobody.json()["code"]) == (409, "nobody")


def test_deleting_leaves_nothing_and_cannot_be_undone(workspace: Workspace) -> None:
    bring(workspace, 250)
    bring(workspace, 5, "other.test")
    workspace.batch({"type": "page", "anonymousId": "stays"})
    done = ended(workspace, begin(workspace, "delete", filter=SHOP))
    assert (done["status"], done["changed"], done["may_undo"]) == ("done", 250, False)
    assert count(workspace) == 6
    refused = workspace.api.post(f"/api/bulk/{done['id']}/undo")
    assert (refused.status_code, refused.json()["code"]) == (409, "cannot_undo")

    async def left(conn: Any) -> list[int]:
        tables = ("claims", "identities", "contact_words")
        cursors = [await conn.execute(f"SELECT count(*) AS n FROM {table}") for table in tables]
        return [(await cursor.fetchone())["n"] for cursor in cursors]

    claims, identities, words = in_database(workspace.server.conninfo, left, workspace.id)
    assert (claims, identities) == (15, 10)
    assert words == 10


def test_a_file_holds_the_chosen_columns_of_all_that_match(workspace: Workspace) -> None:
    bring(workspace, 700)
    bring(workspace, 2, "other.test")
    columns = ["email", "name", "web_sessions"]
    bulk = begin(workspace, "export", filter=SHOP, columns=columns)
    assert (bulk["status"], bulk["contacts"]) == ("done", 700)
    answer = workspace.api.get(f"/api/bulk/{bulk['id']}/file")
    assert answer.headers["content-disposition"] == 'attachment; filename="contacts.csv"'
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert rows[0] == columns
    assert sorted(row[0] for row in rows[1:]) == sorted(f"p{n}@shop.test" for n in range(700))
    everything = begin(workspace, "export", filter=SHOP)
    head = workspace.api.get(f"/api/bulk/{everything['id']}/file").text.partition("\r\n")[0]
    assert head.split(",")[:3] == ["id", "kind", "display_name"]
    wrong = workspace.api.post("/api/bulk", json={"action": "export", "columns": ["shoe_size"]})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "bad_columns")
    spam = begin(workspace, "spam")
    assert workspace.api.get(f"/api/bulk/{spam['id']}/file").status_code == 404


@pytest.mark.parametrize(
    ("action", "scope"),
    [("spam", "contacts:write"), ("export", "export"), ("delete", "contacts:delete")],
)
def test_each_action_takes_its_scope(
    workspace: Workspace, stranger: Workspace, action: str, scope: str
) -> None:
    bring(workspace, 2)
    others = {"contacts:read", "contacts:write", "contacts:delete", "export"} - {scope}
    token = workspace.new_token(*others)
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=workspace.url, headers=headers) as lacking:
        refused = lacking.post("/api/bulk", json={"action": action})
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
        begun = begin(workspace, action)
        assert lacking.post(f"/api/bulk/{begun['id']}/stop").status_code == 403
        assert lacking.post(f"/api/bulk/{begun['id']}/undo").status_code == 403
    assert stranger.api.get(f"/api/bulk/{begun['id']}").status_code == 404
    assert stranger.api.get("/api/bulk").json()["items"] == []
    assert [one["id"] for one in workspace.api.get("/api/bulk").json()["items"]] == [begun["id"]]


def test_what_is_switched_off_is_not_marked(workspace: Workspace) -> None:
    bring(workspace, 1)
    workspace.set(collect__spam="false")
    refused = workspace.api.post("/api/bulk", json={"action": "spam"})
    assert (refused.status_code, refused.json()["code"]) == (400, "switched_off")


def test_it_can_be_stopped_and_what_was_done_undone(workspace: Workspace) -> None:
    bring(workspace, 1_200)
    last = workspace.contacts(filter="email:eq:p1199@shop.test")[0]["id"]
    # A writer who holds a contact of the last part keeps the action in the middle.
    with psycopg.connect(workspace.server.conninfo) as writer:
        writer.execute(
            "SELECT set_config('openbook.workspaces', %s, true)", (f"{{{workspace.id}}}",)
        )
        writer.execute("SELECT FROM contacts WHERE id = %s FOR UPDATE", (last,))
        bulk = begin(workspace, "spam")
        for _ in range(200):
            found = workspace.api.get(f"/api/bulk/{bulk['id']}").json()
            if found["done"] == 1_000:
                break
            time.sleep(0.05)
        assert (found["status"], found["done"], found["may_undo"]) == ("running", 1_000, False)
        assert count(workspace, "spam:eq:true") == 1_000
        writer.rollback()
    stopped = workspace.api.post(f"/api/bulk/{bulk['id']}/stop")
    assert stopped.status_code in (200, 409)  # the last part may have been quicker
    found = ended(workspace, bulk)
    assert found["status"] in ("stopped", "done")
    assert count(workspace, "spam:eq:true") == found["changed"]
    undo(workspace, found)
    assert count(workspace, "spam:eq:true") == 0


def test_another_process_goes_on_where_a_killed_one_was(workspace: Workspace) -> None:
    bring(workspace, 1_500)
    bulk = begin(workspace, "spam")
    os.kill(_serving_process(workspace.server.process.pid), signal.SIGKILL)
    # The next one is started at once; it does not answer yet.
    found = {"status": "unknown"}
    for _ in range(400):
        with contextlib.suppress(httpx.TransportError):
            found = workspace.api.get(f"/api/bulk/{bulk['id']}").json()
        if found["status"] == "done":
            break
        time.sleep(0.1)
    assert (found["status"], found["done"], found["changed"]) == ("done", 1_500, 1_500)
    assert count(workspace, "spam:eq:true") == 1_500


def _serving_process(parent: int) -> int:
    """The child of `openbook serve` that listens: the one in whose command line it is spawned."""
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
            words = (path.parent / "cmdline").read_bytes()
        except OSError:
            continue
        if int(fields[1]) == parent and b"spawn_main" in words:
            return int(path.parent.name)
    raise AssertionError("nobody serves")
