"""Tags: words that the team gives to contacts and to conversations."""

from sqlalchemy import TIMESTAMP, Column, Index, Table, Text, Uuid

from openbook.tables.accounts import WORKSPACE
from openbook.tables.conversations import MOVED, whose
from openbook.tables.metadata import metadata, workspace_id

TIME = TIMESTAMP(timezone=True)
TAGGED = {"field": "tags"}

tags = Table(
    "tags",
    metadata,
    workspace_id(),
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False, comment="lower case: one name, one tag"),
    Column("colour", Text, nullable=False, comment="a name of the palette"),
    Column("made_at", TIME, nullable=False),
    Index("tags_name", "workspace_id", "name_key", unique=True),
    info=WORKSPACE,
)

contact_tags = Table(
    "contact_tags",
    metadata,
    workspace_id(),
    Column("contact_id", Uuid, primary_key=True),
    Column("tag_id", Uuid, primary_key=True, info=TAGGED),
    Column("origin_id", Uuid, primary_key=True, comment="the contact it was given to"),
    Column("given_by", Uuid, comment="a person or a token; null: a command"),
    Column("given_at", TIME, nullable=False),
    Index("contact_tags_tag", "workspace_id", "tag_id", "contact_id"),
    info=MOVED,
)

conversation_tags = Table(
    "conversation_tags",
    metadata,
    workspace_id(),
    Column("conversation_id", Uuid, primary_key=True),
    Column("tag_id", Uuid, primary_key=True, info=TAGGED),
    *whose(),
    Column("given_by", Uuid, nullable=False),
    Column("given_at", TIME, nullable=False),
    Index("conversation_tags_tag", "workspace_id", "tag_id"),
    Index("conversation_tags_contact", "workspace_id", "contact_id"),
    info=MOVED,
)
