"""What a user agent and its client hints say about the browser and the system."""

import time

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openbook.collect.enrich.browser import HINT_HEADERS, Browser, read_browser

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) "
PHONE = "Mozilla/5.0 (Linux; Android 14; SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) "
FROZEN = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4_1 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) "
)

# agent, browser, version, variant
BROWSERS = [
    (WINDOWS + "Chrome/131.0.6778.86 Safari/537.36", "Chrome", "131.0.6778.86", "desktop"),
    (PHONE + "Chrome/131.0.0.0 Mobile Safari/537.36", "Chrome", "131.0.0.0", "mobile"),
    (
        IPHONE + "CriOS/131.0.6778.73 Mobile/15E148 Safari/604.1",
        "Chrome",
        "131.0.6778.73",
        "mobile",
    ),
    (
        "Mozilla/5.0 (Linux; Android 13; Pixel 7 Build/TQ3A; wv) AppleWebKit/537.36 (KHTML, like "
        "Gecko) Version/4.0 Chrome/120.0.6099.43 Mobile Safari/537.36",
        *("Chrome", "120.0.6099.43", "webview"),
    ),
    (
        WINDOWS + "Chrome/99.0.4844.51 Safari/537.36 Edg/99.0.1150.39",
        "Edge",
        "99.0.1150.39",
        "desktop",
    ),
    (
        PHONE + "Chrome/120.0.0.0 Mobile Safari/537.36 EdgA/120.0.2210.61",
        "Edge",
        "120.0.2210.61",
        "mobile",
    ),
    (
        IPHONE + "Version/17.0 EdgiOS/120.0.2210.150 Mobile/15E148 Safari/605.1.15",
        "Edge",
        "120.0.2210.150",
        "mobile",
    ),
    (IPHONE + "Version/17.4.1 Mobile/15E148 Safari/604.1", "Safari", "17.4.1", "mobile"),
    (IPHONE + "FxiOS/124.0 Mobile/15E148 Safari/605.1.15", "Firefox", "124.0", "mobile"),
    (
        "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0",
        "Firefox",
        "133.0",
        "desktop",
    ),
    (
        "Mozilla/5.0 (Android 14; Mobile; rv:133.0) Gecko/133.0 Firefox/133.0",
        "Firefox",
        "133.0",
        "mobile",
    ),
    (
        WINDOWS + "Chrome/120.0.0.0 Safari/537.36 OPR/106.0.4998.70",
        "Opera",
        "106.0.4998.70",
        "desktop",
    ),
    (
        "Opera/9.80 (Android; Opera Mini/36.2.2254/191.249; U; en) Presto/2.12.423 Version/12.16",
        *("Opera Mini", "36.2.2254", "mobile"),
    ),
    (
        "Opera/9.80 (Windows NT 6.1; U; en) Presto/2.10.229 Version/11.62",
        "Opera",
        "11.62",
        "desktop",
    ),
    (
        PHONE + "SamsungBrowser/23.0 Chrome/115.0.0.0 Mobile Safari/537.36",
        "Samsung Internet",
        "23.0",
        "mobile",
    ),
    (
        WINDOWS + "Chrome/120.0.0.0 YaBrowser/24.1.0.0 Yowser/2.5 Safari/537.36",
        "Yandex Browser",
        "24.1.0.0",
        "desktop",
    ),
    (
        WINDOWS + "Chrome/120.0.0.0 Safari/537.36 Vivaldi/6.5.3206.39",
        "Vivaldi",
        "6.5.3206.39",
        "desktop",
    ),
    (
        PHONE + "Version/4.0 Chrome/100.0.4896.58 UCBrowser/13.4.2.1307 Mobile Safari/537.36",
        "UC Browser",
        "13.4.2.1307",
        "mobile",
    ),
    (
        "Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko",
        *("Internet Explorer", "11.0", "desktop"),
    ),
    (
        "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1; SV1)",
        "Internet Explorer",
        "6.0",
        "desktop",
    ),
    (
        "Mozilla/5.0 (Linux; U; Android 2.3.6; nl-nl; GT-I9070 Build/GINGERBREAD) "
        "AppleWebKit/533.1 (KHTML, like Gecko) Version/4.0 Mobile Safari/533.1",
        *("Android Browser", "4.0", "mobile"),
    ),
    (
        IPHONE + "Mobile/21E236 [FBAN/FBIOS;FBAV/450.0.0.38.108;FBSN/iOS;FBSV/17.4.1]",
        *("Facebook", "450.0.0.38.108", "in-app"),
    ),
    (
        IPHONE + "Mobile/21E236 Instagram 320.0.0.30.90 (iPhone14,5; iOS 17_4_1)",
        "Instagram",
        "320.0.0.30.90",
        "in-app",
    ),
    (
        PHONE + "Chrome/116.0.0.0 Mobile Safari/537.36 MicroMessenger/8.0.47",
        "WeChat",
        "8.0.47",
        "in-app",
    ),
    (
        IPHONE + "GSA/300.0.598994205 Mobile/15E148 Safari/604.1",
        "Google App",
        "300.0.598994205",
        "in-app",
    ),
    (IPHONE + "Mobile/15E148", "Safari", None, "webview"),
    (
        "mozilla/5.0 (linux; android 9) applewebkit/537.36 chrome/83.0.4103.106 mobile",
        "Chrome",
        "83.0.4103.106",
        "mobile",
    ),
    (
        WINDOWS + "Chrome/144.0.0.0 Safari/537.36 Herring/95.5.4464.65",
        "Chrome",
        "144.0.0.0",
        "desktop",
    ),
    (
        "Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/68.0.3440.106 Safari/537.36 HbbTV/1.5.1 (+DRM; LGE)",
        *("Chrome", "68.0.3440.106", "desktop"),
    ),
]

