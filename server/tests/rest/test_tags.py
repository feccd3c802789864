"""Tags: made once, given and taken, asked for, in files, through merges, splits and erasure."""

import csv
import io
import json
import time
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.conftest import Workspace, in_database
from tests.rest.test_bulk import begin, bring, ended, undo


def make(workspace: Workspace, name: str, **more: Any) -> str:
    answer = workspace.api.post("/api/tags", json={"name": name, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def person(workspace: Workspace, **values: Any) -> str:
    answer = workspace.api.post("/api/contacts", json=values)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def give(workspace: Workspace, contact: str, *tags: str) -> dict[str, Any]:
    for tag in tags:
        answer = workspace.api.put(f"/api/contacts/{contact}/tags/{tag}")
        assert answer.status_code == 200, answer.text
    return answer.json()


def names(workspace: Workspace, contact: str) -> list[str]:
    found = workspace.api.get(f"/api/contacts/{contact}").json()
    return [tag["name"] for tag in found["tags"]]


def who(workspace: Workspace, *filters: Any) -> set[str]:
    texts = [one if isinstance(one, str) else json.dumps(one) for one in filters]
    found = workspace.contacts(filter=texts, limit=200)
    number = workspace.api.get("/api/contacts/count", params={"filter": texts}).json()["count"]
    assert number == len(found)
    return {one["name"] for one in found}


def rows_left(workspace: Workspace, tag: str) -> int:
    async def look(conn: Any) -> int:
        cursor = await conn.execute(
            "SELECT count(*) AS number FROM contact_tags WHERE tag_id = %s", (UUID(tag),)
        )
        return (await cursor.fetchone())["number"]

    return in_database(workspace.server.conninfo, look, workspace.id)


def send(workspace: Workspace, text: str, kind: str = "text/csv", **more: Any) -> dict[str, Any]:
    answer = workspace.api.post(
        "/api/contacts/import", content=text.encode(), headers={"Content-Type": kind}, **more
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_name_is_one_tag_whatever_its_case(workspace: Workspace) -> None:
    tag = make(workspace, "  Very   important ", colour="violet")
    (shown,) = workspace.api.get("/api/tags").json()["items"]
    assert (shown["id"], shown["name"], shown["colour"]) == (tag, "Very important", "violet")
    again = workspace.api.post("/api/tags", json={"name": "VERY Important"})
    assert (again.status_code, again.json()["code"]) == (409, "tag_taken")
    assert again.json()["tag_id"] == tag


def test_colours_are_dealt_out_where_none_is_chosen(workspace: Workspace) -> None:
    for number in range(8):
        make(workspace, f"tag {number}")
    found = workspace.api.get("/api/tags").json()["items"]
    assert len({tag["colour"] for tag in found}) == 8


@pytest.mark.parametrize(
    "name",
    ["", " ", "a,b", "x" * 41, "\ttab\x00", "bell\x07", "0190b0a5-6ad2-7cc5-8c1c-0f6a3a6f1f5e"],
)
def test_what_no_tag_can_be_called(workspace: Workspace, name: str) -> None:
    answer = workspace.api.post("/api/tags", json={"name": name})
    assert answer.status_code == 400, answer.text
    assert workspace.api.get("/api/tags").json()["items"] == []


def test_giving_twice_is_giving_once_and_taking_twice_taking_once(workspace: Workspace) -> None:
    tag, ada = make(workspace, "VIP"), person(workspace, name="Ada")
    first = give(workspace, ada, tag)["tags"]
    time.sleep(1.1)
    assert give(workspace, ada, tag)["tags"] == first
    assert first[0]["given_at"] > 0
    for _ in range(2):
        taken = workspace.api.delete(f"/api/contacts/{ada}/tags/{tag}")
        assert (taken.status_code, taken.json()["tags"]) == (200, [])
    noted = workspace.api.get(f"/api/contacts/{ada}/history").json()["items"]
    done = [change["action"] for change in noted]
    assert done.count("contact.tagged") == done.count("contact.untagged") == 1


def test_what_is_not_there_is_refused(workspace: Workspace, stranger: Workspace) -> None:
    tag, ada = make(workspace, "VIP"), person(workspace, name="Ada")
    theirs, nobody = make(stranger, "VIP"), "0190b0a5-6ad2-7cc5-8c1c-0f6a3a6f1f5e"
    for contact, given, code in (
        (nobody, tag, "no_such_contact"),
        (ada, nobody, "no_such_tag"),
        (ada, theirs, "no_such_tag"),
    ):
        answer = workspace.api.put(f"/api/contacts/{contact}/tags/{given}")
        assert (answer.status_code, answer.json()["code"]) == (404, code)
    for method in ("PATCH", "DELETE"):
        answer = workspace.api.request(method, f"/api/tags/{theirs}", json={"name": "mine"})
        assert (answer.status_code, answer.json()["code"]) == (404, "no_such_tag")
    assert [tag["name"] for tag in stranger.api.get("/api/tags").json()["items"]] == ["VIP"]


def test_who_may_do_what(workspace: Workspace) -> None:
    tag, ada = make(workspace, "VIP"), person(workspace, name="Ada")

    def status(method: str, path: str, *scopes: str, **more: Any) -> int:
        headers = {"Authorization": f"Bearer {workspace.new_token(*scopes)}"}
        return httpx.request(method, f"{workspace.url}{path}", headers=headers, **more).status_code

    agent = ("contacts:read", "contacts:write")
    assert status("GET", "/api/tags", "contacts:read") == 200
    assert status("POST", "/api/tags", "contacts:read", json={"name": "new"}) == 403
    assert status("PUT", f"/api/contacts/{ada}/tags/{tag}", "contacts:read") == 403
    assert status("POST", "/api/tags", *agent, json={"name": "new"}) == 201
    assert status("PUT", f"/api/contacts/{ada}/tags/{tag}", *agent) == 200
    assert status("PATCH", f"/api/tags/{tag}", *agent, json={"name": "other"}) == 403
    assert status("DELETE", f"/api/tags/{tag}", *agent) == 403
    assert status("DELETE", f"/api/tags/{tag}", "settings:write") == 204


def test_a_tag_is_renamed_wherever_it_was_given(workspace: Workspace) -> None:
    tag, ada = make(workspace, "VIP", colour="red"), person(workspace, name="Ada")
    other = make(workspace, "Press")
    give(workspace, ada, tag)
    path = f"/api/tags/{tag}"
    taken = workspace.api.patch(path, json={"name": "press"})
    assert (taken.status_code, taken.json()["tag_id"]) == (409, other)
    assert workspace.api.patch(path, json={"colour": "puce"}).status_code == 400
    assert workspace.api.patch(path, json={"colour": "teal"}).json()["name"] == "VIP"
    assert workspace.api.patch(path, json={"name": "vip"}).json()["colour"] == "teal"
    (given,) = workspace.contact(filter=["tags:eq:Vip"])["tags"]
    assert (given["id"], given["name"], given["colour"]) == (tag, "vip", "teal")


def test_a_removed_tag_is_gone_at_once_and_its_rows_soon(workspace: Workspace) -> None:
    bring(workspace, 30)
    tag = make(workspace, "Old")
    done = ended(workspace, begin(workspace, "tag", tag=tag))
    assert done["changed"] == 30
    (counted,) = workspace.api.get("/api/tags", params={"counted": True}).json()["items"]
    assert (counted["contacts"], counted["conversations"]) == (30, 0)
    assert workspace.api.delete(f"/api/tags/{tag}").status_code == 204
    assert all(contact["tags"] == [] for contact in workspace.contacts(limit=50))
    assert who(workspace, f"tags:eq:{tag}") == set()
    assert who(workspace, "tags:exists") == set()
    for _ in range(100):
        if rows_left(workspace, tag) == 0:
            break
        time.sleep(0.05)
    assert rows_left(workspace, tag) == 0
    assert make(workspace, "old") != tag  # the name is free again


def test_filters_ask_by_name_and_by_id(workspace: Workspace) -> None:
    vip, press = make(workspace, "VIP"), make(workspace, "Press: Italy")
    people = {name: person(workspace, name=name) for name in ("Ada", "Bo", "Cy", "Di")}
    give(workspace, people["Ada"], vip, press)
    give(workspace, people["Bo"], vip)
    give(workspace, people["Cy"], press)
    assert who(workspace, "tags:eq:vip") == {"Ada", "Bo"}
    assert who(workspace, f"tags:eq:{vip}") == {"Ada", "Bo"}
    assert who(workspace, "tags:ne:VIP") == {"Cy", "Di"}
    assert who(workspace, f"tags:in:{vip},{press}") == {"Ada", "Bo", "Cy"}
    assert who(workspace, f"tags:eq:{vip}", f"tags:eq:{press}") == {"Ada"}
    assert who(workspace, "tags:eq:press: italy") == {"Ada", "Cy"}
    assert who(workspace, "tags:exists") == {"Ada", "Bo", "Cy"}
    assert who(workspace, "tags:exists:false") == {"Di"}
    assert who(workspace, {"not": {"field": "tags", "op": "in", "value": [vip, press]}}) == {"Di"}
    either = [
        {"field": "tags", "op": "eq", "value": vip},
        {"field": "name", "op": "eq", "value": "di"},
    ]
    assert who(workspace, {"or": either}) == {"Ada", "Bo", "Di"}
    assert who(workspace, "tags:eq:nothing of the kind") == set()
    for bad in ("tags:gt:vip", '{"field":"tags","op":"eq","value":7}'):
        assert workspace.api.get("/api/contacts", params={"filter": bad}).status_code == 400


def test_a_tag_that_many_have_pages_through_all_of_them(workspace: Workspace) -> None:
    bring(workspace, 120)
    bring(workspace, 40, "other.test")
    tag = make(workspace, "Many")
    shop = {"field": "email", "op": "contains", "value": "@shop.test"}
    ended(workspace, begin(workspace, "tag", tag=tag, filter=shop))
    seen: list[str] = []
    cursor = None
    while True:
        asked = {"filter": f"tags:eq:{tag}", "limit": 50, "cursor": cursor}
        page = workspace.api.get(
            "/api/contacts", params={key: value for key, value in asked.items() if value}
        ).json()
        seen += [contact["email"] for contact in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 120
    assert all(email.endswith("@shop.test") for email in seen)


def test_many_are_tagged_and_untagged_and_both_are_taken_back(workspace: Workspace) -> None:
    bring(workspace, 6)
    tag = make(workspace, "Wave")
    ids = {n: workspace.contact(email=f"p{n}@shop.test")["id"] for n in range(6)}
    give(workspace, ids[0], tag)
    done = ended(workspace, begin(workspace, "tag", tag=tag))
    assert (done["contacts"], done["changed"], done["tag"]) == (6, 5, tag)
    # Somebody decides anew about one of them: that stands.
    workspace.api.delete(f"/api/contacts/{ids[1]}/tags/{tag}")
    give(workspace, ids[1], tag)
    undo(workspace, done)
    assert {n for n in ids if names(workspace, ids[n])} == {0, 1}
    given = workspace.api.get(f"/api/contacts/{ids[0]}").json()["tags"]

    taken = ended(workspace, begin(workspace, "untag", tag=tag))
    assert (taken["contacts"], taken["changed"]) == (6, 2)
    assert not any(names(workspace, contact) for contact in ids.values())
    workspace.api.delete(f"/api/contacts/{ids[1]}")
    undo(workspace, taken)
    assert workspace.api.get(f"/api/contacts/{ids[0]}").json()["tags"] == given
    assert rows_left(workspace, tag) == 1


def test_a_tag_removed_meanwhile_does_not_come_back_by_undo(workspace: Workspace) -> None:
    bring(workspace, 3)
    tag = make(workspace, "Gone")
    ended(workspace, begin(workspace, "tag", tag=tag))
    taken = ended(workspace, begin(workspace, "untag", tag=tag))
    workspace.api.delete(f"/api/tags/{tag}")
    assert undo(workspace, taken)["status"] == "done"
    assert rows_left(workspace, tag) == 0


def test_an_action_names_its_tag_and_no_other_action_does(workspace: Workspace) -> None:
    bring(workspace, 1)
    tag = make(workspace, "VIP")
    for body in (
        {"action": "tag"},
        {"action": "spam", "tag": tag},
        {"action": "untag"},
    ):
        answer = workspace.api.post("/api/bulk", json=body)
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_bulk")
    unknown = {"action": "tag", "tag": "0190b0a5-6ad2-7cc5-8c1c-0f6a3a6f1f5e"}
    assert workspace.api.post("/api/bulk", json=unknown).json()["code"] == "no_such_tag"


def test_a_merge_unites_tags_and_a_split_gives_them_back(workspace: Workspace) -> None:
    vip, press, late = (make(workspace, name) for name in ("VIP", "Press", "Late"))
    ada = person(workspace, name="Ada", user_id="ada")
    bo = person(workspace, name="Bo", user_id="bo")
    give(workspace, ada, vip)
    give(workspace, bo, vip, press)
    merged = workspace.api.post(f"/api/contacts/{ada}/merge", json={"with": bo}).json()
    assert [tag["name"] for tag in merged["contact"]["tags"]] == ["Press", "VIP"]
    counted = workspace.api.get("/api/tags", params={"counted": True}).json()["items"]
    assert {tag["name"]: tag["contacts"] for tag in counted} == {"Late": 0, "Press": 1, "VIP": 1}
    give(workspace, bo, late)  # its id leads to who was kept
    parted = workspace.api.post(
        f"/api/contacts/{ada}/split", json={"merge": merged["merge"]["id"]}
    ).json()
    assert [tag["name"] for tag in parted["kept"]["tags"]] == ["Late", "VIP"]
    assert [tag["name"] for tag in parted["restored"]["tags"]] == ["Press", "VIP"]


def test_a_tag_taken_after_a_merge_stays_away_after_the_split(workspace: Workspace) -> None:
    vip = make(workspace, "VIP")
    ada, bo = person(workspace, name="Ada"), person(workspace, name="Bo")
    for contact in (ada, bo):
        give(workspace, contact, vip)
    merged = workspace.api.post(f"/api/contacts/{ada}/merge", json={"with": bo}).json()
    assert workspace.api.delete(f"/api/contacts/{ada}/tags/{vip}").json()["tags"] == []
    workspace.api.post(f"/api/contacts/{ada}/split", json={"merge": merged["merge"]["id"]})
    assert names(workspace, ada) == names(workspace, bo) == []


def test_erasing_a_contact_leaves_nothing_of_its_tags(workspace: Workspace) -> None:
    tag, ada = make(workspace, "VIP"), person(workspace, name="Ada")
    give(workspace, ada, tag)
    workspace.api.delete(f"/api/contacts/{ada}")
    assert rows_left(workspace, tag) == 0
    assert len(workspace.api.get("/api/tags").json()["items"]) == 1


def test_files_carry_tags_out_and_in(workspace: Workspace, stranger: Workspace) -> None:
    vip, odd = make(workspace, "VIP"), make(workspace, "=SUM(A1)")
    ada = person(workspace, name="Ada", email="ada@shop.test")
    person(workspace, name="Bo", email="bo@shop.test")
    give(workspace, ada, vip, odd)
    asked = {"columns": "email,tags"}
    text = workspace.api.get("/api/contacts/export", params=asked).text
    found = {row["email"]: row["tags"] for row in csv.DictReader(io.StringIO(text))}
    assert found == {"ada@shop.test": "'=SUM(A1), VIP", "bo@shop.test": ""}
    dry = send(stranger, text, params={"dry_run": "true"})
    assert (dry["created"], stranger.api.get("/api/tags").json()["items"]) == (2, [])
    assert send(stranger, text)["created"] == 2
    there = stranger.contact(email="ada@shop.test")
    assert [tag["name"] for tag in there["tags"]] == ["=SUM(A1)", "VIP"]
    assert send(stranger, text)["unchanged"] == 2
    more = send(stranger, 'email,tags\nada@shop.test,vip; x\nbo@shop.test,"Vip, new"\n')
    assert (more["updated"], more["rejected"]) == (2, 0)
    assert {tag["name"] for tag in stranger.contact(email="bo@shop.test")["tags"]} == {"VIP", "new"}
    lines = workspace.api.get("/api/contacts/export", params={"format": "ndjson"}).text
    for outcome in ("updated", "unchanged"):  # names are new to it, and tags are not
        assert send(stranger, lines, "application/x-ndjson")[outcome] == 2


def test_a_row_with_a_tag_that_cannot_be_is_rejected(workspace: Workspace) -> None:
    long = "x" * 41
    report = send(workspace, f"email,tags\na@shop.test,{long}\nb@shop.test,ok\n")
    assert (report["created"], report["rejected"]) == (1, 1)
    assert "tags" in report["rejected_rows"][0]["reason"]


def test_who_may_only_import_gives_the_tags_that_are_there(workspace: Workspace) -> None:
    make(workspace, "Known")
    text = "email,tags\na@shop.test,known\nb@shop.test,unknown\n"
    workspace.api.headers["Authorization"] = f"Bearer {workspace.new_token('import')}"
    report = send(workspace, text)
    workspace.api.headers["Authorization"] = f"Bearer {workspace.token}"
    assert (report["created"], report["rejected"]) == (1, 1)
    assert "contacts:write" in report["rejected_rows"][0]["reason"]
    assert [tag["name"] for tag in workspace.api.get("/api/tags").json()["items"]] == ["Known"]


def test_the_command_line_imports_tags(server: Any, tmp_path: Any) -> None:
    file = tmp_path / "people.csv"
    file.write_text('email,tags\ntagged@command.test,"From a file"\n')
    done = server.command("import", str(file))
    assert done.returncode == 0, done.stderr
    headers = {"Authorization": f"Bearer {server.token}"}
    found = httpx.get(
        f"{server.url}/api/contacts", params={"email": "tagged@command.test"}, headers=headers
    ).json()["items"]
    assert [tag["name"] for tag in found[0]["tags"]] == ["From a file"]


def test_the_public_page_says_that_there_are_tags(workspace: Workspace) -> None:
    told = httpx.get(
        f"{workspace.url}/what-we-collect.json", params={"key": workspace.write_key}
    ).json()
    assert "tags" in {kept["id"] for kept in told["beside"]}
