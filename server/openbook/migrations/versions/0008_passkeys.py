"""Passkeys: the public halves of keys that people sign in with."""

from alembic import op

revision = "0008"
down_revision = "0007"

UPGRADE = """
SET LOCAL lock_timeout = '2s';
CREATE TABLE passkeys (
  id UUID NOT NULL,
  user_id UUID NOT NULL,
  credential_id BYTEA NOT NULL,
  public_key BYTEA NOT NULL,
  sign_count BIGINT NOT NULL,
  name TEXT NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  used_at TIMESTAMP WITH TIME ZONE,
  PRIMARY KEY (id)
);
CREATE UNIQUE INDEX passkeys_credential ON passkeys (credential_id);
CREATE INDEX passkeys_user ON passkeys (user_id);
COMMENT ON COLUMN passkeys.credential_id IS 'what the browser finds it by';
COMMENT ON COLUMN passkeys.public_key IS 'COSE; the other half is not here';
COMMENT ON COLUMN passkeys.sign_count IS 'of the device; it only goes up';
COMMENT ON COLUMN passkeys.name IS 'what the person calls it';
GRANT SELECT, INSERT, UPDATE, DELETE ON passkeys TO openbook_app
"""


def upgrade() -> None:
    op.execute(UPGRADE)
