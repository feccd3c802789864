"""What a phone sends in a row is stored as one: the same as message by message."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from hypothesis import example, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from openbook.catalogue.fields import FIELDS
from openbook.catalogue.policy import Policy, read_policy
from openbook.collect.enrich.place import Places
from openbook.collect.gate import Admitted
from openbook.collect.observation import Stamp
from openbook.collect.request import Sent, prepare_request
from openbook.collect.tools import Tools
from openbook.collect.wire import Message, read_batch
from openbook.contacts.fold import Facts, fold

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
PLACES = Places.open()
ALL = {field.switch: True for field in FIELDS}
POLICIES = [
    read_policy(ALL),
    read_policy(ALL | {"collect.last_screen": False, "collect.android_device_name": False}),
    read_policy(ALL | {"collect.first_seen_at": False, "collect.android_sessions": False}),
    read_policy(ALL | {"attribute.track.plan": {"type": "text", "floor": 0}}),
    read_policy(ALL | {"gpc.mode": "refuse", "attribute.plan": {"type": "text", "floor": 0}}),
]
CONTEXT: dict[str, Any] = {
    "app": {"name": "Tea", "version": "4.8"},
    "device": {"id": "k1", "manufacturer": "Google", "model": "Pixel 8", "type": "android"},
    "os": {"name": "Android", "version": "15"},
    "locale": "it-IT",
    "timezone": "Europe/Rome",
    "library": {"name": "openbook-android"},
}
SCREEN = {"type": "screen", "anonymousId": "a", "timestamp": NOW.isoformat(), "name": "Home"}
TYPES = ("screen", "Screen", "track")
times = st.sampled_from([0, 1, 1, 20, 50, 90, 60 * 26, 60 * 24 * 8, 60 * 24 * 40, None])
plain = st.builds(
    lambda minutes, **more: {
        "timestamp": None if minutes is None else (NOW - timedelta(minutes=minutes)).isoformat(),
        "context": CONTEXT,
        "anonymousId": "a",
        **more,
    },
    times,
    type=st.sampled_from(TYPES),
    name=st.sampled_from([None, "Home", "Basket", 5]),
    properties=st.sampled_from([None, {}, {"name": "Cart"}, {"plan": "x", "price": 2}]),
    messageId=st.sampled_from(["m1", "m2", "m3", None]),
)
peculiar = st.sampled_from(
    [
        {"type": "identify"}, {"type": "alias"}, {"type": "page"}, {"type": 7}, {"type": "x"},
        {"anonymousId": "b"}, {"anonymousId": ""}, {"anonymousId": 1}, {"anonymousId": True},
        {"userId": "anna"}, {"userId": ""}, {"traits": {"email": "anna@example.org"}},
        {"traits": {}}, {"context": None},
    ]
) | st.sampled_from(
    [
        {"locale": "de-DE"}, {"gpc": True}, {"gpc": 1}, {"traits": {"plan": "gold"}},
        {"token": "no"}, {"library": {"name": "analytics-kotlin"}}, {"device": None},
        {"device": CONTEXT["device"] | {"id": True}}, {"device": CONTEXT["device"] | {"id": 1}},
    ]
).map(lambda context: {"context": CONTEXT | context})  # fmt: skip
oddities = st.one_of(st.just({}), st.just({}), peculiar)
batches = st.builds(
    lambda common, many: [one | common | odd for one, odd in many],
    oddities,
    st.lists(st.tuples(plain, st.one_of(st.just({}), st.just({}), oddities)), max_size=10),
)
"""Mostly of one device and context: some peculiar in whole, some in a message."""


def sent(many: list[Message], policy: Policy, from_server: bool) -> Sent:
    tools = Tools(UUID(int=7), policy, (), PLACES)
    stamp = Stamp(NOW, NOW, "203.0.113.77", from_server, False, "okhttp/4", None, {}, False)
    return Sent("key", Admitted(UUID(int=7), from_server, 1, tools), many, stamp)


def outcome(requests: list[Sent]) -> tuple[Any, ...]:
    """All that can be told of prepared messages: what each device gets, and what is counted."""
    facts: dict[UUID, list[Facts]] = {}
    last: dict[UUID, datetime] = {}
    births: dict[UUID, set[bytes]] = {}
    said, left_out, dropped = [], Counter[str](), Counter[str]()
    stored = 0
    for request in requests:
        prepare_request(request, request.admitted)
        dropped.update(request.answer.dropped)
        for one in request.prepared:
            key = one.device_id
            facts.setdefault(key, []).append(one.facts)
            last[key] = max(last.get(key, one.occurred_at), one.occurred_at)
            if one.wants_proof:
                births.setdefault(key, set()).update((one.birth, *one.births))
            said += [(key, what, one.occurred_at, one.signed) for what in one.said]
            left_out.update(one.left_out)
            stored += one.messages
    joined = {key: fold(many) for key, many in facts.items()}
    return joined, last, births, said, left_out, dropped, stored


@example([SCREEN | {"context": CONTEXT | {"gpc": gpc}} for gpc in (1, True)], POLICIES[4], False)
@examples(max_examples=400)
@given(batches, st.sampled_from(POLICIES), st.booleans())
def test_a_batch_says_what_its_messages_say_one_by_one(
    many: list[dict[str, Any]], policy: Policy, from_server: bool
) -> None:
    body = msgspec.json.encode({"batch": many})
    together, alone = read_batch(body).messages, read_batch(body).messages
    assert outcome([sent(together, policy, from_server)]) == outcome(
        [sent([one], policy, from_server) for one in alone]
    )


def test_what_a_phone_gathered_is_one_prepared_message() -> None:
    names = ("Home", "Basket", "Home", "Checkout")
    shown = [
        {"type": "screen", "name": name, "anonymousId": "a", "context": CONTEXT,
         "timestamp": (NOW - timedelta(minutes=9 - number)).isoformat()}
        for number, name in enumerate(names)
    ]  # fmt: skip
    request = sent(read_batch(msgspec.json.encode({"batch": shown})).messages, POLICIES[0], False)
    prepare_request(request, request.admitted)
    (one,) = request.prepared
    assert one.messages == 4
    assert one.facts.registers["screen"].values == ("Checkout",)
