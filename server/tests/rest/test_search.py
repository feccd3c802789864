"""Search by words of a name keeps up with what a name becomes; lists and counts of many hold."""

from typing import Any

import pytest

from openbook.contacts.counting import COUNTED, rounded
from openbook.contacts.lists import HEAD
from openbook.db import Connection
from tests.conftest import Workspace, in_database


def names(workspace: Workspace, words: str) -> list[str]:
    return sorted(found["name"] for found in workspace.contacts(q=words))


def create(workspace: Workspace, **values: Any) -> str:
    answer = workspace.api.post("/api/contacts", json=values)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def words_kept(workspace: Workspace) -> set[str]:
    async def read(conn: Connection) -> set[str]:
        cursor = await conn.execute("SELECT word FROM contact_words")
        return {row["word"] for row in await cursor.fetchall()}

    return in_database(workspace.server.conninfo, read, workspace.id)


def test_a_name_is_found_without_its_accents_and_by_any_of_its_words(workspace: Workspace) -> None:
    for name in ("José García", "Zoë O'Neil", "Łukasz Müller", "田中太郎", "Josephine Baker"):
        create(workspace, name=name)
    assert names(workspace, "jose") == ["Josephine Baker", "José García"]
    assert names(workspace, "GARC jos") == ["José García"]
    assert names(workspace, "oneil") == names(workspace, "o'ne") == ["Zoë O'Neil"]
    assert names(workspace, "muller luk") == ["Łukasz Müller"]
    assert names(workspace, "太郎") == ["田中太郎"]
    assert names(workspace, "jose baker garcia") == []


def test_a_name_is_found_by_what_it_is_now(workspace: Workspace) -> None:
    ada = create(workspace, name="Ada Byron")
    workspace.api.patch(f"/api/contacts/{ada}", json={"name": "Ada King"})
    assert names(workspace, "king") == ["Ada King"]
    assert names(workspace, "byron") == []
    workspace.api.patch(f"/api/contacts/{ada}", json={"name": None})
    assert workspace.contacts(q="ada") == []
    assert words_kept(workspace) == set()


def test_a_merge_and_its_split_take_the_words_along(workspace: Workspace) -> None:
    ada = create(workspace, name="Ada King", user_id="ada")
    bob = create(workspace, name="Bob King")
    merged = workspace.api.post(f"/api/contacts/{ada}/merge", json={"with": bob})
    assert merged.status_code == 200, merged.text
    left = merged.json()["contact"]["name"]
    assert names(workspace, "king") == [left]
    assert words_kept(workspace) == set(left.lower().split())
    split = workspace.api.post(
        f"/api/contacts/{ada}/split", json={"merge": merged.json()["merge"]["id"]}
    )
    assert split.status_code == 200, split.text
    assert names(workspace, "king") == ["Ada King", "Bob King"]
    assert names(workspace, "bob") == ["Bob King"]


def test_erasure_takes_the_words(workspace: Workspace) -> None:
    ada = create(workspace, name="Ada King")
    assert words_kept(workspace) == {"ada", "king"}
    workspace.api.delete(f"/api/contacts/{ada}")
    assert words_kept(workspace) == set()


def test_another_workspace_finds_nobody(workspace: Workspace, stranger: Workspace) -> None:
    create(workspace, name="Ada King")
    assert stranger.contacts(q="ada") == []


def test_pages_through_a_full_hour_miss_nobody_and_repeat_nobody(workspace: Workspace) -> None:
    many = HEAD + 250
    for start in range(0, many, 250):
        workspace.batch(
            *(
                {"type": "page", "messageId": f"m{number}", "anonymousId": f"a{number}"}
                for number in range(start, start + 250)
            )
        )
    for query in ({}, {"filter": "web_sessions:gte:0"}):
        seen: list[str] = []
        cursor = None
        while True:
            asked = query | {"limit": 200} | ({"cursor": cursor} if cursor else {})
            body = workspace.api.get("/api/contacts", params=asked).json()
            seen += [item["id"] for item in body["items"]]
            moments = [item["last_seen_at"] for item in body["items"]]
            assert moments == sorted(moments, reverse=True)
            cursor = body["next"]
            if cursor is None:
                break
        assert len(seen) == len(set(seen)) == many


def test_many_are_counted_about_and_few_exactly(workspace: Workspace) -> None:
    many = 14_000
    workspace.batch({"type": "page", "messageId": "1", "anonymousId": "first"})

    async def multiply(conn: Connection) -> None:
        # Rows of two kilobytes: four to a page, so that the table is larger than a sample of it.
        await conn.execute(
            "INSERT INTO contacts (workspace_id, id, kind, seen_hour, connection_from, "
            "referrer_from, country_code, referrer) "
            "SELECT workspace_id, gen_random_uuid(), 0, seen_hour, 8, 8, "
            "CASE WHEN n %% 2000 = 0 THEN 'IT' ELSE 'DE' END, "
            "(SELECT string_agg(md5(n::text || m), '') FROM generate_series(1, 57) m) "
            "FROM contacts, generate_series(1, %s) n",
            (many,),
        )

    in_database(workspace.server.conninfo, multiply, workspace.id)

    def count(**query: str) -> dict[str, Any]:
        return workspace.api.get("/api/contacts/count", params=query).json()

    whole = count()
    assert whole["about"] is True
    assert whole["count"] == pytest.approx(many, rel=0.1)
    assert count(filter="country_code:eq:de")["count"] == pytest.approx(many, rel=0.1)
    assert count(filter="country_code:eq:it") == {"count": many // 2000, "about": False}
    rare = workspace.contacts(filter="country_code:eq:it", limit=200)
    assert len(rare) == many // 2000
    assert many > COUNTED


def test_an_estimate_has_two_digits() -> None:
    assert [rounded(number) for number in (0, 7.4, 99, 154_321, 999_600)] == [
        0, 7, 99, 150_000, 1_000_000,
    ]  # fmt: skip
