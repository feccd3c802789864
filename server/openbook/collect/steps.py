"""The named steps an observation passes, pure, one after the other.

Each takes the observation and the tools (the workspace's policy, the local databases), fills in its
part, and gives None, or the reason for which the observation is dropped. `pipeline.STEPS` is their
order: `keep_allowed` and `mask_ip` come last, so nothing later can add what policy left out.
"""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from uuid import UUID

import msgspec

from openbook.accounts.tokens import Expired, IdentityKey, Verified, verify_identity
from openbook.catalogue.field import Trust
from openbook.catalogue.fields import BY_ID, GROUPS
from openbook.catalogue.policy import Policy
from openbook.collect.address import mask_address, read_address
from openbook.collect.agent import agent_of
from openbook.collect.enrich.campaign import read_referrer, read_utms
from openbook.collect.enrich.device import android_marketing_name, android_name, apple_name
from openbook.collect.enrich.place import Places
from openbook.collect.locale import read_language, read_zone
from openbook.collect.observation import Observation, Said, Signed
from openbook.collect.wire import read_time
from openbook.contacts.fold import occurred_at
from openbook.contacts.values import clean_text, read_email, read_name, read_user_id

MAX_URL = 2048
ATTRIBUTE_SCOPES = {"group": "group.", "track": "track."}


class Tools(msgspec.Struct, frozen=True):
    """What the steps look things up in."""

    workspace_id: UUID
    policy: Policy
    identity_keys: Sequence[IdentityKey]
    places: Places
    own_hosts: frozenset[str] = frozenset()
    apple_names: dict[str, str] = {}


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


def put_identity(o: Observation, tools: Tools) -> str | None:
    """Who the message says it is about: verified by a signature or a token, else a claim."""
    m, context = o.message, o.context
    traits = (context.traits or {}) | (m.traits or {} if o.type == "identify" else {})
    user_id = read_user_id(m.user_id)
    if o.type == "identify" and user_id is None:
        user_id = read_user_id(traits.get("userId") or traits.get("id"))
    email = read_email(traits.get("email"))
    name = read_name(traits.get("name")) or _full_name(traits)
    if o.stamp.from_server:
        o.signed = Signed(user_id, email, Trust.SERVER) if user_id or email else None
        _say(o, Trust.SERVER, user_id, email, name, traits, tools)
        return None
    verified = _verified(o, tools)
    if isinstance(verified, Expired):
        # Genuine, but it waited too long: what it says counts as if it were typed.
        user_id, email = verified.user_id, read_email(verified.email) or email
        name = read_name(verified.name) or name
    elif verified is not None:
        o.trust = Trust.SIGNED
        signed_id, signed_email = read_user_id(verified.user_id), read_email(verified.email)
        if signed_id is not None:
            o.signed = Signed(signed_id, signed_email, Trust.SIGNED)
        signed_name = read_name(verified.name)
        _say(o, Trust.SIGNED, signed_id, signed_email, signed_name, verified.attributes, tools)
        user_id = None  # what stands beside the token is a claim, but never another identity
    elif tools.policy.identify_mode == "enforce":
        user_id = email = name = None
    _say(o, Trust.CLAIMED, user_id, email, name, traits, tools)
    if o.said and o.trust < Trust.CLAIMED:
        o.trust = Trust.CLAIMED
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
        own = _host(url)
        hosts = tools.own_hosts | {own} if own else tools.own_hosts
        referrer = read_referrer(source, hosts, tools.policy.referrer_exclude)
        if referrer is not None:
            o.groups["referrer"] = {"referrer": referrer}
    return None


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
    for group, values in list(o.groups.items()):
        kept = {
            field.id: values.get(field.id) if field.id in collected else None
            for field in GROUPS[group]
        }
        # An address that is masked away is an observation all the same; nothing else is.
        observed = group == "connection" and not collected.isdisjoint(kept)
        if observed or any(value is not None for value in kept.values()):
            o.groups[group] = kept
        else:
            del o.groups[group]
    o.said = [
        said
        for said in o.said
        if (said.field not in BY_ID or said.field in collected)
        and said.trust >= _floor(said.field, tools.policy)
    ]
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


def _verified(o: Observation, tools: Tools) -> Verified | Expired | None:
    token = o.context.token
    if not isinstance(token, str) or not token:
        return None
    found = verify_identity(token, tools.identity_keys, tools.workspace_id, o.stamp.received_at)
    return found if isinstance(found, Verified) else None


def _say(
    o: Observation,
    trust: Trust,
    user_id: str | None,
    email: str | None,
    name: str | None,
    traits: dict[str, Any] | None,
    tools: Tools,
) -> None:
    for field, value in (("user_id", user_id), ("email", email), ("name", name)):
        if value is not None:
            o.said.append(Said(field, value, trust))
    attributes = tools.policy.attributes
    if not attributes:
        return
    if o.type in ATTRIBUTE_SCOPES:
        own = o.message.traits if o.type == "group" else o.message.properties
        scope = ATTRIBUTE_SCOPES[o.type]
        traits = {f"{scope}{key}": value for key, value in (own or {}).items()}
    for key, value in (traits or {}).items():
        declared = attributes.get(key)
        if declared is not None:
            kept = read_attribute(declared.type, value)
            if kept is not None:
                o.said.append(Said(f"attribute.{key}", kept, trust))


def read_attribute(type_: str, value: Any) -> Any:
    """A value of the declared type, or None: text <= 4,096, a finite number, a flag, a time."""
    if type_ == "text":
        return clean_text(value, 4096)
    if type_ == "flag":
        return value if isinstance(value, bool) else None
    if type_ == "number":
        fits = isinstance(value, int | float) and not isinstance(value, bool)
        return value if fits and abs(value) < 1e300 else None
    moment = read_time(value)
    return moment.isoformat() if moment is not None else None


def _floor(field: str, policy: Policy) -> Trust:
    if field in BY_ID:
        return BY_ID[field].floor
    return policy.attributes[field.removeprefix("attribute.")].floor


def _full_name(traits: dict[str, Any]) -> str | None:
    first = traits.get("firstName") or traits.get("first_name") or traits.get("firstname")
    last = traits.get("lastName") or traits.get("last_name") or traits.get("lastname")
    return read_name(" ".join(part for part in (first, last) if isinstance(part, str)))


def _host(url: str | None) -> str | None:
    try:
        return urlsplit(url or "").hostname
    except ValueError:
        return None
