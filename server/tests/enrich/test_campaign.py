"""Referrer domains and UTM parameters, from honest and from hostile addresses."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openbook.collect.enrich.campaign import read_host, read_referrer, read_utms

NONE: frozenset[str] = frozenset()


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://www.bbc.co.uk/news?q=1#top", "bbc.co.uk"),
        ("https://WWW.Google.COM:443/", "google.com"),
        ("http://t.co", "t.co"),
        ("https://me:secret@news.example.org/", "example.org"),
        ("https://example.com.", "example.com"),
        ("https://example.com?x", "example.com"),
        ("https://a_b.example.com/", "example.com"),
        ("https://me.github.io/", "me.github.io"),
        ("https://netlify.app/", "netlify.app"),
        ("https://my-shop.netlify.app/", "my-shop.netlify.app"),
        ("https://münchen.de/", "xn--mnchen-3ya.de"),
        ("https://www.xn--mnchen-3ya.de/", "xn--mnchen-3ya.de"),
        ("https://shop.unknowntld/", "shop.unknowntld"),
    ],
)
def test_a_referrer_is_its_registrable_domain(url: str, domain: str) -> None:
    assert read_referrer(url, NONE, NONE) == domain


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "about:blank",
        "javascript:alert(1)",
        "data:text/html,x",
        "android-app://com.google.android.gm/",
        "google.com",
        "https://",
        "https:///path",
        "https://co.uk/",
        "https://intranet/",
        "http://localhost:3000/",
        "http://app.localhost/",
        "http://127.0.0.1:8000/",
        "http://0x7f.0x1/",
        "http://2130706433/",
        "http://[2001:db8::1]/",
        "https://ex ample.com/",
        "https://a..b.com/",
        "https://\x00evil.com/",
        "https://%65vil.com/",
        "https://" + "a." * 200 + "com/",
        "https://" + "a" * 64 + ".com/",
        "https://xn--.\ud800.com/",
    ],
)
def test_what_has_no_registrable_domain_is_no_referrer(url: str | None) -> None:
    assert read_referrer(url, NONE, NONE) is None


def test_a_backslash_ends_the_host_as_it_does_in_browsers() -> None:
    assert read_referrer("https://good.example\\@evil.example/", NONE, NONE) == "good.example"


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://shop.example.com/a", None),
        ("https://blog.example.com/", None),
        ("https://example.com/", None),
        ("https://example.org/", "example.org"),
        ("https://me.github.io/", None),
        ("https://you.github.io/", "you.github.io"),
        ("http://127.0.0.1:8000/", None),
    ],
)
def test_the_operators_own_domains_are_no_referrer(url: str, domain: str | None) -> None:
    own = frozenset({"Shop.example.com:8443", "me.github.io", "127.0.0.1"})
    assert read_referrer(url, own, NONE) == domain


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://paypal.com/", None),
        ("https://www.paypal.com/checkout", None),
        ("https://notpaypal.com/", "notpaypal.com"),
        ("https://checkout.stripe.com/", None),
        ("https://stripe.com/", "stripe.com"),
    ],
)
def test_an_exclusion_holds_for_a_host_and_what_is_below_it(url: str, domain: str | None) -> None:
    excluded = frozenset({"PayPal.com", "checkout.stripe.com"})
    assert read_referrer(url, NONE, excluded) == domain


@pytest.mark.parametrize(
    ("query", "utms"),
    [
        ("", {}),
        ("?a=1", {}),
        (
            "?utm_source=google&utm_medium=cpc&utm_campaign=spring+sale&gclid=x",
            {"source": "google", "medium": "cpc", "campaign": "spring sale"},
        ),
        ("?UTM_Source=News%20Letter", {"source": "News Letter"}),
        ("?utm_id=7&utm_marketing_tactic=x", {"id": "7", "marketing_tactic": "x"}),
        ("?utm_source=&utm_medium=%20&utm_=x&utm_term", {}),
        ("?utm_source=a&utm_source=b", {"source": "b"}),
        ("?utm_source=a&utm_source=", {"source": "a"}),
        ("?utm%5Fsource=a", {"source": "a"}),
        ("?utm_source=a%00b%0Ac", {"source": "abc"}),
        ("?utm_source=caf%C3%A9&utm_term=%FF", {"source": "café", "term": "\ufffd"}),
        ("#utm_source=a", {}),
        ("?x=1#?utm_source=a", {}),
    ],
)
def test_the_utms_of_an_address_are_its_query_parameters(query: str, utms: dict[str, str]) -> None:
    assert read_utms("https://shop.example/" + query, None) == utms


@pytest.mark.parametrize(
    ("campaign", "utms"),
    [
        (None, {}),
        ({"name": "spring", "source": "x"}, {"campaign": "spring", "source": "x"}),
        ({"utm_source": "x", "Medium": " y "}, {"source": "x", "medium": "y"}),
        ({"id": 12, "a": None, "b": [1], "c": {}, "d": True, "e": 10**5000}, {"id": "12"}),
        ("not a map", {}),
        (["name"], {}),
    ],
)
def test_segments_campaign_gives_the_same_keys(campaign: Any, utms: dict[str, str]) -> None:
    assert read_utms(None, campaign) == utms


def test_the_campaign_wins_over_the_address_and_the_address_fills_in() -> None:
    url = "https://shop.example/?utm_source=address&utm_term=shoes"
    assert read_utms(url, {"source": "campaign"}) == {"source": "campaign", "term": "shoes"}


@pytest.mark.parametrize("times", [1, 100])
def test_at_most_sixteen_short_values_are_kept(times: int) -> None:
    pairs = [f"utm_k{n}={'v' * 300 * times}" for n in range(20)]
    utms = read_utms("https://shop.example/?" + "&".join(pairs), {f"c{n}": "x" for n in range(5)})
    assert len(utms) <= 16
    assert all(len(value) <= 255 for value in utms.values())
    assert {f"c{n}" for n in range(5)} <= utms.keys()


@given(
    st.text(),
    st.dictionaries(st.text(), st.none() | st.booleans() | st.integers() | st.floats() | st.text()),
)
def test_no_input_raises_or_breaks_the_bounds(text: str, campaign: dict[str, Any]) -> None:
    for url in (text, f"https://{text}/", f"https://x.example/?utm_{text}={text}"):
        domain = read_referrer(url, frozenset({text}), frozenset({text}))
        assert domain is None or (domain.isascii() and domain == domain.lower())
        utms = read_utms(url, campaign)
        assert len(utms) <= 16
        for key, value in utms.items():
            assert key and value and len(key) <= 64 and len(value) <= 255
            assert "\x00" not in key + value and (key + value).encode()


@given(st.from_regex(r"[a-z]{1,9}(\.[a-z]{1,9}){1,4}", fullmatch=True))
def test_the_domain_is_the_end_of_the_host(host: str) -> None:
    domain = read_referrer(f"https://{host}/", NONE, NONE)
    assert domain is None or f".{host}".endswith(f".{domain}")
    assert read_host(f"https://u@{host}:8080/") == read_host(f"http://{host.upper()}")
