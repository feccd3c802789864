"""Filters as they are written: both spellings, their bounds, and what each field refuses."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openbook.catalogue.fields import FIELDS
from openbook.catalogue.policy import Attribute
from openbook.contacts.filters import Condition, Group, read_filter, read_filters
from openbook.contacts.prefixes import next_text
from openbook.contacts.segments import OPERATORS, expression
from openbook.db import compiled
from openbook.errors import BadInput
from openbook.tables.contacts import contacts
from tests.conftest import Workspace

ATTRIBUTES = {
    "plan": Attribute("text"),
    "seats": Attribute("number"),
    "vip": Attribute("flag"),
    "renews": Attribute("time"),
}
VALUES: dict[str, Any] = {
    "text": "a", "email": "a@b.example", "url": "https://x.example/", "zone": "Europe/Rome",
    "time": 1_700_000_000, "number": 1.5, "integer": 3, "flag": True, "choice": "hard",
    "ip": "192.0.2.7", "map": True,
}  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=20,
)


def sql(filter: Any) -> str:
    return compiled(contacts.select().where(expression(filter, ATTRIBUTES)))[0]


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("country_code:eq:IT", Condition("country_code", "eq", "IT")),
        ("last_page_viewed:eq:https://a.example/b:c", Condition("last_page_viewed", "eq",
            "https://a.example/b:c")),
        ("web_sessions:between:2,9", Condition("web_sessions", "between", ["2", "9"])),
        ("kind:in:lead,user", Condition("kind", "in", ["lead", "user"])),
        ("email:exists", Condition("email", "exists", True)),
        ("email:exists:false", Condition("email", "exists", "false")),
        ('{"field":"os","op":"eq","value":"macOS"}', Condition("os", "eq", "macOS")),
    ],
)  # fmt: skip
def test_both_spellings_mean_the_same(short: str, long: Condition) -> None:
    assert read_filters([short]) == long


def test_repeated_filters_must_all_hold() -> None:
    assert read_filters(["os:eq:a", "", "city:eq:b"]) == Group(
        "and", (Condition("os", "eq", "a"), Condition("city", "eq", "b"))
    )
    assert read_filters([]) is None


def nested(depth: int) -> dict[str, Any]:
    return {"not": nested(depth - 1)} if depth > 1 else {"field": "os", "op": "exists"}


def test_a_filter_nests_five_levels_and_no_more() -> None:
    assert read_filter(nested(5))
    with pytest.raises(BadInput, match="5 levels"):
        read_filter(nested(6))


def test_a_filter_has_fifty_conditions_and_no_more() -> None:
    one = {"field": "os", "op": "exists"}
    assert read_filter({"or": [one] * 50})
    with pytest.raises(BadInput, match="50 conditions"):
        read_filter({"or": [one] * 51})
    with pytest.raises(BadInput, match="50 conditions"):
        read_filters(["os:exists"] * 51)


@pytest.mark.parametrize(
    "text",
    ["os", "os:", ":eq:1", "{", '{"and":[]}', '{"and":[],"or":[]}', '{"x":1}', "{" * 5000,
     '{"field":1,"op":"eq"}', '{"field":"os","op":"eq","value":1,"more":2}', "x" * 20_001],
)  # fmt: skip
def test_what_is_no_filter_is_refused(text: str) -> None:
    with pytest.raises(BadInput) as refusal:
        read_filters([text])
    assert refusal.value.code == "bad_filter"


@given(JSON)
def test_no_json_breaks_the_reader(tree: Any) -> None:
    try:
        sql(read_filter(tree))
    except BadInput as refusal:
        assert refusal.code == "bad_filter"


@given(
    st.sampled_from([field.id for field in FIELDS] + ["kind", "id", "utms.x", "attributes.vip"]),
    st.sampled_from(sorted({op for ops in OPERATORS.values() for op in ops})),
    JSON,
)
def test_no_value_breaks_a_condition(field: str, op: str, value: Any) -> None:
    try:
        sql(Condition(field, op, value))
    except BadInput as refusal:
        assert refusal.code == "bad_filter"


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.id)
def test_every_field_answers_what_its_type_can_and_nothing_else(field: Any) -> None:
    everything = {op for ops in OPERATORS.values() for op in ops}
    for op in everything:
        value = VALUES[field.type]
        if op == "exists":
            value = True
        elif op == "in":
            value = [value] if field.type != "ip" else ["192.0.2.0/24"]
        elif op == "between":
            value = [value, value]
        elif op == "within":
            value = "7d"
        if field.choices and op == "in":
            value = [field.choices[-1]]
        elif field.choices:
            value = field.choices[-1]
        condition = Condition(field.id, op, value)
        if op in OPERATORS[field.type]:
            assert "WHERE" in sql(condition)
        else:
            with pytest.raises(BadInput, match="can be asked"):
                sql(condition)


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        (Condition("shoe_size", "eq", "44"), "There is no field 'shoe_size'"),
        (Condition("attributes.shoe", "eq", "44"), "Declared here: plan, renews, seats, vip"),
        (Condition("web_sessions", "eq", "many"), "compared with a number"),
        (Condition("latitude", "gt", "nan"), "compared with a number"),
        (Condition("latitude", "gt", 1e300), "compared with a number"),
        (Condition("web_sessions", "eq", 10**400), "compared with a number"),
        (Condition("spam", "eq", "maybe"), "takes true or false"),
        (Condition("bounce", "eq", "gone"), "is one of none, soft, hard"),
        (Condition("kind", "in", ["boss"]), "is one of visitor, lead, user"),
        (Condition("ip", "eq", "192.0.2"), "an address such as"),
        (Condition("ip", "in", "192.0.2.0/99"), "list of 1 to 200"),
        (Condition("ip", "in", ["fe80::%1/64"]), "networks such as"),
        (Condition("id", "eq", 5), "an id such as"),
        (Condition("first_seen_at", "gt", "yesterday"), "UNIX seconds"),
        (Condition("first_seen_at", "gt", 10**15), "UNIX seconds"),
        (Condition("first_seen_at", "between", [1]), "two values"),
        (Condition("first_seen_at", "within", "soon"), "as in 36h or 7d"),
        (Condition("first_seen_at", "within", "0d"), "as in 36h or 7d"),
        (Condition("attributes.renews", "within", 7), "as in 36h or 7d"),
        (Condition("name", "eq", "a\x00"), "a text"),
        (Condition("name", "eq", "\ud800"), "a text"),
        (Condition("name", "in", ["a"] * 201), "list of 1 to 200"),
    ],
)
def test_a_refusal_says_what_is_wrong(condition: Condition, sentence: str) -> None:
    with pytest.raises(BadInput) as refusal:
        sql(condition)
    assert sentence in refusal.value.message


@given(st.text(max_size=5), st.text(max_size=3), st.text(max_size=5))
def test_a_prefix_is_a_range_of_bytes(start: str, more: str, other: str) -> None:
    after = next_text(start)
    for text in (start + more, other):
        within = text.encode("utf-8", "surrogatepass") >= start.encode("utf-8", "surrogatepass")
        if after is not None:
            within = within and text.encode("utf-8", "surrogatepass") < after.encode()
        assert within == text.startswith(start)


def test_a_filter_survives_as_json() -> None:
    whole = Group("and", (Condition("os", "eq", "a"), Group("not", (Condition("city", "exists"),))))
    assert msgspec.json.decode(msgspec.json.encode(whole))["join"] == "and"


def test_within_counts_back_from_the_moment_it_is_asked(workspace: Workspace) -> None:
    workspace.set(attribute__renews="time")
    now = datetime.now(UTC)
    for name, days in (("today", 0), ("week", 5), ("month", 20)):
        then = (now - timedelta(days=days, minutes=1)).isoformat()
        row = {"user_id": name, "first_seen_at": then, "attributes": {"renews": then}}
        answer = workspace.api.post(
            "/api/contacts/import",
            content=msgspec.json.encode(row),
            headers={"Content-Type": "application/x-ndjson"},
        )
        assert answer.json()["created"] == 1, answer.text
    for field in ("first_seen_at", "attributes.renews"):
        for span, expected in (("12h", 1), ("7d", 2), ("30d", 3)):
            found = workspace.contacts(filter=f"{field}:within:{span}")
            assert len(found) == expected, (field, span)
