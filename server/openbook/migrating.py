"""Bring a database's schema to this release, one process at a time."""

import time
from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from openbook import migrations
from openbook.db import NO_CONNECTION, out_of_reach
from openbook.errors import Misconfigured

_LOCK = 0x6F70656E626F6F6B  # "openbook" in ASCII: one migration at a time on one database
MINIMUM = 15


def migrate(conninfo: str) -> None:
    """Run every missing revision. `conninfo` must be allowed to create tables and roles."""
    engine = create_engine(
        "postgresql+psycopg://", creator=lambda: _connect(conninfo), poolclass=NullPool
    )
    with engine.connect() as connection:
        version = int(connection.execute(text("SHOW server_version_num")).scalar_one()) // 10_000
        if version < MINIMUM:
            raise Misconfigured(
                f"The database is PostgreSQL {version}; openbook needs {MINIMUM} or newer."
            )
        _wait_for_turn(connection)
        try:
            config = Config()
            config.set_main_option("script_location", str(Path(migrations.__file__).parent))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
        except Exception as error:
            if isinstance(getattr(error, "orig", None), psycopg.errors.InsufficientPrivilege):
                raise Misconfigured(
                    "The database user may not create tables and roles. Let an administrator run: "
                    "CREATE ROLE openbook_app NOLOGIN; GRANT openbook_app TO the user; and make "
                    "the user the owner of the database."
                ) from error
            raise
        finally:
            connection.rollback()
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK})
            connection.commit()
    engine.dispose()


def _wait_for_turn(connection: Connection) -> None:
    """Hold the lock of migrations.

    Asked for again and again, not waited for: an index that is built beside the writers waits for
    every statement that is under way, and would wait for ours, which would wait for it.
    """
    tried = text("SELECT pg_try_advisory_lock(:key)")
    while not connection.execute(tried, {"key": _LOCK}).scalar_one():
        connection.commit()
        time.sleep(0.2)
    connection.commit()


def _connect(conninfo: str) -> psycopg.Connection:
    try:
        return psycopg.connect(conninfo, connect_timeout=10)
    except NO_CONNECTION as error:
        raise out_of_reach(error) from None
