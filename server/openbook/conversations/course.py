"""What a message makes of its conversation and what a text may be. Pure."""

import re
from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from openbook.conversations.schemas import (
    BY_CONTACT,
    BY_TEAM,
    CLOSED,
    EVENT,
    MAX_CID,
    MAX_TEXT,
    MESSAGE,
    NOTE,
    OPEN,
    PREVIEW,
    SNOOZED,
    Conversation,
    StoredMessage,
    Writing,
)
from openbook.errors import BadInput

# Control characters but tab and line feed, and what turns the direction of all that follows.
_UNWANTED = re.compile("[\x01-\x08\x0b-\x1f\x7f-\x9f\u202d\u202e\ufeff]+")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def append(
    conversation: Conversation, writing: Writing, message_id: UUID, moment: datetime
) -> tuple[Conversation, StoredMessage]:
    """The next message of a conversation, and the conversation with it.

    Both sequences grow by one without a gap: `seq` always, `public_seq` where the contact may read
    it. Only messages (no notes, no events) are previewed, wait for an answer or end the waiting.
    """
    is_public = writing.is_public and writing.kind != NOTE
    seq = conversation.last_seq + 1
    public_seq = conversation.last_public_seq + 1 if is_public else None
    message = StoredMessage(
        conversation_id=conversation.id,
        seq=seq,
        public_seq=public_seq,
        contact_id=conversation.contact_id,
        # Who begins as a contact of its own after a split gets back what it began with.
        origin_id=conversation.origin_id,
        id=message_id,
        cid=writing.cid,
        author=writing.author,
        user_id=writing.user_id,
        kind=writing.kind,
        text=writing.text,
        event=writing.event,
        file_ids=list(writing.file_ids),
        created_at=moment,
    )
    after = replace(
        conversation,
        last_seq=seq,
        last_public_seq=public_seq or conversation.last_public_seq,
        changed_at=moment,
    )
    if public_seq is not None:
        after = _marks(conversation, after, writing, public_seq)
    if writing.kind == MESSAGE:
        after = replace(
            after,
            preview=preview_of(writing.text),
            last_author=writing.author,
            last_at=moment,
        )
        if writing.author == BY_CONTACT:
            after = replace(
                after,
                contact_seq=seq,
                waiting_since=conversation.waiting_since or moment,
                status=OPEN,
                snoozed_until=None,
            )
        elif writing.author == BY_TEAM:
            after = replace(after, waiting_since=None)
    return after, message


def _marks(
    before: Conversation, after: Conversation, writing: Writing, public_seq: int
) -> Conversation:
    """Who had read all that came before has read what they write themselves."""
    if writing.author == BY_CONTACT:
        last = before.last_public_seq
        if before.read_public_seq == last:
            after = replace(after, read_public_seq=public_seq)
        if before.received_public_seq == last:
            after = replace(after, received_public_seq=public_seq)
    elif writing.author == BY_TEAM and writing.kind == MESSAGE:
        after = replace(after, team_public_seq=public_seq)
    return after


def wakes(conversation: Conversation, writing: Writing) -> str | None:
    """The event that a message brings about: the contact speaks again in what was put away."""
    if writing.author != BY_CONTACT or writing.kind != MESSAGE:
        return None
    return {CLOSED: "reopened", SNOOZED: "woken"}.get(conversation.status)


def preview_of(text: str) -> str:
    """The beginning of a text in one line."""
    line = " ".join(text[: 4 * PREVIEW].split())
    return (
        line if len(line) <= PREVIEW else line[: PREVIEW - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"
    )


def read_text(text: str, *, may_be_empty: bool = False) -> str:
    """The text as it is stored; BadInput for what cannot be, is too long, or says nothing."""
    if _UNSTORABLE.search(text):
        raise BadInput("The text has characters that cannot be stored.", "bad_text")
    clean = _UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if len(clean) > MAX_TEXT:
        raise BadInput(f"A message may have {MAX_TEXT} characters. Send it in parts.", "too_long")
    if not clean and not may_be_empty:
        raise BadInput("The message is empty: it needs a text or a file.", "empty_message")
    return clean


def read_cid(cid: str) -> str:
    """The client's own name of a message or conversation; BadInput where it is none."""
    if not 0 < len(cid) <= MAX_CID or not cid.isascii() or not cid.isprintable():
        raise BadInput(f"cid is 1 to {MAX_CID} printable ASCII characters.", "bad_cid")
    return cid


def is_event(kind: int) -> bool:
    return kind == EVENT
