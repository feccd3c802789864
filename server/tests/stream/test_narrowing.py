"""A policy that changed while messages were in the stream: as if they were prepared under it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from msgspec.structs import replace

from openbook.accounts.keys import IdentityKey, new_identity_key
from openbook.catalogue.fields import FIELDS
from openbook.catalogue.policy import read_policy, read_setting
from openbook.collect.enrich.place import Places
from openbook.collect.observation import Prepared, Stamp
from openbook.collect.observe import observe
from openbook.collect.pipeline import prepare
from openbook.collect.stream.narrowing import narrow
from openbook.collect.tools import Tools
from openbook.collect.wire import Message, read_batch
from tests.hostile.test_values import SHAPES

WORKSPACE = UUID(int=7)
NOW = datetime(2026, 6, 30, 12, 0, 30, tzinfo=UTC)
KEY = IdentityKey("k1", "HS256", b"a secret of the backend, long enough to be one")
PLACES = Places.open()
WIDE = {field.switch: True for field in FIELDS} | {
    "url.keep": ["q", "size"],
    "attribute.plan": {"type": "text", "floor": 1},
    "attribute.seats": {"type": "number", "floor": 1},
    "attribute.vip": {"type": "flag", "floor": 1},
    "attribute.group.plan": {"type": "text", "floor": 1},
}


def signed_token() -> str:
    moment = int(NOW.timestamp())
    claims = {"sub": "signed-user", "aud": str(WORKSPACE), "iat": moment, "exp": moment + 600}
    more = {"email": "signed@example.org", "name": "Signed", "attributes": {"plan": "silver"}}
    return jwt.encode({"alg": "HS256", "kid": "k1"}, claims | more, OctKey.import_key(KEY.key))


def stamp(**more: Any) -> Stamp:
    usual: dict[str, Any] = {
        "received_at": NOW, "sent_at": NOW, "address": "203.0.113.77", "from_server": False,
        "browser_made": True, "user_agent": None, "accept_language": "it", "hints": {},
        "gpc": False,
    }  # fmt: skip
    return Stamp(**usual | more)


def web(type_: str, **context: Any) -> dict[str, Any]:
    shape = SHAPES["page"] | {"type": type_}
    return shape | {"context": shape["context"] | {"os": None} | context}


SENT: dict[str, tuple[dict[str, Any], Stamp]] = {
    "a view": (web("page"), stamp()),
    "a view with a referrer and a campaign": (
        web("page", page={"url": "https://shop.example/a?q=1&size=2&utm_source=x",
                          "referrer": "https://news.example/"}),
        stamp(),
    ),
    "a view from a browser that says no": (web("page"), stamp(gpc=True)),
    "a late view": (web("page"), stamp(received_at=NOW + timedelta(hours=3), sent_at=None)),
    "claims": (web("identify"), stamp()),
    "a signed identity": (web("identify", token=signed_token()), stamp()),
    "a signed identity without a device": (
        web("identify", token=signed_token()) | {"anonymousId": None},
        stamp(),
    ),
    "claims without a device": (web("identify") | {"anonymousId": None}, stamp()),
    "a server's identity": (
        web("identify") | {"anonymousId": None, "userId": "from-server"},
        stamp(from_server=True, browser_made=False),
    ),
    "a server's address alone": (
        web("identify") | {"anonymousId": None, "userId": None},
        stamp(from_server=True, browser_made=False),
    ),
    "a screen": (SHAPES["screen"], stamp(browser_made=False)),
    "attributes of a group": (
        web("group") | {"traits": {"plan": "gold"}}, stamp(),
    ),
}  # fmt: skip
CHANGES: list[dict[str, str]] = [
    *({field.switch: "false"} for field in FIELDS if field.part_of is None),
    {"collect.ip": "false", "ip.mode": "none"},
    {"ip.mode": "truncated"},
    {"ip.mode": "anonymous"},
    {"ip.mode": "none"},
    {"url.keep": "size"},
    {"url.keep": ""},
    {"identify.mode": "observe"},
    {"identify.mode": "enforce"},
    {"gpc.mode": "refuse"},
    {"referrer.exclude": "news.example"},
    {"public_url": "https://news.example"},
    {"attribute.plan": ""},
    {"attribute.plan": "text:3"},
    {"attribute.plan": "number:1"},
    {"attribute.seats": "number:4"},
    {"attribute.vip": ""},
]


def tools(settings: dict[str, Any], keys: tuple[IdentityKey, ...] = (KEY,)) -> Tools:
    policy = read_policy(settings)
    own = frozenset({"news.example"} if policy.public_url else ())
    return Tools(WORKSPACE, policy, keys, PLACES, own)


def prepared(what: str, by: Tools) -> Prepared | str:
    body, stamped = SENT[what]
    received = read_batch(msgspec.json.encode({"batch": [body]}))
    message: Message = received.messages[0]
    observation = observe(message, stamped)
    assert observation is not None
    found = prepare(observation, by)
    return found if isinstance(found, str) else replace(found, left_out={})


def changed(change: dict[str, str]) -> dict[str, Any]:
    read = {key: read_setting(key, text) for key, text in change.items()}
    return {key: value for key, value in (WIDE | read).items() if value is not None}


@pytest.mark.parametrize(
    "change", CHANGES, ids=lambda change: " ".join(map("=".join, change.items()))
)
@pytest.mark.parametrize("what", SENT)
def test_narrowing_leaves_what_the_steps_would_have_left(what: str, change: dict[str, str]) -> None:
    before, after = tools(WIDE), tools(changed(change))
    carried = prepared(what, before)
    assert isinstance(carried, Prepared)
    narrowed = narrow(carried, after)
    assert narrowed == prepared(what, after)


@pytest.mark.parametrize("what", ["a view", "claims", "a server's identity", "a screen"])
def test_nothing_is_lost_where_nothing_changed(what: str) -> None:
    carried = prepared(what, tools(WIDE))
    assert isinstance(carried, Prepared)
    assert narrow(carried, tools(WIDE)) == carried


@pytest.mark.parametrize("what", SENT)
def test_what_was_switched_off_when_it_came_stays_away(what: str) -> None:
    narrow_policy = tools({switch: False for switch in WIDE if switch.startswith("collect.")})
    carried = prepared(what, narrow_policy)
    if isinstance(carried, Prepared):
        assert narrow(carried, tools(WIDE)) == carried


def test_a_key_that_was_revoked_meanwhile_vouches_for_nothing() -> None:
    body, stamped = SENT["a signed identity"]
    received = read_batch(msgspec.json.encode({"batch": [body]}))
    observation = observe(received.messages[0], stamped)
    assert observation is not None
    carried = prepare(observation, tools(WIDE))
    assert isinstance(carried, Prepared) and carried.signed is not None
    another, _ = new_identity_key("HS256")
    assert narrow(carried, tools(WIDE, (KEY, another))) == carried
    left = narrow(carried, tools(WIDE, (another,)))
    assert isinstance(left, Prepared)
    assert left.signed is None
    assert all(said.trust < 2 for said in left.said)
    assert all(found.origin & 7 < 2 for found in left.facts.registers.values())
