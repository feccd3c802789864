"""Lists: every question finds whom it is about, in pages that miss nobody."""

import string
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from tests.conftest import Workspace

NOW = int(time.time())


@pytest.fixture
def people(workspace: Workspace) -> Iterator[Workspace]:
    """Three contacts that differ in everything a filter can ask."""
    workspace.set(
        collect__utms="true",
        attribute__plan="text",
        attribute__seats="number",
        attribute__vip="flag",
        attribute__renews="time",
    )
    key = workspace.new_token("collect")
    workspace.batch(
        {
            "type": "page", "messageId": "1", "anonymousId": "b-ada", "userId": "u-Ada",
            "context": {
                "ip": "81.2.69.142", "locale": "en-gb", "timezone": "Europe/London",
                "userAgent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 "
                "(KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
                "page": {"url": "https://shop.example/Pricing?utm_source=News"},
                "campaign": {"source": "News"},
            },
        },
        {
            "type": "identify", "messageId": "2", "anonymousId": "b-ada", "userId": "u-Ada",
            "traits": {
                "email": "Ada@Example.com", "name": "Ada O'Neil King", "plan": "Pro", "seats": 7,
                "vip": True, "renews": "2026-12-31T00:00:00Z",
            },
        },
        key=key,
    )  # fmt: skip
    phone = {
        "app": {"name": "Shop", "version": "3.1"},
        "device": {"id": "d1", "type": "android", "manufacturer": "OnePlus",
                   "model": "IN2023", "name": "OnePlus8Pro"},
        "os": {"name": "Android", "version": "14"},
    }  # fmt: skip
    workspace.batch(
        {
            "type": "screen", "messageId": "3", "anonymousId": "p-bob", "name": "Basket",
            "context": phone,
        },
        {
            "type": "identify", "messageId": "4", "anonymousId": "p-bob", "context": phone,
            "traits": {"email": "bob@example.org", "name": "Bob"},
        },
    )  # fmt: skip
    workspace.batch({"type": "page", "messageId": "5", "anonymousId": "b-cleo"})
    yield workspace


NAMES = {"b-ada": "ada", "p-bob": "bob", "b-cleo": "cleo"}


def found(workspace: Workspace, **query: Any) -> list[str]:
    items = workspace.contacts(**query)
    return sorted(NAMES[item["devices"][0]["anonymous_id"]] for item in items)


