"""Visitors nobody has seen: every user agent, every address and every id is another one.

Plausible ones: agents are put together from the devices Google lists, version numbers within what
was released and build numbers of the usual shape, as browsers and web views in apps write them;
addresses lie in the networks of access providers and in IPv6 networks that operators publish.
"""

import gzip
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from importlib.resources import files
from ipaddress import IPv4Address, IPv6Address
from random import Random
from typing import Any

from crowd import Visitor, published_ipv6, random_id

from openbook.demo.visitors import networks, phones

ON_IPV6 = 0.3
LOCALES = ("en_US", "en_GB", "de_DE", "fr_FR", "it_IT", "es_ES", "pt_BR", "ja_JP", "ko_KR", "hi_IN")
WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
SAFARI = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
Agent = tuple[str, dict[str, Any] | None]


def strangers(count: int, seed: str) -> Iterator[Visitor]:
    """`count` visitors, each new; the same for the same seed."""
    chance = Random(seed)
    agents: set[str] = set()
    addresses: set[str] = set()
    for _ in range(count):
        agent, hints = _new_agent(agents, chance)
        network = chance.choice(networks())
        language, timezone = chance.choice(network.languages), network.timezone
        address = _new_address(addresses, chance)
        yield Visitor(random_id(chance), agent, hints, address, language, timezone)


def _new_agent(seen: set[str], chance: Random) -> Agent:
    while True:
        agent, hints = chance.choice(KINDS)(chance)
        if agent not in seen:
            seen.add(agent)
            return agent, hints


def _new_address(seen: set[str], chance: Random) -> str:
    while True:
        if chance.random() < ON_IPV6:
            network = chance.choice(published_ipv6())
            found = IPv6Address(int(network.network_address) + _host(network, chance))
        else:
            # The provider's network is shown with its first /24; a /16 around it is its own too.
            block = int(chance.choice(networks()).block.network_address) & 0xFFFF0000
            found = IPv4Address(block + chance.randrange(256, 0xFF00))
        if str(found) not in seen:
            seen.add(str(found))
            return str(found)


def _host(network: Any, chance: Random) -> int:
    return chance.randrange(network.num_addresses)


def _chrome(chance: Random) -> str:
    # Before 101 the full version stood in the agent; web views and old releases still say it.
    return f"{chance.randrange(70, 157)}.0.{chance.randrange(3538, 8079)}.{chance.randrange(200)}"


def _build(chance: Random) -> str:
    letter = chance.choice("PQRSTUAB")
    day = f"{chance.randrange(19, 27)}{chance.randrange(1, 13):02}{chance.randrange(1, 29):02}"
    return (
        f"{letter}{chance.choice('PQK')}{chance.choice('1234')}A.{day}.{chance.randrange(100):03}"
    )


def _android_browser(chance: Random) -> Agent:
    _, model = chance.choice(android_devices())
    system = chance.randrange(8, 17)
    return (
        f"Mozilla/5.0 (Linux; Android {system}; {model}) {WEBKIT} "
        f"Chrome/{_chrome(chance)} Mobile Safari/537.36",
        None,
    )


def _android_view(chance: Random) -> Agent:
    _, model = chance.choice(android_devices())
    system = chance.randrange(8, 17)
    return (
        f"Mozilla/5.0 (Linux; Android {system}; {model} Build/{_build(chance)}; wv) {WEBKIT} "
        f"Version/4.0 Chrome/{_chrome(chance)} Mobile Safari/537.36",
        None,
    )


def _android_facebook(chance: Random) -> Agent:
    view, hints = _android_view(chance)
    app = f"{chance.randrange(300, 540)}.0.0.{chance.randrange(99)}.{chance.randrange(40, 130)}"
    return f"{view} [FB_IAB/FB4A;FBAV/{app};]", hints


def _samsung(chance: Random) -> Agent:
    _, model = chance.choice(android_devices())
    version = f"{chance.randrange(10, 30)}.{chance.randrange(4)}"
    return (
        f"Mozilla/5.0 (Linux; Android {chance.randrange(9, 17)}; {model}) {WEBKIT} "
        f"SamsungBrowser/{version} Chrome/{_chrome(chance)} Mobile Safari/537.36",
        None,
    )


