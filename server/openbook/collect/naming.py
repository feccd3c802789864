"""The step that reads who a message is about: verified by a signature or a token, else claimed."""

from typing import Any

from openbook.accounts.tokens import Expired, Verified, key_id, verify_identity
from openbook.catalogue.field import Trust
from openbook.collect.observation import Observation, Said, Signed
from openbook.collect.tools import Tools
from openbook.contacts.attributes import read_attribute
from openbook.contacts.values import read_email, read_name, read_user_id

NAMING = frozenset(
    ("id", "userId", "email", "name", "firstName", "first_name", "firstname", "lastName",
     "last_name", "lastname")
)  # fmt: skip
"""Traits that say who somebody is."""
ATTRIBUTE_SCOPES = {"group": "group.", "track": "track."}
"""A group or a track sets attributes that are declared for it, under a name of its own."""


def put_identity(o: Observation, tools: Tools) -> str | None:
    """Who the message says it is about: verified by a signature or a token, else a claim."""
    m, context = o.message, o.context
    if not (m.user_id or m.traits or context.traits or context.token or o.type in ATTRIBUTE_SCOPES):
        return None  # as most page views
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
    if verified is not None:
        o.kid = key_id(o.context.token)
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
    if o.type in ATTRIBUTE_SCOPES:
        own = o.message.traits if o.type == "group" else o.message.properties
        scope = ATTRIBUTE_SCOPES[o.type]
        traits = {f"{scope}{key}": value for key, value in (own or {}).items()}
    for key, value in (traits or {}).items():
        declared = tools.policy.attributes.get(key)
        if declared is not None:
            kept = read_attribute(declared.type, value)
            if kept is not None:
                o.said.append(Said(f"attribute.{key}", kept, trust))
        elif key not in NAMING:
            o.leave_out("undeclared")


def _full_name(traits: dict[str, Any]) -> str | None:
    first = traits.get("firstName") or traits.get("first_name") or traits.get("firstname")
    last = traits.get("lastName") or traits.get("last_name") or traits.get("lastname")
    return read_name(" ".join(part for part in map(read_name, (first, last)) if part))
