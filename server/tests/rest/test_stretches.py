"""Long lists of what few contacts answer: in stretches, by an index or by a scan, yet whole."""

from typing import Any

import pytest

from openbook.contacts.lists import WALK
from openbook.db import Connection
from tests.conftest import Workspace, in_database

MANY = 4 * WALK
FILL = """
INSERT INTO contacts (workspace_id, id, kind, seen_hour, last_seen_at, connection_from,
  browser_from, country_code, city, isp, browser_name, os_version, web_sessions)
SELECT %(workspace_id)s, gen_random_uuid(), 0, n / 500, to_timestamp(n / 500 * 3600 + n %% 3600),
  8, 8, CASE WHEN n %% 20 = 0 THEN 'IT' WHEN n %% 20 = 1 THEN 'It' ELSE 'DE' END,
  'C' || n %% 20000, CASE n %% 5000 WHEN 3 THEN 'Acme Net' WHEN 5 THEN 'ACME net'
  ELSE 'Net ' || n %% 300 END, CASE n %% 3 WHEN 0 THEN 'Chrome' WHEN 1 THEN 'Safari' END,
  CASE WHEN n %% 200 = 7 THEN '9' WHEN n = 40 THEN '10' ELSE '8' END,
  -- Who came lately has come before.
  CASE WHEN n > %(many)s * 4 / 5 THEN 2 WHEN n %% 50 < 2 THEN 1 END
FROM generate_series(1, %(many)s) n
"""


@pytest.fixture
def crowd(workspace: Workspace) -> Workspace:
    async def fill(conn: Connection) -> None:
        await conn.execute(FILL, {"workspace_id": workspace.id, "many": MANY})

    in_database(workspace.server.conninfo, fill, workspace.id)
    return workspace


def paged(workspace: Workspace, *filters: str) -> list[dict[str, Any]]:
    seen: list[dict[str, Any]] = []
    cursor = ""
    while cursor is not None:
        asked = {"filter": list(filters), "limit": 200, "cursor": cursor}
        body = workspace.api.get("/api/contacts", params=asked).json()
        seen, cursor = seen + body["items"], body["next"]
    return seen


def test_no_answer_is_missed_however_it_is_looked_for(crowd: Workspace) -> None:
    # Each: how it is asked, in SQL the same.
    ways = [
        (["country_code:eq:iT", "browser_name:eq:CHROME", "web_sessions:eq:1"],
         "lower(country_code) = 'it' AND browser_name = 'Chrome' AND web_sessions = 1"),
        (["os_version:eq:9"], "os_version = '9'"),
        (["os_version:eq:10"], "os_version = '10'"),
        (["country_code:eq:it", "os_version:eq:9"], "false"),
        (["city:eq:c77"], "city = 'C77'"),
        (["isp:eq:aCME NET"], "isp IN ('Acme Net', 'ACME net')"),
    ]  # fmt: skip
    for filters, condition in ways:

        async def ids(conn: Connection, condition: str = condition) -> list[str]:
            cursor = await conn.execute(f"SELECT id FROM contacts WHERE {condition}")  # type: ignore[arg-type]
            return sorted(str(one["id"]) for one in await cursor.fetchall())

        found = paged(crowd, *filters)
        expected = in_database(crowd.server.conninfo, ids, crowd.id)
        assert sorted(one["id"] for one in found) == expected, filters
        hours = [one["last_seen_at"] // 3600 for one in found]
        assert hours == sorted(hours, reverse=True)
        counted = crowd.api.get("/api/contacts/count", params={"filter": filters}).json()
        assert counted == {"count": len(expected), "about": False}, filters
