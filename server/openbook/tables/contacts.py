"""Contacts, the devices they were seen on, what was asserted about them, and the merge journal."""

from sqlalchemy import (
    TIMESTAMP,
    BigInteger,
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
from sqlalchemy.dialects.postgresql import JSONB, TSTZMULTIRANGE

from openbook.catalogue.fields import BY_ID
from openbook.tables.metadata import metadata, workspace_id
from openbook.tables.observed import bound_columns, field_column, group_columns

TIME = TIMESTAMP(timezone=True)
ROW = {"subject": "contact", "erase": "delete", "merge": "fold"}
MOVED = {"subject": "contact", "erase": "delete", "merge": "repoint"}


def asserted(field_id: str) -> list[Column]:
    """A value somebody asserts, with when, how well known and where from."""
    return [
        field_column(BY_ID[field_id]),
        Column(f"{field_id}_at", TIME),
        Column(f"{field_id}_trust", SmallInteger),
        Column(f"{field_id}_source", SmallInteger),
    ]


def installation(platform: str) -> list[Column]:
    """The installation last seen on a mobile platform, and its sessions."""
    return [
        field_column(BY_ID[f"{platform}_sessions"]),
        field_column(BY_ID[f"{platform}_last_seen_at"]),
        Column(f"{platform}_device_id", Uuid, comment="decides between equal times"),
    ]


contacts = Table(
    "contacts",
    metadata,
    workspace_id(),
    Column("id", Uuid, primary_key=True, comment="version 7: ordered by creation"),
    Column("kind", SmallInteger, nullable=False, comment="0 visitor, 1 lead, 2 user"),
    *asserted("user_id"),
    *asserted("email"),
    Column("email_key", Text, info={"field": "email"}, comment="what it is matched on"),
    *asserted("name"),
    Column("attributes", JSONB, info={"field": "attributes"}),
    *group_columns(),
    *bound_columns(),
    field_column(BY_ID["web_sessions"]),
    *installation("android"),
    *installation("ios"),
    field_column(BY_ID["bounce"]),
    field_column(BY_ID["unsubscribed"]),
    field_column(BY_ID["unsubscribed_at"]),
    field_column(BY_ID["unsubscribed_how"]),
    field_column(BY_ID["spam"]),
    field_column(BY_ID["spam_at"]),
    field_column(BY_ID["spam_by"]),
    field_column(BY_ID["last_activity_at"]),
    Column(
        "seen_hour",
        Integer,
        nullable=False,
        comment="hours since 1970 of the last time seen: coarse, so that the index rarely moves",
    ),
    # Ascending, though the newest come first: an index that grows at its end stays full. The code
    # of the country takes bytes that would be empty, and most of a walk need not read the table.
    Index(
        "contacts_recent",
        "workspace_id",
        "seen_hour",
        "id",
        "country_code",
        postgresql_ops={"country_code": "text_pattern_ops"},
    ),
    # Few values in many rows take seven bytes a row. What moves with a visit must not be in them.
    Index(
        "contacts_country",
        "workspace_id",
        "country_code",
        "browser_name",
        postgresql_ops={"country_code": "text_pattern_ops"},
    ),
    Index(
        "contacts_city",
        "workspace_id",
        "city",
        postgresql_ops={"city": "text_pattern_ops"},
    ),
    Index(
        "contacts_known",
        "workspace_id",
        "seen_hour",
        "id",
        postgresql_where=text("name IS NOT NULL OR email_key IS NOT NULL OR user_id IS NOT NULL"),
    ),
    Index("contacts_spam", "workspace_id", "id", postgresql_where=text("spam")),
    Index(
        "contacts_email",
        "workspace_id",
        "email_key",
        postgresql_ops={"email_key": "text_pattern_ops"},
        postgresql_where=text("email_key IS NOT NULL"),
    ),
    Index(
        "contacts_user_id",
        "workspace_id",
        "user_id",
        postgresql_ops={"user_id": "text_pattern_ops"},
        postgresql_where=text("user_id IS NOT NULL"),
    ),
    info=ROW,
    postgresql_with={"fillfactor": "85"},
)

devices = Table(
    "devices",
    metadata,
    workspace_id(),
    Column("id", Uuid, primary_key=True, comment="made from anonymous id, platform, device key"),
    Column("contact_id", Uuid, nullable=False),
    Column("anonymous_id", Text, nullable=False, info={"field": "devices"}),
    Column("platform", Text, nullable=False, comment="web, android, ios; server: no device"),
    Column("device_key", Text, nullable=False, info={"field": "devices"}),
    Column("birth", LargeBinary, comment="digest of the first message's id: proves the session"),
    Column("retired", Boolean, nullable=False, comment="another person uses the device now"),
    *group_columns(),
    *bound_columns(),
    Column("sessions", TSTZMULTIRANGE, nullable=False, info={"field": "web_sessions"}),
    Column("sealed_sessions", Integer, nullable=False, info={"field": "web_sessions"}),
    Column("session_count", Integer, nullable=False, info={"field": "web_sessions"}),
    Column(
        "session_count_before",
        Integer,
        nullable=False,
        info={"field": "web_sessions"},
        comment="before the last update: the difference is what the contact's sum gains",
    ),
    Index("devices_contact", "workspace_id", "contact_id"),
    # The others are found by their id, which is made from the anonymous id alone.
    Index(
        "devices_keyed",
        "workspace_id",
        "anonymous_id",
        postgresql_where=text("device_key <> '' AND anonymous_id <> ''"),
    ),
    info=MOVED,
    postgresql_with={"fillfactor": "85"},
)

push_tokens = Table(
    "push_tokens",
    metadata,
    workspace_id(),
    Column("origin_id", Uuid, primary_key=True, comment="the device whose app handed it over"),
    Column("contact_id", Uuid, nullable=False),
    Column("platform", Text, nullable=False, comment="android or ios"),
    Column("token", Text, info={"field": "push_tokens"}, comment="null: taken back, or moved on"),
    Column("token_hash", LargeBinary, nullable=False, comment="SHA-256: which is the same one"),
    Column("proved", Boolean, nullable=False, comment="the device itself handed it over"),
    Column("handed_at", TIME, nullable=False),
    Column("told_at", TIME, comment="when your pusher last took a notice for it"),
    Index("push_tokens_contact", "workspace_id", "contact_id"),
    Index("push_tokens_hash", "workspace_id", "token_hash"),
    info=MOVED,
)

identities = Table(
    "identities",
    metadata,
    workspace_id(),
    Column("field", Text, primary_key=True, comment="user_id or email"),
    Column("value", Text, primary_key=True, info={"field": "identities"}, comment="normalised"),
    Column("contact_id", Uuid, nullable=False),
    Column("trust", SmallInteger, nullable=False),
    Column("verified_at", TIME, nullable=False),
    Index("identities_contact", "workspace_id", "contact_id"),
    info=MOVED,
)

claims = Table(
    "claims",
    metadata,
    workspace_id(),
    Column("contact_id", Uuid, primary_key=True),
    Column(
        "origin_id",
        Uuid,
        primary_key=True,
        comment="the device it was said on, or the contact itself: what a split gives back",
    ),
    Column("field", Text, primary_key=True, comment="user_id, email, name or attribute.NAME"),
    Column("trust", SmallInteger, primary_key=True),
    Column("digest", BigInteger, primary_key=True, comment="of the value's canonical bytes"),
    Column("value", JSONB, nullable=False, info={"field": "claims"}),
    Column("rank", BigInteger, nullable=False, comment="orders claims of equal trust"),
    Column("occurred_at", TIME, nullable=False),
    Column("source", SmallInteger, nullable=False),
    info=MOVED,
)

contact_words = Table(
    "contact_words",
    metadata,
    workspace_id(),
    Column("contact_id", Uuid, primary_key=True),
    Column(
        "word",
        # By bytes whatever the locale, so that an index answers what a word begins with.
        Text(collation="C"),
        primary_key=True,
        info={"field": "name"},
        comment="of the name, without case and accents: see openbook/words.py",
    ),
    Index("contact_words_word", "workspace_id", "word", "contact_id"),
    info={"subject": "contact", "erase": "delete", "merge": "remake"},
)

subscriptions = Table(
    "subscriptions",
    metadata,
    workspace_id(),
    Column("address", Text, primary_key=True, info={"field": "unsubscribed"}),
    Column("unsubscribed", Boolean, nullable=False, info={"field": "unsubscribed"}),
    Column("at", TIME, nullable=False, info={"field": "unsubscribed_at"}),
    Column("how", Text, nullable=False, info={"field": "unsubscribed_how"}),
    info={"subject": "contact", "erase": "delete", "merge": "none"},
)

merges = Table(
    "merges",
    metadata,
    workspace_id(),
    Column("id", Uuid, primary_key=True),
    Column("kept_id", Uuid, nullable=False),
    Column("gone_id", Uuid, nullable=False),
    Column("moved", JSONB, nullable=False, info={"field": "merges"}, comment="what was re-pointed"),
    Column("merged_at", TIME, nullable=False),
    Column("reason", Text, nullable=False),
    Column("undone_at", TIME),
    Index("merges_kept", "workspace_id", "kept_id"),
    Index("merges_gone", "workspace_id", "gone_id"),
    info={"subject": "contact", "erase": "delete", "merge": "none"},
)
