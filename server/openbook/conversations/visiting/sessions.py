"""Chat sessions: found by their token, begun, continued, switched and ended; and their contact.

A session without a proof has no contact until it says something: that makes one of its own, since
an anonymous id is public and whoever knows it must not speak in another's name. With the device's
proof it speaks as the device's contact, with a signature as the user whom that names.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from openbook.catalogue.policy import Policy
from openbook.contacts.creating import create_contact
from openbook.contacts.merging import merge
from openbook.contacts.values import clean_text
from openbook.conversations.actions import Changes
from openbook.conversations.visiting import lifetimes, naming, queries
from openbook.conversations.visiting.naming import Named
from openbook.conversations.visiting.queries import Device, Found
from openbook.conversations.visiting.schemas import ChatSession
from openbook.db import Connection
from openbook.errors import NotAllowed, TooMany
from openbook.ids import new_id


class SessionOver(NotAllowed):
    """The token opens nothing (any more): whoever holds it clears what it kept."""

    code = "session_over"


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """What a request for a session brings, read and checked; nothing of it is stored as it is."""

    workspace_id: UUID
    policy: Policy
    token: str | None
    """The session that is there so far."""
    named: Named | None
    """Whom a genuine token of the customer's names, in time or not."""
    is_refused: bool = False
    """There was a token, and it is not to be believed."""
    device: Device | None
    lasting: bool
    locale: str | None


class Session(msgspec.Struct, frozen=True):
    """A session and, where it has a new one, its token."""

    session: ChatSession
    token: str | None


def over() -> SessionOver:
    return SessionOver("This chat session is over. Begin another one: POST .../session.")


async def find(
    conn: Connection, workspace_id: UUID, token: str | None, moment: datetime
) -> ChatSession:
    """The live session of a token, noted to be used; SessionOver where there is none."""
    found = await queries.session_by_token(conn, workspace_id, token or "", moment)
    if found is None:
        raise over()
    return await use(conn, found, moment)


async def use(conn: Connection, found: Found, moment: datetime) -> ChatSession:
    """The session that a token opened, noted to be used."""
    session = found.session
    if found.is_first_use:
        await queries.confirm_token(conn, session, moment)
    if moment - session.seen_at >= lifetimes.NOTED_EVERY:
        until = lifetimes.expires_at(session.created_at, moment, lasting=session.lasting)
        session = replace(session, seen_at=moment, expires_at=until)
        await queries.update_session(
            conn, session.workspace_id, session.id, seen_at=moment, expires_at=until
        )
    return session


async def show_device(
    conn: Connection,
    secret: bytes,
    workspace_id: UUID,
    anonymous_id: str | None,
    proof: str | None,
) -> Device | None:
    """The browser that somebody proves to be; None where nothing is proved."""
    known = clean_text(anonymous_id, 255)
    if known is None or not proof:
        return None
    return await queries.proved_device(conn, secret, workspace_id, known, proof)


async def begin(conn: Connection, asking: Asking, moment: datetime, changes: Changes) -> Session:
    """Continue the session that is there, or begin one.

    Ended are those of another person: of another verified user, also where the token that names
    them came too late, and of a device whose contact is another one now. They go, with their token,
    and a new session begins.
    """
    workspace_id = asking.workspace_id
    found = await queries.session_by_token(conn, workspace_id, asking.token or "", moment)
    if found is None:
        return await _begin(conn, asking, moment, changes)
    session = await queries.lock_session(conn, workspace_id, found.session.id)
    if session is None:
        return await _begin(conn, asking, moment, changes)
    goes_on = _same_person(session, asking) and await _prove(conn, asking, session, moment, changes)
    if not goes_on:
        await end(conn, workspace_id, session.id, changes)
        return await _begin(conn, asking, moment, changes)
    session = await queries.lock_session(conn, workspace_id, session.id)
    assert session is not None
    # What was brief becomes lasting once the visitor agrees; it never becomes brief again.
    lasting = session.lasting or asking.lasting
    until = lifetimes.expires_at(session.created_at, moment, lasting=lasting)
    now = replace(
        session,
        lasting=lasting,
        locale=asking.locale or session.locale,
        seen_at=moment,
        expires_at=until,
    )
    await queries.update_session(
        conn, workspace_id, now.id,
        lasting=now.lasting, locale=now.locale, seen_at=moment, expires_at=until,
    )  # fmt: skip
    token = None
    shown = asking.token or ""
    if found.is_first_use:
        await queries.confirm_token(conn, session, moment)
    # Who comes with the former token, while nobody has used the new one, never got its answer.
    lost = found.by_former and found.is_unconfirmed
    if lost or (not found.by_former and lifetimes.wants_rotation(session, moment)):
        fresh = lifetimes.new_chat_token()
        if await queries.put_token(conn, session, fresh, shown, moment):
            token = fresh
    return Session(now, token)


async def mint(
    conn: Connection,
    workspace_id: UUID,
    moment: datetime,
    *,
    contact_id: UUID,
    origin_id: UUID,
    linked_id: UUID,
    locale: str | None = None,
    lasting: bool = True,
) -> tuple[str, ChatSession]:
    """A session for who came by a link in a mail: it reads the one conversation that the link is
    about, and speaks as its contact. (token, session)"""
    await queries.forget_over(conn, workspace_id, moment)
    session = ChatSession(
        id=new_id(moment),
        workspace_id=workspace_id,
        contact_id=contact_id,
        origin_id=origin_id,
        linked_id=linked_id,
        lasting=lasting,
        locale=locale,
        created_at=moment,
        rotated_at=moment,
        seen_at=moment,
        expires_at=lifetimes.expires_at(moment, moment, lasting=lasting),
    )
    token = lifetimes.new_chat_token()
    await queries.insert_session(conn, session, token)
    return token, session


