"""The steps in their order, and what is left of an observation after them."""

import re
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b

from openbook.catalogue.field import Trust
from openbook.catalogue.fields import GROUPS
from openbook.collect import steps
from openbook.collect.naming import put_identity
from openbook.collect.observation import Observation, Prepared
from openbook.collect.steps import Step
from openbook.collect.tools import Tools
from openbook.collect.wire import WITHDRAW, Message
from openbook.contacts.fold import (
    BACKDATED,
    LATE,
    SESSION,
    Facts,
    Register,
    pack_origin,
    register,
    touch,
)
from openbook.contacts.store import MOBILE
from openbook.contacts.values import clean_text
from openbook.ids import device_id

_NAMES = {group: tuple(field.id for field in fields) for group, fields in GROUPS.items()}
_PUSH_TOKEN = re.compile(r"[!-~]{0,4096}")
_device_id = lru_cache(maxsize=32_768)(device_id)
STEPS: tuple[Step, ...] = (
    steps.refuse_unwanted,
    steps.fix_clock,
    put_identity,
    steps.put_scene,
    steps.put_page,
    steps.put_campaign,
    steps.keep_allowed,
)


def prepare(o: Observation, tools: Tools) -> Prepared | str:
    """Run every step; what is left to store, or the reason for which nothing is."""
    if o.type == WITHDRAW:
        return _withdrawal(o, tools.policy.collected)
    for step in STEPS:
        reason = step(o, tools)
        if reason is not None:
            return reason
    named = _device_of(o)
    if named is None:
        return "no_identity"
    anonymous_id, platform, device_key = named
    collected = tools.policy.collected
    return Prepared(
        device_id=_device_id(anonymous_id, platform, device_key),
        anonymous_id=anonymous_id,
        platform=platform,
        device_key=device_key,
        source=o.source,
        facts=facts_of(o, collected),
        said=tuple(o.said),
        signed=o.signed,
        proof=_proof(o),
        birth=birth_of(o.message),
        occurred_at=o.occurred_at,
        received_at=o.stamp.received_at,
        keeps_last_seen="last_seen_at" in collected,
        keeps_platform_seen=f"{platform}_last_seen_at" in collected,
        address=o.stamp.address,
        budgeted=not o.stamp.from_server,
        wants_proof=_is_ours(o),
        left_out=o.left_out,
        push=_push(o, tools),
        gpc=o.gpc,
        kid=o.kid,
    )


def _withdrawal(o: Observation, collected: frozenset[str]) -> Prepared | str:
    """What a taken back consent leaves of its message: whose push token ends, and since when.

    It is no sign of life, and its connection is not looked at: no step is run.
    """
    anonymous_id = clean_text(o.message.anonymous_id, 255)
    if anonymous_id is None or o.platform not in MOBILE:
        return "no_identity"
    return Prepared(
        device_id=_device_id(anonymous_id, o.platform, ""),
        anonymous_id=anonymous_id,
        platform=o.platform,
        device_key="",
        source=o.source,
        facts=Facts(registers={}),
        said=(),
        signed=None,
        proof=_proof(o),
        birth=b"",
        occurred_at=steps.happened_at(o.message, o.stamp),
        received_at=o.stamp.received_at,
        keeps_last_seen="last_seen_at" in collected,
        keeps_platform_seen=f"{o.platform}_last_seen_at" in collected,
        address=None,
        budgeted=False,
        wants_proof=False,
        left_out={},
        push="",
        withdraws=True,
    )


def facts_of(o: Observation, collected: frozenset[str]) -> Facts:
    """The observation as facts, ready to be joined."""
    origin = pack_origin(o.source, o.trust)
    happened = o.occurred_at
    registers = registers_of(o, happened)
    for group, values in o.groups.items():
        registers[group] = register(happened, origin, tuple(map(values.get, _NAMES[group])))
    facts = Facts(registers=registers)
    firm = o.trust > Trust.CLAIMED or o.stamp.received_at - o.occurred_at <= BACKDATED
    if "first_seen_at" in collected:
        facts.first_seen_at = o.occurred_at
        facts.first_firm_at = o.occurred_at if firm else None
    if "campaign" in o.groups and "first_utms" in collected:
        facts.first_touch = touch(o.occurred_at, o.groups["campaign"]["utms"])
        facts.firm_touch = facts.first_touch if firm else None
    if o.active:
        if not collected.isdisjoint(("last_seen_at", f"{o.platform}_last_seen_at")):
            facts.last_seen_at = o.occurred_at
        counts = f"{o.platform}_sessions" in collected and o.type != "group"
        if counts and o.stamp.received_at - o.occurred_at <= LATE:
            facts.spans = ((o.occurred_at, o.occurred_at + SESSION),)
    return facts


def registers_of(o: Observation, happened: datetime) -> dict[str, Register]:
    """What the scene tells, as observed by a message that happened then."""
    origin, received = o.scene.origin, o.stamp.received_at
    # The address is observed at delivery; everything else when it happened.
    return {
        group: Register(received if group == "connection" else happened, tie, origin, known)
        for group, tie, known in o.scene.registers
    }


def _device_of(o: Observation) -> tuple[str, str, str] | None:
    """(anonymous id, platform, device key); None where a message names nobody.

    A message without an anonymous id has no device. A verified one is kept with the person it
    names; a claimed one on a pseudo-device of that claim, so that what one says about somebody
    never lands with the verified contact of that name.
    """
    m = o.message
    context_device = o.context.device
    key = clean_text(context_device.id, 255) if context_device is not None else None
    named = m.anonymous_id if o.type != "alias" else m.previous_id or m.anonymous_id
    anonymous_id = clean_text(named, 255)
    if anonymous_id is not None:
        return anonymous_id, o.platform, key or ""
    who = o.signed
    if who is not None:
        return "", "server", f"user:{who.user_id}" if who.user_id else f"email:{who.email}"
    claimed = next((said for said in o.said if said.field in ("user_id", "email")), None)
    if claimed is not None:
        return "", o.platform, f"claimed:{claimed.field}:{claimed.value}"
    return None


def _push(o: Observation, tools: Tools) -> str | None:
    """The push token of an app, as Segment's clients send it too; what is none is left out."""
    device = o.context.device
    token = device.token if device is not None else None
    if not isinstance(token, str) or o.platform not in MOBILE or not o.message.anonymous_id:
        return None
    if not _PUSH_TOKEN.fullmatch(token):
        return None
    if token and tools.policy.push_tokens == "drop":
        o.leave_out("switched_off")
        return None
    return token


def _proof(o: Observation) -> str | None:
    proof = o.context.proof
    return proof if isinstance(proof, str) and len(proof) <= 128 else None


def birth_of(m: Message) -> bytes:
    """A digest of the message's id; empty where it has none."""
    given = m.message_id
    if not isinstance(given, str) or not given:
        return b""
    return blake2b(given.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _is_ours(o: Observation) -> bool:
    library = o.context.library
    name = library.name if library is not None else None
    return isinstance(name, str) and name.startswith("openbook")
