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


class Agent(msgspec.Struct, frozen=True, gc=False):
    """What tells of a browser."""

    text: str | None
    said: bytes
    """`context.userAgentData`, as it came."""
    headers: tuple[tuple[str, str], ...]
    """Client hints of the request."""


def agent_of(o: Observation) -> Agent:
    """What of a message and its request speaks for the person's browser."""
    context, stamp = o.context, o.stamp
    agent = context.user_agent if isinstance(context.user_agent, str) else None
    said, headers = bytes(context.user_agent_data), ()
    if stamp.browser_made and not stamp.from_server:
        if agent is None or agent == stamp.user_agent:
            headers = tuple(stamp.hints.items())
        agent = agent or stamp.user_agent
    return Agent(agent, said, headers)


def read_agent(agent: Agent) -> Browser | None:
    """The browser of the person; None where nothing told of one."""
    if not agent.text and not agent.said and not agent.headers:
        return None
    if len(agent.said) + len(agent.text or "") <= LONGEST_REMEMBERED:
        return _browser(agent)
    return _browser.__wrapped__(agent)


@lru_cache(maxsize=REMEMBERED)
def _browser(agent: Agent) -> Browser | None:
    """The same few come again and again. What the script interface says precedes the headers."""
    hints = dict(agent.headers) | _read_hints(agent.said)
    return read_browser(agent.text, hints) if agent.text or hints else None


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
