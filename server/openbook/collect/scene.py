"""What stands around a message, whatever it tells: place, browser, device, language and time zone.

All messages of a visit, and of a phone's batch, have it in common. So it is worked out once, down
to the values that the policy lets be kept, and remembered by all that it is made of.
"""

from functools import lru_cache
from typing import Any

import msgspec

from openbook.catalogue.fields import GROUPS
from openbook.catalogue.place_sources import kept_as
from openbook.catalogue.policy import Policy
from openbook.collect.address import mask_address, read_address
from openbook.collect.agent import Agent, agent_of, read_agent
from openbook.collect.enrich.device import android_marketing_name, android_name, apple_name
from openbook.collect.enrich.place import Place
from openbook.collect.locale import read_language, read_zone
from openbook.collect.observation import Observation
from openbook.collect.tools import Tools
from openbook.contacts.fold import register_tie
from openbook.contacts.values import clean_text

REMEMBERED = 32_768
LONGEST_REMEMBERED = 4_096
Groups = dict[str, dict[str, Any]]
_NAMES = {group: tuple(field.id for field in fields) for group, fields in GROUPS.items()}


class Phone(msgspec.Struct, frozen=True, gc=False):
    """App, device and system, as a mobile message names them."""

    app_name: str | None
    app_version: str | None
    os_version: str | None
    has_device: bool
    maker: str | None
    model: str | None
    code: str | None


class Scene(msgspec.Struct, frozen=True, gc=False):
    """All that it is made of; texts as they came."""

    platform: str
    origin: int
    address: str | None
    is_told: bool
    """The address is what a server tells, not the connection's own."""
    agent: Agent
    locale: str | None
    accept_language: str | None
    zone: str | None
    phone: Phone | None


class Told(msgspec.Struct, frozen=True, gc=False):
    """What a scene tells."""

    origin: int
    is_bot: bool = False
    registers: tuple[tuple[str, int, tuple[Any, ...]], ...] = ()
    """Group, tie and values of each register."""
    switched_off: int = 0
    """Values that the policy left out."""


def tell(o: Observation, origin: int, tools: Tools) -> Told:
    """What is known and may be kept of where a message comes from."""
    scene = scene_of(o, origin)
    look = _told if _length(scene) <= LONGEST_REMEMBERED else _told.__wrapped__
    # New place data come with a new function to look them up.
    return look(scene, tools, tools.places.look_up)


def scene_of(o: Observation, origin: int) -> Scene:
    context, stamp = o.context, o.stamp
    from_server = stamp.from_server
    return Scene(
        o.platform,
        origin,
        _leaf(context.ip) if from_server else stamp.address,
        from_server,
        agent_of(o),
        _leaf(context.locale),
        stamp.accept_language if stamp.browser_made and not from_server else None,
        _leaf(context.timezone),
        None if o.platform == "web" else _phone(o),
    )


def _phone(o: Observation) -> Phone:
    app, device, system = o.context.app, o.context.device, o.context.os
    return Phone(
        _text(app.name) if app else None,
        _text(app.version) if app else None,
        _text(system.version) if system else None,
        device is not None,
        _text(device.manufacturer) if device else None,
        _text(device.model) if device else None,
        _text(device.name) if device else None,
    )


def _leaf(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _text(value: Any) -> str | None:
    """Numbers as well, which stock clients send where texts are meant."""
    return value if value is None or isinstance(value, str) else clean_text(value, 255)


def _length(scene: Scene) -> int:
    agent, phone = scene.agent, scene.phone
    texts = [agent.text, scene.locale, scene.accept_language, scene.zone, scene.address]
    if phone is not None:
        texts += (phone.app_name, phone.app_version, phone.os_version)
        texts += (phone.maker, phone.model, phone.code)
    size = sum(map(len, filter(None, texts))) + len(agent.said)
    return size + sum([len(value) for _, value in agent.headers])


@lru_cache(maxsize=REMEMBERED)
def _told(scene: Scene, tools: Tools, look_up: Any) -> Told:
    groups: Groups = {}
    if scene.platform == "web":
        browser = read_agent(scene.agent)
        if browser is not None and browser.bot:
            return Told(scene.origin, is_bot=True)
        if browser is not None and (browser.browser_name or browser.os):
            groups["browser"] = {
                "browser_name": browser.browser_name,
                "browser_version": browser.browser_version,
                "os": browser.os,
                "os_version": browser.os_version,
                "browser_variant": browser.variant,
            }
    if (address := _address(scene)) is not None:
        groups["connection"] = _connection(address, look_up(address))
    if scene.phone is not None:
        values = _device(scene.platform, scene.phone, tools)
        if any(values.values()):
            groups[scene.platform] = values
    language = read_language(scene.locale) or read_language(scene.accept_language)
    if language is not None:
        groups["language"] = {"browser_language": language}
    if (zone := read_zone(scene.zone)) is not None:
        groups["timezone"] = {"timezone": zone}
    switched_off = cut(groups, tools.policy)
    _mask(groups, tools.policy)
    return Told(scene.origin, False, tuple(_registers(groups, scene.origin)), switched_off)


def _registers(groups: Groups, origin: int) -> list[tuple[str, int, tuple[Any, ...]]]:
    found = []
    for group, known in groups.items():
        values = tuple(map(known.get, _NAMES[group]))
        found.append((group, register_tie(origin, values), values))
    return found


def cut(groups: Groups, policy: Policy) -> int:
    """Policy before storage: what is switched off ends here; how many values that were."""
    collected, left_out = policy.collected, 0
    for group in policy.cut_groups & groups.keys():
        values = groups[group]
        kept = {name: value if name in collected else None for name, value in values.items()}
        left_out += sum(values[name] is not kept[name] for name in values)
        # An address that is masked away is an observation all the same; nothing else is.
        observed = group == "connection" and not collected.isdisjoint(kept)
        if observed or any(value is not None for value in kept.values()):
            groups[group] = kept
        else:
            del groups[group]
    return left_out


def _mask(groups: Groups, policy: Policy) -> None:
    connection = groups.get("connection")
    if connection is not None and connection["ip"] is not None:
        connection["ip"] = mask_address(connection["ip"], policy.ip_mode)


def _address(scene: Scene) -> str | None:
    """The connection's address. A server's own says nothing about the contact."""
    if not scene.is_told or scene.address is None:
        return scene.address
    address = read_address(scene.address)
    return str(address) if address is not None else None


def _connection(address: str, place: Place) -> dict[str, Any]:
    return {
        "ip": address,
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
        "place_source": kept_as(place.place_source),
        "isp_source": kept_as(place.isp_source),
    }


def _device(platform: str, phone: Phone, tools: Tools) -> dict[str, Any]:
    """App, device and system of a mobile message."""
    model = clean_text(phone.model, 128)
    values: dict[str, Any] = {
        f"{platform}_app_name": clean_text(phone.app_name, 255),
        f"{platform}_app_version": clean_text(phone.app_version, 64),
        f"{platform}_os_version": clean_text(phone.os_version, 64),
    }
    if platform == "ios":
        values["ios_device"] = apple_name(model, tools.apple_names) if model else None
    elif phone.has_device:
        maker, code = clean_text(phone.maker, 64), clean_text(phone.code, 64)
        values["android_device"] = android_name(maker, model, code)
        values["android_device_name"] = android_marketing_name(model, code)
    return values
