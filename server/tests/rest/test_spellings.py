"""Filters that an index answers: case does not count, and a list is the same however it is read."""

import pytest

from openbook.db import Connection
from tests.conftest import Workspace, in_database

CITIES = {
    "Zürich": 3, "zürich": 2, "ZÜRICH": 1, "Zug": 4, "Żary": 1, "München": 2, "100% Town": 1,
    "\u0130stanbul": 2, "istanbul": 1, "ISTANBUL": 1, "": 1,
}  # fmt: skip
COUNTRIES = {"CH": "Ch", "DE": "de"}


@pytest.fixture
def places(workspace: Workspace) -> Workspace:
    """Contacts in cities and countries spelled in many ways, the first seen in the last."""
    rows = [
        (city, country, hour)
        for city, times in CITIES.items()
        for hour in range(times)
        for countries in COUNTRIES.items()
        for country in countries
    ]

    async def insert(conn: Connection) -> None:
        await conn.execute(
            "INSERT INTO contacts (workspace_id, id, kind, seen_hour, last_seen_at, city, "
            "country_code, browser_name, web_sessions, connection_from, browser_from) "
            "SELECT %s, gen_random_uuid(), 0, hour, to_timestamp(hour * 3600), city, country, "
            "'Chrome', 1, 8, 8 FROM unnest(%s::text[], %s::text[], %s::integer[]) "
            "AS t(city, country, hour)",
            (workspace.id, *map(list, zip(*rows, strict=True))),
        )

    in_database(workspace.server.conninfo, insert, workspace.id)
    return workspace


def cities(workspace: Workspace, *filters: str) -> list[str]:
    found = workspace.contacts(filter=list(filters), limit=200)
    asked = {"filter": list(filters)}
    counted = workspace.api.get("/api/contacts/count", params=asked).json()
    assert counted == {"count": len(found), "about": False}
    return sorted({one["city"] for one in found})


@pytest.mark.parametrize(
    ("filter", "meant"),
    [
        ("city:eq:zÜrich", "ZÜRICH Zürich zürich"),
        ("city:eq:zug", "Zug"),
        ("city:eq:ZU", ""),
        ("city:eq:MÜNCHEN", "München"),
        ("city:eq:żary", "Żary"),
        ("city:in:ZUG,münchen,nowhere", "München Zug"),
        ('{"or": [{"field": "city", "op": "eq", "value": "zug"}, '
         '{"field": "city", "op": "eq", "value": "ŻARY"}]}', "Zug Żary"),
        ('{"and": [{"field": "country_code", "op": "eq", "value": "cH"}, '
         '{"not": {"field": "city", "op": "ne", "value": "ZUG"}}]}', "Zug"),
    ],
)  # fmt: skip
def test_every_spelling_is_found(places: Workspace, filter: str, meant: str) -> None:
    assert cities(places, filter) == sorted(meant.split())


def test_odd_texts_are_found_too(places: Workspace) -> None:
    assert cities(places, "city:eq:100% TOWN") == ["100% Town"]
    assert cities(places, "city:eq:") == [""]


@pytest.mark.parametrize("asked", ["istanbul", "ISTANBUL", "\u0130stanbul", "\u0130STANBUL"])
def test_whether_a_dot_counts_is_for_the_databases_locale_to_say(
    places: Workspace, asked: str
) -> None:
    async def same(conn: Connection) -> list[str]:
        cursor = await conn.execute(
            "SELECT DISTINCT city FROM contacts WHERE lower(city) = lower(%s)", (asked,)
        )
        return sorted(one["city"] for one in await cursor.fetchall())

    assert cities(places, f"city:eq:{asked}") == in_database(
        places.server.conninfo, same, places.id
    )


def test_countries_and_what_stands_beside_them(places: Workspace) -> None:
    whole = sum(CITIES.values())
    both = places.contacts(filter=["country_code:eq:ch", "browser_name:eq:CHROME"], limit=200)
    assert len(both) == 2 * whole
    assert {one["country_code"] for one in both} == {"CH", "Ch"}
    assert cities(places, "country_code:eq:ch", "browser_name:eq:Safari") == []


@pytest.mark.parametrize("asked", ["eq:OPERA", "in:opera,nobody's"])
def test_a_browser_is_found_however_it_is_spelled_in_a_country(
    places: Workspace, asked: str
) -> None:
    async def respell(conn: Connection) -> None:
        await conn.execute(
            "UPDATE contacts SET browser_name = CASE country_code "
            "WHEN 'CH' THEN 'Opera' WHEN 'Ch' THEN 'opera' WHEN 'DE' THEN NULL ELSE 'OPERA' END"
        )

    in_database(places.server.conninfo, respell, places.id)
    whole = sum(CITIES.values())
    for country, times in (("ch", 2), ("de", 1), ("xx", 0)):
        asks = [f"country_code:eq:{country}", f"browser_name:{asked}"]
        assert len(places.contacts(filter=asks, limit=200)) == times * whole
    assert len(places.contacts(filter=f"browser_name:{asked}", limit=200)) == 3 * whole


def test_another_workspaces_spellings_do_not_count(places: Workspace, stranger: Workspace) -> None:
    assert stranger.contacts(filter="city:eq:zug") == []
    assert places.contacts(filter="city:eq:zug")


def test_pages_of_what_an_index_finds_are_in_the_exact_order(places: Workspace) -> None:
    seen, cursor = [], None
    while True:
        asked = {"filter": "country_code:eq:CH", "limit": 7} | (
            {"cursor": cursor} if cursor else {}
        )
        body = places.api.get("/api/contacts", params=asked).json()
        seen += body["items"]
        cursor = body["next"]
        if cursor is None:
            break
    assert len({one["id"] for one in seen}) == len(seen) == 2 * sum(CITIES.values())
    moments = [one["last_seen_at"] for one in seen]
    assert moments == sorted(moments, reverse=True)
