"""Which user agent and client hints speak for the person, and what they say.

A client's `context` speaks first; headers only where a browser made the request itself, for the
headers of a server's HTTP library say nothing about the contact.
"""

from functools import lru_cache
from typing import Any

import msgspec

from openbook.collect.enrich.browser import Browser, read_browser
from openbook.collect.observation import Observation
from openbook.collect.wire import AgentData

REMEMBERED = 8192
LONGEST_REMEMBERED = 2048
_decode = msgspec.json.Decoder(AgentData | None).decode


def agent_of(o: Observation) -> Browser | None:
    """The browser of the person; None where nothing told of one."""
    context, stamp = o.context, o.stamp
    agent = context.user_agent if isinstance(context.user_agent, str) else None
    said, headers = bytes(context.user_agent_data), ()
    if stamp.browser_made and not stamp.from_server:
        if agent is None or agent == stamp.user_agent:
            headers = tuple(stamp.hints.items())
        agent = agent or stamp.user_agent
    if not agent and not said and not headers:
        return None
    if len(said) + len(agent or "") <= LONGEST_REMEMBERED:
        return _browser(agent, said, headers)
    return _browser.__wrapped__(agent, said, headers)


@lru_cache(maxsize=REMEMBERED)
def _browser(
    agent: str | None, said: bytes, headers: tuple[tuple[str, str], ...]
) -> Browser | None:
    """The same few come again and again. What the script interface says precedes the headers."""
    hints = dict(headers) | _read_hints(said)
    return read_browser(agent, hints) if agent or hints else None


def _read_hints(data: bytes) -> dict[str, str]:
    """The hints in `context.userAgentData`; none where it is no such object."""
    try:
        found = _decode(data) if data else None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return {}
    return header_hints(found) if found is not None else {}


def header_hints(data: AgentData) -> dict[str, str]:
    """`navigator.userAgentData` as the headers that would say the same."""
    hints: dict[str, str] = {}
    for header, brands in (
        ("sec-ch-ua", data.brands),
        ("sec-ch-ua-full-version-list", data.full_version_list),
    ):
        if brands:
            hints[header] = ", ".join(
                f"{_quoted(brand.get('brand'))};v={_quoted(brand.get('version'))}"
                for brand in brands[:16]
                if isinstance(brand.get("brand"), str)
            )
    for header, value in (
        ("sec-ch-ua-platform", data.platform),
        ("sec-ch-ua-platform-version", data.platform_version),
        ("sec-ch-ua-model", data.model),
    ):
        if isinstance(value, str) and value:
            hints[header] = _quoted(value)
    if isinstance(data.mobile, bool):
        hints["sec-ch-ua-mobile"] = "?1" if data.mobile else "?0"
    return hints


def _quoted(value: Any) -> str:
    text = value if isinstance(value, str) else ""
    return '"' + text[:128].replace("\\", "\\\\").replace('"', '\\"') + '"'
