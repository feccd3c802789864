"""The inbox as the interface takes and gives it."""

from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType, field

from openbook.contacts.schemas import Kind, Moment
from openbook.conversations.schemas import MAX_CID, MAX_FILES, MAX_TEXT, From, SentFile

View = Literal["open", "mine", "unassigned", "mentions", "snoozed", "closed", "spam", "all"]
Status = Literal["open", "snoozed", "closed"]
STATUSES: tuple[Status, ...] = ("open", "snoozed", "closed")
"""As the table counts them; behind them 3, which is merged into another one."""
MessageKind = Literal["message", "note", "event"]
MESSAGE_KINDS: tuple[MessageKind, ...] = ("message", "note", "event")
Written = Literal["message", "note"]

Cid = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=MAX_CID,
        description="Your own name for it: sent twice, it is there once.",
    ),
]
Text = Annotated[str, Meta(min_length=1, max_length=MAX_TEXT)]
FileIds = Annotated[
    list[UUID], Meta(max_length=MAX_FILES, description="Files that were uploaded before.")
]
Mentions = Annotated[list[UUID], Meta(max_length=50, description="Members of the team, in a note.")]
Seq = Annotated[int, Meta(description="1, 2, 3, ... within the conversation, without a gap.")]


class Teammate(Struct, frozen=True):
    """Somebody of the team; or an API token, which has no name."""

    id: UUID
    name: str | None


class ContactBrief(Struct, frozen=True, kw_only=True):
    """Whom a conversation is with."""

    id: UUID
    kind: Kind
    name: str | None
    display_name: Annotated[
        str, Meta(description="The name, address or user id; else a made-up name, not stored.")
    ]
    email: str | None
    email_verified: Annotated[
        bool, Meta(description="Whether more than the person's own word stands behind `email`.")
    ]
    online: Annotated[bool, Meta(description="Seen in the last five minutes.")]
    country_code: str | None
    spam: bool


class ConversationHead(Struct, frozen=True, kw_only=True):
    """A conversation as everybody of the team sees it."""

    id: UUID
    contact: ContactBrief
    status: Status
    snoozed_until: Moment | None
    assignee: Annotated[
        Teammate | None, Meta(description="Null where nobody is, or somebody who left the team.")
    ]
    tags: list[UUID]
    last_seq: Annotated[int, Meta(description="Of all messages, notes and events.")]
    contact_seq: Annotated[int, Meta(description="Of the contact's latest message; 0: none.")]
    contact_read_seq: Annotated[
        int, Meta(description="The last message that the contact has read; 0: none.")
    ]
    contact_received_seq: Annotated[
        int, Meta(description="The last message that has arrived there; 0: none.")
    ]
    preview: Annotated[str, Meta(description="How the latest message begins.")]
    last_from: From
    last_by: Annotated[Teammate | None, Meta(description="Who of the team said the latest.")]
    last_at: Moment
    waiting_since: Annotated[
        Moment | None, Meta(description="When the contact began to wait for an answer.")
    ]
    created_at: Moment
    spam: Annotated[bool, Meta(description="Whether the contact is marked as spam.")]


class Conversation(ConversationHead, frozen=True, kw_only=True):
    """A conversation as one member of the team sees it."""

    read_seq: Annotated[int, Meta(description="How far you have read; 0: nothing yet.")]
    unread: Annotated[bool, Meta(description="The contact said something behind `read_seq`.")]
    mentioned: Annotated[bool, Meta(description="A note behind `read_seq` mentions you.")]
    assigned: Annotated[
        bool, Meta(description="Somebody else assigned it to you, behind `read_seq`.")
    ]


class ConversationPage(Struct, frozen=True):
    """One page of a view, the latest first."""

    conversations: list[Conversation]
    next_cursor: Annotated[
        str | None,
        Meta(description="Pass as `cursor` for the next page; null on the last one."),
    ]


class ViewCount(Struct, frozen=True):
    """How many conversations a view has, and in how many of them something is unread."""

    all: int
    unread: int


class ViewAll(Struct, frozen=True):
    """How many conversations a view has."""

    all: int


