"""The named steps an observation passes, pure, one after the other.

Each takes the observation and the tools (the workspace's policy, the local databases), fills in its
part, and gives None, or the reason for which the observation is dropped. `pipeline.STEPS` is their
order: `keep_allowed` comes last, so nothing later can add what policy left out.
"""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

from openbook.catalogue.field import Trust
from openbook.catalogue.fields import BY_ID
from openbook.catalogue.policy import Policy
from openbook.collect.enrich.campaign import read_referrer, read_utms
from openbook.collect.observation import Observation, Signed, Stamp
from openbook.collect.pages import (
    LONGEST_REMEMBERED,
    REMEMBERED,
    clean_url,
    host_of,
    page_url,
)
from openbook.collect.scene import cut, tell
from openbook.collect.tools import Tools
from openbook.collect.wire import Message
from openbook.contacts.fold import occurred_at, pack_origin
from openbook.contacts.moments import read_time
from openbook.contacts.values import clean_text

Step = Callable[[Observation, Tools], str | None]


def refuse_unwanted(o: Observation, tools: Tools) -> str | None:
    """Nothing is stored where the browser says no (GPC) and the workspace goes by it."""
    return "no_consent" if tools.policy.gpc_mode == "refuse" and o.gpc else None


def fix_clock(o: Observation, tools: Tools) -> str | None:
    o.occurred_at = happened_at(o.message, o.stamp)
    return None


def happened_at(m: Message, s: Stamp) -> datetime:
    """When a message happened, as far as its clock can be believed."""
    return occurred_at(
        read_time(m.original_timestamp) or read_time(m.timestamp),
        read_time(m.sent_at) or s.sent_at,
        s.received_at,
        unbounded=s.from_server,
    )


def put_scene(o: Observation, tools: Tools) -> str | None:
    """Place, browser, device and language; a browser that is a bot ends here."""
    origin = pack_origin(o.source, o.trust)
    if o.scene is None or o.scene.origin != origin:
        o.scene = tell(o, origin, tools)
    if o.scene.is_bot:
        return "bot"
    o.leave_out("switched_off", o.scene.switched_off)
    return None


def put_page(o: Observation, tools: Tools) -> str | None:
    """The page a browser shows, or the screen of an app."""
    m, context = o.message, o.context
    if o.platform != "web":
        if o.type == "screen":
            screen = screen_of(m)
            if screen is not None:
                o.groups["screen"] = {"last_screen": screen}
        return None
    if o.type != "page" and not (o.stamp.from_server and context.page is not None):
        return None
    url = clean_url(page_url(o), tools.policy.url_keep)
    if url is not None:
        o.groups["page"] = {"last_page_viewed": url, "last_page_viewed_at": o.occurred_at}
    return None


def screen_of(m: Message) -> str | None:
    """The name of the screen that a message shows."""
    return clean_text(m.name or (m.properties or {}).get("name"), 255)


def put_campaign(o: Observation, tools: Tools) -> str | None:
    """Campaign labels and referrer, of web pages only, and not where the browser says no (GPC)."""
    if o.platform != "web" or o.gpc:
        return None
    context, url = o.context, page_url(o)
    utms = read_utms(url, context.campaign)
    if utms:
        o.groups["campaign"] = {"utms": dict(sorted(utms.items()))}
    source = context.page.referrer if context.page is not None else None
    source = source or (o.message.properties or {}).get("referrer")
    if isinstance(source, str):
        read = _referrer if len(source) <= LONGEST_REMEMBERED else _referrer.__wrapped__
        referrer = read(source, host_of(url), tools.own_hosts, tools.policy.referrer_exclude)
        if referrer is not None:
            o.groups["referrer"] = {"referrer": referrer}
    return None


@lru_cache(maxsize=REMEMBERED)
def _referrer(
    source: str, own: str | None, others: frozenset[str], excluded: frozenset[str]
) -> str | None:
    return read_referrer(source, others | {own} if own else others, excluded)


def keep_allowed(o: Observation, tools: Tools) -> str | None:
    """Policy before storage: what is switched off or not in the catalogue ends here."""
    collected = tools.policy.collected
    o.leave_out("switched_off", cut(o.groups, tools.policy))
    said = []
    for one in o.said:
        if one.field in BY_ID and one.field not in collected:
            o.leave_out("switched_off")
        elif one.trust < _floor(one.field, tools.policy):
            o.leave_out("untrusted")
        else:
            said.append(one)
    o.said = said
    if o.signed is not None:
        o.signed = Signed(
            o.signed.user_id if "user_id" in collected else None,
            o.signed.email if "email" in collected else None,
            o.signed.trust,
        )
        if o.signed.user_id is None and o.signed.email is None:
            o.signed = None
    return None


def _floor(field: str, policy: Policy) -> Trust:
    if field in BY_ID:
        return BY_ID[field].floor
    return policy.attributes[field.removeprefix("attribute.")].floor
