"""Two conversations with one contact become one.

What the one that goes held follows behind the last message of the one that is kept, in its own
order: no number that somebody has seen means another message afterwards, both counts stay without
a gap, and a client that goes on from its last number is told each message once. The row that goes
stays, empty, and says where to.
"""

from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from openbook.accounts.schemas import Caller
from openbook.audit.noting import note
from openbook.conversations import queries as stored
from openbook.conversations.actions import Changes, Merged, no_conversation
from openbook.conversations.inbox import queries
from openbook.conversations.inbox.actions import WAKE, lead, note_event
from openbook.conversations.schemas import (
    MERGED,
    OPEN,
    SNOOZED,
    Conversation,
)
from openbook.db import Connection
from openbook.errors import Conflict
from openbook.jobs.actions import defer

Readers = tuple[UUID | None, UUID | None, str | None]
"""Session, device, verified user id: by what somebody outside may read a conversation."""
OTHER_READER = (
    "These conversations are read in different places, none of which is proved to be the same "
    "person's: together, one would show what was said in the other. Answer in each."
)


async def merge(
    conn: Connection,
    caller: Caller,
    kept_id: UUID,
    other_id: UUID,
    moment: datetime,
    changes: Changes,
) -> UUID:
    """Take over what another conversation holds; the id of the one that is kept."""
    workspace_id = caller.workspace_id
    kept_id = await lead(conn, workspace_id, kept_id)
    other_id = await lead(conn, workspace_id, other_id)
    if kept_id == other_id:
        raise Conflict("That is one conversation already.", "same_conversation")
    # Always in the same order, so that two who merge the same ones cannot wait for each other.
    held = {one: await stored.hold(conn, workspace_id, one) for one in sorted((kept_id, other_id))}
    kept, other = held[kept_id], held[other_id]
    if kept is None or other is None:
        raise no_conversation()
    if MERGED in (kept.status, other.status):
        raise Merged(kept.merged_into or other.merged_into)
    if kept.contact_id != other.contact_id:
        raise Conflict(
            "These conversations are with two contacts. Merge the contacts first.", "other_contact"
        )
    readers = common_readers(_readers(kept), _readers(other))
    if readers is None:
        raise Conflict(OTHER_READER, "other_reader")
    kept = await note_event(
        conn,
        caller,
        kept,
        "merged",
        moment,
        changes,
        other_id=str(other_id),
        messages=other.last_seq,
    )
    await queries.move(conn, workspace_id, other, kept)
    after = joined(kept, other)
    await stored.put_state(conn, workspace_id, after)
    session_id, device_id, subject = readers
    after = replace(after, session_id=session_id, device_id=device_id, subject=subject)
    await queries.put_readers(conn, workspace_id, after)
    linked = await queries.hand_over_links(conn, workspace_id, kept, other_id, moment)
    changes.sessions.update(linked)
    await stored.put_state(conn, workspace_id, emptied(other, kept_id, moment))
    if after.status == SNOOZED and after.snoozed_until is not None:
        await defer(conn, workspace_id, WAKE, kept_id, moment, due_at=after.snoozed_until)
    changes.add(kept_id, after.last_seq)
    changes.changed.add(other_id)
    told = {"gone": str(other_id)}
    await note(conn, workspace_id, caller.actor, "conversation.merged", kept_id, moment, **told)
    return kept_id


def common_readers(kept: Readers, other: Readers) -> Readers | None:
    """Who may read both, and so may read them as one; None where that is nobody.

    What nobody outside can read yet is the team's own, and goes to whoever reads the other one.
    """
    if not any(kept):
        return other
    if not any(other):
        return kept
    session_id, device_id, subject = (
        mine if mine == theirs else None for mine, theirs in zip(kept, other, strict=True)
    )
    both: Readers = (session_id, device_id, subject)  # type: ignore[assignment]
    return both if any(both) else None


def joined(kept: Conversation, other: Conversation) -> Conversation:
    """The one that is kept, once the messages of the other follow its own."""
    latest = other if other.last_at > kept.last_at else kept
    waiting = [one.waiting_since for one in (kept, other) if one.waiting_since is not None]
    status = min(kept.status, other.status)  # open before snoozed before closed
    until = [one.snoozed_until for one in (kept, other) if one.snoozed_until is not None]

    def mark(mine: int, theirs: int) -> int:
        """A mark of what was read: it goes on only from the end of what was there."""
        return kept.last_public_seq + theirs if mine == kept.last_public_seq else mine

    return replace(
        kept,
        status=status,
        snoozed_until=min(until) if status == SNOOZED else None,
        assignee_id=kept.assignee_id or other.assignee_id,
        last_seq=kept.last_seq + other.last_seq,
        last_public_seq=kept.last_public_seq + other.last_public_seq,
        contact_seq=kept.last_seq + other.contact_seq if other.contact_seq else kept.contact_seq,
        read_public_seq=mark(kept.read_public_seq, other.read_public_seq),
        received_public_seq=mark(kept.received_public_seq, other.received_public_seq),
        team_public_seq=mark(kept.team_public_seq, other.team_public_seq),
        preview=latest.preview,
        last_author=latest.last_author,
        last_at=latest.last_at,
        waiting_since=min(waiting) if waiting and status == OPEN else None,
    )


def emptied(other: Conversation, kept_id: UUID, moment: datetime) -> Conversation:
    """The one that went: where to, and nothing else."""
    return replace(
        other,
        status=MERGED,
        snoozed_until=None,
        merged_into=kept_id,
        last_seq=0,
        last_public_seq=0,
        contact_seq=0,
        read_public_seq=0,
        received_public_seq=0,
        team_public_seq=0,
        preview="",
        waiting_since=None,
        changed_at=moment,
    )


def _readers(one: Conversation) -> Readers:
    return one.session_id, one.device_id, one.subject