class InboxCounts(Struct, frozen=True):
    """What each view holds: exact. In `mentions`, unread are notes you have not read yet; in
    `mine`, what somebody else assigned to you since you looked is unread as well, and `assigned`
    is how many of them there are.
    """

    open: ViewCount
    mine: ViewCount
    unassigned: ViewCount
    mentions: ViewCount
    snoozed: ViewCount
    closed: ViewAll
    spam: ViewAll
    assigned: ViewAll


class InboxMessage(Struct, frozen=True, kw_only=True):
    """What was said, noted or done."""

    seq: Seq
    public_seq: Annotated[
        int | None, Meta(description="The contact's own count; null: never shown to them.")
    ]
    id: UUID
    cid: str
    author: From = field(name="from")
    by: Teammate | None
    kind: MessageKind
    text: str
    event: Annotated[
        dict[str, Any] | None, Meta(description="What happened: its `name` and ids, no words.")
    ]
    mentions: list[UUID]
    files: list[SentFile]
    created_at: Moment


class InboxThread(Struct, frozen=True):
    """Messages of a conversation in their order."""

    conversation: Conversation
    messages: list[InboxMessage]
    more: Annotated[
        bool, Meta(description="There are newer ones where `after` was asked, else older ones.")
    ]


class StartConversation(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A new conversation with a contact, and what is said first."""

    contact_id: UUID
    cid: Cid
    text: Text
    file_ids: FileIds = []


class StartedConversation(Struct, frozen=True):
    """A conversation and the message that was stored."""

    conversation: Conversation
    message: InboxMessage


class MessageWrite(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What to say, or to note."""

    cid: Cid
    text: Annotated[str, Meta(max_length=MAX_TEXT)] = ""
    kind: Annotated[Written, Meta(description="A note is for the team alone.")] = "message"
    file_ids: FileIds = []
    mentions: Mentions = []


class ConversationChange(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is to be different; a key that is left out stays as it is."""

    status: Annotated[
        Status | UnsetType, Meta(description="`snoozed` takes `snoozed_until` too.")
    ] = UNSET
    snoozed_until: Annotated[
        Annotated[int, Meta(ge=0, le=253_402_300_799)] | UnsetType | None,
        Meta(description="UNIX seconds, in the future: it wakes then by itself."),
    ] = UNSET
    assignee_id: Annotated[UUID | UnsetType | None, Meta(description="Null: nobody.")] = UNSET
    tags: Annotated[
        Annotated[list[UUID], Meta(max_length=50)] | UnsetType,
        Meta(description="All tags that it is to have."),
    ] = UNSET


class ReadTo(Struct, frozen=True, forbid_unknown_fields=True):
    """How far was read."""

    seq: Annotated[int, Meta(ge=0, le=2**31 - 1)]


class WritingNow(Struct, frozen=True, forbid_unknown_fields=True):
    """What is being written, of which only notes are not told to the contact."""

    kind: Written = "message"


class MergeInto(Struct, frozen=True, forbid_unknown_fields=True):
    """The conversation whose messages are taken over."""

    other_id: UUID


class CannedReply(Struct, frozen=True, kw_only=True):
    """A text that is written often."""

    id: UUID
    shortcut: str
    text: str
    changed_at: Moment


class CannedReplies(Struct, frozen=True):
    """All of the workspace, by shortcut."""

    items: list[CannedReply]


class CannedReplyWrite(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A canned reply as it is to be."""

    shortcut: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=40,
            description="What is typed after the slash: small letters, digits, `-` and `_`.",
        ),
    ]
    text: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=MAX_TEXT,
            description="May hold `{{contact.name}}`, `{{contact.email}}`, `{{agent.name}}` and "
            "`{{workspace.name}}`.",
        ),
    ]


class LiveVisitor(Struct, frozen=True, kw_only=True):
    """Somebody who is on the site now."""

    contact: ContactBrief
    page: Annotated[str | None, Meta(description="The page they are on; null: not known.")]
    page_since: Annotated[Moment | None, Meta(description="Since when.")]
    last_seen_at: Moment
    conversation_id: Annotated[
        UUID | None, Meta(description="The latest conversation with them that is not closed.")
    ]


class LiveVisitors(Struct, frozen=True):
    """Who is on the site now, the last seen first."""

    visitors: list[LiveVisitor]
    more: bool
    kept: Annotated[
        bool, Meta(description="False: it is not kept here when somebody was seen last.")
    ]
