"""Lines of observations in, lines of derived fields out, in the same order."""

import io
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openbook.collect.enrich.line import LONGEST_LINE, enrich_lines
from openbook.collect.enrich.place import Places

KEYS = [
    "browser_name",
    "browser_version",
    "os",
    "os_version",
    "bot",
    "android_device",
    "ios_device",
    "latitude",
    "longitude",
    "accuracy_km",
    "city",
    "postal_code",
    "region",
    "country",
    "country_code",
    "timezone",
    "isp",
    "referrer",
    "utms",
]
NOWHERE = Places.open()
CHROME = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 "
    "Safari/537.36"
)


def enrich(source: bytes) -> list[dict[str, Any]]:
    sink = io.BytesIO()
    count = enrich_lines(io.BytesIO(source), sink, NOWHERE, {"iPhone99,1": "iPhone 99"})
    written = sink.getvalue()
    assert written == b"" or written.endswith(b"\n")
    lines = [json.loads(line) for line in written.splitlines()]
    assert len(lines) == count
    return lines


def one(**seen: Any) -> dict[str, Any]:
    [line] = enrich(json.dumps(seen).encode())
    assert "error" not in line
    return line


def test_every_line_has_the_derived_fields_in_their_order() -> None:
    assert list(one()) == KEYS
    assert set(one().values()) == {None}


def test_a_browser_is_read_from_agent_and_hints_whatever_their_case() -> None:
    plain = one(user_agent=CHROME)
    assert (plain["browser_name"], plain["os"], plain["bot"]) == ("Chrome", "Linux", False)
    hints = {
        "Sec-CH-UA": '"Chromium";v="140", "Google Chrome";v="140"',
        "SEC-CH-UA-PLATFORM": '"Windows"',
        "sec-ch-ua-platform-version": '"15.0.0"',
        "Sec-CH-UA-Mobile": None,
    }
    hinted = one(
        user_agent=CHROME.replace("X11; Linux x86_64", "Windows NT 10.0; Win64; x64"),
        client_hints=hints,
    )
    assert (hinted["os"], hinted["os_version"]) == ("Windows", "11")


@pytest.mark.parametrize(
    ("platform", "device", "android", "ios"),
    [
        ("ios", "iPhone14,3", None, "iPhone 13 Pro Max"),
        ("iOS", "iPhone99,1", None, "iPhone 99"),
        (None, "iPhone14,3", None, "iPhone 13 Pro Max"),
        ("ios", {"manufacturer": "Apple", "model": "iPhone14,2"}, None, "iPhone 13 Pro"),
        ("ios", {"manufacturer": "Apple"}, None, None),
        (
            "android",
            {"manufacturer": "OnePlus", "model": "IN2023", "device": "OnePlus8Pro"},
            "OnePlus IN2023 (OnePlus8Pro)",
            None,
        ),
        (None, {"manufacturer": "Google", "model": "Pixel 8"}, "Google Pixel 8", None),
        ("android", "OnePlus IN2023 (OnePlus8Pro)", "OnePlus IN2023 (OnePlus8Pro)", None),
        ("web", "iPhone14,3", None, None),
        ("ios", "", None, None),
    ],
)
def test_a_device_is_named_for_its_platform(
    platform: str | None, device: Any, android: str | None, ios: str | None
) -> None:
    line = one(platform=platform, device=device)
    assert (line["android_device"], line["ios_device"]) == (android, ios)


def test_the_page_gives_the_campaign_and_is_not_its_own_referrer() -> None:
    page = "https://shop.example.com/?utm_source=news"
    other = one(url=page, referrer="https://www.google.com/")
    assert (other["referrer"], other["utms"]) == ("google.com", {"source": "news"})
    assert one(url=page, referrer="https://blog.example.com/")["referrer"] is None


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"", "This line is empty."),
        (b"   \r", "This line is empty."),
        (b"{", "This line is not JSON in UTF-8."),
        (b"\xff", "This line is not JSON in UTF-8."),
        (b'"text"', "This line is not an observation:"),
        (b'{"user_agent": 5}', "This line is not an observation:"),
        (b'{"device": ["x"]}', "This line is not an observation:"),
        (b'{"ip": "\\ud800"}', "This line is not JSON in UTF-8."),
        (b'{"client_hints": ' + b"[" * 100_000, "This line is not"),
        (b'{"url": "' + b"x" * LONGEST_LINE + b'"}', "This line is longer than 1048576 bytes."),
    ],
)
def test_a_bad_line_says_why_and_keeps_its_place(line: bytes, reason: str) -> None:
    first, bad, last = enrich(b"{}\n" + line + b'\n{"url": "https://a.example/?utm_term=z"}')
    assert list(first) == KEYS
    assert bad.pop("error").startswith(reason)
    assert list(bad) == KEYS and set(bad.values()) == {None}
    assert last["utms"] == {"term": "z"}


def test_no_input_gives_no_output() -> None:
    assert enrich(b"") == []


def test_a_byte_order_mark_and_windows_line_ends_are_no_error() -> None:
    assert [list(line) for line in enrich(b"\xef\xbb\xbf{}\r\n{}\r\n")] == [KEYS, KEYS]


def test_many_lines_keep_their_order() -> None:
    source = b"".join(b'{"url": "https://a.example/?utm_id=%d"}\n' % n for n in range(1500))
    assert [line["utms"]["id"] for line in enrich(source)] == [str(n) for n in range(1500)]


texts = st.none() | st.text(max_size=80)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {},
            optional={
                "ip": texts,
                "user_agent": texts,
                "client_hints": st.none() | st.dictionaries(st.text(max_size=20), texts),
                "device": texts | st.dictionaries(st.sampled_from(["model", "device"]), texts),
                "platform": texts | st.sampled_from(["web", "ios", "android"]),
                "url": texts,
                "referrer": texts,
                "more": st.integers(),
            },
        ),
        max_size=4,
    )
)
def test_any_observations_give_as_many_lines(observations: list[dict[str, Any]]) -> None:
    source = "\n".join(json.dumps(seen) for seen in observations).encode()
    assert len(enrich(source)) == len(observations)