async def end(conn: Connection, workspace_id: UUID, session_id: UUID, changes: Changes) -> None:
    """End a session: its token opens nothing any more and its sockets are closed."""
    await queries.delete_session(conn, workspace_id, session_id)
    changes.sessions.add(session_id)


async def require_contact(
    conn: Connection,
    policy: Policy,
    session: ChatSession,
    may_make: Callable[[], bool],
    moment: datetime,
    changes: Changes,
) -> ChatSession:
    """The session, held, with a contact: it makes one of its own where it has none yet.

    `may_make` takes one from the budget of contacts; TooMany where that is used up.
    """
    held = await queries.lock_session(conn, session.workspace_id, session.id)
    if held is None:
        raise over()
    if held.contact_id is not None:
        return held
    if not may_make():
        raise TooMany(
            "Too many new contacts from this address. Try again later.",
            "contact_budget",
            retry_after=30,
        )
    first_seen_at = moment if policy.keeps("first_seen_at") else None
    contact_id = await create_contact(
        conn, session.workspace_id, moment, first_seen_at=first_seen_at
    )
    changes.made.add(contact_id)
    values = {"contact_id": contact_id, "origin_id": contact_id}
    await queries.update_session(conn, session.workspace_id, session.id, **values)
    return replace(held, **values)


def _same_person(session: ChatSession, asking: Asking) -> bool:
    """Whether nothing that is shown contradicts who the session is of.

    A token that is not to be believed does: a page that means somebody else must not be left with
    the conversations of whoever was here before.
    """
    named = asking.named
    if asking.is_refused:
        return session.subject is None
    return named is None or session.subject is None or named.user_id == session.subject


async def _begin(conn: Connection, asking: Asking, moment: datetime, changes: Changes) -> Session:
    await queries.forget_over(conn, asking.workspace_id, moment)
    session = ChatSession(
        id=new_id(moment),
        workspace_id=asking.workspace_id,
        lasting=asking.lasting,
        locale=asking.locale,
        created_at=moment,
        rotated_at=moment,
        seen_at=moment,
        expires_at=lifetimes.expires_at(moment, moment, lasting=asking.lasting),
    )
    token = lifetimes.new_chat_token()
    await queries.insert_session(conn, session, token)
    if await _prove(conn, asking, session, moment, changes):
        session = await queries.lock_session(conn, asking.workspace_id, session.id) or session
    return Session(session, token)


async def _prove(
    conn: Connection,
    asking: Asking,
    session: ChatSession,
    moment: datetime,
    changes: Changes,
) -> bool:
    """Give the session what has been proved; False where that is another person than its own."""
    named = asking.named
    if named is not None and named.is_verified:
        if not await _name(conn, asking, named, session, moment, changes):
            return False
        session = await queries.lock_session(conn, asking.workspace_id, session.id) or session
    elif named is not None and session.contact_id is not None:
        # Genuine, but too late: what it says counts as if it were typed.
        await naming.claim(conn, asking.policy, session, named, moment, changes)
    if asking.device is None:
        return True
    return await _use_device(conn, asking.device, session, moment, changes)


async def _name(
    conn: Connection,
    asking: Asking,
    named: Named,
    session: ChatSession,
    moment: datetime,
    changes: Changes,
) -> bool:
    """Make the session the named user's; False where its contact is another verified user."""
    contact_id = await naming.contact_of(
        conn, asking.policy, asking.workspace_id, session.contact_id, named, moment, changes
    )
    if contact_id is None:
        return False
    if (session.subject, session.contact_id) != (named.user_id, contact_id):
        await queries.update_session(
            conn, asking.workspace_id, session.id,
            subject=named.user_id, contact_id=contact_id,
            origin_id=session.origin_id or contact_id,
        )  # fmt: skip
        changes.sessions.add(session.id)
    return True


async def _use_device(
    conn: Connection,
    device: Device,
    session: ChatSession,
    moment: datetime,
    changes: Changes,
) -> bool:
    """Let the session speak for the device; False where the device is somebody else's by now."""
    workspace_id = session.workspace_id
    if session.contact_id == device.contact_id:
        if session.device_id != device.id:
            await queries.update_session(conn, workspace_id, session.id, device_id=device.id)
            changes.sessions.add(session.id)
        return True
    if session.device_id == device.id:
        return False  # it was proved before, as a device of this session's contact
    if session.contact_id is not None:
        if session.device_id is not None or session.subject is not None:
            return True  # the session is bound to who it is; another device adds nothing
        if not await queries.is_only_of_chats(conn, workspace_id, session.contact_id):
            return True
        await merge(conn, workspace_id, device.contact_id, session.contact_id, "chat", moment)
    await queries.update_session(
        conn, workspace_id, session.id,
        contact_id=device.contact_id,
        # As a claim's: what is said on a device goes with the device where a merge is undone.
        origin_id=session.origin_id or device.id,
        device_id=device.id,
    )  # fmt: skip
    changes.sessions.add(session.id)
    return True