BROWSERS += [
    (
        "Mozilla/5.0 (Macintosh; U; PPC Mac OS X; sv-se) AppleWebKit/419 (KHTML, like Gecko) "
        "Safari/419.3",
        *("Safari", "2.0", "desktop"),
    ),
    (
        "Mozilla/5.0 (Linux; U; Android 2.3.4; en-us; Silk/1.0.13.81_10003810) AppleWebKit/533.1 "
        "Mobile Safari/533.1 Silk-Accelerated=true",
        *("Silk", "1.0.13.81", "mobile"),
    ),
]

ANDROID_APP = "(Linux;Android 12) ExoPlayerLib/2.13.3"
BROWSERS += [
    (
        WINDOWS + "Mailspring/1.13.3 Chrome/108.0.5359.215 Electron/22.3.26 Safari/537.36",
        *("Mailspring", "1.13.3", "desktop"),
    ),
    (WINDOWS + "Chrome/58.0.3029.110 Electron/1.7.6 Safari/537.36", "Electron", "1.7.6", "desktop"),
    ("Bitwarden_Mobile/2023.5.0 (Android 11; SDK 30)", "Bitwarden Mobile", "2023.5.0", "in-app"),
    ("BBCNews/172 (iPhone10,4; iOS 13.1.3) BBCSMP/36.1.0", "BBCNews", "172", "in-app"),
    (f"Palco MP3/3.15.17 {ANDROID_APP}", "Palco MP3", "3.15.17", "in-app"),
    (
        "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Visio 16.0.10730; Pro)",
        *("Microsoft Visio", "16.0.10730", "desktop"),
    ),
    (
        "Mozilla/5.0 (Windows; U; Windows ME; rv:1.8.1.24) Gecko/20180708 RetroZilla/2.2 "
        "SeaMonkey/1.1.19 Firefox/2.0.20",
        *("RetroZilla", "2.2", "desktop"),
    ),
    (
        "Mozilla/5.0 (Linux; Android 6.0.1; Redmi Note 3 Build/KOT49H) AppleWebKit/537.36 (KHTML, "
        "like Gecko) Chrome/ 55.0.2883 Mobile Safari/537.36",
        *("Chrome", "55.0.2883", "mobile"),
    ),
    (
        "Philips_T3566/V1 Linux/3.4.5 Android/4.2.2 Release/05.02.2013 Browser/AppleWebKit534.30 "
        "Mobile Safari/534.30",
        *("Android Browser", "4.2.2", "mobile"),
    ),
    (WINDOWS + "Chrome/99.117.5938.62 Safari/537.36", "Chrome", "117.5938.62", "desktop"),
    (WINDOWS + "Chrome/67 Safari/537.36", "Chrome", "67", "desktop"),
    ("Opera/9.80 (X11; Linux zvav; U) Presto/2.8.119 Version/11.10", "Opera Mini", None, "mobile"),
    ("Mozilla/2.02Gold (Win95; I)", "Netscape", "2.02", "desktop"),
    (
        "Mozilla/5.0 (Windows NT 10.0; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) "
        "PrivacyBrowser/1.0",
        *("Privacy Browser", "1.0", "desktop"),
    ),
]

