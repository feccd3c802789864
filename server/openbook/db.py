"""The connection pool and the one way to a transaction.

A transaction names the workspaces it is for; row-level security hides every other one. Statements
are SQLAlchemy Core (built from `tables/`) or plain SQL; psycopg 3 runs both.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import msgspec
import psycopg
from psycopg import AsyncConnection
from psycopg.rows import dict_row
from psycopg.sql import SQL
from psycopg.types.json import JsonbDumper, set_json_dumps, set_json_loads
from psycopg_pool import AsyncConnectionPool, PoolTimeout
from sqlalchemy import Executable
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from openbook.errors import Unavailable

APP_ROLE = "openbook_app"
DIALECT = PGDialect_psycopg(paramstyle="pyformat")
Row = dict[str, Any]
Connection = AsyncConnection[Row]

set_json_dumps(msgspec.json.encode)
set_json_loads(msgspec.json.decode)


class Database:
    """A pool of connections that act as the application's role, which owns nothing."""

    def __init__(self, conninfo: str, *, size: int = 10):
        """`conninfo` is a libpq connection string or URL; `size` the most connections at once."""
        self._pool = AsyncConnectionPool(
            conninfo,
            connection_class=AsyncConnection[Row],
            min_size=1,
            max_size=size,
            open=False,
            timeout=5,
            kwargs={"row_factory": dict_row, "autocommit": True},
            configure=_configure,
            check=AsyncConnectionPool.check_connection,  # type: ignore[arg-type]
        )

    async def open(self) -> None:
        """Start connecting in the background; a database that is away is not an error here."""
        await self._pool.open(wait=False)

    async def close(self) -> None:
        await self._pool.close()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """A connection outside any transaction, for what no workspace owns."""
        try:
            async with self._pool.connection() as conn:
                yield conn
        except (PoolTimeout, psycopg.OperationalError) as error:
            raise Unavailable(
                "The database does not answer. Try again in a few seconds."
            ) from error

    @asynccontextmanager
    async def transaction(self, *workspaces: UUID) -> AsyncIterator[Connection]:
        """One transaction that sees and changes only rows of these workspaces."""
        async with self.connection() as conn, conn.transaction():
            await enter(conn, workspaces)
            yield conn


async def enter(conn: Connection, workspaces: Sequence[UUID]) -> None:
    """Tell row-level security which workspaces the rest of this transaction is for."""
    names = "{" + ",".join(map(str, workspaces)) + "}"
    await conn.execute("SELECT set_config('openbook.workspaces', %s, true)", (names,))


def built(text: str) -> SQL:
    """SQL text put together from our own definitions of tables, never from what somebody sent."""
    return SQL(text)  # type: ignore[arg-type]


async def rows(conn: Connection, statement: Executable) -> list[Row]:
    """Run a SQLAlchemy statement; its rows as dicts."""
    cursor = await conn.execute(*compiled(statement))
    return await cursor.fetchall()


async def row(conn: Connection, statement: Executable) -> Row | None:
    """Run a SQLAlchemy statement; its first row, or None."""
    cursor = await conn.execute(*compiled(statement))
    return await cursor.fetchone()


async def run(conn: Connection, statement: Executable) -> int:
    """Run a SQLAlchemy statement that returns no rows; how many rows it changed."""
    cursor = await conn.execute(*compiled(statement))
    return cursor.rowcount


def compiled(statement: Executable) -> tuple[Any, dict[str, Any]]:
    """The SQL text and its parameters, as psycopg takes them."""
    compiled = statement.compile(  # type: ignore[attr-defined]
        dialect=DIALECT, compile_kwargs={"render_postcompile": True}
    )
    return compiled.string, dict(compiled.params)


async def _configure(conn: Connection) -> None:
    conn.adapters.register_dumper(dict, JsonbDumper)
    await conn.execute(f"SET ROLE {APP_ROLE}")
