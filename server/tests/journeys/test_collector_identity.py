"""A visitor who signs in, as the customer's backend confirms it with a token."""

import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import msgspec
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from playwright.sync_api import Page

from openbook.collect.script import snippet
from tests.conftest import Server
from tests.journeys.browsing import Site, Wire

pytestmark = pytest.mark.browser

Until = Callable[[Callable[[], object]], Any]
Sign = Callable[[str], str]
Find = Callable[..., dict[str, Any] | None]
ID = "document.cookie.match(/ob_a=([^;]*)/)?.[1]"
IDENTIFY = "token => openbook('identify', null, {}, {token})"


@pytest.fixture(scope="module")
def sign(server: Server) -> Sign:
    """What the customer's backend does: a short-lived token for one of its users."""
    made = server.command("identity-key", "create", "--json")
    key = msgspec.json.decode(made.stdout)

    def token(user_id: str) -> str:
        now = int(time.time())
        claims = {"sub": user_id, "aud": key["audience"], "iat": now, "exp": now + 600}
        secret = OctKey.import_key(key["secret"])
        return jwt.encode({"alg": "HS256", "kid": key["kid"]}, claims, secret)

    return token


@pytest.fixture
def find(server: Server) -> Find:
    headers = {"Authorization": f"Bearer {server.token}"}

    def one(**query: str) -> dict[str, Any] | None:
        found = httpx.get(f"{server.url}/api/contacts", params=query, headers=headers)
        return next(iter(found.json()["items"]), None)

    return one


@pytest.fixture
def store(server: Server, site: Site) -> Site:
    head = snippet(server.url, server.write_key)
    for path in ("/", "/tea", "/account"):
        site.put(path, f"<!doctype html><title>{path}</title>{head}<h1>{path}</h1>")
    return site


def test_what_was_done_before_a_signed_sign_in_moves_along(
    store: Site, page: Page, until: Until, sign: Sign, find: Find
) -> None:
    page.goto(store.address("/tea"))
    anonymous_id = until(lambda: page.evaluate(ID))
    until(lambda: page.evaluate("document.cookie.includes('ob_p=')"))
    before = until(lambda: find(anonymous_id=anonymous_id))
    user_id = f"user-{uuid4()}"
    page.evaluate(IDENTIFY, sign(user_id))
    after = until(lambda: find(user_id=user_id))
    assert after["kind"] == "user"
    assert after["last_page_viewed"] == store.address("/tea")
    assert after["first_seen_at"] == before["first_seen_at"]
    assert until(lambda: find(anonymous_id=anonymous_id))["id"] == after["id"]


def test_after_a_sign_out_the_next_person_on_the_browser_is_somebody_else(
    store: Site, page: Page, until: Until, sign: Sign, find: Find
) -> None:
    first, second = f"user-{uuid4()}", f"user-{uuid4()}"
    page.goto(store.address("/"))
    page.evaluate(IDENTIFY, sign(first))
    one = until(lambda: find(user_id=first))
    page.evaluate("openbook('reset')")
    page.goto(store.address("/account"))
    page.evaluate(IDENTIFY, sign(second))
    two = until(lambda: find(user_id=second))
    assert one["id"] != two["id"]
    until(lambda: (find(user_id=second) or {})["last_page_viewed"] == store.address("/account"))
    assert (find(user_id=first) or {})["last_page_viewed"] == store.address("/")


def test_a_token_is_sent_once_and_kept_nowhere(
    store: Site, page: Page, wire: Wire, until: Until, sign: Sign, find: Find
) -> None:
    user_id = f"user-{uuid4()}"
    page.goto(store.address("/"))
    page.evaluate(IDENTIFY, sign(user_id))
    until(lambda: find(user_id=user_id))
    until(lambda: page.evaluate("!Object.keys(localStorage).some(k => k.startsWith('ob_q'))"))
    page.goto(store.address("/tea"))
    until(lambda: wire.pages == ["/", "/tea"])
    assert ["token" in message["context"] for message in wire.messages].count(True) == 1
    kept = page.evaluate("JSON.stringify({...localStorage}) + document.cookie")
    assert "eyJ" not in kept
