"""The words of names, and an index of who is known: what a search by name is answered from."""

from typing import Any

from alembic import op

from openbook.words import words_of

revision = "0002"
down_revision = "0001"

# An empty table takes its indexes at once. Nothing of the previous release reads or writes it.
TABLE = """
CREATE TABLE contact_words (
  workspace_id UUID NOT NULL,
  contact_id UUID NOT NULL,
  word TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (workspace_id, contact_id, word)
);
COMMENT ON COLUMN contact_words.word IS
  'of the name, without case and accents: see openbook/words.py';
CREATE INDEX contact_words_word ON contact_words (workspace_id, word, contact_id);

ALTER TABLE contact_words ENABLE ROW LEVEL SECURITY;
ALTER TABLE contact_words FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON contact_words
  USING (workspace_id = ANY (
    (SELECT nullif(current_setting('openbook.workspaces', true), '')::uuid[])::uuid[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON contact_words TO openbook_app
"""
KNOWN = """
CREATE INDEX CONCURRENTLY contacts_known ON contacts (workspace_id, seen_hour, id)
WHERE name IS NOT NULL OR email_key IS NOT NULL OR user_id IS NOT NULL
"""
BATCH = 5_000


def upgrade() -> None:
    # Contacts keep coming while it is built. One that was left half built is built anew.
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS contacts_known")
        op.execute(KNOWN)
    # A statement that waits for a lock must not make every other one wait behind it.
    op.execute("SET LOCAL lock_timeout = '2s'")
    cursor = op.get_bind().connection.cursor()
    cursor.execute(TABLE)
    _fill(cursor)
    cursor.close()


def _fill(cursor: Any) -> None:
    """Keep the words of every name, workspace by workspace: row-level security binds us too."""
    workspaces = cursor.execute("SELECT id FROM workspaces ORDER BY id").fetchall()
    for (workspace_id,) in workspaces:
        whose = f"{{{workspace_id}}}"
        cursor.execute("SELECT set_config('openbook.workspaces', %s, true)", (whose,))
        after = None
        while True:
            named = cursor.execute(
                "SELECT id, name FROM contacts WHERE workspace_id = %s AND name IS NOT NULL "
                "AND id > coalesce(%s, '00000000-0000-0000-0000-000000000000'::uuid) "
                "ORDER BY id LIMIT %s",
                (workspace_id, after, BATCH),
            ).fetchall()
            if not named:
                break
            after = named[-1][0]
            words = [(contact_id, word) for contact_id, name in named for word in words_of(name)]
            cursor.execute(
                "INSERT INTO contact_words (workspace_id, contact_id, word) "
                "SELECT %s, * FROM unnest(%s::uuid[], %s::text[])",
                (workspace_id, [found[0] for found in words], [found[1] for found in words]),
            )
    cursor.execute("SELECT set_config('openbook.workspaces', '', true)")
