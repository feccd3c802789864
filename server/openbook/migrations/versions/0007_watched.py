"""Workspaces remember until when somebody watches them live, so that nothing is told to nobody."""

from alembic import op

revision = "0007"
down_revision = "0006"

# Columns without a default: nothing is written anew. The previous release reads none of them.
UPGRADE = """
SET LOCAL lock_timeout = '2s';
ALTER TABLE workspaces ADD COLUMN watched_since TIMESTAMP WITH TIME ZONE;
ALTER TABLE workspaces ADD COLUMN watched_until TIMESTAMP WITH TIME ZONE;
COMMENT ON COLUMN workspaces.watched_since IS 'live: told from then on';
COMMENT ON COLUMN workspaces.watched_until IS 'live: told until then'
"""


def upgrade() -> None:
    op.execute(UPGRADE)
