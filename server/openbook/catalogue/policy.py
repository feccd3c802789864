"""Switches and modes of one workspace: what its settings may be, and what they allow to be kept.

Settings are stored as one JSON object of `KEY: value` with only what differs from the default, and
are compiled once into a `Policy` that the ingest path, the REST interface and the public page read.
"""

import re
from functools import lru_cache
from typing import Any, Literal, get_args
from zoneinfo import available_timezones

import msgspec

from openbook.catalogue.field import Trust
from openbook.catalogue.fields import BY_ID, FIELDS, GROUPS
from openbook.errors import BadInput

IpMode = Literal["full", "truncated", "anonymous", "none"]
ConsentMode = Literal["assumed", "required"]
IdentifyMode = Literal["off", "observe", "enforce"]
GpcMode = Literal["limit", "refuse"]
PushTokens = Literal["keep", "drop"]
ChatKeep = Literal["contact", "6", "12", "24", "36", "60"]
"""Months; or as long as the contact."""
AttributeType = Literal["text", "number", "flag", "time"]

MODES: dict[str, tuple[str, ...]] = {
    "ip.mode": get_args(IpMode),
    "consent.mode": get_args(ConsentMode),
    "identify.mode": get_args(IdentifyMode),
    "gpc.mode": get_args(GpcMode),
    "push.tokens": get_args(PushTokens),
    "chat.keep": get_args(ChatKeep),
}
LISTS = ("url.keep", "referrer.exclude")
NUMBERS: dict[str, int] = {"budget.address_per_hour": 3_000, "budget.workspace_per_hour": 100_000}
ATTRIBUTE = "attribute."
UTC = "UTC"
MAX_ATTRIBUTES = 250
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")
_ITEM = re.compile(r"[^\s,]{1,255}")
_FLAGS = {"true": True, "on": True, "1": True, "false": False, "off": False, "0": False}


