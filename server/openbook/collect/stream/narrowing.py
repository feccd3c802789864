"""A policy that changed while messages waited in the stream: what it no longer keeps goes.

The messages themselves are gone, so this can only take away: a field that was switched on meanwhile
is kept from the next message on. The outcome is what the steps would have left under the present
policy, as far as that keeps less.
"""

from typing import Any

from msgspec.structs import replace

from openbook.catalogue.field import Source, Trust
from openbook.catalogue.fields import BY_ID, GROUPS
from openbook.catalogue.policy import ATTRIBUTE, Policy
from openbook.collect.address import mask_address
from openbook.collect.enrich.campaign import read_referrer
from openbook.collect.gate import Admitted
from openbook.collect.observation import Prepared, Said, Signed
from openbook.collect.pages import clean_url
from openbook.collect.request import Answer, Sent
from openbook.collect.tools import Tools
from openbook.contacts.attributes import read_attribute
from openbook.contacts.fold import (
    BACKDATED,
    Facts,
    Register,
    pack_origin,
    register,
    unpack_origin,
)
from openbook.ids import device_id

_NAMES = {group: tuple(field.id for field in fields) for group, fields in GROUPS.items()}
_PLATFORMS = {Source.ANDROID: "android", Source.IOS: "ios"}
_IDENTIFYING = ("user_id", "email", "name")


def narrow_request(sent: Sent, admitted: Admitted) -> None:
    """Cut every prepared message of a request to what `admitted` still allows."""
    sent.admitted = admitted
    kept, sent.answer = [], Answer(dropped=dict(sent.answer.dropped))
    for prepared in sent.prepared:
        narrowed = narrow(prepared, admitted.tools)
        if isinstance(narrowed, str):
            sent.answer.drop(narrowed, prepared.messages)
        else:
            kept.append(narrowed)
    sent.prepared = kept


def narrow(prepared: Prepared, tools: Tools) -> Prepared | str:
    """What is left of a prepared message, or the reason for which nothing is."""
    policy = tools.policy
    if policy.gpc_mode == "refuse" and prepared.gpc:
        return "no_consent"
    disowned = prepared.kid is not None and all(
        key.kid != prepared.kid for key in tools.identity_keys
    )
    enforced = policy.identify_mode == "enforce" and (prepared.kid is None or disowned)
    signed = None if disowned else _signed(prepared.signed, policy)
    said = tuple(
        [
            one
            for one in prepared.said
            if not (disowned and one.trust == Trust.SIGNED) and _may_be_said(one, policy, enforced)
        ]
    )
    device = _device(prepared, said, signed)
    if device is None:
        return "no_identity"
    platform, key = device
    return replace(
        prepared,
        platform=platform,
        device_key=key,
        device_id=device_id(prepared.anonymous_id, platform, key),
        facts=_facts(prepared, tools, disowned),
        said=said,
        signed=signed,
        push=None if prepared.push and policy.push_tokens == "drop" else prepared.push,
        keeps_last_seen=prepared.keeps_last_seen and policy.keeps("last_seen_at"),
        keeps_platform_seen=prepared.keeps_platform_seen
        and policy.keeps(f"{prepared.platform}_last_seen_at"),
    )


def _signed(signed: Signed | None, policy: Policy) -> Signed | None:
    if signed is None:
        return None
    user_id = signed.user_id if policy.keeps("user_id") else None
    email = signed.email if policy.keeps("email") else None
    return Signed(user_id, email, signed.trust) if user_id or email else None


def _may_be_said(said: Said, policy: Policy, enforced: bool) -> bool:
    if said.field in BY_ID:
        must_be_proven = enforced and said.field in _IDENTIFYING
        floor = Trust.MAILBOX if must_be_proven else BY_ID[said.field].floor
        return policy.keeps(said.field) and said.trust >= floor
    declared = policy.attributes.get(said.field.removeprefix(ATTRIBUTE))
    return (
        declared is not None
        and said.trust >= declared.floor
        and read_attribute(declared.type, said.value) == said.value
    )


def _device(
    prepared: Prepared, said: tuple[Said, ...], signed: Signed | None
) -> tuple[str, str] | None:
    """(platform, device key), as the pipeline draws them; a message without an anonymous id is kept
    by what it names, of which some may be gone. None where it names nobody any more.
    """
    if prepared.anonymous_id:
        return prepared.platform, prepared.device_key
    if signed is not None:
        name = f"user:{signed.user_id}" if signed.user_id else f"email:{signed.email}"
        return "server", name
    claimed = next((one for one in said if one.field in ("user_id", "email")), None)
    if claimed is None:
        return None
    return _platform(prepared), f"claimed:{claimed.field}:{claimed.value}"


def _platform(prepared: Prepared) -> str:
    """What kind of device was observed, whatever the row is kept under."""
    return _PLATFORMS.get(prepared.source, "web")


def _facts(prepared: Prepared, tools: Tools, disowned: bool) -> Facts:
    facts, policy, platform = prepared.facts, tools.policy, _platform(prepared)
    registers = {}
    for group, found in facts.registers.items():
        kept = _register(group, found, tools, disowned)
        if kept is not None:
            registers[group] = kept
    first = policy.keeps("first_seen_at")
    touched = policy.keeps("first_utms") and "campaign" in registers
    firm = not disowned or prepared.received_at - prepared.occurred_at <= BACKDATED
    seen = policy.keeps("last_seen_at") or policy.keeps(f"{platform}_last_seen_at")
    return Facts(
        registers=registers,
        first_seen_at=facts.first_seen_at if first else None,
        first_firm_at=facts.first_firm_at if first and firm else None,
        first_touch=facts.first_touch if touched else None,
        firm_touch=facts.firm_touch if touched and firm else None,
        last_seen_at=facts.last_seen_at if seen else None,
        spans=facts.spans if policy.keeps(f"{platform}_sessions") else (),
    )


def _register(group: str, found: Register, tools: Tools, disowned: bool) -> Register | None:
    """The register as far as its values may be kept; None where nothing is left of it."""
    policy = tools.policy
    values = {
        name: value if policy.keeps(name) else None
        for name, value in zip(_NAMES[group], found.values, strict=True)
    }
    if group == "connection" and values["ip"] is not None:
        values["ip"] = mask_address(values["ip"], policy.ip_mode)
    elif group == "page":
        values["last_page_viewed"] = clean_url(values["last_page_viewed"], policy.url_keep)
    elif group == "referrer":
        values["referrer"] = _referrer(values["referrer"], tools)
    observed = group == "connection" and not policy.collected.isdisjoint(values)
    if not observed and all(value is None for value in values.values()):
        return None
    source, _ = unpack_origin(found.origin)
    origin = pack_origin(source, Trust.CLAIMED) if disowned else found.origin
    return register(found.at, origin, tuple(values.values()))


def _referrer(domain: Any, tools: Tools) -> str | None:
    if domain is None:
        return None
    return read_referrer(f"https://{domain}/", tools.own_hosts, tools.policy.referrer_exclude)
