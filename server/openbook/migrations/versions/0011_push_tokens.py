"""The tokens under which push services reach the phones of contacts."""

from alembic import op

revision = "0011"
down_revision = "0010"

UPGRADE = """
SET LOCAL lock_timeout = '2s';
CREATE TABLE push_tokens (
  workspace_id UUID NOT NULL,
  origin_id UUID NOT NULL,
  contact_id UUID NOT NULL,
  platform TEXT NOT NULL,
  token TEXT,
  token_hash BYTEA NOT NULL,
  proved BOOLEAN NOT NULL,
  handed_at TIMESTAMP WITH TIME ZONE NOT NULL,
  told_at TIMESTAMP WITH TIME ZONE,
  PRIMARY KEY (workspace_id, origin_id)
);
CREATE INDEX push_tokens_contact ON push_tokens (workspace_id, contact_id);
CREATE INDEX push_tokens_hash ON push_tokens (workspace_id, token_hash);
COMMENT ON COLUMN push_tokens.origin_id IS 'the device whose app handed it over';
COMMENT ON COLUMN push_tokens.platform IS 'android or ios';
COMMENT ON COLUMN push_tokens.token IS 'null: taken back, or moved on';
COMMENT ON COLUMN push_tokens.token_hash IS 'SHA-256: which is the same one';
COMMENT ON COLUMN push_tokens.proved IS 'the device itself handed it over';
COMMENT ON COLUMN push_tokens.told_at IS 'when your pusher last took a notice for it';
ALTER TABLE push_tokens ENABLE ROW LEVEL SECURITY;
ALTER TABLE push_tokens FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON push_tokens
  USING (workspace_id = ANY (
    (SELECT nullif(current_setting('openbook.workspaces', true), '')::uuid[])::uuid[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON push_tokens TO openbook_app
"""


def upgrade() -> None:
    op.execute(UPGRADE)
