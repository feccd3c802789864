"""The named steps an observation passes, pure, one after the other.

Each takes the observation and the tools (the workspace's policy, the local databases), fills in its
part, and gives None, or the reason for which the observation is dropped. `pipeline.STEPS` is their
order: `keep_allowed` and `mask_ip` come last, so nothing later can add what policy left out.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from openbook.catalogue.field import Trust
from openbook.catalogue.fields import BY_ID
from openbook.catalogue.policy import Policy
from openbook.collect.address import mask_address, read_address
from openbook.collect.agent import agent_of
from openbook.collect.enrich.campaign import read_referrer, read_utms
from openbook.collect.enrich.device import android_marketing_name, android_name, apple_name
from openbook.collect.locale import read_language, read_zone
from openbook.collect.observation import Observation, Signed
from openbook.collect.pages import (
    LONGEST_REMEMBERED,
    REMEMBERED,
    clean_url,
    host_of,
    page_url,
)
from openbook.collect.tools import Tools
from openbook.contacts.fold import occurred_at
from openbook.contacts.moments import read_time
from openbook.contacts.values import clean_text

Step = Callable[[Observation, Tools], str | None]


def drop_bot(o: Observation, tools: Tools) -> str | None:
    if tools.policy.gpc_mode == "refuse" and o.gpc:
        return "no_consent"
    if o.platform == "web":
        o.browser = agent_of(o)
        if o.browser is not None and o.browser.bot:
            return "bot"
    return None


def fix_clock(o: Observation, tools: Tools) -> str | None:
    m, s = o.message, o.stamp
    o.occurred_at = occurred_at(
        read_time(m.original_timestamp) or read_time(m.timestamp),
        read_time(m.sent_at) or s.sent_at,
        s.received_at,
        unbounded=s.from_server,
    )
    return None


def put_place(o: Observation, tools: Tools) -> str | None:
    """The place of the connection. A server's own address says nothing about the contact."""
    text = o.stamp.address
    if o.stamp.from_server:
        given = o.context.ip
        address = read_address(given) if isinstance(given, str) else None
        text = str(address) if address is not None else None
    if text is None:
        return None
    place = tools.places.look_up(text)
    o.groups["connection"] = {
        "ip": text,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "city": place.city,
        "postal_code": place.postal_code,
        "region": place.region,
        "country": place.country,
        "country_code": place.country_code,
        "isp": place.isp,
        "accuracy_km": place.accuracy_km,
        "place_timezone": place.timezone,
        "place_source": place.place_source,
        "isp_source": place.isp_source,
    }
    return None


def put_browser(o: Observation, tools: Tools) -> str | None:
    browser = o.browser
    if browser is not None and (browser.browser_name or browser.os):
        o.groups["browser"] = {
            "browser_name": browser.browser_name,
            "browser_version": browser.browser_version,
            "os": browser.os,
            "os_version": browser.os_version,
            "browser_variant": browser.variant,
        }
    return None


def put_device(o: Observation, tools: Tools) -> str | None:
    """App, device and system of a mobile message."""
    if o.platform == "web":
        return None
    context, platform = o.context, o.platform
    app, device, system = context.app, context.device, context.os
    values: dict[str, Any] = {
        f"{platform}_app_name": clean_text(app.name, 255) if app else None,
        f"{platform}_app_version": clean_text(app.version, 64) if app else None,
        f"{platform}_os_version": clean_text(system.version, 64) if system else None,
    }
    model = clean_text(device.model, 128) if device else None
    if platform == "ios":
        values["ios_device"] = apple_name(model, tools.apple_names) if model else None
    elif device is not None:
        maker, code = clean_text(device.manufacturer, 64), clean_text(device.name, 64)
        values["android_device"] = android_name(maker, model, code)
        values["android_device_name"] = android_marketing_name(model, code)
    if any(values.values()):
        o.groups[platform] = values
    return None


def put_page(o: Observation, tools: Tools) -> str | None:
    """The page a browser shows, or the screen of an app."""
    m, context = o.message, o.context
    if o.platform != "web":
        if o.type == "screen":
            name = clean_text(m.name or (m.properties or {}).get("name"), 255)
            if name is not None:
                o.groups["screen"] = {"last_screen": name}
        return None
    if o.type != "page" and not (o.stamp.from_server and context.page is not None):
        return None
    url = clean_url(page_url(o), tools.policy.url_keep)
    if url is not None:
        o.groups["page"] = {"last_page_viewed": url, "last_page_viewed_at": o.occurred_at}
    return None


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


def put_language(o: Observation, tools: Tools) -> str | None:
    """Language and time zone, as the browser or the device is set."""
    context, stamp = o.context, o.stamp
    language = read_language(context.locale)
    if language is None and stamp.browser_made and not stamp.from_server:
        language = read_language(stamp.accept_language)
    if language is not None:
        o.groups["language"] = {"browser_language": language}
    zone = read_zone(context.timezone)
    if zone is not None:
        o.groups["timezone"] = {"timezone": zone}
    return None


def keep_allowed(o: Observation, tools: Tools) -> str | None:
    """Policy before storage: what is switched off or not in the catalogue ends here."""
    collected = tools.policy.collected
    for group in tools.policy.cut_groups & o.groups.keys():
        values = o.groups[group]
        kept = {name: value if name in collected else None for name, value in values.items()}
        o.leave_out("switched_off", sum(values[name] is not kept[name] for name in values))
        # An address that is masked away is an observation all the same; nothing else is.
        observed = group == "connection" and not collected.isdisjoint(kept)
        if observed or any(value is not None for value in kept.values()):
            o.groups[group] = kept
        else:
            del o.groups[group]
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


def mask_ip(o: Observation, tools: Tools) -> str | None:
    connection = o.groups.get("connection")
    if connection is not None and connection["ip"] is not None:
        connection["ip"] = mask_address(connection["ip"], tools.policy.ip_mode)
    return None


def _floor(field: str, policy: Policy) -> Trust:
    if field in BY_ID:
        return BY_ID[field].floor
    return policy.attributes[field.removeprefix("attribute.")].floor
