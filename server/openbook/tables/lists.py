"""How the team looks at its contacts, and what it does to many of them at once."""

from sqlalchemy import ARRAY, Boolean, Column, Index, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from openbook.tables.accounts import WORKSPACE
from openbook.tables.jobs import TIME
from openbook.tables.metadata import metadata, workspace_id

views = Table(
    "views",
    metadata,
    workspace_id(),
    Column("id", Uuid, primary_key=True),
    Column("owner_id", Uuid, nullable=False, comment="who made it: a person or a token"),
    Column("shared", Boolean, nullable=False, comment="seen by all of the workspace"),
    Column("name", Text, nullable=False),
    Column("q", Text, comment="the words looked for"),
    Column("filter", JSONB, comment="as the interface takes it"),
    Column("columns", ARRAY(Text), nullable=False, comment="in their order"),
    Column("widths", JSONB, nullable=False, comment="column -> pixels, where somebody chose them"),
    Column("density", Text, nullable=False),
    Column("made_at", TIME, nullable=False),
    Column("changed_at", TIME, nullable=False),
    Column("removed_at", TIME, comment="kept for a day, so that it can be brought back"),
    info=WORKSPACE,
)

layouts = Table(
    "layouts",
    metadata,
    workspace_id(),
    Column("owner_id", Uuid, primary_key=True, comment="whose list it is"),
    Column("columns", ARRAY(Text), nullable=False),
    Column("widths", JSONB, nullable=False),
    Column("density", Text, nullable=False),
    info=WORKSPACE,
)

bulks = Table(
    "bulks",
    metadata,
    workspace_id(),
    Column("id", Uuid, primary_key=True),
    Column("action", Text, nullable=False),
    Column("made_by", Uuid, nullable=False, comment="a person or a token"),
    Column("how", Text, nullable=False, comment="whose hand it is: agent or server"),
    Column("made_at", TIME, nullable=False, comment="the moment at which its contacts were found"),
    Column("contacts", Integer, nullable=False, comment="how many there are"),
    Column("changed", Integer, nullable=False, comment="how many were not so already"),
    Column("undoing", Boolean, nullable=False),
    Column("columns", ARRAY(Text), comment="of a file; null: everything"),
    Column("tag_id", Uuid, comment="the one to give or to take"),
    Index("bulks_made", "workspace_id", "made_at"),
    info=WORKSPACE,
)

bulk_parts = Table(
    "bulk_parts",
    metadata,
    workspace_id(),
    Column("bulk_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("contact_ids", ARRAY(Uuid), nullable=False, comment="in the order of ids"),
    Column("worked", Boolean, nullable=False),
    Column("before", JSONB, comment="what was changed, as it was: [[contact id, values]]"),
    info=WORKSPACE,
)
