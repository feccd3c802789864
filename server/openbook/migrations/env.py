"""Alembic's door: runs the revisions on the connection that `migrating.py` hands over."""

from alembic import context

from openbook.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