def _desktop_chrome(chance: Random) -> Agent:
    """Chromium of today: the agent is frozen, the differences are in the hints."""
    version, major = _chrome(chance), chance.randrange(110, 157)
    system, platform = chance.choice(
        (("Windows NT 10.0; Win64; x64", "Windows"), ("Macintosh; Intel Mac OS X 10_15_7", "macOS"))
    )
    brands = [("Chromium", major), ("Google Chrome", major), ("Not)A;Brand", 24)]
    hints = {
        "brands": [{"brand": name, "version": str(number)} for name, number in brands],
        "fullVersionList": [
            {"brand": name, "version": f"{number}.0.{version.split('.', 2)[2]}"}
            for name, number in brands
        ],
        "mobile": False,
        "model": "",
        "platform": platform,
        "platformVersion": f"{chance.randrange(10, 20)}.{chance.randrange(7)}.0",
    }
    # Extensions and kiosks append a word of their own: the agent is another one each time.
    return f"Mozilla/5.0 ({system}) {WEBKIT} Chrome/{version} Safari/537.36", hints


def _desktop_edge(chance: Random) -> Agent:
    version = _chrome(chance)
    edge = f"{version.split('.')[0]}.0.{chance.randrange(400, 3900)}.{chance.randrange(120)}"
    agent = f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/{version} Safari/537.36"
    return f"{agent} Edg/{edge}", None


def _ios(chance: Random) -> str:
    return f"{chance.randrange(13, 27)}_{chance.randrange(8)}_{chance.randrange(4)}"


def _ios_chrome(chance: Random) -> Agent:
    return (
        f"Mozilla/5.0 (iPhone; CPU iPhone OS {_ios(chance)} like Mac OS X) {SAFARI} "
        f"CriOS/{_chrome(chance)} Mobile/15E148 Safari/604.1",
        None,
    )


def _ios_instagram(chance: Random) -> Agent:
    model = chance.choice([phone.model for phone in phones() if phone.platform == "ios"])
    system, locale = _ios(chance), chance.choice(LOCALES)
    app = f"{chance.randrange(250, 410)}.0.{chance.randrange(30)}.{chance.randrange(10, 130)}"
    return (
        f"Mozilla/5.0 (iPhone; CPU iPhone OS {system} like Mac OS X) {SAFARI} Mobile/15E148 "
        f"Instagram {app} ({model}; iOS {system}; {locale}; {locale.replace('_', '-')}; "
        f"scale=3.00; 1170x2532; {chance.randrange(300_000_000, 700_000_000)})",
        None,
    )


def _ios_facebook(chance: Random) -> Agent:
    model = chance.choice([phone.model for phone in phones() if phone.platform == "ios"])
    system, locale = _ios(chance), chance.choice(LOCALES)
    app = f"{chance.randrange(300, 540)}.0.0.{chance.randrange(10, 60)}.{chance.randrange(130)}"
    return (
        f"Mozilla/5.0 (iPhone; CPU iPhone OS {system} like Mac OS X) {SAFARI} Mobile/15E148 "
        f"[FBAN/FBIOS;FBDV/{model};FBMD/iPhone;FBSN/iOS;FBSV/{system.replace('_', '.')};FBSS/3;"
        f"FBID/phone;FBLC/{locale};FBOP/5;FBAV/{app};FBBV/{chance.randrange(10**8, 10**9)}]",
        None,
    )


KINDS: Sequence[Callable[[Random], Agent]] = (
    *(_android_browser, _android_view, _android_facebook, _samsung),
    *(_desktop_chrome, _desktop_edge, _ios_chrome, _ios_instagram, _ios_facebook),
)


@lru_cache(maxsize=1)
def android_devices() -> Sequence[tuple[str, str]]:
    """Device and model of what Google Play supports, as the product's list has them."""
    packed = (files("openbook.collect.enrich") / "data" / "android_devices.tsv.gz").read_bytes()
    rows = (line.split("\t") for line in gzip.decompress(packed).decode().splitlines())
    return [(device, model) for _, device, model in rows if model.isascii() and ";" not in model]
