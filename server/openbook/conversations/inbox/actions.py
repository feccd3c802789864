"""What the team does with conversations. The caller holds the transaction, and publishes `changes`.

Each begins with `lead`, so that the id of a conversation that was merged away leads to the one
that took it over.
"""

from datetime import UTC, datetime
from uuid import UUID

from msgspec import UNSET
from msgspec.structs import replace

from openbook.accounts.schemas import Caller
from openbook.catalogue.policy import Policy
from openbook.contacts import actions as contact_actions
from openbook.contacts.queries import kept as kept_contact
from openbook.conversations import queries as stored
from openbook.conversations.actions import (
    Changes,
    Merged,
    append_at_once,
    append_message,
    append_to_held,
    mark_read_by_team,
    no_conversation,
    open_conversation,
    set_status,
)
from openbook.conversations.course import read_cid, read_text
from openbook.conversations.inbox import queries
from openbook.conversations.inbox.schemas import (
    ConversationChange,
    MessageWrite,
    StartConversation,
)
from openbook.conversations.notices import Notice, Typing, publish_chat_notices
from openbook.conversations.schemas import (
    BY_TEAM,
    CLOSED,
    EVENT,
    MERGED,
    MESSAGE,
    NOTE,
    OPEN,
    SNOOZED,
    Appended,
    Conversation,
    Writing,
)
from openbook.db import Connection
from openbook.errors import BadInput
from openbook.ids import new_id
from openbook.jobs.actions import defer
from openbook.tags.queries import hold as hold_tag

WAKE = "wake"
"""The kind of job that ends snoozing."""
ANSWERS = "conversations:write"
STATUS = {"open": OPEN, "snoozed": SNOOZED, "closed": CLOSED}


async def lead(conn: Connection, workspace_id: UUID, conversation_id: UUID) -> UUID:
    """The conversation that an id leads to; NotFound where there is none."""
    found = await stored.conversation(conn, workspace_id, conversation_id)
    if found is None:
        raise no_conversation()
    return found.merged_into or found.id


async def start(
    conn: Connection,
    caller: Caller,
    policy: Policy,
    written: StartConversation,
    moment: datetime,
    changes: Changes,
) -> Appended:
    """A new conversation with a contact. Who may read it is only who proves to be that contact."""
    workspace_id = caller.workspace_id
    contact_id = await kept_contact(conn, workspace_id, written.contact_id)
    reach = await stored.reach(conn, workspace_id, contact_id)
    opened, _ = await open_conversation(
        conn,
        workspace_id,
        contact_id=contact_id,
        origin_id=contact_id,
        cid=written.cid,
        moment=moment,
        device_id=reach.device_id,
        subject=reach.subject,
    )
    said = MessageWrite(cid=written.cid, text=written.text, file_ids=written.file_ids)
    into = opened.merged_into or opened.id
    return await say(conn, caller, policy, into, said, moment, changes)


async def say(
    conn: Connection,
    caller: Caller,
    policy: Policy,
    conversation_id: UUID,
    written: MessageWrite,
    moment: datetime,
    changes: Changes,
) -> Appended:
    """Answer the contact, or note something for colleagues; who does has read what is there."""
    workspace_id = caller.workspace_id
    is_note = written.kind == "note"
    if written.mentions and not is_note:
        raise BadInput("Only a note mentions colleagues; a message goes to the contact.")
    named = set(written.mentions)
    if named and named - await queries.members(conn, workspace_id, sorted(named)):
        raise BadInput("`mentions` names somebody who is not in the team.", "not_a_member")
    writing = Writing(
        cid=read_cid(written.cid),
        author=BY_TEAM,
        kind=NOTE if is_note else MESSAGE,
        text=read_text(written.text, may_be_empty=bool(written.file_ids)),
        user_id=caller.caller_id,
        file_ids=written.file_ids,
        is_public=not is_note,
    )
    done = await append_at_once(
        conn, workspace_id, conversation_id, writing, policy, moment, changes
    )
    if done is not None:
        seq = done.message.seq
        await queries.read_own(conn, workspace_id, done.conversation, caller.caller_id, seq, moment)
        changes.read.append((caller.caller_id, conversation_id, seq))
        return done
    conversation_id = await lead(conn, workspace_id, conversation_id)
    if known := await _said_before(conn, workspace_id, conversation_id, writing.cid):
        changes.add(conversation_id, known.message.seq)
        return known
    done = await append_message(
        conn, workspace_id, conversation_id, writing, policy, moment, changes
    )
    if done.is_new:
        seq = done.message.seq
        if named:
            await queries.insert_mentions(conn, workspace_id, done.conversation, seq, sorted(named))
        await _read(conn, caller, conversation_id, seq, moment, changes)
    return done