def test_every_question_finds_whom_it_is_about(people: Workspace) -> None:
    ada = people.contacts(user_id="u-Ada")[0]
    cases: list[tuple[str, str]] = [
        ("user_id:eq:u-Ada", "ada"),
        ("user_id:eq:u-ada", ""),
        ("user_id:exists", "ada"),
        ("email:eq:ADA@EXAMPLE.com", "ada"),
        ("email:ne:ada@example.com", "bob cleo"),
        ("email:starts_with:Bob@", "bob"),
        ("email:contains:example", "ada bob"),
        ("email:in:ada@example.com,bob@example.org", "ada bob"),
        ("email:exists:false", "cleo"),
        ("name:eq:bob", "bob"),
        ("name:contains:o'neil", "ada"),
        ("name:contains:%", ""),
        ("name:contains:_", ""),
        ("last_page_viewed:starts_with:https://shop.example/pricing", "ada"),
        ("last_page_viewed_at:exists", "ada"),
        (f"last_page_viewed_at:gt:{NOW - 3600}", "ada"),
        (f"last_page_viewed_at:eq:{ada['last_page_viewed_at']}", "ada"),
        (f"last_page_viewed_at:lt:{ada['last_page_viewed_at']}", ""),
        (f"last_page_viewed_at:lte:{ada['last_page_viewed_at']}", "ada"),
        (f"last_page_viewed_at:gt:{ada['last_page_viewed_at']}", ""),
        ("first_seen_at:gt:2020-01-01", "ada bob cleo"),
        ("first_seen_at:between:2020-01-01T00:00:00Z,2021-01-01T00:00:00Z", ""),
        ("ip:eq:81.2.69.142", "ada"),
        ("ip:in:81.2.69.0/24", "ada"),
        ("ip:in:10.0.0.0/8,81.0.0.0/8", "ada"),
        ("timezone:eq:europe/london", "ada"),
        ("browser_name:eq:chrome", "ada"),
        ("browser_language:eq:EN-GB", "ada"),
        ("os:in:Windows,macOS", "ada"),
        ("web_sessions:gte:1", "cleo"),
        ("web_sessions:eq:0", "ada bob"),
        ("android_sessions:eq:1", "bob"),
        ("android_sessions:exists:false", "ada cleo"),
        ("android_device:contains:oneplus8pro", "bob"),
        ("android_app_version:eq:3.1", "bob"),
        ("last_screen:eq:basket", "bob"),
        ("bounce:eq:none", "ada bob cleo"),
        ("bounce:in:soft,hard", ""),
        ("unsubscribed:eq:false", "ada bob cleo"),
        ("spam:eq:true", ""),
        ("utms:exists", "ada"),
        ("utms.source:eq:news", "ada"),
        ("utms.utm_source:contains:ew", "ada"),
        ("utms.medium:exists:false", "ada bob cleo"),
        ("first_utms.source:exists", "ada"),
        ("attributes.plan:eq:pro", "ada"),
        ("attributes.seats:between:5,9", "ada"),
        ("attributes.seats:lt:7", ""),
        ("attributes.vip:eq:true", "ada"),
        ("attributes.vip:exists:false", "bob cleo"),
        ("attributes.renews:gt:2026-12-30", "ada"),
        ("attributes.renews:eq:2026-12-31", "ada"),
        ("kind:eq:visitor", "cleo"),
        ("kind:in:lead,user", "ada bob"),
        ("kind:ne:user", "bob cleo"),
        (f"id:eq:{ada['id']}", "ada"),
        ("anonymous_id:eq:p-bob", "bob"),
        ("anonymous_id:in:p-bob,b-ada", "ada bob"),
        ('{"or":[{"field":"kind","op":"eq","value":"user"},'
         '{"field":"android_sessions","op":"gte","value":1}]}', "ada bob"),
        ('{"not":{"field":"name","op":"contains","value":"ada"}}', "bob cleo"),
        ('{"not":{"field":"web_sessions","op":"gt","value":0}}', "ada bob"),
        ('{"and":[{"not":{"not":{"field":"email","op":"exists"}}}]}', "ada bob"),
        ('{"field":"web_sessions","op":"eq","value":0}', "ada bob"),
        ('{"field":"spam","op":"eq","value":false}', "ada bob cleo"),
        ('{"field":"attributes.vip","op":"eq","value":true}', "ada"),
        (f'{{"field":"last_page_viewed_at","op":"eq","value":{ada["last_page_viewed_at"]}}}',
         "ada"),
    ]  # fmt: skip
    wrong = {
        filter: found(people, filter=filter)
        for filter, expected in cases
        if found(people, filter=filter) != expected.split()
    }
    assert wrong == {}
    for filter, expected in cases:
        count = people.api.get("/api/contacts/count", params={"filter": filter}).json()
        assert count == {"count": len(expected.split()), "about": False}


def test_words_find_names_addresses_and_user_ids(people: Workspace) -> None:
    for words, expected in {
        "ada": ["ada"],
        "ADA kin": ["ada"],
        "king ada": ["ada"],
        "o'neil": ["ada"],
        "bo": ["bob"],
        "bob@": ["bob"],
        "BOB@example.org": ["bob"],
        "u-A": ["ada"],
        "nobody": [],
        "' & | ! :*": [],
        "%": [],
        "ada \\": ["ada"],
    }.items():
        assert found(people, q=words) == expected, words


def test_look_ups_by_what_identifies(people: Workspace) -> None:
    assert found(people, user_id=" u-Ada ") == ["ada"]
    assert found(people, email="ada@EXAMPLE.com") == ["ada"]
    assert found(people, email="bob@example.org") == ["bob"]
    assert found(people, anonymous_id="b-cleo") == ["cleo"]
    assert found(people, anonymous_id="b-cleo", email="bob@example.org") == []
    assert found(people, user_id="nobody") == []