# agent, system, version
SYSTEMS = [
    ("Mozilla/5.0 (X11; U; Linux i686) Gecko/2007 Firefox/2.0 (Ubuntu-feisty)", "Ubuntu", "7.04"),
    (
        "Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chr0me/108.0.5359.211 Safari/537.36 LG Browser/8.00.00; webOS.TV-2022",
        *("webOS", "24"),
    ),
    (
        "Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.2; Trident/6.0; ARM; Touch; WPDesktop)",
        *("Windows Phone", "8"),
    ),
    ("OneNote/16.0.12527 (Windows/6.1; Desktop WOW64; en-US)", "Windows", "7"),
    ("Mozilla/5.0 (compatible; IBrowse 3.0; AmigaOS4.0)", "AmigaOS", "4.0"),
    ("Mozilla/5.0 (X11; U; Linux) Gecko/2009 CentOS/3.0.6-1.el5.centos Firefox/3", "CentOS", "5"),
    ("WhatsApp/2.23.3.77 A", "Android", None),
    ("WhatsApp/2.23.3.77 i", "iOS", None),
    (WINDOWS + "Chrome/131.0.0.0 Safari/537.36", "Windows", None),
    ("Mozilla/5.0 (Windows NT 6.1; rv:52.0) Gecko/20100101 Firefox/52.0", "Windows", "7"),
    ("Mozilla/5.0 (Windows NT 6.3; Trident/7.0; rv:11.0) like Gecko", "Windows", "8.1"),
    ("Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)", "Windows", "XP"),
    ("Mozilla/4.0 (compatible; MSIE 5.5; Windows 98; Win 9x 4.90)", "Windows", "ME"),
    (
        "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Trident/4.0; Mozilla/4.0 (compatible; "
        "MSIE 6.0; Windows NT 5.1; SV1); SLCC2)",
        *("Windows", "7"),
    ),
    (MAC + "Chrome/131.0.0.0 Safari/537.36", "macOS", None),
    (MAC.replace("10_15_7", "10_14_6") + "Chrome/80.0 Safari/537.36", "macOS", "10.14.6"),
    (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:133.0) Gecko/20100101 Firefox/133.0",
        "macOS",
        None,
    ),
    (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.12; rv:54.0) Gecko/20100101 Firefox/54.0",
        "macOS",
        "10.12",
    ),
    (FROZEN + "Chrome/131.0.0.0 Mobile Safari/537.36", "Android", None),
    (PHONE + "Chrome/131.0.0.0 Mobile Safari/537.36", "Android", "14"),
    (IPHONE + "Version/17.4.1 Mobile/15E148 Safari/604.1", "iOS", "17.4.1"),
    (
        IPHONE.replace("17_4_1", "18_6") + "Version/26.0.1 Mobile/15E148 Safari/604.1",
        "iOS",
        "26.0.1",
    ),
    (IPHONE.replace("17_4_1", "18_7") + "Version/26.1 Mobile/15E148 Safari/604.1", "iOS", "26.1"),
    (IPHONE.replace("17_4_1", "18_6") + "Version/18.6 Mobile/15E148 Safari/604.1", "iOS", "18.6"),
    (IPHONE.replace("17_4_1", "18_7") + "Mobile/15E148", "iOS", None),
    (
        "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 Chrome/134.0.0.0",
        "ChromeOS",
        None,
    ),
    (
        "Mozilla/5.0 (X11; CrOS x86_64 14268.67.0) AppleWebKit/537.36 Chrome/96.0.4664.111",
        "ChromeOS",
        "14268.67.0",
    ),
    ("Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0", "Linux", None),
    (
        "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0",
        "Ubuntu",
        None,
    ),
    (
        "Mozilla/5.0 (X11; U; Linux i686; rv:1.9) Gecko/2010 Ubuntu/10.04 (lucid) Firefox/3.6",
        "Ubuntu",
        "10.04",
    ),
    (
        "Mozilla/5.0 (Windows Phone 10.0; Android 4.2.1; Microsoft; RM-1092) Edge/14.14295",
        "Windows Phone",
        "10.0",
    ),
    (
        "Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 Chrome/114.0.0.0 ArkWeb/4.1",
        "HarmonyOS",
        "5.0",
    ),
    (
        "Mozilla/5.0 (Mobile; Nokia_8110_4G; rv:48.0) Gecko/48.0 Firefox/48.0 KAIOS/2.5",
        "KaiOS",
        "2.5",
    ),
    (
        "Mozilla/5.0 (Linux; Tizen 2.3) AppleWebKit/538.1 SamsungBrowser/1.0 Safari/538.1",
        "Tizen",
        "2.3",
    ),
    (
        "Mozilla/5.0 (BB10; Touch) AppleWebKit/537.10+ Version/10.0.9.2372 Mobile Safari",
        "BlackBerry OS",
        "10.0.9.2372",
    ),
]


