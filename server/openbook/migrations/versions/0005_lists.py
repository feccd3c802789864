"""Saved views, actions on many contacts, and the jobs that do them."""

from pathlib import Path

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    # A statement that waits for a lock must not make every other one wait behind it.
    op.execute("SET LOCAL lock_timeout = '2s'")
    # The driver's own cursor: a percent sign in the file is no placeholder.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_suffix(".sql").read_text())
    cursor.close()