def test_whoever_merely_claims_an_address_does_not_hide_its_owner(people: Workspace) -> None:
    people.batch({
        "type": "identify", "messageId": "6", "anonymousId": "forger",
        "traits": {"email": "ada@example.com"},
    })  # fmt: skip
    assert found(people, email="ada@example.com") == ["ada"]
    assert len(people.contacts(filter="email:eq:ada@example.com")) == 2


def test_a_search_in_a_body_is_the_list(people: Workspace) -> None:
    asked = {
        "filter": {"and": [{"field": "kind", "op": "in", "value": ["lead", "user"]}]},
        "q": "bo",
        "limit": 10,
    }
    answer = people.api.post("/api/contacts/search", json=asked)
    assert answer.status_code == 200
    assert [item["name"] for item in answer.json()["items"]] == ["Bob"]


def test_pages_miss_nobody_and_repeat_nobody(workspace: Workspace) -> None:
    made = set()
    for start in range(0, 60, 20):
        messages = [
            {"type": "page", "messageId": f"m{i}", "anonymousId": f"a{i}"}
            for i in range(start, start + 20)
        ]
        workspace.batch(*messages)
    for name in string.ascii_lowercase[:5]:
        made.add(workspace.api.post("/api/contacts", json={"name": name}).json()["id"])
    seen: list[str] = []
    moments: list[int] = []
    cursor = None
    for _ in range(20):
        query = {"limit": 7} | ({"cursor": cursor} if cursor else {})
        body = workspace.api.get("/api/contacts", params=query).json()
        seen += [item["id"] for item in body["items"]]
        moments += [item["last_seen_at"] or item["first_seen_at"] for item in body["items"]]
        cursor = body["next"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 65
    assert made < set(seen)
    assert moments == sorted(moments, reverse=True)


def test_a_cursor_belongs_to_its_question_and_its_caller(workspace: Workspace) -> None:
    for i in range(3):
        workspace.batch({"type": "page", "messageId": f"m{i}", "anonymousId": f"a{i}"})
    get = workspace.api.get
    cursor = get("/api/contacts", params={"limit": 1}).json()["next"]
    assert get("/api/contacts", params={"limit": 2, "cursor": cursor}).status_code == 200
    other = {"Authorization": f"Bearer {workspace.new_token('contacts:read')}"}
    for query, headers in (
        ({"cursor": cursor, "q": "a"}, {}),
        ({"cursor": cursor, "filter": "kind:eq:user"}, {}),
        ({"cursor": cursor}, other),
        ({"cursor": cursor[:-1]}, {}),
        ({"cursor": "x" * 600}, {}),
    ):
        answer = get("/api/contacts", params=query, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_cursor")


def test_a_contact_says_everything_and_where_it_is_from(people: Workspace) -> None:
    ada = people.contact(user_id="u-Ada")
    assert ada["kind"] == "user"
    assert ada["display_name"] == "Ada O'Neil King"
    assert ada["attributes"]["seats"] == 7
    assert {identity["field"] for identity in ada["identities"]} == {"user_id", "email"}
    assert ada["claims"] == []
    known = {name for name in ada["provenance"] if not name.startswith("attributes.")}
    assert all(ada[name] is not None for name in known)
    assert ada["provenance"]["email"]["trust"] == "server"
    assert ada["provenance"]["email"]["verified"] is True
    assert ada["provenance"]["ip"]["derived"] is False
    assert ada["provenance"]["attributes.plan"]["trust"] == "server"
    assert ada["devices"][0]["os"] == "Windows"
    cleo = people.contact(anonymous_id="b-cleo")
    assert cleo["name"] is None
    assert len(cleo["display_name"].split()) == 2


def test_an_unknown_contact_is_not_found(workspace: Workspace) -> None:
    for id in (str(uuid4()), "x", "00000000-0000-0000-0000-000000000000"):
        assert workspace.api.get(f"/api/contacts/{id}").status_code == 404
