"""Workspaces and the credentials that open them."""

from sqlalchemy import ARRAY, TIMESTAMP, Column, Index, Integer, LargeBinary, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from openbook.tables.metadata import metadata, workspace_id

INSTANCE = {"subject": "instance", "erase": "none", "merge": "none"}
WORKSPACE = {"subject": "workspace", "erase": "none", "merge": "none"}

workspaces = Table(
    "workspaces",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("settings", JSONB, nullable=False, comment="only what differs from the default"),
    Column("version", Integer, nullable=False, comment="grows with each change of what is allowed"),
    Column("created_at", TIMESTAMP(timezone=True), nullable=False),
    Column("watched_since", TIMESTAMP(timezone=True), comment="live: told from then on"),
    Column("watched_until", TIMESTAMP(timezone=True), comment="live: told until then"),
    info=INSTANCE,
)

write_keys = Table(
    "write_keys",
    metadata,
    workspace_id(),
    Column("key", Text, primary_key=True, comment="public: it stands in the snippet"),
    Column("created_at", TIMESTAMP(timezone=True), nullable=False),
    Column("revoked_at", TIMESTAMP(timezone=True)),
    Column("origins", ARRAY(Text), comment="pages that may send with it; null: all"),
    Column("used_at", TIMESTAMP(timezone=True), comment="to a quarter of an hour"),
    Index("write_keys_key", "key", unique=True),
    info=WORKSPACE,
)

api_tokens = Table(
    "api_tokens",
    metadata,
    workspace_id(),
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("token_hash", LargeBinary, nullable=False, comment="SHA-256 of the token"),
    Column("created_at", TIMESTAMP(timezone=True), nullable=False),
    Column("revoked_at", TIMESTAMP(timezone=True)),
    Column("used_at", TIMESTAMP(timezone=True), comment="to the minute"),
    Index("api_tokens_token_hash", "token_hash", unique=True),
    info=WORKSPACE,
)

identity_keys = Table(
    "identity_keys",
    metadata,
    workspace_id(),
    Column("kid", Text, primary_key=True),
    Column("algorithm", Text, nullable=False, comment="HS256 or EdDSA"),
    Column("sealed", LargeBinary, nullable=False, comment="encrypted with the instance's secret"),
    Column("created_at", TIMESTAMP(timezone=True), nullable=False),
    Column("revoked_at", TIMESTAMP(timezone=True)),
    info=WORKSPACE,
)
