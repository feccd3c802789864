"""The address of the page a message tells of, and what of it may be kept."""

from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from openbook.collect.observation import Observation
from openbook.contacts.values import clean_text

MAX_URL = 2048
REMEMBERED = 8192
LONGEST_REMEMBERED = 512


def page_url(o: Observation) -> str | None:
    """The address of the page the message tells of: its own property before the context's."""
    given = (o.message.properties or {}).get("url") if o.type == "page" else None
    if not isinstance(given, str) or not given:
        page = o.context.page
        given = page.url if page is not None else None
    return given if isinstance(given, str) and given else None


def clean_url(url: str | None, keep: frozenset[str]) -> str | None:
    """Scheme, host and path, and of the query only the allowed keys; None where it is no page."""
    if url is None:
        return None
    clean = _clean_url if len(url) <= LONGEST_REMEMBERED else _clean_url.__wrapped__
    return clean(url, keep)


@lru_cache(maxsize=REMEMBERED)
def _clean_url(url: str, keep: frozenset[str]) -> str | None:
    text = clean_text(url, 4 * MAX_URL)
    try:
        parts = urlsplit(text or "")
        host = parts.hostname
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host:
        return None
    place = f"[{host}]" if ":" in host else host
    if port is not None:
        place = f"{place}:{port}"
    query = ""
    if keep and parts.query:
        try:
            pairs = parse_qsl(parts.query, max_num_fields=200)
        except ValueError:
            pairs = []
        query = urlencode([(key, value) for key, value in pairs if key in keep])
    return urlunsplit((parts.scheme, place, parts.path or "/", query, ""))[:MAX_URL]


def host_of(url: str | None) -> str | None:
    """The host of an address, in lower case; None where it has none."""
    if not url:
        return None
    return (_host_of if len(url) <= LONGEST_REMEMBERED else _host_of.__wrapped__)(url)


@lru_cache(maxsize=REMEMBERED)
def _host_of(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None
