"""Values nobody sends by accident: stored clean or not at all, and readable back in either case."""

import json
import re
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import Workspace
from tests.hostile.speaking import is_refusal, request, speak

USUAL: dict[str, Any] = {
    "type": "identify",
    "messageId": "m-1",
    "anonymousId": "anna",
    "userId": "anna",
    "previousId": "anna",
    "name": "Home",
    "timestamp": "2026-06-30T12:00:00.000Z",
    "sentAt": "2026-06-30T12:00:01.000Z",
    "traits": {"email": "anna@example.org", "name": "Anna", "plan": "gold", "seats": 3, "vip": True,
               "since": "2026-01-01T00:00:00Z", "firstName": "A", "lastName": "B"},
    "properties": {"url": "https://shop.example/a?q=1", "referrer": "https://b.example/",
                   "name": "Home", "title": "Home", "plan": "gold"},
    "context": {
        "page": {"url": "https://shop.example/a?q=1", "referrer": "https://b.example/", "path": "/",
                 "search": "?q=1", "title": "Home"},
        "campaign": {"name": "may", "source": "news", "medium": "mail", "anything": "x"},
        "traits": {"email": "anna@example.org", "name": "Anna", "plan": "gold"},
        "locale": "it-IT",
        "timezone": "Europe/Rome",
        "userAgent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "userAgentData": {
            "brands": [{"brand": "Google Chrome", "version": "142"}],
            "fullVersionList": [{"brand": "Google Chrome", "version": "142.0.1.2"}],
            "mobile": False, "platform": "Linux", "platformVersion": "6.1", "model": "",
        },
        "app": {"name": "Shop", "version": "2.1", "build": "7", "namespace": "org.shop"},
        "device": {"id": "d", "type": "android", "manufacturer": "OnePlus", "model": "IN2023",
                   "name": "OnePlus8Pro"},
        "os": {"name": "Android", "version": "14"},
        "library": {"name": "openbook", "version": "1"},
        "ip": "203.0.113.9", "token": "a.b.c", "proof": "x", "gpc": False,
    },
}  # fmt: skip
SHAPES: dict[str, dict[str, Any]] = {
    "identify": USUAL,
    "page": USUAL | {"type": "page", "context": USUAL["context"] | {"device": None, "app": None}},
    "screen": USUAL | {"type": "screen"},
    "group": USUAL | {"type": "group", "groupId": "g"},
    "track": USUAL | {"type": "track", "event": "Bought"},
    "alias": USUAL | {"type": "alias"},
}
Way = tuple[str | int, ...]


def ways(value: Any, way: Way = ()) -> list[Way]:
    """The way to every place in a message."""
    inside: Any = ()
    if isinstance(value, dict):
        inside = value.items()
    elif isinstance(value, list):
        inside = enumerate(value)
    return [way, *(found for key, it in inside for found in ways(it, (*way, key)))]


def put(value: Any, way: Way, new: Any) -> Any:
    """The same message with something else in one place; as it was where it has no such place."""
    if not way:
        return new
    if value is None:
        return None
    copy = value.copy()
    copy[way[0]] = put(value[way[0]], way[1:], new)
    return copy


WAYS = [way for way in ways(USUAL) if way]
HOSTILE: dict[str, list[Any]] = {
    "text": ["a\0b", "\0", "\ud800", "a\udfff", "\ud83dx", "\x1b[31m", "\u202eevil", "\u2028", " ",
             "", "x" * 30_000, "😀" * 1_500, "é" * 300, "null", "[object Object]", "\ufeff", "%00",
             "https://h/%00?utm_source=%00&q=%ed%a0%80", "http://[", "http://a:99999/",
             "javascript:alert(1)", "data:text/html,x", "http://\u0000/", "//",
             "https://" + "a." * 800, "a@b", "@", "a@[127.0.0.1]", "=cmd()|x", "{{7*7}}",
             "'; DROP TABLE contacts; --", "../../etc/passwd", "<script>alert(1)</script>",
             "2026-13-45", "٣", "Ⅷ"],
    "number": [0, -1, 1, 1.5, -0.0, 1e308, -1e308, 5e-324, 2**53, 2**63, 2**64, 10**30, 10**400,
               -(10**400), 253402300800, 1e30, 1_782_820_800, 1_782_820_800_000],
    "time": ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-23:59",
             "0001-01-01T00:00:00+23:59", "-0001-01-01", "10000-01-01T00:00:00Z", "2026-02-30",
             "2026-06-30T12:00:00.123456789Z", "2026-06-30T24:00:00Z", "20260630", "now", "NaN",
             "2026-06-30T12:00:60Z", "12026-06-30T12:00:00Z"],
    "shape": [None, True, False, [], {}, [None], [{}], [[[]]], {"a": {}}, {"": ""}, {"\0": "\0"},
              {"\ud800": "\ud800"}, [1, "a"], {"a": [1]}],
}  # fmt: skip


@pytest.fixture
def guarded(workspace: Workspace) -> Workspace:
    """A workspace that takes all there is: campaigns, and an attribute of each type."""
    declared = {"plan": "text", "seats": "number", "vip": "flag", "since": "time"}
    changes = {"collect.utms": "true", "url.keep": "q"}
    changes |= {f"budget.{whose}_per_hour": "1000000" for whose in ("address", "workspace")}
    for name, type_ in declared.items():
        for scope in ("", "group.", "track."):
            changes[f"attribute.{scope}{name}"] = f"{type_}:1"
    answer = workspace.api.patch("/api/settings", json=changes)
    assert answer.status_code == 200, answer.text
    return workspace


