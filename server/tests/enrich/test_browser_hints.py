"""How client hints complete and correct what the user agent says."""

import pytest

from openbook.collect.enrich.browser import Browser, read_browser
from openbook.collect.enrich.browser_rules.hints import brands

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) "
FROZEN = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
AMAZON = "Mozilla/5.0 (Linux; Android 9; KFKAWI) AppleWebKit/537.36 (KHTML, like Gecko) "
CHROME = "Chrome/120.0.0.0 Safari/537.36"


def _read(agent: str, **sent: str) -> Browser:
    return read_browser(agent, {f"sec-ch-ua{k and '-' + k}": v for k, v in _names(sent).items()})


def _names(sent: dict[str, str]) -> dict[str, str]:
    return {
        {"brands": "", "full": "full-version-list"}.get(key, key.replace("_", "-")): value
        for key, value in sent.items()
    }


@pytest.mark.parametrize(
    ("platform_version", "version"),
    [
        *(("15.0.0", "11"), ("13.0.0", "11"), ("10.0.0", "10"), ("1.0.0", "10"), ("8.0.0", "10")),
        *(("0.1.0", "7"), ("0.2.0", "8"), ("0.3.0", "8.1"), ("0.0.0", None), ("", None)),
        *(("nonsense", None),),
    ],
)
def test_the_platform_version_of_windows_says_which_windows(
    platform_version: str, version: str | None
) -> None:
    seen = _read(WINDOWS + CHROME, platform='"Windows"', platform_version=f'"{platform_version}"')
    assert (seen.os, seen.os_version) == ("Windows", version)


def test_an_old_windows_keeps_its_version_when_the_hint_has_none() -> None:
    agent = WINDOWS.replace("10.0", "6.1") + CHROME
    assert _read(agent, platform='"Windows"', platform_version='"0.0.0"').os_version == "7"


@pytest.mark.parametrize(
    ("agent", "platform", "platform_version", "system", "version"),
    [
        (FROZEN, "Android", "14.0.0", "Android", "14.0.0"),
        (FROZEN, "Android", "", "Android", None),
        (MAC, "macOS", "14.2.1", "macOS", "14.2.1"),
        (MAC, "macOS", "0.0.0", "macOS", None),
        ("Mozilla/5.0 (X11; Fedora; Linux x86_64) ", "Linux", "6.5.0", "Fedora", None),
        ("Mozilla/5.0 (X11; Linux x86_64) ", "Android", "12.0.0", "Android", "12.0.0"),
        (
            "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ",
            "Chrome OS",
            "15662.76.0",
            "ChromeOS",
            "15662.76.0",
        ),
        (WINDOWS, "Unknown", "", "Windows", None),
        (AMAZON, "Android", "9.0.0", "Fire OS", "7"),
    ],
)
def test_the_platform_hint_tells_the_system_but_never_less_than_the_agent(
    agent: str, platform: str, platform_version: str, system: str, version: str | None
) -> None:
    seen = _read(agent + CHROME, platform=f'"{platform}"', platform_version=f'"{platform_version}"')
    assert (seen.os, seen.os_version) == (system, version)


@pytest.mark.parametrize(
    ("tail", "full", "name", "version"),
    [
        (
            "",
            '"Google Chrome";v="120.0.6099.109", "Chromium";v="120.0.6099.109"',
            "Chrome",
            "120.0.6099.109",
        ),
        ("", '"Chromium";v="120.0.6099.109", "Brave";v="120.0.0.0"', "Brave", "120.0.0.0"),
        (
            "",
            '"Not A(Brand";v="99.0.0.0", "Chromium";v="120.0.6099.109"',
            "Chromium",
            "120.0.6099.109",
        ),
        (
            " Edg/120.0.0.0",
            '"Microsoft Edge";v="120.0.2210.61", "Chromium";v="120.0.6099.109"',
            *("Edge", "120.0.2210.61"),
        ),
        (
            " OPR/106.0.4998.70",
            '"Opera";v="120.0.6099.109", "Chromium";v="120.0.6099.109"',
            *("Opera", "106.0.4998.70"),
        ),
        (
            " OPR/106.0.0.0",
            '"Opera";v="106.0.4998.70", "Chromium";v="120.0.6099.109"',
            *("Opera", "106.0.4998.70"),
        ),
        (
            " Vivaldi/6.5.3206.39",
            '"Google Chrome";v="120.0.6099.109", "Chromium";v="120.0.6099.109"',
            *("Vivaldi", "6.5.3206.39"),
        ),
        (
            "",
            '"Avast Secure Browser";v="0.0.0.0", "Chromium";v="120.0"',
            "Avast Secure Browser",
            None,
        ),
    ],
)
def test_the_named_brand_wins_over_the_engine_and_its_number(
    tail: str, full: str, name: str, version: str | None
) -> None:
    seen = _read(WINDOWS + CHROME + tail, full=full)
    assert (seen.browser_name, seen.browser_version) == (name, version)


