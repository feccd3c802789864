"""The map and the figures: exact on a workspace whose every contact is known, and nobody else's."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from openbook.contacts.search import EVERYBODY
from openbook.db import Connection
from openbook.insight.periods import span
from openbook.insight.places import contact_map
from openbook.insight.queries import insight
from openbook.insight.reading import Bounds
from openbook.insight.schemas import ContactMap, Insight
from tests.conftest import Workspace, in_database

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36"
)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
LONDON, LINKOPING = "81.2.69.142", "89.160.20.112"
NEEDLE = "<img src=x onerror=alert(1)>"


def page(name: str, days_ago: int = 0, **context: Any) -> dict[str, Any]:
    """A page view of so many days ago."""
    return {
        "type": "page",
        "messageId": f"{name} {days_ago} {len(context)}",
        "anonymousId": name,
        "timestamp": (datetime.now(UTC) - timedelta(days=days_ago)).isoformat(),
        "context": {"page": {"url": "https://shop.test/"}, **context},
    }


@pytest.fixture
def shop(workspace: Workspace) -> Iterator[Workspace]:
    """Six contacts: three in London, one in Linkoping, one in an app, one that was imported."""
    workspace.set(collect__utms="true")
    # Only what a device itself tells is a visit; what a server tells afterwards has the address.
    workspace.batch(
        *(page(name, days_ago) for name, days_ago in (("anna", 3), ("bert", 3), ("carl", 20))),
        *(page(name) for name in ("anna", "bert", "carl", "dora")),
    )
    campaign = {"source": "news", "name": NEEDLE}
    workspace.batch(
        page("anna", ip=LONDON, userAgent=CHROME, campaign=campaign),
        page("bert", ip=LONDON, userAgent=CHROME, campaign=campaign),
        page("carl", ip=LONDON, userAgent=FIREFOX),
        page("dora", ip=LINKOPING, userAgent=FIREFOX),
        key=workspace.new_token("collect"),
    )
    phone = {
        "app": {"name": "Shop", "version": "1"}, "os": {"name": "iOS", "version": "26"},
        "device": {"type": "ios", "id": "d1", "model": "iPhone17,1"},
    }  # fmt: skip
    workspace.batch(
        {
            "type": "screen",
            "messageId": "e",
            "anonymousId": "emil",
            "name": "Home",
            "context": phone,
        }
    )
    imported = workspace.api.post(
        "/api/contacts/import",
        content='{"email": "fritz@shop.test"}\n',
        headers={"Content-Type": "application/x-ndjson"},
    )
    assert imported.json()["created"] == 1
    yield workspace


def ask(workspace: Workspace, what: str, **body: Any) -> dict[str, Any]:
    answer = workspace.api.post(f"/api/contacts/{what}", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_map_counts_each_contact_once(shop: Workspace) -> None:
    found = ask(shop, "map", cell=1)
    assert (found["total"], found["about"]) == (6, False)
    told = sum(one["count"] for one in found["clusters"] + found["countries"]) + found["unknown"]
    assert told == 6
    named = {(one["country_code"], one["city"]): one["count"] for one in found["places"]}
    assert named[("GB", "London")] == 3
    [london] = [one for one in found["clusters"] if one["city"] == "London"]
    assert london["count"] == 3 and london["places"] == 1
    assert 51 < london["latitude"] < 52 and -1 < london["longitude"] < 1


def test_a_circle_is_as_wide_as_what_is_not_known(shop: Workspace) -> None:
    for cluster in ask(shop, "map", cell=1)["clusters"]:
        # The data that comes along names no accuracy, and the answer says that it is assumed.
        assert cluster["radius_known"] is False and cluster["radius_km"] >= 25
    [whole] = ask(shop, "map", cell=45)["clusters"]
    assert whole["count"] == 4 and whole["places"] == 2 and whole["city"] is None
    assert whole["radius_km"] > 1_000  # London to Linkoping


def test_the_map_is_asked_like_the_list_and_for_a_part_of_the_world(shop: Workspace) -> None:
    firefox = {"field": "browser_name", "op": "eq", "value": "Firefox"}
    assert ask(shop, "map", filter=firefox)["total"] == 2
    south = ask(shop, "map", cell=1, box={"south": 50, "west": -10, "north": 53, "east": 10})
    assert [one["city"] for one in south["clusters"]] == ["London"]
    swapped = {"south": 53, "west": -10, "north": 50, "east": 10}
    assert shop.api.post("/api/contacts/map", json={"box": swapped}).status_code == 400
    assert shop.api.post("/api/contacts/map", json={"cell": 0}).status_code == 400
    wrong = {"filter": {"field": "nothing", "op": "eq", "value": "x"}}
    assert shop.api.post("/api/contacts/map", json=wrong).json()["code"] == "bad_filter"


def test_a_cluster_opens_as_the_list_of_its_contacts(shop: Workspace) -> None:
    for cluster in ask(shop, "map", cell=45)["clusters"]:
        box = cluster["box"]
        found = shop.contacts(
            filter=[
                f"latitude:between:{box['south']},{box['north']}",
                f"longitude:between:{box['west']},{box['east']}",
            ]
        )
        assert len(found) == cluster["count"]


def values(found: dict[str, Any], field: str) -> dict[str, int]:
    [one] = [one for one in found["breakdowns"] if one["field"] == field]
    return {value["value"]: value["count"] for value in one["values"]} | {"?": one["unknown"]}


def test_breakdowns_are_exact(shop: Workspace) -> None:
    found = ask(shop, "insight", period="all")
    assert (found["total"], found["about"], found["since"]) == (6, False, None)
    assert values(found, "country_code")["GB"] == 3
    assert values(found, "browser_name") == {"Chrome": 2, "Firefox": 2, "?": 2}
    assert values(found, "os") == {"Windows": 2, "Linux": 2, "?": 2}
    assert values(found, "utms.campaign") == {NEEDLE: 2, "?": 4}
    assert values(found, "platform") == {"web": 4, "ios": 1, "?": 1}


def test_each_figure_opens_as_the_list_of_its_contacts(shop: Workspace) -> None:
    found = ask(shop, "insight", period="7d")
    since = f"last_seen_at:gte:{found['since']}"
    assert len(shop.contacts(filter=since)) == found["total"] == 5
    for breakdown in found["breakdowns"]:
        if breakdown["field"] == "platform":
            continue
        for value in breakdown["values"]:
            asked = {"field": breakdown["field"], "op": "eq", "value": value["value"]}
            listed = shop.api.post(
                "/api/contacts/search",
                json={"filter": {"and": [_tree(since), asked]}},
            ).json()["items"]
            assert len(listed) == value["count"], breakdown["field"]
    for bucket in found["series"]["buckets"]:
        for field, number in (("first_seen_at", bucket["new"]), ("last_seen_at", bucket["seen"])):
            span = f"{field}:between:{bucket['begins_at']},{bucket['ends_at'] - 1}"
            assert len(shop.contacts(filter=span)) == number, field


def _tree(short: str) -> dict[str, Any]:
    field, op, value = short.split(":")
    return {"field": field, "op": op, "value": value}


def test_days_are_those_of_the_reader(shop: Workspace) -> None:
    found = ask(shop, "insight", period="7d", zone="Asia/Tokyo")
    series = found["series"]
    assert series["unit"] == "day" and len(series["buckets"]) == 7
    there = ZoneInfo("Asia/Tokyo")
    for bucket in series["buckets"]:
        begin = datetime.fromtimestamp(bucket["begins_at"], there)
        assert (begin.hour, begin.minute) == (0, 0)
    assert series["buckets"][-1]["begins_at"] <= time.time() < series["buckets"][-1]["ends_at"]
    new, seen = (sum(one[name] for one in series["buckets"]) for name in ("new", "seen"))
    # Carl came twenty days ago; Fritz was imported, and never seen.
    assert (new, seen) == (5, 5)
    refused = shop.api.post("/api/contacts/insight", json={"zone": "Nowhere/At all"})
    assert refused.status_code == 400 and "Europe/Rome" in refused.json()["detail"]


def test_without_a_zone_days_are_the_workspaces(workspace: Workspace) -> None:
    assert workspace.api.get("/api/settings").json()["timezone"] == "UTC"
    assert ask(workspace, "insight", period="7d")["zone"] == "UTC"
    for wrong in ("Nowhere/At all", "Factory", "europe/rome", "../../etc/passwd", "\x00"):
        refused = workspace.api.patch("/api/settings", json={"timezone": wrong})
        assert refused.status_code == 400, wrong
    changed = workspace.api.patch("/api/settings", json={"timezone": "Asia/Kathmandu"})
    assert changed.json()["timezone"] == "Asia/Kathmandu"
    found = ask(workspace, "insight", period="7d")
    assert found["zone"] == "Asia/Kathmandu"
    for bucket in found["series"]["buckets"]:
        begin = datetime.fromtimestamp(bucket["begins_at"], ZoneInfo("Asia/Kathmandu"))
        assert (begin.hour, begin.minute) == (0, 0)
    assert ask(workspace, "insight", period="7d", zone="UTC")["zone"] == "UTC"
    assert workspace.api.patch("/api/settings", json={"timezone": None}).json()["timezone"] == "UTC"


def test_breakdowns_are_of_those_who_were_new_if_that_is_asked(shop: Workspace) -> None:
    assert ask(shop, "insight", period="7d", measure="new")["total"] == 5
    assert ask(shop, "insight", period="30d", measure="new")["total"] == 6
    new = ask(shop, "insight", period="7d", measure="new")
    assert values(new, "browser_name") == {"Chrome": 2, "Firefox": 1, "?": 2}


@pytest.mark.parametrize("period", ["7d", "30d", "90d", "12m", "all"])
def test_no_period_loses_anybody(shop: Workspace, period: str) -> None:
    found = ask(shop, "insight", period=period, zone="Europe/Rome")
    buckets = found["series"]["buckets"]
    assert [one["ends_at"] for one in buckets[:-1]] == [one["begins_at"] for one in buckets[1:]]
    assert sum(one["seen"] for one in buckets) == 5
    for breakdown in found["breakdowns"][:-1]:
        counts = [one["count"] for one in breakdown["values"]]
        assert sum(counts) + breakdown["others"] + breakdown["unknown"] == found["total"]


def test_nobody_sees_the_figures_of_another_workspace(shop: Workspace, stranger: Workspace) -> None:
    assert ask(stranger, "map")["total"] == 0
    found = ask(stranger, "insight", period="all")
    assert found["total"] == 0
    assert all(one["new"] == one["seen"] == 0 for one in found["series"]["buckets"])


def test_whoever_may_not_read_contacts_sees_no_figures(shop: Workspace) -> None:
    headers = {"Authorization": f"Bearer {shop.new_token('collect')}"}
    for what in ("map", "insight"):
        answer = shop.api.post(f"/api/contacts/{what}", json={}, headers=headers)
        assert answer.status_code == 403


def test_a_sample_says_that_it_is_one(shop: Workspace) -> None:
    """With bounds so small that these few contacts are too many for them."""
    small = Bounds(whole=0, sampled=1, exact=0)

    async def ask_for(conn: Connection) -> tuple[Insight, ContactMap]:
        period = span("30d", datetime.now(UTC), "UTC")
        return (
            await insight(
                conn, shop.id, EVERYBODY, {}, period=period, measure="new", bounds=(small, small)
            ),
            await contact_map(conn, shop.id, EVERYBODY, {}, cell=10, box=None, bounds=small),
        )

    figures, places = in_database(shop.server.conninfo, ask_for, shop.id)
    assert figures.about and figures.series.about and places.about
    # Those who were new are counted one by one all the same.
    assert sum(one.new for one in figures.series.buckets) == 6
