"""Who is whom at the sign-in provider, invitations found by address, when a write key was used."""

from alembic import op

revision = "0010"
down_revision = "0009"

UPGRADE = """
SET LOCAL lock_timeout = '2s';
CREATE TABLE provider_subjects (
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  user_id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  used_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (issuer, subject)
);
CREATE UNIQUE INDEX provider_subjects_user ON provider_subjects (user_id, issuer);
COMMENT ON COLUMN provider_subjects.issuer IS 'the provider, as it calls itself';
COMMENT ON COLUMN provider_subjects.subject IS 'whom it means: never given to another';
COMMENT ON COLUMN provider_subjects.user_id IS 'whom it was bound to at first use';
GRANT SELECT, INSERT, UPDATE, DELETE ON provider_subjects TO openbook_app;

CREATE POLICY invited ON invitations FOR SELECT
  USING (email_key = (SELECT nullif(current_setting('openbook.invited', true), '')));

ALTER TABLE write_keys ADD COLUMN used_at TIMESTAMP WITH TIME ZONE;
COMMENT ON COLUMN write_keys.used_at IS 'to a quarter of an hour'
"""


def upgrade() -> None:
    op.execute(UPGRADE)