@pytest.mark.parametrize(("agent", "name", "version", "variant"), BROWSERS)
def test_a_browser_has_the_name_people_use_its_own_version_and_a_variant(
    agent: str, name: str, version: str | None, variant: str
) -> None:
    seen = read_browser(agent, {})
    assert (seen.browser_name, seen.browser_version, seen.variant) == (name, version, variant)
    assert not seen.bot


@pytest.mark.parametrize(("agent", "name", "version"), SYSTEMS)
def test_a_system_has_its_name_and_a_version_only_where_one_is_said(
    agent: str, name: str, version: str | None
) -> None:
    seen = read_browser(agent, {})
    assert (seen.os, seen.os_version) == (name, version)


@pytest.mark.parametrize("model", ["Edge 20", "Iris Fuel F1", "Hammer Iron V", "Epic", "Phoenix 2"])
def test_a_phone_named_like_a_browser_is_still_a_phone(model: str) -> None:
    agent = PHONE.replace("SM-S918B", model) + "Chrome/131.0.0.0 Mobile Safari/537.36"
    assert read_browser(agent, {}).browser_name == "Chrome"


def test_a_percent_encoded_agent_is_read_like_the_plain_one() -> None:
    encoded = "Mozilla%2F5.0+%28Windows+NT+6.1%29+AppleWebKit%2F537.36+Chrome%2F79.0.3945.130"
    seen = read_browser(encoded, {})
    assert (seen.browser_name, seen.browser_version, seen.os_version) == (
        "Chrome",
        "79.0.3945.130",
        "7",
    )


def test_white_space_does_not_matter() -> None:
    agent = WINDOWS + "Chrome/131.0.0.0 Safari/537.36"
    assert read_browser("  " + agent.replace(" ", "\t  ") + "\n", {}) == read_browser(agent, {})


@pytest.mark.parametrize("agent", [None, "", "   "])
def test_without_an_agent_nothing_is_known_and_nobody_is_called_a_bot(agent: str | None) -> None:
    assert read_browser(agent, {}) == Browser()


@pytest.mark.parametrize(
    "agent",
    [
        *("1" * 8192, "(" * 8192, "a/1 " * 2048, "Mozilla/5.0 " * 700, "\u0130" * 8192),
        *("Android 9; " * 800, "Build/" * 1400, "Version/1" * 900, "\x00" * 8192, "\ud800" * 9000),
    ],
)
def test_a_hostile_agent_takes_less_than_two_milliseconds(agent: str) -> None:
    read_browser(agent + "warm", {})
    fastest = min(_seconds(agent, number) for number in range(5))
    assert fastest < 0.002


def _seconds(agent: str, number: int) -> float:
    started = time.process_time()
    read_browser(f"{number}{agent}", {"sec-ch-ua": agent[:4096]})
    return time.process_time() - started


@given(
    st.one_of(st.none(), st.text(max_size=700)),
    st.dictionaries(st.sampled_from(HINT_HEADERS), st.text(max_size=200)),
)
def test_any_text_gives_an_answer_that_can_be_stored(
    agent: str | None, hints: dict[str, str]
) -> None:
    seen = read_browser(agent, hints)
    assert seen == read_browser(agent, dict(hints))
    for value in (seen.browser_name, seen.browser_version, seen.os, seen.os_version):
        assert value is None or (0 < len(value) <= 512 and value.isprintable())
    msgspec.json.encode(seen)
