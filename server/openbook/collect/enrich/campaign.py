"""Where a visit came from: the referrer's registrable domain and the campaign's UTM parameters."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import unquote_plus

import idna
from publicsuffixlist import PublicSuffixList

from openbook.collect.enrich.clean import clean

LONGEST_VALUE = 255
LONGEST_KEY = 64
MOST_KEYS = 16
# Longer than any address a browser sends; what stands behind is not looked at.
LONGEST_URL = 16_384
_WEB_ADDRESS = re.compile(r"\s*https?://([^/?#\\]{1,1024})(?:[/?#\\]|\s*\Z)", re.IGNORECASE)
_PORT = re.compile(r":[0-9]*\Z")
_HOST = re.compile(
    r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
)
_NUMBER = re.compile(r"(?:[0-9]+|0x[0-9a-f]*)\Z")


def read_referrer(
    url: str | None, own_hosts: frozenset[str], excluded: frozenset[str]
) -> str | None:
    """The registrable domain of ``document.referrer``: ``https://www.bbc.co.uk/news`` ->
    ``bbc.co.uk``; None for a visit from the operator's own domains or from an excluded one.

    Lower case, international names in their ASCII form (``xn--...``, as browsers send them).
    By the Public Suffix List with its private part, so ``me.github.io`` is a domain of its own;
    a host that is itself such a private suffix (``netlify.app``) is named as registered.
    Addresses without a registrable domain (IP, ``localhost``, ``http://intranet/``) and those
    of apps (``android-app://...``) are None, as is garbage. Never raises.

    ``own_hosts`` and ``excluded`` are host names without port; an own host stands for the whole
    domain it belongs to, an excluded one for itself and what is below it.
    """
    host = read_host(url)
    if host is None:
        return None
    domain = registrable_domain(host)
    if domain is None or domain in _domains(own_hosts):
        return None
    if excluded and any(parent in _plain(excluded) for parent in _upwards(host)):
        return None
    return domain


def read_utms(page_url: str | None, campaign: Mapping[str, Any] | None) -> dict[str, str]:
    """The UTM parameters of a page's address and of Segment's ``context.campaign``.

    ``utm_`` is cut off, keys are lower case (Segment's ``name`` is ``campaign``); values are
    trimmed, without control characters, at most 255 characters; empty ones are left out. Where
    both have a key, ``campaign`` wins; within an address the last one does, as in Segment's SDK.
    At most 16 keys, the first ones. Never raises.
    """
    utms = _of_campaign(campaign)
    for key, value in _of_address(page_url).items():
        if key not in utms and len(utms) < MOST_KEYS:
            utms[key] = value
    return utms


def read_host(url: str | None) -> str | None:
    """The host of a web address, lower case, ASCII, without port or user; None if it has none
    that can be a domain name."""
    found = _WEB_ADDRESS.match(url[:LONGEST_URL]) if url else None
    return _host(found[1]) if found else None


@lru_cache(maxsize=8192)
def registrable_domain(host: str) -> str | None:
    """``www.bbc.co.uk`` -> ``bbc.co.uk``; None for a public suffix such as ``co.uk``."""
    every, registries_only = _suffixes()
    return every.privatesuffix(host) or registries_only.privatesuffix(host)


@lru_cache(maxsize=8192)
def _host(authority: str) -> str | None:
    host = _PORT.sub("", authority.rpartition("@")[2]).strip().lower().removesuffix(".")
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except (UnicodeError, ValueError):  # idna's own errors are UnicodeErrors
            return None
    if len(host) > 253 or not _HOST.fullmatch(host):
        return None
    last = host.rpartition(".")[2]
    # A host that ends in a number is an IPv4 address to every browser.
    return None if _NUMBER.match(last) or last == "localhost" else host


def _upwards(host: str) -> Iterator[str]:
    """``a.b.example`` -> itself, ``b.example``, ``example``."""
    while host:
        yield host
        host = host.partition(".")[2]


@lru_cache(maxsize=256)
def _plain(hosts: frozenset[str]) -> frozenset[str]:
    return frozenset(found for host in hosts if (found := _host(host)))


@lru_cache(maxsize=256)
def _domains(hosts: frozenset[str]) -> frozenset[str]:
    return frozenset(found for host in _plain(hosts) if (found := registrable_domain(host)))


@lru_cache(maxsize=1)
def _suffixes() -> tuple[PublicSuffixList, PublicSuffixList]:
    """The whole list, and the part that registries answer for."""
    return PublicSuffixList(), PublicSuffixList(only_icann=True)


def _of_campaign(campaign: Mapping[str, Any] | None) -> dict[str, str]:
    utms: dict[str, str] = {}
    for key, value in campaign.items() if isinstance(campaign, Mapping) else ():
        # A campaign's id may be a number; longer ones than 64 bits are no id.
        if type(value) is int and -(2**63) <= value < 2**64:
            value = str(value)
        if isinstance(key, str) and isinstance(value, str):
            _put(utms, key, value)
    return utms


def _of_address(url: str | None) -> dict[str, str]:
    utms: dict[str, str] = {}
    if not url or "?" not in url:  # as most
        return utms
    query = url[:LONGEST_URL].partition("#")[0].partition("?")[2]
    if "utm" not in query.lower() and "%" not in query:
        return utms
    for parameter in query.split("&"):
        key, _, value = parameter.partition("=")
        key = unquote_plus(key)
        if key[:4].lower() == "utm_":
            _put(utms, key, unquote_plus(value))
    return utms


def _put(utms: dict[str, str], key: str, value: str) -> None:
    key = clean(key, LONGEST_KEY).lower().removeprefix("utm_")
    key = "campaign" if key == "name" else key
    value = clean(value, LONGEST_VALUE)
    if key and value and (key in utms or len(utms) < MOST_KEYS):
        utms[key] = value