@pytest.mark.parametrize(
    ("full", "version"),
    [('"Google Chrome";v="99"', "120.6099.109"), ('"Google Chrome";v="99.121.9.8"', "121.9.8")],
)
def test_a_company_s_policy_that_holds_the_version_at_99_is_seen_through(
    full: str, version: str
) -> None:
    seen = _read(WINDOWS + "Chrome/99.120.6099.109 Safari/537.36", full=full)
    assert (seen.browser_name, seen.browser_version) == ("Chrome", version)


def test_the_engine_s_brand_alone_leaves_a_web_view_one() -> None:
    agent = FROZEN.replace("; K", "; Pixel 7; wv") + "Version/4.0 Chrome/120.0.0.0 Mobile"
    seen = _read(agent, brands='"Chromium";v="120", "Not A(Brand";v="99"')
    assert (seen.browser_name, seen.variant) == ("Chrome", "webview")


@pytest.mark.parametrize(
    ("listed", "name", "variant"),
    [
        ('"Microsoft Edge";v="120", "Microsoft Edge WebView2";v="120"', "Edge", "webview"),
        ('"Microsoft Edge WebView2";v="120", "Microsoft Edge";v="120"', "Edge", "webview"),
        ('"Microsoft Edge WebView2";v="120", "DuckDuckGo";v="120"', "DuckDuckGo", "desktop"),
    ],
)
def test_of_brands_built_on_each_other_the_outermost_counts(
    listed: str, name: str, variant: str
) -> None:
    seen = _read(WINDOWS + CHROME, brands=listed + ', "Chromium";v="120"')
    assert (seen.browser_name, seen.variant) == (name, variant)


@pytest.mark.parametrize(
    "made_up",
    [
        *(" Not A;Brand", "Not;A Brand", "(Not(A:Brand", "Not_A Brand", "Not/A)Brand"),
        *("Not:A-Brand", ".Not/A)Brand", ")Not;A=Brand", "Not=A?Brand", r"\\Not\"A;Brand"),
    ],
)
def test_made_up_brands_are_dropped(made_up: str) -> None:
    assert brands(f'"{made_up}";v="99", "Chromium";v="98"') == {"Chromium": "98"}


def test_a_list_whose_quotes_were_escaped_twice_is_read_all_the_same() -> None:
    escaped = r'"\"Google Chrome\";v=\"107\", \"Chromium\";v=\"107\", \"Not=A?Brand\";v=\"24\""'
    assert brands(escaped) == {"Google Chrome": "107", "Chromium": "107"}
    assert brands('Google Chrome";v="111", "Chromium";v="111') == brands(
        '"Google Chrome";v="111", "Chromium";v="111"'
    )


def test_without_a_full_list_the_agent_s_fuller_version_is_kept() -> None:
    agent = WINDOWS + "Chrome/99.0.4844.51 Safari/537.36"
    seen = _read(agent, brands='"Google Chrome";v="99", "Chromium";v="99"')
    assert seen.browser_version == "99.0.4844.51"


@pytest.mark.parametrize(
    ("mobile", "variant"), [("?1", "mobile"), ("?0", "desktop"), ("", "desktop")]
)
def test_the_mobile_hint_settles_the_variant(mobile: str, variant: str) -> None:
    assert _read(WINDOWS + CHROME, mobile=mobile).variant == variant


def test_a_headless_brand_is_a_bot() -> None:
    assert _read(WINDOWS + CHROME, brands='"HeadlessChrome";v="120", "Chromium";v="120"').bot


@pytest.mark.parametrize(
    ("package", "name", "variant"),
    [
        ("org.telegram.messenger", "Telegram", "in-app"),
        ("com.duckduckgo.mobile.android", "DuckDuckGo", "mobile"),
        ("com.example.unknown", "Chrome", "webview"),
        ("XMLHttpRequest", "Chrome", "webview"),
    ],
)
def test_a_web_view_is_named_after_the_app_around_it(package: str, name: str, variant: str) -> None:
    agent = FROZEN.replace("; K", "; Pixel; wv") + "Version/4.0 Chrome/120.0.0.0 Mobile"
    seen = read_browser(agent, {"x-requested-with": package})
    assert (seen.browser_name, seen.variant) == (name, variant)
