"""Forged addresses: whatever a client says about itself, what is stored is where it came from."""

from collections.abc import Iterator
from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openbook.collect.address import client_address
from openbook.settings import read_networks
from tests.conftest import Server, Workspace, _workspace, serving
from tests.hostile.speaking import request, speak

BODY = b'{"batch":[{"type":"track","anonymousId":"%s"}]}'
OTHERS = (
    "Forwarded: for=8.8.8.8", "True-Client-IP: 8.8.8.8", "CF-Connecting-IP: 8.8.8.8",
    "CF-Connecting-IPv6: 2001:4860::8", "X-Real-IP: 8.8.8.8", "X-Client-IP: 8.8.8.8",
    "X-Cluster-Client-IP: 8.8.8.8", "X-Forwarded: 8.8.8.8", "Forwarded-For: 8.8.8.8",
    "X-Original-Forwarded-For: 8.8.8.8", "Fastly-Client-IP: 8.8.8.8", "Fly-Client-IP: 8.8.8.8",
    "X-Appengine-User-IP: 8.8.8.8", "X-ProxyUser-Ip: 8.8.8.8", "Via: 8.8.8.8",
)  # fmt: skip
CASES: list[tuple[tuple[str, ...], str | None]] = [
    # Lines of X-Forwarded-For behind 127.0.0.1 and 10.0.0.0/8, and who it was.
    ((), "127.0.0.1"),
    (("203.0.113.7",), "203.0.113.7"),
    (("8.8.8.8, 203.0.113.7",), "203.0.113.7"),
    (("8.8.8.8, 203.0.113.7, 10.1.2.3",), "203.0.113.7"),
    (("8.8.8.8, 203.0.113.7", "10.1.2.3, 10.0.0.9"), "203.0.113.7"),
    (("8.8.8.8", "203.0.113.7"), "203.0.113.7"),
    (("203.0.113.7", "10.1.2.3"), "203.0.113.7"),
    (("10.1.1.1, 10.2.2.2, 10.3.3.3",), "10.1.1.1"),
    (("203.0.113.7:4711",), "203.0.113.7"),
    (("2001:db8::7",), "2001:db8::7"),
    (("[2001:db8::7]:4711",), "2001:db8::7"),
    (("[2001:db8::7]",), "2001:db8::7"),
    (("::ffff:203.0.113.7",), "203.0.113.7"),
    (("8.8.8.8, ::ffff:10.1.2.3",), "8.8.8.8"),
    (("8.8.8.8, garbage",), None),
    (("8.8.8.8, garbage, 10.1.2.3",), None),
    (("8.8.8.8,",), None),
    (("",), None),
    (("8.8.8.8, unknown",), None),
    (("8.8.8.8, 203.0.113.7\t ",), "203.0.113.7"),
    (("8.8.8.8, 0x7f.1",), None),
    (("8.8.8.8, 127.1",), None),
    (("8.8.8.8, 203.0.113.007",), None),
    (('8.8.8.8, "203.0.113.7"',), "203.0.113.7"),
]


def stored(place: Workspace, name: str, *headers: str) -> str | None:
    said = request("POST", "/v1/b", *headers, body=BODY % name.encode(), key=place.write_key)
    answer = speak(place.url, said)
    assert answer and answer.status == 200, answer
    return place.contact(anonymous_id=name)["ip"]


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory, database_url: str | None) -> Iterator[Server]:
    """A server that trusts this machine and a network."""
    data = tmp_path_factory.mktemp("behind") / "data"
    trusted = ("--trusted-proxy", "127.0.0.1/32", "--trusted-proxy", "10.0.0.0/8")
    with serving(data, database_url, *trusted) as running:
        yield running


def test_behind_trusted_proxies_the_first_stranger_from_the_right_counts(behind: Server) -> None:
    making = _workspace(behind)
    place = next(making)
    for number, (lines, expected) in enumerate(CASES):
        headers = [f"X-Forwarded-For: {line}" for line in lines]
        assert stored(place, f"v{number}", *headers) == expected, lines
        assert stored(place, f"w{number}", *OTHERS, *headers) == expected, lines
    making.close()


def test_without_a_trusted_proxy_no_header_counts(workspace: Workspace) -> None:
    for number, (lines, _) in enumerate(CASES):
        headers = [f"X-Forwarded-For: {line}" for line in lines]
        assert stored(workspace, f"v{number}", *headers, *OTHERS) == "127.0.0.1"


def test_a_thousand_forged_addresses_share_one_budget(workspace: Workspace) -> None:
    workspace.set(budget__address_per_hour="5")
    codes = []
    for number in range(30):
        forged = f"X-Forwarded-For: 8.8.{number}.8"
        body = BODY % b"v%d" % number
        said = request("POST", "/v1/b", forged, body=body, key=workspace.write_key)
        answer = speak(workspace.url, said)
        assert answer
        codes.append(answer.status)
    assert codes.count(200) == 5 and codes.count(429) == 25


TRUSTED = read_networks(["10.0.0.0/8", "127.0.0.1", "2001:db8:1::/48"])
ADDRESS = st.one_of(
    st.ip_addresses(),
    st.ip_addresses(network="10.0.0.0/8"),
    st.ip_addresses(network="2001:db8:1::/48"),
).map(str)


@given(st.lists(ADDRESS, max_size=6), st.lists(ADDRESS, max_size=4), st.data())
def test_what_a_client_puts_before_its_own_address_never_matters(
    proxies: list[str], forged: list[str], data: st.DataObject
) -> None:
    client = data.draw(ADDRESS.filter(lambda it: not is_trusted(it)))
    chain = [*forged, client, *(it for it in proxies if is_trusted(it))]
    cut = sorted(data.draw(st.lists(st.integers(0, len(chain)), max_size=3)))
    lines = [chain[a:b] for a, b in zip([0, *cut], [*cut, len(chain)], strict=True)]
    said = [", ".join(line) for line in lines if line]
    found = client_address("127.0.0.1", said, TRUSTED)
    assert found is not None and plain(found) == plain(client)
    assert client_address(client, said, TRUSTED) == str(plain(client))
    assert client_address("192.0.2.1", said, ()) == "192.0.2.1"


@given(st.text(max_size=60), st.lists(st.text(max_size=60), max_size=4))
def test_whatever_the_header_says_it_is_an_address_or_none(peer: str, lines: list[str]) -> None:
    for trusted in ((), TRUSTED, (ip_network("0.0.0.0/0"), ip_network("::/0"))):
        found = client_address(peer, lines, trusted)
        assert found is None or str(ip_address(found)) == found


def is_trusted(text: str) -> bool:
    return any(plain(text) in network for network in TRUSTED)


def plain(text: str):  # type: ignore[no-untyped-def]  # either kind of address
    address = ip_address(text)
    return getattr(address, "ipv4_mapped", None) or address
