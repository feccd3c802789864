"""Words that many have: a page comes by a walk along who is known, and misses nobody."""

from typing import Any

import psycopg
import pytest

from openbook.contacts.finding import GATHERED, READ
from openbook.contacts.lists import HEAD, page
from openbook.contacts.search import read_question
from openbook.db import Connection
from tests.conftest import Workspace, in_database

ROOT = 317
"""What the sizes go by in a table of up to 100,000 contacts, rounded up."""
FEW, SEVERAL, MANY = READ * ROOT // 2, GATHERED * ROOT // 2, GATHERED * ROOT * 5 // 4
BEGUN = {"anna": FEW, "berta": SEVERAL, "carla": MANY}
"""First name -> how many have it: sorted as a whole, gathered, asked one by one."""
FILL = """
INSERT INTO contacts (workspace_id, id, kind, seen_hour, last_seen_at, name, name_at, name_trust,
  name_source, email, email_key, email_at, email_trust, email_source)
SELECT %(workspace_id)s, gen_random_uuid(), 1, hour, to_timestamp(hour * 3600 + n %% 3600),
  name, CASE WHEN name <> '' THEN now() END, CASE WHEN name <> '' THEN 1 END,
  CASE WHEN name <> '' THEN 1 END, email, email, CASE WHEN email <> '' THEN now() END,
  CASE WHEN email <> '' THEN 1 END, CASE WHEN email <> '' THEN 1 END
FROM (SELECT n, 1000 + n * 7919 %% %(number)s / 40 AS hour,
  -- By the name, by the address alone, by both.
  CASE WHEN n %% 3 <> 1 THEN %(first)s || ' Number' || n END AS name,
  CASE WHEN n %% 3 = 1 OR n %% 20 = 0 THEN lower(%(first)s) || n || '@example.com' END AS email
  FROM generate_series(1, %(number)s) n) AS people
"""
WORDS = """
INSERT INTO contact_words (workspace_id, contact_id, word)
SELECT workspace_id, id, regexp_split_to_table(lower(name), ' ') FROM contacts
WHERE workspace_id = %s AND name IS NOT NULL
"""
VISITORS = """
INSERT INTO contacts (workspace_id, id, kind, seen_hour, last_seen_at)
SELECT %s, gen_random_uuid(), 0, 1000 + n / 30, to_timestamp((1000 + n / 30) * 3600)
FROM generate_series(1, %s) n
"""


def populate(workspace: Workspace, begun: dict[str, int]) -> None:
    async def fill(conn: Connection) -> None:
        for first, number in begun.items():
            asked = {"workspace_id": workspace.id, "first": first.capitalize(), "number": number}
            await conn.execute(FILL, asked)
        await conn.execute(WORDS, (workspace.id,))
        await conn.execute(VISITORS, (workspace.id, 2 * HEAD))

    in_database(workspace.server.conninfo, fill, workspace.id)


@pytest.fixture
def crowd(workspace: Workspace, stranger: Workspace) -> Workspace:
    populate(workspace, BEGUN)
    populate(stranger, {"berta": SEVERAL})
    with psycopg.connect(workspace.server.conninfo, autocommit=True) as owner:
        owner.execute("ANALYZE contacts, contact_words")
    return workspace


def paged(workspace: Workspace, words: str) -> list[dict[str, Any]]:
    seen: list[dict[str, Any]] = []
    cursor = ""
    while cursor is not None:
        asked = {"q": words, "limit": 200, "cursor": cursor}
        answer = workspace.api.get("/api/contacts", params=asked, timeout=60)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        seen, cursor = seen + body["items"], body["next"]
    return seen


def test_whoever_has_a_word_is_found_however_many_have_it(crowd: Workspace) -> None:
    for first, number in BEGUN.items():
        for words in (first, first[:3].upper()):
            found = paged(crowd, words)
            assert len({one["id"] for one in found}) == len(found) == number, words
            assert all((one["name"] or one["email"]).lower().startswith(first) for one in found)
            hours = [one["last_seen_at"] // 3600 for one in found]
            assert hours == sorted(hours, reverse=True)
    # Two words, and a word with a filter, of which the walk cannot tell.
    assert len(paged(crowd, "berta number7")) == len(
        {n for n in range(1, SEVERAL + 1) if n % 3 != 1 and str(n).startswith("7")}
    )
    asked = {"q": "berta", "filter": "email:starts_with:berta7", "limit": 200}
    known = [n for n in range(1, SEVERAL + 1) if n % 3 == 1 or n % 20 == 0]
    assert len(crowd.contacts(**asked)) == len([n for n in known if str(n).startswith("7")])


def test_a_walk_reads_the_index_of_who_is_known_and_nobody_it_passes(crowd: Workspace) -> None:
    async def plans(conn: Connection) -> list[str]:
        asked: list[tuple[Any, Any]] = []
        execute = conn.execute

        async def noted(query: Any, params: Any = None, **options: Any) -> Any:
            asked.append((query, params))
            return await execute(query, params, **options)

        conn.execute = noted  # type: ignore[method-assign]
        found = await page(conn, crowd.id, read_question(q="berta"), {}, 50, None)
        assert len(found.items) == 50
        explained = []
        for query, params in asked:
            if isinstance(query, str) and query.startswith("SELECT"):
                cursor = await execute(f"EXPLAIN {query}", params)  # type: ignore[arg-type]
                lines = [one["QUERY PLAN"] for one in await cursor.fetchall()]
                explained.append("\n".join(lines))
        return explained

    every = in_database(crowd.server.conninfo, plans, crowd.id)
    walks = [plan for plan in every if "using contacts_known" in plan]
    assert len(walks) == 1, every
    assert "Index Only Scan Backward using contacts_known" in walks[0]
    assert "hashed SubPlan" in walks[0]
    assert not [plan for plan in every if "Seq Scan on contacts" in plan]
