"""What changes conversations, for visitors and the team alike. The caller holds the transaction.

Each action tells what it did through `Changes`: the caller makes one, hands it to every action of
the transaction and calls `publish` once at the end, so that a transaction costs one notice. What
raises psycopg's DeadlockDetected or `Moved` is tried again by who began the transaction (`again`).
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import psycopg
from msgspec.structs import replace

from openbook.catalogue.policy import Policy
from openbook.contacts.creating import RECORD
from openbook.contacts.identity import Moved
from openbook.conversations import course, queries, storing
from openbook.conversations.changes import Changes
from openbook.conversations.files.actions import attach_files
from openbook.conversations.mails.deferring import tell_by_mail
from openbook.conversations.pushing.deferring import tell_by_push
from openbook.conversations.schemas import (
    BY_CONTACT,
    BY_OPENBOOK,
    BY_TEAM,
    CLOSED,
    EVENT,
    MERGED,
    MESSAGE,
    OPEN,
    SNOOZED,
    Appended,
    Conversation,
    Writing,
)
from openbook.conversations.showing import Sight
from openbook.conversations.teller import Teller
from openbook.db import Connection, Database
from openbook.errors import BadInput, Conflict, NotFound, Unavailable
from openbook.ids import device_id, new_id

TRIES = 5
T = TypeVar("T")


class Merged(Conflict):
    """The conversation was merged into another one, which `more` names."""

    def __init__(self, merged_into: UUID | None):
        super().__init__("This conversation was merged into another one.", "merged")
        self.more = {"merged_into": None if merged_into is None else str(merged_into)}


def no_conversation() -> NotFound:
    """The same for what is not there and for what may not be seen."""
    return NotFound("There is no such conversation.", "no_such_conversation")


async def again(db: Database, workspace_id: UUID, work: Callable[[Connection], Awaitable[T]]) -> T:
    """Run `work` in a transaction of its own, anew where another writer was in the way."""
    for attempt in range(TRIES):
        try:
            async with db.transaction(workspace_id) as conn:
                return await work(conn)
        except psycopg.errors.UniqueViolation:  # the same was sent twice at once, and is there now
            if attempt == TRIES - 1:
                raise
        except (Moved, Unavailable) as error:
            deadlock = isinstance(error.__cause__, psycopg.errors.DeadlockDetected)
            if not (isinstance(error, Moved) or deadlock):
                raise
        await asyncio.sleep(0.005 * 2**attempt)
    raise Unavailable("Another change was in the way. Try again in a few seconds.")


async def tell(
    db: Database,
    teller: Teller,
    workspace_id: UUID,
    work: Callable[[Connection, Changes], Awaitable[T]],
) -> T:
    """Run `work` as `again` does, and tell what it did: messages behind the commit (`teller.py`
    says why), all else with it."""

    async def run(conn: Connection) -> tuple[T, Changes]:
        changes = Changes()
        answer = await work(conn, changes)
        if changes.can_wait:
            return answer, changes
        await changes.publish(conn, workspace_id)
        return answer, Changes()

    answer, untold = await again(db, workspace_id, run)
    await teller.tell(untold.notices(workspace_id))
    return answer


async def open_conversation(
    conn: Connection,
    workspace_id: UUID,
    *,
    contact_id: UUID,
    origin_id: UUID,
    cid: str,
    moment: datetime,
    session_id: UUID | None = None,
    device_id: UUID | None = None,
    subject: str | None = None,
) -> tuple[Conversation, bool]:
    """A conversation without messages (append one in the same transaction), and whether it is new.

    The same `cid` of the same session gives what is there; of the team (no session), the same `cid`
    for the same contact. `device_id` and `subject` say who besides the session may read it: see
    `queries.reach` for what the team begins. NotFound where the contact is gone.
    """
    new = Conversation(
        id=new_id(moment),
        contact_id=contact_id,
        origin_id=origin_id,
        session_id=session_id,
        device_id=device_id,
        subject=subject,
        cid=course.read_cid(cid),
        last_author=BY_CONTACT if session_id is not None else BY_TEAM,
        created_at=moment,
        last_at=moment,
        changed_at=moment,
    )
    # Held against erasing, which would leave what is written after it looked.
    if not await queries.note_activity(conn, workspace_id, contact_id, moment, keeps=False):
        raise NotFound("There is no such contact.", "no_such_contact")
    if await queries.insert_conversation(conn, workspace_id, new):
        return new, True
    found = await queries.conversation_by_cid(
        conn, workspace_id, cid, session_id=session_id, origin_id=origin_id
    )
    if found is None:
        raise Moved
    return found, False


async def append_message(
    conn: Connection,
    workspace_id: UUID,
    conversation_id: UUID,
    writing: Writing,
    policy: Policy,
    moment: datetime,
    changes: Changes,
    *,
    known: Conversation | None = None,
) -> Appended:
    """Store a message, a note or an event as the next of its conversation, once for each `cid`.

    A contact's message moves the contact's `last_seen_at` and reopens what was closed or snoozed;
    the team's moves `last_activity_at`; notes and events move neither. NotFound where the
    conversation is gone, `Merged` where it was merged into another. `known`: the conversation,
    where this transaction has read it already.
    """
    before = known or await queries.conversation(conn, workspace_id, conversation_id)
    if before is None:
        raise no_conversation()
    if before.status == MERGED:
        raise Merged(before.merged_into)
    await _note_contact(conn, workspace_id, before.contact_id, writing, policy, moment, changes)
    held = await queries.hold(conn, workspace_id, conversation_id)
    if held is None:
        raise no_conversation()
    if held.contact_id != before.contact_id:
        raise Moved  # the contact was merged meanwhile: another row is to be noted
    if held.status == MERGED:
        raise Merged(held.merged_into)
    return await append_to_held(conn, workspace_id, held, writing, moment, changes)


async def append_at_once(
    conn: Connection,
    workspace_id: UUID,
    conversation_id: UUID,
    writing: Writing,
    policy: Policy,
    moment: datetime,
    changes: Changes,
    *,
    sight: Sight | None = None,
) -> Appended | None:
    """The same in half as many statements, where nothing unusual is in the way: it is a new message
    in a conversation that is there, which `sight` may read where the contact writes.

    None where something is: nothing was stored, and `append_message` says what it is.
    """
    is_contacts = writing.author == BY_CONTACT
    moved = "last_seen_at" if is_contacts else "last_activity_at"
    if writing.kind != MESSAGE or not policy.keeps(moved):
        return None
    if is_contacts:
        if sight is None or sight.contact_id is None:
            return None
        seen_on = writing.device_id or record_id(sight.contact_id)
        held = await storing.hold_for_contact(
            conn, workspace_id, conversation_id, writing, sight, seen_on, moment
        )
    else:
        held = await storing.hold_for_team(conn, workspace_id, conversation_id, writing, moment)
    if held is None:
        return None
    changes.contacts.add(held.contact_id)
    return await append_to_held(
        conn, workspace_id, held, writing, moment, changes, is_known_new=True
    )


async def append_to_held(
    conn: Connection,
    workspace_id: UUID,
    held: Conversation,
    writing: Writing,
    moment: datetime,
    changes: Changes,
    *,
    is_known_new: bool = False,
) -> Appended:
    """Append to a conversation that the transaction holds (`queries.hold`); contacts are not
    touched. For events beside another change, and for whoever holds several conversations.

    `is_known_new`: nothing was stored under this `cid` when the conversation was held.
    """
    if not is_known_new:
        stored = await queries.message_by_cid(
            conn, workspace_id, held.id, writing.author, writing.cid
        )
        if stored is not None:
            changes.add(held.id, stored.seq)  # whoever stored it may not have come to tell it
            return Appended(held, stored, False)
    new = []
    woken = course.wakes(held, writing)
    if woken is not None:
        event = Writing(
            cid=f"{woken}:{writing.cid}"[-64:],
            author=BY_OPENBOOK,
            kind=EVENT,
            event={"name": woken},
            is_public=False,
        )
        held, message = course.append(held, event, new_id(moment), moment)
        new.append(message)
    held, message = course.append(held, writing, new_id(moment), moment)
    new.append(message)
    if writing.file_ids:
        await attach_files(
            conn, workspace_id, writing.file_ids, held.id, held.contact_id, held.origin_id,
            session_id=writing.session_id, user_id=writing.user_id,
            private=message.public_seq is None,
        )  # fmt: skip
    await storing.write(conn, workspace_id, held, new)
    for one in new:
        changes.add(held.id, one.seq)
    if (writing.author, writing.kind) == (BY_TEAM, MESSAGE):
        await tell_by_mail(conn, workspace_id, held.id, moment)
        await tell_by_push(conn, workspace_id, held.id, held.contact_id, moment)
    return Appended(held, message, True)


async def append_event(
    conn: Connection,
    workspace_id: UUID,
    held: Conversation,
    name: str,
    moment: datetime,
    changes: Changes,
    *,
    user_id: UUID | None = None,
    is_public: bool = False,
    **ids: Any,
) -> Conversation:
    """Note what happened to a conversation that is held; the conversation as it is now."""
    writing = Writing(
        cid=str(new_id(moment)),
        author=BY_OPENBOOK if user_id is None else BY_TEAM,
        kind=EVENT,
        user_id=user_id,
        event={"name": name, **ids},
        is_public=is_public,
    )
    done = await append_to_held(conn, workspace_id, held, writing, moment, changes)
    return done.conversation


async def set_status(
    conn: Connection,
    workspace_id: UUID,
    conversation_id: UUID,
    status: int,
    moment: datetime,
    changes: Changes,
    *,
    user_id: UUID | None = None,
    until: datetime | None = None,
) -> Conversation:
    """Open, snooze (`until` a moment) or close; an event tells it, once. The contact is told of
    closing and reopening. What is closed or snoozed waits for no answer; opened again, it waits
    since the contact does."""
    if (status == SNOOZED) != (until is not None):
        raise BadInput("Snoozing needs the time it ends: snoozed_until.", "no_snoozed_until")
    if until is not None and not moment < until < moment + timedelta(days=3660):
        raise BadInput("snoozed_until must be a time to come.", "bad_snoozed_until")
    held = await queries.hold(conn, workspace_id, conversation_id)
    if held is None:
        raise no_conversation()
    if held.status == MERGED:
        raise Merged(held.merged_into)
    if (held.status, held.snoozed_until) == (status, until):
        return held
    name = {OPEN: "woken" if held.status == SNOOZED else "reopened", SNOOZED: "snoozed"}
    told = {} if until is None else {"until": int(until.timestamp())}
    is_public = CLOSED in (held.status, status)
    waiting = None
    if status == OPEN:
        waiting = await queries.waiting_since(conn, workspace_id, conversation_id)
    held = replace(held, status=status, snoozed_until=until, waiting_since=waiting)
    return await append_event(
        conn, workspace_id, held, name.get(status, "closed"), moment, changes,
        user_id=user_id, is_public=is_public, **told,
    )  # fmt: skip


async def mark_read(
    conn: Connection, workspace_id: UUID, conversation_id: UUID, seq: int, changes: Changes
) -> None:
    """The contact has read up to this public seq; what is read has been received."""
    if await queries.put_marks(conn, workspace_id, conversation_id, read=seq):
        changes.changed.add(conversation_id)


async def mark_received(
    conn: Connection, workspace_id: UUID, conversation_id: UUID, seq: int, changes: Changes
) -> None:
    """Up to this public seq, messages have arrived at the contact's."""
    if await queries.put_marks(conn, workspace_id, conversation_id, received=seq):
        changes.changed.add(conversation_id)


