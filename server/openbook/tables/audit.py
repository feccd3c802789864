"""Who changed what, by ids."""

from sqlalchemy import TIMESTAMP, Column, Index, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from openbook.tables.accounts import WORKSPACE
from openbook.tables.metadata import metadata, workspace_id

changes = Table(
    "changes",
    metadata,
    workspace_id(),
    Column("id", Uuid, primary_key=True, comment="version 7: ordered by time"),
    Column("at", TIMESTAMP(timezone=True), nullable=False),
    Column("actor", Text, nullable=False, comment="person, token or command"),
    Column("actor_id", Uuid),
    Column("action", Text, nullable=False, comment="what was done, as in contact.changed"),
    Column("subject", Text, comment="the id of what was changed; it may be gone by now"),
    Column("detail", JSONB, nullable=False, comment="ids, roles, names of fields and settings"),
    Index("changes_subject", "workspace_id", "subject", "id"),
    # An erased contact leaves that it was erased, and by whom: its id tells nothing any more.
    info=WORKSPACE,
)
