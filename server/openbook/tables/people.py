"""The team: people, what they belong to, how they sign in, and where they are signed in.

People belong to the installation, not to a workspace: one of them may be in several. What of them
is of one workspace (memberships, invitations) begins with it, as all that a workspace has does.
"""

from sqlalchemy import TIMESTAMP, BigInteger, Boolean, Column, Index, LargeBinary, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from openbook.tables.accounts import INSTANCE, WORKSPACE
from openbook.tables.metadata import metadata, workspace_id

users = Table(
    "users",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("email", Text, nullable=False, comment="as it was typed"),
    Column("email_key", Text, nullable=False, comment="what a person is found by"),
    Column("name", Text, nullable=False),
    Column("password_hash", Text, comment="argon2id; null where there is no password"),
    Column("password_at", TIMESTAMP(timezone=True)),
    Column("created_at", TIMESTAMP(timezone=True), nullable=False),
    Index("users_email_key", "email_key", unique=True),
    info=INSTANCE,
)

memberships = Table(
    "memberships",
    metadata,
    workspace_id(),
    Column("user_id", Uuid, primary_key=True),
    Column("role", Text, nullable=False, comment="owner, admin, agent or viewer"),
    Column("created_at", TIMESTAMP(timezone=True), nullable=False),
    Index("memberships_user", "user_id"),
    info=WORKSPACE,
)

invitations = Table(
    "invitations",
    metadata,
    workspace_id(),
    Column("id", Uuid, primary_key=True),
    Column("email", Text, nullable=False),
    Column("email_key", Text, nullable=False, comment="whose invitation it is: nobody else's"),
    Column("role", Text, nullable=False),
    Column("token_hash", LargeBinary, nullable=False, comment="SHA-256 of the token in the link"),
    Column("invited_by", Uuid, nullable=False),
    Column("created_at", TIMESTAMP(timezone=True), nullable=False),
    Column("expires_at", TIMESTAMP(timezone=True), nullable=False),
    Column("accepted_at", TIMESTAMP(timezone=True)),
    Column("revoked_at", TIMESTAMP(timezone=True)),
    Index("invitations_token_hash", "token_hash", unique=True),
    info=WORKSPACE,
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("user_id", Uuid, nullable=False),
    Column("token_hash", LargeBinary, nullable=False, comment="SHA-256 of the cookie"),
    Column("method", Text, nullable=False, comment="how the person signed in"),
    Column("second_factor", Boolean, nullable=False, comment="whether one was asked and given"),
    Column("agent", Text, nullable=False, comment="the browser, as it called itself"),
    Column("chosen", Uuid, comment="the workspace switched to last"),
    Column("created_at", TIMESTAMP(timezone=True), nullable=False),
    Column("seen_at", TIMESTAMP(timezone=True), nullable=False, comment="to the minute"),
    Column("confirmed_at", TIMESTAMP(timezone=True), nullable=False, comment="last proved"),
    Column("expires_at", TIMESTAMP(timezone=True), nullable=False),
    Index("sessions_token_hash", "token_hash", unique=True),
    Index("sessions_user", "user_id"),
    info=INSTANCE,
)

one_time_tokens = Table(
    "one_time_tokens",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True, comment="SHA-256 of the token"),
    Column("purpose", Text, nullable=False, comment="what it is good for, and for nothing else"),
    Column("user_id", Uuid, comment="null: whoever comes first, as the first owner does"),
    Column("about", JSONB, comment="what was decided when it was made"),
    Column("created_at", TIMESTAMP(timezone=True), nullable=False),
    Column("expires_at", TIMESTAMP(timezone=True), nullable=False),
    Index("one_time_tokens_expires", "expires_at"),
    Index("one_time_tokens_user", "user_id"),
    info=INSTANCE,
)

attempts = Table(
    "attempts",
    metadata,
    Column("key", LargeBinary, primary_key=True, comment="keyed digest of what is counted"),
    Column("free_at", TIMESTAMP(timezone=True), nullable=False, comment="when all is forgotten"),
    Index("attempts_free", "free_at"),
    info=INSTANCE,
)

totp_secrets = Table(
    "totp_secrets",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("sealed", LargeBinary, nullable=False, comment="encrypted with the instance's secret"),
    Column("created_at", TIMESTAMP(timezone=True), nullable=False),
    Column("confirmed_at", TIMESTAMP(timezone=True), comment="null: asked for, not in force"),
    Column("last_step", BigInteger, nullable=False, comment="of the last code taken: never again"),
    info=INSTANCE,
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("code_hash", LargeBinary, primary_key=True, comment="SHA-256: a code has 80 bits"),
    Column("created_at", TIMESTAMP(timezone=True), nullable=False),
    info=INSTANCE,
)

provider_subjects = Table(
    "provider_subjects",
    metadata,
    Column("issuer", Text, primary_key=True, comment="the provider, as it calls itself"),
    Column("subject", Text, primary_key=True, comment="whom it means: never given to another"),
    Column("user_id", Uuid, nullable=False, comment="whom it was bound to at first use"),
    Column("created_at", TIMESTAMP(timezone=True), nullable=False),
    Column("used_at", TIMESTAMP(timezone=True), nullable=False),
    Index("provider_subjects_user", "user_id", "issuer", unique=True),
    info=INSTANCE,
)

passkeys = Table(
    "passkeys",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("user_id", Uuid, nullable=False),
    Column("credential_id", LargeBinary, nullable=False, comment="what the browser finds it by"),
    Column("public_key", LargeBinary, nullable=False, comment="COSE; the other half is not here"),
    Column("sign_count", BigInteger, nullable=False, comment="of the device; it only goes up"),
    Column("name", Text, nullable=False, comment="what the person calls it"),
    Column("created_at", TIMESTAMP(timezone=True), nullable=False),
    Column("used_at", TIMESTAMP(timezone=True)),
    Index("passkeys_credential", "credential_id", unique=True),
    Index("passkeys_user", "user_id"),
    info=INSTANCE,
)