class Attribute(msgspec.Struct, frozen=True):
    """A value of the operator's own: its type and the least trust that may write it."""

    type: AttributeType = "text"
    floor: Trust = Trust.SIGNED


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of one workspace, compiled."""

    collected: frozenset[str]
    """Ids of the fields that are switched on, derived ones included."""
    cut_groups: frozenset[str] = frozenset()
    """Groups of which some field is switched off; the others are kept as they are."""
    ip_mode: str = "full"
    url_keep: frozenset[str] = frozenset()
    consent_mode: str = "assumed"
    identify_mode: str = "off"
    gpc_mode: str = "limit"
    push_tokens: str = "keep"
    chat_keep: str = "24"
    referrer_exclude: frozenset[str] = frozenset()
    public_url: str | None = None
    timezone: str = UTC
    attributes: dict[str, Attribute] = {}
    address_budget: int = NUMBERS["budget.address_per_hour"]
    workspace_budget: int = NUMBERS["budget.workspace_per_hour"]

    def keeps(self, field_id: str) -> bool:
        return field_id in self.collected


def read_policy(settings: dict[str, Any]) -> Policy:
    """Compile stored settings. Keys this version does not know are ignored (a newer one's)."""
    collected = {
        field.id for field in FIELDS if settings.get(field.switch, BY_ID[_ruling(field.id)].on)
    }
    return Policy(
        collected=frozenset(collected),
        cut_groups=frozenset(
            group for group, fields in GROUPS.items() if any(f.id not in collected for f in fields)
        ),
        ip_mode=settings.get("ip.mode", "full"),
        url_keep=frozenset(settings.get("url.keep", ())),
        consent_mode=settings.get("consent.mode", "assumed"),
        identify_mode=settings.get("identify.mode", "off"),
        gpc_mode=settings.get("gpc.mode", "limit"),
        push_tokens=settings.get("push.tokens", "keep"),
        chat_keep=settings.get("chat.keep", "24"),
        referrer_exclude=frozenset(settings.get("referrer.exclude", ())),
        public_url=settings.get("public_url"),
        timezone=settings.get("timezone", UTC),
        attributes={
            key.removeprefix(ATTRIBUTE): msgspec.convert(value, Attribute)
            for key, value in settings.items()
            if key.startswith(ATTRIBUTE)
        },
        address_budget=settings.get("budget.address_per_hour", NUMBERS["budget.address_per_hour"]),
        workspace_budget=settings.get(
            "budget.workspace_per_hour", NUMBERS["budget.workspace_per_hour"]
        ),
    )


def shown_settings(settings: dict[str, Any]) -> dict[str, Any]:
    """Every setting with its value in force, defaults included."""
    policy = read_policy(settings)
    shown: dict[str, Any] = {
        field.switch: policy.keeps(field.id) for field in FIELDS if field.part_of is None
    }
    shown |= {
        "ip.mode": policy.ip_mode,
        "url.keep": sorted(policy.url_keep),
        "consent.mode": policy.consent_mode,
        "identify.mode": policy.identify_mode,
        "gpc.mode": policy.gpc_mode,
        "push.tokens": policy.push_tokens,
        "chat.keep": policy.chat_keep,
        "referrer.exclude": sorted(policy.referrer_exclude),
        "public_url": policy.public_url,
        "timezone": policy.timezone,
        "budget.address_per_hour": policy.address_budget,
        "budget.workspace_per_hour": policy.workspace_budget,
    }
    for name, attribute in sorted(policy.attributes.items()):
        shown[f"{ATTRIBUTE}{name}"] = {"type": attribute.type, "floor": int(attribute.floor)}
    return shown


def read_setting(key: str, text: str) -> Any:
    """The value to store for `KEY=TEXT`; None means back to the default. Refuses what is none."""
    text = text.strip()
    if key.startswith("collect."):
        if key not in {field.switch for field in FIELDS}:
            raise BadInput(f"There is no field {key.removeprefix('collect.')!r} in the catalogue.")
        if text.lower() not in _FLAGS:
            raise BadInput(f"{key} is either true or false, not {text!r}.")
        return _FLAGS[text.lower()]
    if key in MODES:
        if text not in MODES[key]:
            raise BadInput(f"{key} is one of {', '.join(MODES[key])}, not {text!r}.")
        return text
    if key in LISTS:
        items = [item for item in re.split(r"[\s,]+", text) if item]
        if any(not _ITEM.fullmatch(item) for item in items) or len(items) > 100:
            raise BadInput(f"{key} is a list of at most 100 words separated by commas.")
        return [item.lower() if key == "referrer.exclude" else item for item in items]
    if key in NUMBERS:
        if not text.isdecimal():
            raise BadInput(f"{key} is a whole number, not {text!r}.")
        return int(text)
    if key == "public_url":
        if text and not re.fullmatch(r"https?://[^\s/]+(/[^\s?#]*)?", text):
            raise BadInput("public_url is an address such as https://chat.example.com.")
        return text.rstrip("/") or None
    if key == "timezone":
        if text and text not in zones():
            raise BadInput(f"There is no time zone {text[:64]!r}. One is called Europe/Rome.")
        return text or None
    if key.startswith(ATTRIBUTE):
        return _read_attribute(key.removeprefix(ATTRIBUTE), text)
    raise BadInput(f"There is no setting {key!r}. `openbook settings show` lists them.")


@lru_cache(maxsize=1)
def zones() -> frozenset[str]:
    """The IANA time zones there are."""
    return frozenset(available_timezones()) - {"Factory", "localtime"}


def _read_attribute(name: str, text: str) -> dict[str, Any] | None:
    """`TYPE` or `TYPE:FLOOR`, as in `number:3`; an empty text removes the declaration."""
    if not _KEY.fullmatch(name) or name in BY_ID:
        raise BadInput(
            f"{name!r} cannot be an attribute: up to 64 letters, digits and _.- that are no field."
        )
    if not text:
        return None
    type_, _, floor = text.partition(":")
    if type_ not in get_args(AttributeType) or (floor and floor not in {"1", "2", "3", "4"}):
        raise BadInput(
            f"attribute.{name} is TYPE or TYPE:TRUST, where TYPE is one of "
            f"{', '.join(get_args(AttributeType))} and TRUST is 1 (anyone) to 4 (server)."
        )
    return {"type": type_, "floor": int(floor or Trust.SIGNED)}


def _ruling(field_id: str) -> str:
    return BY_ID[field_id].part_of or field_id