async def change(
    conn: Connection,
    caller: Caller,
    conversation_id: UUID,
    written: ConversationChange,
    moment: datetime,
    changes: Changes,
) -> UUID:
    """Status, assignee, tags: what is named. An event tells each that is different; its id."""
    workspace_id = caller.workspace_id
    conversation_id = await lead(conn, workspace_id, conversation_id)
    until = _until(written)
    if written.status is not UNSET:
        now = await set_status(
            conn,
            workspace_id,
            conversation_id,
            STATUS[written.status],
            moment,
            changes,
            user_id=caller.caller_id,
            until=until,
        )
        if now.status == SNOOZED and now.snoozed_until is not None:
            await defer(conn, workspace_id, WAKE, conversation_id, moment, due_at=now.snoozed_until)
    if written.assignee_id is not UNSET:
        await _assign(conn, caller, conversation_id, written.assignee_id, moment, changes)
    if written.tags is not UNSET:
        await _tag(conn, caller, conversation_id, set(written.tags), moment, changes)
    return conversation_id


async def wake(
    conn: Connection, workspace_id: UUID, conversation_id: UUID, moment: datetime, changes: Changes
) -> None:
    """Open again what was snoozed until now; what was put off further, or not any more, stays."""
    held = await stored.hold(conn, workspace_id, conversation_id)
    if held is None or held.status != SNOOZED or held.snoozed_until is None:
        return
    if held.snoozed_until <= moment:
        await set_status(conn, workspace_id, conversation_id, OPEN, moment, changes)


async def read(
    conn: Connection,
    caller: Caller,
    conversation_id: UUID,
    seq: int,
    moment: datetime,
    changes: Changes,
) -> None:
    """The caller has read up to here."""
    conversation_id = await lead(conn, caller.workspace_id, conversation_id)
    await _read(conn, caller, conversation_id, seq, moment, changes)


async def unread(conn: Connection, caller: Caller, conversation_id: UUID, changes: Changes) -> None:
    """As if the caller had not read the contact's latest message."""
    conversation_id = await lead(conn, caller.workspace_id, conversation_id)
    held = await _held(conn, caller.workspace_id, conversation_id)
    seq = held.contact_seq - 1
    await queries.put_read(conn, caller.workspace_id, held, caller.caller_id, seq)
    changes.read.append((caller.caller_id, held.id, seq))


async def tell_typing(
    conn: Connection, caller: Caller, conversation_id: UUID, *, note: bool
) -> None:
    """Who has the conversation open hears that the caller writes; nothing is stored."""
    conversation_id = await lead(conn, caller.workspace_id, conversation_id)
    typing = Typing(conversation_id.hex, caller.caller_id.hex, note)
    await publish_chat_notices(conn, [Notice(caller.workspace_id.hex, y=[typing])])


async def set_spam(
    conn: Connection,
    caller: Caller,
    policy: Policy,
    conversation_id: UUID,
    spam: bool,
    moment: datetime,
    changes: Changes,
) -> UUID:
    """Mark the contact of a conversation as spam, or take the mark away; the conversation's id."""
    workspace_id = caller.workspace_id
    conversation_id = await lead(conn, workspace_id, conversation_id)
    found = await stored.conversation(conn, workspace_id, conversation_id)
    if found is None:
        raise no_conversation()
    if await queries.is_spam(conn, workspace_id, found.contact_id) == spam:
        return conversation_id
    # The contact's own flag: the audit is told there, and so are all lists.
    await contact_actions.change(conn, caller, policy, found.contact_id, {"spam": spam}, moment)
    held = await _held(conn, workspace_id, conversation_id)
    await note_event(conn, caller, held, "spam" if spam else "no_spam", moment, changes)
    return conversation_id