async def mark_read_by_team(
    conn: Connection,
    workspace_id: UUID,
    conversation_id: UUID,
    user_id: UUID,
    seq: int,
    changes: Changes,
) -> None:
    """A member of the team has read up to this seq (of all messages); never less than before."""
    held = await queries.hold(conn, workspace_id, conversation_id)
    if held is None:
        raise no_conversation()
    seq = min(seq, held.last_seq)
    if await queries.put_team_read(conn, workspace_id, held, user_id, seq):
        changes.changed.add(conversation_id)
        changes.read.append((user_id, conversation_id, seq))


async def _note_contact(
    conn: Connection,
    workspace_id: UUID,
    contact_id: UUID,
    writing: Writing,
    policy: Policy,
    moment: datetime,
    changes: Changes,
) -> None:
    """What a message moves on its contact; NotFound where the contact was erased meanwhile."""
    if writing.kind != MESSAGE or writing.author == BY_OPENBOOK:
        return
    if writing.author == BY_CONTACT:
        seen_on = writing.device_id or record_id(contact_id)
        keeps = policy.keeps("last_seen_at")
        is_there = await queries.note_seen(
            conn, workspace_id, contact_id, seen_on, moment, keeps=keeps
        )
    else:
        keeps = policy.keeps("last_activity_at")
        is_there = await queries.note_activity(conn, workspace_id, contact_id, moment, keeps=keeps)
    if not is_there:
        raise no_conversation()
    if keeps:
        changes.contacts.add(contact_id)


def record_id(contact_id: UUID) -> UUID:
    """The row that holds what was told of a contact and not seen on a device."""
    return device_id("", RECORD, f"contact:{contact_id}")


__all__ = [
    "Changes", "Merged", "again", "append_event", "append_message", "append_to_held",
    "mark_read", "mark_read_by_team", "mark_received", "no_conversation", "open_conversation",
    "record_id", "set_status", "tell",
]  # fmt: skip
