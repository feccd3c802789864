"""Indexes of fields with few values, one of anonymous ids where it is needed, and fuller pages."""

from alembic import op

revision = "0004"
down_revision = "0003"

NEW = {
    "contacts_recent": "contacts (workspace_id, seen_hour, id, country_code text_pattern_ops)",
    "contacts_country": "contacts (workspace_id, country_code text_pattern_ops, browser_name)",
    "contacts_city": "contacts (workspace_id, city text_pattern_ops)",
    "devices_keyed": (
        "devices (workspace_id, anonymous_id) WHERE device_key <> '' AND anonymous_id <> ''"
    ),
}
OLD = ("contacts_seen", "devices_anonymous")


def upgrade() -> None:
    # Contacts keep coming meanwhile. What was left half built is built anew; what the new ones
    # stand in for goes last.
    with op.get_context().autocommit_block():
        for name, rows in NEW.items():
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            op.execute(f"CREATE INDEX CONCURRENTLY {name} ON {rows}")
        for name in OLD:
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
    # A statement that waits for a lock must not make every other one wait behind it.
    op.execute("SET LOCAL lock_timeout = '2s'")
    for table in ("contacts", "devices"):
        op.execute(f"ALTER TABLE {table} SET (fillfactor = 85)")