async def note_event(
    conn: Connection,
    caller: Caller,
    held: Conversation,
    name: str,
    moment: datetime,
    changes: Changes,
    **about: str | int,
) -> Conversation:
    """Write into a held conversation that the caller did something, for the team alone."""
    writing = Writing(
        cid=str(new_id(moment)),
        author=BY_TEAM,
        kind=EVENT,
        user_id=caller.caller_id,
        event={"name": name, **about},
        is_public=False,
    )
    done = await append_to_held(conn, caller.workspace_id, held, writing, moment, changes)
    return done.conversation


async def _said_before(
    conn: Connection, workspace_id: UUID, conversation_id: UUID, cid: str
) -> Appended | None:
    """What the team has sent under this name: sent again, it is no dealing with the contact."""
    message = await stored.message_by_cid(conn, workspace_id, conversation_id, BY_TEAM, cid)
    found = await stored.conversation(conn, workspace_id, conversation_id)
    return Appended(found, message, False) if found and message else None


async def _read(
    conn: Connection,
    caller: Caller,
    conversation_id: UUID,
    seq: int,
    moment: datetime,
    changes: Changes,
) -> None:
    workspace_id, user_id = caller.workspace_id, caller.caller_id
    before = len(changes.read)
    if caller.may(ANSWERS):
        await mark_read_by_team(conn, workspace_id, conversation_id, user_id, seq, changes)
    else:  # who only looks on is not the team that the contact is shown to have read
        held = await _held(conn, workspace_id, conversation_id)
        seq = min(seq, held.last_seq)
        if await queries.read_on(conn, workspace_id, held, user_id, seq):
            changes.read.append((user_id, conversation_id, seq))
    seen = await queries.see_mentions(conn, workspace_id, user_id, conversation_id, seq, moment)
    if seen and len(changes.read) == before:
        changes.read.append((user_id, conversation_id, seq))


async def _assign(
    conn: Connection,
    caller: Caller,
    conversation_id: UUID,
    assignee_id: UUID | None,
    moment: datetime,
    changes: Changes,
) -> None:
    workspace_id = caller.workspace_id
    if assignee_id is not None and not await queries.members(
        conn, workspace_id, [assignee_id], answering=True
    ):
        raise BadInput(
            "`assignee_id` is nobody of the team who can answer contacts.", "cannot_answer"
        )
    held = await _held(conn, workspace_id, conversation_id)
    if held.assignee_id == assignee_id:
        return
    now = replace(held, assignee_id=assignee_id)
    if assignee_id is None:
        await note_event(conn, caller, now, "unassigned", moment, changes)
    else:
        await note_event(conn, caller, now, "assigned", moment, changes, user_id=str(assignee_id))


async def _tag(
    conn: Connection,
    caller: Caller,
    conversation_id: UUID,
    wanted: set[UUID],
    moment: datetime,
    changes: Changes,
) -> None:
    workspace_id = caller.workspace_id
    held = await _held(conn, workspace_id, conversation_id)
    before = await queries.tags_of(conn, workspace_id, conversation_id)
    given, taken = sorted(wanted - before), sorted(before - wanted)
    for tag_id in given:
        if not await hold_tag(conn, workspace_id, tag_id):
            raise BadInput(f"There is no tag {tag_id}.", "no_such_tag")
    if not given and not taken:
        return
    await queries.put_tags(conn, workspace_id, held, given, taken, caller.caller_id, moment)
    for name, ids in (("tagged", given), ("untagged", taken)):
        for tag_id in ids:
            held = await note_event(conn, caller, held, name, moment, changes, tag_id=str(tag_id))


def _until(written: ConversationChange) -> datetime | None:
    until = written.snoozed_until
    if until is UNSET or until is None:
        return None
    if written.status != "snoozed":
        raise BadInput("`snoozed_until` goes with the status `snoozed`.")
    return datetime.fromtimestamp(until, UTC)


async def _held(conn: Connection, workspace_id: UUID, conversation_id: UUID) -> Conversation:
    held = await stored.hold(conn, workspace_id, conversation_id)
    if held is None:
        raise no_conversation()
    if held.status == MERGED:
        raise Merged(held.merged_into)
    return held
