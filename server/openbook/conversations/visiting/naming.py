"""Who a visitor is: named by the customer's signature, or as they say themselves.

The rules are those of the collector (`collect/naming.py`): what a genuine token says is T3, past
its time it counts as typed, and what is typed is T1: it fills what is empty, matches nothing,
merges nothing and opens nothing.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from openbook.accounts.tokens import Forged, Verified, verify_identity
from openbook.catalogue.field import Source, Trust
from openbook.catalogue.fields import BY_ID
from openbook.catalogue.policy import Policy
from openbook.collect.counts import UNSIGNED
from openbook.collect.tools import Tools
from openbook.contacts.assertions import ATTRIBUTE, NOWHERE, Claim, assert_values
from openbook.contacts.attributes import read_attribute
from openbook.contacts.creating import tell_first_seen
from openbook.contacts.identity import link_contact
from openbook.contacts.queries import lock
from openbook.contacts.values import read_email, read_name, read_user_id
from openbook.conversations.actions import Changes
from openbook.conversations.visiting.schemas import ChatSession
from openbook.db import Connection


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a genuine token names, as far as the policy keeps it."""

    user_id: str
    email: str | None
    name: str | None
    attributes: dict[str, Any]
    is_verified: bool
    """False: past its time."""

    def __repr__(self) -> str:  # personal: not for logs
        return "Named(...)"


def read_token(token: str | None, tools: Tools, moment: datetime) -> Named | Forged | None:
    """Whom the customer's token names; Forged where it is not to be believed, None without one."""
    if token is None:
        return None
    found = verify_identity(token, tools.identity_keys, tools.workspace_id, moment)
    policy = tools.policy
    if isinstance(found, Forged):
        if policy.identify_mode == "observe":
            UNSIGNED.inc()
        return found
    user_id = read_user_id(found.user_id)
    if user_id is None:
        return Forged("subject")
    if not policy.keeps("user_id"):
        return None  # nobody is told apart here by the ids of the customer's application
    return Named(
        user_id=user_id,
        email=read_email(found.email) if policy.keeps("email") else None,
        name=read_name(found.name),
        attributes=dict(found.attributes),
        is_verified=type(found) is Verified,
    )


async def contact_of(
    conn: Connection,
    policy: Policy,
    workspace_id: UUID,
    contact_id: UUID | None,
    named: Named,
    moment: datetime,
    changes: Changes,
) -> UUID | None:
    """The contact of a verified user, made if there is none, with what the token says of them.

    `contact_id` is who the session spoke as before: nobody in particular becomes the user, or joins
    them. None where that is another verified user.
    """
    found, decision = await link_contact(
        conn,
        workspace_id,
        contact_id,
        user_id=named.user_id,
        email=named.email,
        trust=Trust.SIGNED,
        moment=moment,
    )
    if decision == "switch":
        return None
    if not await lock(conn, workspace_id, found):
        first_seen_at = moment if policy.keeps("first_seen_at") else None
        await tell_first_seen(conn, workspace_id, found, first_seen_at, moment)
        changes.made.add(found)
    said = {"user_id": named.user_id, "email": named.email, "name": named.name}
    said |= {f"{ATTRIBUTE}{key}": value for key, value in named.attributes.items()}
    await _assert(conn, policy, workspace_id, found, NOWHERE, said, Trust.SIGNED, moment)
    changes.contacts.add(found)
    return found


async def claim(
    conn: Connection,
    policy: Policy,
    session: ChatSession,
    said: Named | Mapping[str, Any],
    moment: datetime,
    changes: Changes,
) -> None:
    """Keep what a visitor says of themselves (user_id, email, name, attribute.NAME) as T1."""
    if session.contact_id is None:
        return
    if isinstance(said, Named):
        attributes = {f"{ATTRIBUTE}{key}": value for key, value in said.attributes.items()}
        said = {"user_id": said.user_id, "email": said.email, "name": said.name, **attributes}
    origin = session.origin_id or NOWHERE
    kept = await _assert(
        conn, policy, session.workspace_id, session.contact_id, origin, said, Trust.CLAIMED, moment
    )
    if kept:
        changes.contacts.add(session.contact_id)


async def _assert(
    conn: Connection,
    policy: Policy,
    workspace_id: UUID,
    contact_id: UUID,
    origin: UUID,
    said: Mapping[str, Any],
    trust: Trust,
    moment: datetime,
) -> bool:
    claims = [
        Claim(origin, field, value, trust, Source.CHAT, moment, moment)
        for field, value in _allowed(policy, said, trust)
    ]
    await assert_values(conn, workspace_id, contact_id, claims, moment)
    return bool(claims)


def _allowed(policy: Policy, said: Mapping[str, Any], trust: Trust) -> Iterable[tuple[str, Any]]:
    """What the policy keeps, of a sender who is known so well."""
    for field, value in said.items():
        if value is None:
            continue
        if not field.startswith(ATTRIBUTE):
            if policy.keeps(field) and trust >= BY_ID[field].floor:
                yield field, value
            continue
        declared = policy.attributes.get(field.removeprefix(ATTRIBUTE))
        if declared is not None and trust >= declared.floor:
            kept = read_attribute(declared.type, value)
            if kept is not None:
                yield field, kept
