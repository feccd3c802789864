"""The migrated database is the one `tables/` describes, and tenants are kept apart in it."""

from collections.abc import Iterator

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from openbook.db import APP_ROLE
from openbook.tables import metadata
from tests.conftest import Server

TENANTS = sorted(
    table.name for table in metadata.tables.values() if "workspace_id" in table.columns
)


@pytest.fixture
def owner(server: Server) -> Iterator[psycopg.Connection]:
    """A connection as the one who ran the migrations."""
    with psycopg.connect(server.conninfo) as conn:
        yield conn


def test_the_migrations_make_what_the_tables_say(server: Server) -> None:
    engine = create_engine(
        "postgresql+psycopg://",
        creator=lambda: psycopg.connect(server.conninfo),
        poolclass=NullPool,
    )
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, metadata) == []


def test_the_database_checks_the_workspace_of_every_row(owner: psycopg.Connection) -> None:
    found = owner.execute(
        "SELECT relname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid"
        " WHERE relkind IN ('r', 'p') AND attname = 'workspace_id'"
        " AND relnamespace = 'public'::regnamespace"
        " AND relrowsecurity AND relforcerowsecurity"
        " AND EXISTS (SELECT FROM pg_policy WHERE polrelid = pg_class.oid) ORDER BY 1"
    ).fetchall()
    assert [name for (name,) in found] == TENANTS


def test_the_application_owns_nothing_and_is_bound_by_the_rules(
    owner: psycopg.Connection,
) -> None:
    role = owner.execute(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles"
        " WHERE rolname = %s",
        (APP_ROLE,),
    ).fetchone()
    assert role == (False, False, False, False)
    owned = owner.execute(
        "SELECT relname FROM pg_class WHERE relowner = %s::regrole", (APP_ROLE,)
    ).fetchall()
    assert owned == []


def test_there_is_no_way_around_the_rules(owner: psycopg.Connection) -> None:
    functions = owner.execute(
        "SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace"
    ).fetchall()
    views = owner.execute(
        "SELECT relname FROM pg_class WHERE relkind IN ('v', 'm')"
        " AND relnamespace = 'public'::regnamespace"
        " AND NOT coalesce('security_invoker=true' = ANY (reloptions), false)"
    ).fetchall()
    assert (functions, views) == ([], [])


@pytest.mark.parametrize("table", TENANTS)
def test_a_transaction_without_a_workspace_sees_nothing(
    server: Server, owner: psycopg.Connection, table: str
) -> None:
    owner.execute(f"SET ROLE {APP_ROLE}")
    # A setting that was set and ended is '', not null: both must hide everything.
    for before in ("SELECT", "SELECT set_config('openbook.workspaces', '', true)"):
        owner.execute(before)
        assert owner.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)  # type: ignore[arg-type]