def is_well(workspace: Workspace, messages: list[Any], key: str | None = None) -> None:
    """The batch is taken or refused, and whatever is stored can be read, all of it."""
    body = json.dumps({"batch": messages, "sentAt": None}).encode()
    said = request("POST", "/v1/batch", body=body, key=key or workspace.write_key)
    answer = speak(workspace.url, said)
    assert answer is not None
    assert answer.status == 200 or is_refusal(answer), answer


def are_readable(workspace: Workspace) -> int:
    """How many contacts there are: all are read in the list, and some alone."""
    after, many = None, 0
    while True:
        query = {"limit": 200} | ({"cursor": after} if after else {})
        answer = workspace.api.get("/api/contacts", params=query)
        assert answer.status_code == 200, answer.text
        items = answer.json()["items"]
        for contact in items[::20]:
            alone = workspace.api.get(f"/api/contacts/{contact['id']}")
            assert alone.status_code == 200, alone.text
            is_clean(alone.json())
        is_clean(items)
        many += len(items)
        after = answer.json()["next"]
        if after is None:
            return many


def is_clean(value: Any) -> None:
    """No control character, no half of a surrogate pair, no number that is none."""
    written = json.dumps(value, allow_nan=False)
    assert not re.search(r"\\u00[01]|(?<!\\\\)\\ud[89ab]..(?!\\ud[c-f])|\\u202[a-e]", written)


@pytest.mark.parametrize("kind", HOSTILE)
def test_any_value_in_any_place_is_taken_or_refused(guarded: Workspace, kind: str) -> None:
    token = guarded.new_token("collect")
    usual = [json.dumps(message) for message in SHAPES.values()]
    for number, value in enumerate(HOSTILE[kind]):
        messages = [
            put(json.loads(shape.replace("anna", f"anna-{number}-{place}")), way, value)
            for place, way in enumerate(WAYS)
            for shape in [usual[(number + place) % len(usual)]]
        ]
        # Every value by the public key; by a token, whose messages cost more, some.
        for key in (guarded.write_key, token) if number % 4 == 0 else (guarded.write_key,):
            for start in range(0, len(messages), 10):
                is_well(guarded, messages[start : start + 10], key)
    assert are_readable(guarded) > 0
    assert guarded.api.get("/health/ready").status_code == 200


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (r"Anna \ud83d", "Anna \ufffd"),
        (r"\ude00 Anna \uD83Dx", "\ufffd Anna \ufffdx"),
        (r"\ud83d\ude00\ud83d\ud83d\ude00", "😀\ufffd😀"),
        (r"\\ud83d \\\ud83d", "\\ud83d \\\ufffd"),
    ],
)
def test_half_a_surrogate_pair_is_replaced(workspace: Workspace, said: str, kept: str) -> None:
    """Scripts that cut a text in the middle of an emoji send it; it spoils nothing."""
    for path, body in (("/v1/i", "%s"), ("/v1/batch", '{"batch":[%s]}')):
        message = f'{{"type":"identify","anonymousId":"{path}","traits":{{"name":"{said}"}}}}'
        body = (body % message).encode()
        answer = speak(workspace.url, request("POST", path, body=body, key=workspace.write_key))
        assert answer and answer.status == 200
        assert workspace.contact(anonymous_id=path)["name"] == kept


def test_an_empty_list_stands_for_an_empty_object(workspace: Workspace) -> None:
    """PHP cannot tell them apart, and its clients send it."""
    empty = {"traits": [], "properties": [], "context": {"traits": [], "campaign": []}}
    workspace.batch({"type": "page", "anonymousId": "php", **empty})
    assert workspace.post("/v1/t", {"anonymousId": "php", "context": []}).status_code == 200
    assert workspace.contact(anonymous_id="php")["web_sessions"] == 1


@pytest.mark.parametrize(
    "said",
    ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", -1, 1e30, -1e30, "NaN", None, [], {}, True,
     "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", 10**20, "2026-06-30", ""],
)  # fmt: skip
@pytest.mark.parametrize("place", ["timestamp", "sentAt", "originalTimestamp"])
def test_no_time_is_in_the_future_or_older_than_a_month(
    workspace: Workspace, said: Any, place: str
) -> None:
    now = time.time()
    visit = {"type": "page", "anonymousId": "anna", "timestamp": datetime.now(UTC).isoformat()}
    page = {"page": {"url": "https://shop.example/"}}
    is_well(workspace, [visit | {"context": page, place: said}])
    contact = workspace.contact(anonymous_id="anna")
    for name in ("first_seen_at", "last_seen_at", "last_page_viewed_at"):
        assert now - timedelta(days=30, seconds=5).total_seconds() < contact[name] < now + 5


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40)
    | st.sampled_from([it for kind in HOSTILE.values() for it in kind]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


def test_any_batch_with_anything_anywhere_is_taken_or_refused(guarded: Workspace) -> None:
    @settings(max_examples=150)
    @given(
        st.lists(st.tuples(st.sampled_from(list(SHAPES)), st.sampled_from(WAYS), JSON), max_size=5)
    )
    def holds(changes: list[tuple[str, Way, Any]]) -> None:
        messages = [put(SHAPES[type_], way, value) for type_, way, value in changes]
        answer = guarded.api.post(
            "/v1/batch",
            content=json.dumps({"batch": messages}).encode(),
            headers={"Authorization": f"Bearer {guarded.write_key}"},
        )
        assert answer.status_code == 200 or is_refusal(answer), answer.text
        assert answer.status_code in (200, 400, 401, 413, 429), answer.text

    holds()
    are_readable(guarded)
