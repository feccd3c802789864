"""The small rules of collecting, each a table of cases."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openbook.catalogue.policy import read_policy
from openbook.collect.address import mask_address, read_address
from openbook.collect.budget import Budget
from openbook.collect.locale import read_language, read_zone
from openbook.collect.observe import platform_of
from openbook.collect.pages import clean_url
from openbook.collect.wire import Context
from openbook.contacts.fold import occurred_at
from openbook.contacts.moments import read_time
from openbook.contacts.values import email_key, read_email, read_name, read_user_id

URLS = [
    ("https://shop.example/a?token=1#frag", "https://shop.example/a"),
    ("https://shop.example/a?keep=1&token=2&keep=3", "https://shop.example/a?keep=1&keep=3"),
    ("https://user:secret@shop.example:8443/a", "https://shop.example:8443/a"),
    ("HTTPS://Shop.Example", "https://shop.example/"),
    ("http://[2001:db8::1]:8080/x", "http://[2001:db8::1]:8080/x"),
    ("https://shop.example/caf\u00e9 \u0000x", "https://shop.example/caf\u00e9  x"),
    ("file:///etc/passwd", None),
    ("javascript:alert(1)", None),
    ("about:blank", None),
    ("//shop.example/a", None),
    ("https://", None),
    ("http://[bad", None),
    ("http://shop.example:99999/", None),
    (None, None),
]


@pytest.mark.parametrize(("url", "kept"), URLS)
def test_what_is_kept_of_an_address(url: str | None, kept: str | None) -> None:
    assert clean_url(url, frozenset({"keep"})) == kept


@given(st.text(max_size=200))
def test_no_address_raises_and_none_grows(url: str) -> None:
    kept = clean_url("https://shop.example/" + url, frozenset())
    assert kept is None or (len(kept) <= 2048 and "#" not in kept and "?" not in kept)


LANGUAGES = [
    ("pt-br", "pt-BR"), ("en_US", "en-US"), ("zh-hant-tw", "zh-Hant-TW"), ("de", "de"),
    ("DE-AT,de;q=0.9,en;q=0.8", "de-AT"), ("es-419", "es-419"), ("pt_BR.UTF-8", "pt-BR"),
    ("ca_ES@valencia", "ca-ES"), ("de-DE-u-co-phonebk", "de-DE"), ("*", None), ("", None),
    ("english", None), (None, None), (7, None), ("e" * 600, None),
    # As stock clients on Android write them: no region, a script behind it, Java's former codes.
    ("en-", "en"), ("zh_TW_#Hant", "zh-TW"), ("in-ID", "id-ID"), ("iw_IL", "he-IL"),
    ("en_US_POSIX", "en-US"), ("fr-FR-x-ours", "fr-FR"), ("de-CH-t-en", "de-CH"),
    ("und", None), ("mul", None), ("x-ours", None), ("-US", None),
]  # fmt: skip


@pytest.mark.parametrize(("value", "tag"), LANGUAGES)
def test_languages_have_one_spelling(value: object, tag: str | None) -> None:
    assert read_language(value) == tag


ZONES = [
    ("Europe/Rome", "Europe/Rome"), ("UTC", "UTC"), ("Asia/Calcutta", "Asia/Calcutta"),
    ("America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
    ("CET+1", None), ("Europe/Nowhere", None), ("../etc/passwd", None), ("", None), (3, None),
]  # fmt: skip


@pytest.mark.parametrize(("value", "zone"), ZONES)
def test_time_zones_are_those_of_the_database(value: object, zone: str | None) -> None:
    assert read_zone(value) == zone


PLATFORMS = [
    ({}, "web"),
    ({"device": {"type": "ios"}}, "ios"),
    ({"device": {"type": "iOS", "id": "x"}}, "ios"),
    ({"device": {"type": "android"}}, "android"),
    ({"device": {"id": "x"}, "os": {"name": "Android", "version": "14"}}, "android"),
    ({"app": {"name": "Shop"}, "os": {"name": "iPadOS"}}, "ios"),
    ({"os": {"name": "Android"}}, "web"),  # a browser on a phone tells its system too
    ({"device": {"type": "desktop"}, "os": {"name": "Windows"}}, "web"),
    ({"device": {"type": 7}}, "web"),
]


@pytest.mark.parametrize(("context", "platform"), PLATFORMS)
def test_apps_are_told_from_browsers(context: dict[str, Any], platform: str) -> None:
    assert platform_of(msgspec.convert(context, Context)) == platform


USER_IDS = [
    ("u-1", "u-1"), ("  u1 ", "u1"), (123, "123"), (123.0, "123"), ("AbC", "AbC"),
    ("null", None), ("undefined", None), ("anonymous", None), ("Guest", None), ("0", None),
    ("0000", None), (0, None), ("NaN", None), ("[object Object]", None), (True, None),
    ("false", None), ("None", None), ("", None), ("   ", None), (None, None), ({}, None),
    ("x" * 256, None), ("a\u0000b", None), ("-1", None), ("0000-0000-0000", None),
    ("a\u200cb", None),
]  # fmt: skip


@pytest.mark.parametrize(("value", "kept"), USER_IDS)
def test_junk_is_no_user_id(value: object, kept: str | None) -> None:
    assert read_user_id(value) == kept


EMAILS = [
    ("Ada@Example.com", "ada@example.com"),
    (" ada@example.com ", "ada@example.com"),
    ("a@B\u00fccher.example", "a@xn--bcher-kva.example"),
    ("ada", None), ("ada@", None), ("@example.com", None), ("a b@example.com", None),
    ("a@example.com\nBcc: x@y.z", None), ("a" * 320 + "@example.com", None), (7, None),
]  # fmt: skip


@pytest.mark.parametrize(("value", "key"), EMAILS)
def test_addresses_are_matched_on_one_spelling(value: object, key: str | None) -> None:
    kept = read_email(value)
    assert (email_key(kept) if kept else None) == key
    if kept:
        assert kept == str(value).strip()


NAMES = [
    ("  Ada \n Lovelace ", "Ada Lovelace"), ("\u202egnp.exe", "gnp.exe"), ("\u0000", None),
    ("\ud800x", "x"), ("", None), (5, None), ("x" * 300, "x" * 255),
    # Joiners belong to how a Persian name is written; at the ends of a word they only hide.
    ("\u0639\u0644\u06cc\u200c\u0631\u0636\u0627", "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627"),
    ("\u200dAda\u200c \u200dKing\u200c\u200e", "Ada King"), ("\u200c\u0000\u200d", None),
    # What scripts make of a name they do not have. Somebody may be called Null.
    ("undefined", None), ("undefined undefined", None), ("[object Object]", None), ("null", None),
    ("Ada Null", "Ada Null"), ("Null", "Null"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "name"), NAMES)
def test_names_are_one_clean_line(value: object, name: str | None) -> None:
    assert read_name(value) == name


@pytest.mark.parametrize("given", ["0001-01-01T00:00:00Z", "1601-01-01", "1970-01-01", 0, -5])
@pytest.mark.parametrize("unbounded", [True, False])
def test_the_times_of_programs_that_have_none_are_none(given: object, unbounded: bool) -> None:
    now = datetime(2026, 11, 24, 12, tzinfo=UTC)
    at = read_time(given)
    assert at is not None
    for sent in (None, now, now - timedelta(days=1)):
        assert occurred_at(at, sent, now, unbounded=unbounded) == now
    # A device whose clock began anew still tells how long it waited.
    waited = timedelta(minutes=2)
    assert occurred_at(at, at + waited, now, unbounded=unbounded) == now - waited


MASKS = [
    ("192.0.2.77", "full", "192.0.2.77"), ("192.0.2.77", "truncated", "192.0.2.0"),
    ("192.0.2.77", "anonymous", "192.0.0.0"), ("192.0.2.77", "none", None),
    ("2001:db8:1:2:3::4", "truncated", "2001:db8:1::"),
    ("2001:db8:1:2:3::4", "anonymous", "2001:db8::"),
    ("::ffff:192.0.2.77", "truncated", "192.0.2.0"),
]  # fmt: skip


@pytest.mark.parametrize(("address", "mode", "kept"), MASKS)
def test_addresses_are_shortened_as_the_mode_says(
    address: str, mode: str, kept: str | None
) -> None:
    assert mask_address(address, mode) == kept


@given(st.ip_addresses(), st.sampled_from(["truncated", "anonymous"]))
def test_a_shortened_address_says_no_more_than_its_network(address: object, mode: str) -> None:
    kept = mask_address(str(address), mode)
    assert kept is not None and mask_address(kept, mode) == kept
    assert read_address(kept) is not None


TIMES = [
    ("2026-11-20T12:00:00.123Z", 1795176000), ("2026-11-20T13:00:00+01:00", 1795176000),
    ("2026-11-20T12:00:00.123456789Z", 1795176000), ("2026-11-20 12:00:00", 1795176000),
    (1795176000, 1795176000), (1795176000123, 1795176000), ("yesterday", None), ("", None),
    (float("nan"), None), (float("inf"), None), (1e30, None), (True, None), ([], None),
    ("0000-00-00T00:00:00Z", None), ("9" * 50, None),
]  # fmt: skip


@pytest.mark.parametrize(("value", "seconds"), TIMES)
def test_times_are_read_in_every_usual_spelling(value: object, seconds: int | None) -> None:
    moment = read_time(value)
    assert (int(moment.timestamp()) if moment else None) == seconds


def test_a_budget_is_refilled_over_the_hour_and_counted_per_network() -> None:
    now = [0.0]
    policy = read_policy({"budget.address_per_hour": 2})
    budget, workspace = Budget(clock=lambda: now[0]), uuid.uuid4()
    assert [budget.take(workspace, "192.0.2.1", policy) for _ in range(3)] == [True, True, False]
    assert budget.take(workspace, "192.0.2.2", policy)
    assert [budget.take(workspace, f"2001:db8::{n}", policy) for n in (1, 2, 3)] == [
        True, True, False,
    ]  # fmt: skip
    now[0] = 1800.0
    assert [budget.take(workspace, "192.0.2.1", policy) for _ in range(2)] == [True, False]
