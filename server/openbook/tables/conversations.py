"""What was said: conversations, their messages and files, and who may read them.

Every row carries the contact it is about, so that erasing, merging and splitting find it; the
origin is the contact it began with, or the device that was proved: a split goes by that.
"""

from sqlalchemy import (
    ARRAY,
    TIMESTAMP,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from openbook.tables.accounts import WORKSPACE
from openbook.tables.metadata import metadata, workspace_id

TIME = TIMESTAMP(timezone=True)
MOVED = {"subject": "contact", "erase": "delete", "merge": "repoint"}
SAID = {"field": "conversations"}
USER_ID = {"field": "user_id"}
"""Cleared where the operator clears user ids."""


def whose(*, known: bool = True) -> list[Column]:
    """The contact that a row is about, and the one it began with; not `known`: maybe nobody yet."""
    return [
        Column("contact_id", Uuid, nullable=not known),
        Column("origin_id", Uuid, nullable=not known, comment="the contact it began with"),
    ]


chat_sessions = Table(
    "chat_sessions",
    metadata,
    workspace_id(),
    Column("id", Uuid, primary_key=True),
    Column("contact_id", Uuid, comment="null until the first message makes or finds a contact"),
    Column("origin_id", Uuid, comment="the contact it began with"),
    Column("token_hash", LargeBinary, nullable=False, comment="SHA-256 of the token"),
    Column("former_hash", LargeBinary, comment="of the token before"),
    Column("former_until", TIME, comment="null: it is good until the new one is first used"),
    Column("device_id", Uuid, comment="the device it proved to be; null: none was proved"),
    Column("subject", Text, info=USER_ID, comment="the user id that a signature proved"),
    Column("linked_id", Uuid, comment="the conversation that a link in a mail opened to it"),
    Column("lasting", Boolean, nullable=False, comment="false: forgotten when the page closes"),
    Column("locale", Text, info=SAID, comment="the language that the widget speaks"),
    Column("created_at", TIME, nullable=False),
    Column("rotated_at", TIME, nullable=False),
    Column("seen_at", TIME, nullable=False, comment="to the minute"),
    Column("expires_at", TIME, nullable=False, comment="a session that is over has no row"),
    Index("chat_sessions_token", "workspace_id", "token_hash", unique=True),
    Index("chat_sessions_former", "workspace_id", "former_hash"),
    Index("chat_sessions_contact", "workspace_id", "contact_id"),
    Index("chat_sessions_expires", "workspace_id", "expires_at"),
    info=MOVED,
)

conversations = Table(
    "conversations",
    metadata,
    workspace_id(),
    Column("id", Uuid, primary_key=True, comment="version 7: ordered by creation"),
    *whose(),
    Column("session_id", Uuid, comment="the chat session that opened it; null: the team did"),
    Column("device_id", Uuid, comment="who proves to be this device may read it"),
    Column("subject", Text, info=USER_ID, comment="who proves to be this user may read it"),
    Column("cid", Text, nullable=False, comment="the client's name for it: twice is once"),
    Column("status", SmallInteger, nullable=False, comment="0 open, 1 snoozed, 2 closed, 3 merged"),
    Column("snoozed_until", TIME),
    Column("merged_into", Uuid, comment="the conversation that took over its messages"),
    Column("assignee_id", Uuid),
    Column("last_seq", Integer, nullable=False, comment="of all messages, notes included"),
    Column("last_public_seq", Integer, nullable=False, comment="of what the contact may read"),
    Column("contact_seq", Integer, nullable=False, comment="of the contact's latest message"),
    Column("read_public_seq", Integer, nullable=False, comment="how far the contact has read"),
    Column("received_public_seq", Integer, nullable=False, comment="how far it has arrived there"),
    Column("team_public_seq", Integer, nullable=False, comment="how far anybody here has read"),
    Column("preview", Text, nullable=False, info=SAID, comment="how the latest message begins"),
    Column("last_author", SmallInteger, nullable=False, comment="as in messages"),
    Column("waiting_since", TIME, comment="the contact's first message that nobody answered"),
    Column("created_at", TIME, nullable=False),
    Column("last_at", TIME, nullable=False, comment="of the latest message"),
    Column("changed_at", TIME, nullable=False),
    Column("mailed_at", TIME, comment="when the contact was last told by mail of a reply"),
    Index("conversations_cid", "workspace_id", "session_id", "cid", unique=True),
    Index(
        "conversations_team_cid",
        "workspace_id",
        "origin_id",
        "cid",
        unique=True,
        postgresql_where=text("session_id IS NULL"),
    ),
    Index("conversations_contact", "workspace_id", "contact_id"),
    Index("conversations_list", "workspace_id", "status", "last_at", "id"),
    Index("conversations_recent", "workspace_id", "last_at", "id"),
    Index("conversations_device", "workspace_id", "device_id"),
    Index("conversations_subject", "workspace_id", "subject"),
    info=MOVED,
)

messages = Table(
    "messages",
    metadata,
    workspace_id(),
    Column("conversation_id", Uuid, primary_key=True),
    Column("seq", Integer, primary_key=True, comment="1, 2, 3, ... without a gap"),
    Column("public_seq", Integer, comment="1, 2, 3, ... of what the contact may read; null: never"),
    *whose(),
    Column("id", Uuid, nullable=False),
    Column("cid", Text, nullable=False, comment="the sender's name for it: twice is once"),
    Column("author", SmallInteger, nullable=False, comment="0 contact, 1 team, 2 openbook itself"),
    Column("user_id", Uuid, comment="who of the team"),
    Column("kind", SmallInteger, nullable=False, comment="0 message, 1 note, 2 what happened"),
    Column("text", Text, nullable=False, info=SAID),
    Column("event", JSONB, info=SAID, comment="what happened: its name and ids, no words"),
    Column("file_ids", ARRAY(Uuid), nullable=False),
    Column("created_at", TIME, nullable=False),
    Index("messages_cid", "workspace_id", "conversation_id", "author", "cid", unique=True),
    Index("messages_contact", "workspace_id", "contact_id"),
    info=MOVED,
)

conversation_words = Table(
    "conversation_words",
    metadata,
    workspace_id(),
    Column("conversation_id", Uuid, primary_key=True),
    Column(
        "word",
        # By bytes whatever the locale, so that an index answers what a word begins with.
        Text(collation="C"),
        primary_key=True,
        info=SAID,
        comment="of its messages and notes: see openbook/words.py",
    ),
    *whose(),
    Index("conversation_words_word", "workspace_id", "word", "conversation_id"),
    Index("conversation_words_contact", "workspace_id", "contact_id"),
    info=MOVED,
)

files = Table(
    "files",
    metadata,
    workspace_id(),
    Column("id", Uuid, primary_key=True),
    *whose(known=False),
    Column("conversation_id", Uuid, comment="null until it is sent"),
    Column("session_id", Uuid, comment="the chat session that brought it"),
    Column("user_id", Uuid, comment="who of the team brought it"),
    Column("private", Boolean, nullable=False, comment="in a note: never for the contact"),
    Column("name", Text, nullable=False, info=SAID),
    Column("media_type", Text, nullable=False, comment="read from its content, not believed"),
    Column("size", Integer, nullable=False, comment="bytes"),
    Column("width", Integer, comment="pixels, of pictures"),
    Column("height", Integer),
    Column("created_at", TIME, nullable=False),
    Index("files_contact", "workspace_id", "contact_id"),
    Index("files_conversation", "workspace_id", "conversation_id"),
    info=MOVED,
)

file_parts = Table(
    "file_parts",
    metadata,
    workspace_id(),
    Column("file_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True, comment="0, 1, 2, ... of 256 KiB each"),
    *whose(known=False),
    Column("content", LargeBinary, nullable=False, info=SAID),
    Index("file_parts_contact", "workspace_id", "contact_id"),
    info=MOVED,
)

reply_links = Table(
    "reply_links",
    metadata,
    workspace_id(),
    Column("id", Uuid, primary_key=True),
    *whose(),
    Column("conversation_id", Uuid, nullable=False),
    Column("token_hash", LargeBinary, nullable=False, comment="SHA-256 of what the mail carries"),
    Column("email", Text, nullable=False, info={"field": "email"}, comment="where it was sent"),
    Column("email_key", Text, nullable=False, info={"field": "email"}, comment="as it is matched"),
    Column("created_at", TIME, nullable=False),
    Column("expires_at", TIME, nullable=False),
    Column("sent_at", TIME, comment="null: the mail server has not taken it yet"),
    Column("used_at", TIME),
    Index("reply_links_token", "workspace_id", "token_hash", unique=True),
    Index("reply_links_contact", "workspace_id", "contact_id"),
    Index("reply_links_email", "workspace_id", "email_key", "created_at"),
    Index("reply_links_conversation", "workspace_id", "conversation_id"),
    info=MOVED,
)

conversation_reads = Table(
    "conversation_reads",
    metadata,
    workspace_id(),
    Column("user_id", Uuid, primary_key=True),
    Column("conversation_id", Uuid, primary_key=True),
    *whose(),
    Column("seq", Integer, nullable=False, comment="how far this member has read"),
    Index("conversation_reads_contact", "workspace_id", "contact_id"),
    Index("conversation_reads_conversation", "workspace_id", "conversation_id"),
    info=MOVED,
)

mentions = Table(
    "mentions",
    metadata,
    workspace_id(),
    Column("user_id", Uuid, primary_key=True),
    Column("conversation_id", Uuid, primary_key=True),
    Column("seq", Integer, primary_key=True),
    *whose(),
    Column("seen_at", TIME),
    Index("mentions_contact", "workspace_id", "contact_id"),
    Index("mentions_conversation", "workspace_id", "conversation_id", "seq"),
    info=MOVED,
)

canned_replies = Table(
    "canned_replies",
    metadata,
    workspace_id(),
    Column("id", Uuid, primary_key=True),
    Column("shortcut", Text, nullable=False, comment="what is typed after the slash"),
    Column("text", Text, nullable=False),
    Column("made_by", Uuid, nullable=False),
    Column("changed_at", TIME, nullable=False),
    Index("canned_replies_shortcut", "workspace_id", "shortcut", unique=True),
    info=WORKSPACE,
)

chat_settings = Table(
    "chat_settings",
    metadata,
    workspace_id(),
    Column("settings", JSONB, nullable=False, comment="only what differs from the default"),
    Column("avatar", LargeBinary, comment="a small WebP that we made ourselves"),
    Column("version", Integer, nullable=False),
    Column("changed_at", TIME, nullable=False),
    info=WORKSPACE,
)
