"""Systems that say another system's version, and browsers that few people know."""

import pytest

from openbook.collect.enrich.browser import read_browser

LIKE_CHROME = " AppleWebKit/537.36 (KHTML, like Gecko) Silk/98.1 like Chrome/98.0 Safari/537.36"
WINDOWS = "Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/80.0"


@pytest.mark.parametrize(
    ("inside", "version"),
    [
        ("Linux; U; Android 4.0.3; en-us; KFTT Build/IML74K", "2"),
        ("Linux; U; Android 4.2.2; en-us; KFTHWI Build/JDQ39", "3"),
        ("Linux; U; Android 4.4.3; en-gb; KFASWI Build/KTU84M", "4"),
        ("Linux; Android 5.1.1; KFFOWI Build/LMY47O", "5"),
        ("Linux; Android 7.1.2; AFTMM Build/NS6265", "6"),
        ("Linux; Android 9; KFKAWI", "7"),
        ("Linux; Android 11; KFRAPWI", "8"),
        ("Linux; Android 14; AFTKRT", "14"),
        ("X11; Linux x86_64", None),
    ],
)
def test_amazon_s_devices_have_fire_os_in_the_version_that_its_android_stands_for(
    inside: str, version: str | None
) -> None:
    seen = read_browser(f"Mozilla/5.0 ({inside}){LIKE_CHROME}", {})
    assert (seen.browser_name, seen.os, seen.os_version) == ("Silk", "Fire OS", version)


def test_a_telephone_of_another_maker_stays_android() -> None:
    seen = read_browser("Mozilla/5.0 (Linux; Android 9; KFC PHONE) Chrome/98.0 Safari/537.36", {})
    assert (seen.os, seen.os_version) == ("Android", "9")


@pytest.mark.parametrize(
    ("kernel", "system", "version"),
    [
        ("Darwin/19.6.0 (x86_64)", "macOS", "10.15"),
        ("Darwin/12.2.0 (x86_64) (iMac12%2C2)", "macOS", "10.8"),
        ("Darwin/9.8.0 (Power%20Macintosh) (PowerBook6%2C7)", "macOS", "10.5"),
        ("Darwin/22.5.0 (x86_64)", "macOS", "13"),
        ("Darwin/20.6.0", "iOS", "14.8"),
    ],
)
def test_an_app_on_a_mac_is_told_by_the_processor_behind_apple_s_kernel(
    kernel: str, system: str, version: str
) -> None:
    seen = read_browser(f"Bookpedia/204 CFNetwork/1240.0.4 {kernel}", {})
    assert (seen.os, seen.os_version) == (system, version)


@pytest.mark.parametrize(("number", "version"), [("28", "1.3"), ("37", "2.2"), ("44", "2.5")])
def test_firefox_os_has_the_version_that_its_engine_stands_for(number: str, version: str) -> None:
    agent = f"Mozilla/5.0 (Mobile; rv:{number}.0) Gecko/{number}.0 Firefox/{number}.0"
    seen = read_browser(agent, {})
    assert (seen.os, seen.os_version) == ("Firefox OS", version)


@pytest.mark.parametrize(
    ("agent", "name", "version"),
    [
        (f"{WINDOWS} Safari/537.36 Kinza/6.1.6", "Kinza", "6.1.6"),
        (f"{WINDOWS} Safari/537.36 Cent/1.6.10.21", "Cent Browser", "1.6.10.21"),
        (f"{WINDOWS} Elements Browser/1.1.14 Safari/537.36", "Elements Browser", "1.1.14"),
        (
            "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1; EmbeddedWB 14.52 from: "
            "http://www.bsalsa.com/ EmbeddedWB 14,52; .NET4.0C)",
            *("Delphi Embedded Web Browser", "14.52"),
        ),
        (
            "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Trident/4.0; 360SE)",
            *("Internet Explorer", "8.0"),
        ),
        (f"{WINDOWS} Safari/537.36 360SE", "360 Browser", None),
    ],
)
def test_rarer_browsers_have_their_own_name(agent: str, name: str, version: str | None) -> None:
    seen = read_browser(agent, {})
    assert (seen.browser_name, seen.browser_version, seen.bot) == (name, version, False)
