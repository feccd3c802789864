"""Who is taken for a machine, and who is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openbook.collect.enrich.bots import is_bot

MACHINES = [
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like "
    "Gecko) Chrome/41.0.2272.96 Mobile Safari/537.36 (compatible; bingbot/2.0)",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/104.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 6.1) AppleWebKit/538.1 PhantomJS/2.1.1 Safari/538.1",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; GPTBot/1.2",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Claude-User/1.0)",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "Mozilla/5.0 (compatible; PlatformFingerprint/1.0)",
    "Mozilla/5.0 (example crawler; crawler@example.org)",
    *("curl/8.5.0", "python-requests/2.31.0", "Go-http-client/1.1", "okhttp/4.9.3", "Wget/1.21"),
    *("Java/17.0.2", "node-fetch/1.0", "axios/1.6.2", "PostmanRuntime/7.36", "KvshClient"),
    "Mozilla/5.0 (compatible; PostitLeadDiscovery/2.0; public business contact research)",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko; Google-Assess) "
    "Chrome/143.0.7499.192 Safari/537.36",
    *("RamblerMail/6.0 (incompatible; ImageProxy/6.0)", "SpiDir.com", "{{.custom_user_agent}}"),
    "${jndi:ldap://example.org/a}",
]
PEOPLE = [
    "YahooMobileMail/1.0 (Android Mail; 3.0.5) (runnymede;HTC;Sensation XL;4.0.3/IML74K)",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/131.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Linux; U; Android 4.2.2; fr-fr; CUBOT C11 Build/JDQ39) AppleWebKit/534.30 "
    "(KHTML, like Gecko) Version/4.0 Mobile Safari/534.30",
    "Mozilla/5.0 (Linux; Android 8.1.0; XBot_Senior Build/O11019) AppleWebKit/537.36 (KHTML, like "
    "Gecko) Chrome/65.0.3325.109 Mobile Safari/537.36",
    "Mozilla/5.0 (Linux; Android 7.0; HTC Butterfly) AppleWebKit/537.36 Chrome/60.0 Mobile",
    "Mozilla/5.0 (Linux; Android 5.1; S550; wv) AppleWebKit/537.36 Chrome/74.0.3729.157 Mobile "
    "Safari/537.36 Instagram 94.0.0.22.116 Android (22/5.1; 320dpi; CUBOT; cubot; mt6735)",
    "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Trident/4.0; chromeframe/32.0.1700.76)",
    "Mozilla/5.0 (X11; Linux x86_64; rv:24.0) Gecko/20100101 Thunderbird/24.0 Lightning/2.6",
    "Mozilla/5.0 (Linux; U; Android 5.0.2; zh-cn; Redmi Note 2) Version/4.0 Mobile SogouMSE",
    "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 6.1; Microsoft Outlook 16.0.7766; ms-office)",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/26.6 Mobile/15E148 Safari/604.1 Ddg/26.6",
    "Mozilla/5.0 (Windows; U; Windows NT 6.0; rv:1.9) Gecko/20100314 Ant.com Toolbar 1.5 "
    "Firefox/3.0.19",
    "Mozilla/5.0 (Windows; U; Windows NT 5.1; en-ZW) AppleWebKit/534.34 (KHTML, like Gecko) "
    "QtWeb Internet Browser/3.8.5 http://www.QtWeb.net",
    "Mozilla/5.0 (X11; Linux x86_64; openSUSE 13.1 (Bottle) (x86_64)) Chrome/33.0 Safari/537.36",
    "Nokia6303iclassic/10.80 Profile/MIDP-2.1 Configuration/CLDC-1.1",
]


@pytest.mark.parametrize("agent", MACHINES)
def test_machines_are_found(agent: str) -> None:
    assert is_bot(agent, {})


@pytest.mark.parametrize("agent", PEOPLE)
def test_people_are_not_lost(agent: str) -> None:
    assert not is_bot(agent, {})


@pytest.mark.parametrize("agent", [None, "", " "])
def test_silence_is_not_a_machine(agent: str | None) -> None:
    assert not is_bot(agent, {})


@pytest.mark.parametrize("header", ["sec-ch-ua", "sec-ch-ua-full-version-list"])
def test_a_headless_browser_gives_itself_away_in_its_brands(header: str) -> None:
    assert is_bot(PEOPLE[0], {header: '"Chromium";v="120", "HeadlessChrome";v="120"'})


@given(st.text(alphabet=st.characters(categories=["Ll", "Lu", "Nd"]), max_size=30))
def test_the_name_of_an_android_phone_never_makes_a_bot(model: str) -> None:
    agent = (
        f"Mozilla/5.0 (Linux; Android 13; {model}) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/131.0.0.0 Mobile Safari/537.36"
    )
    assert not is_bot(agent, {})
