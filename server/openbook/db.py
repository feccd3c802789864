"""The connection pool and the one way to a transaction.

A transaction names the workspaces it is for; row-level security hides every other one. Statements
are SQLAlchemy Core (built from `tables/`) or plain SQL; psycopg 3 runs both.
"""

import asyncio
import logging
import select
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any
from uuid import UUID

import msgspec
import psycopg
from psycopg import AsyncConnection
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import dict_row
from psycopg.sql import SQL
from psycopg.types.json import JsonbDumper, set_json_dumps, set_json_loads
from psycopg_pool import AsyncConnectionPool, PoolTimeout
from sqlalchemy import Executable
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from openbook.durability import COLUMNS, refuse_careless, refuse_to_start
from openbook.errors import Misconfigured, Unavailable

APP_ROLE = "openbook_app"
DIALECT = PGDialect_psycopg(paramstyle="pyformat")
Row = dict[str, Any]
Connection = AsyncConnection[Row]
Begin = Callable[[Connection], Awaitable[None]]
NO_CONNECTION = psycopg.OperationalError, psycopg.ProgrammingError
log = logging.getLogger(__name__)

set_json_dumps(msgspec.json.encode)
set_json_loads(msgspec.json.decode)


_ASK = SQL(f"SELECT {COLUMNS}")  # type: ignore[arg-type]
_ENTER = SQL(
    "SELECT set_config('openbook.workspaces', %s, true), "
    "set_config('synchronous_commit', current_setting('synchronous_commit'), true), "
    f"{COLUMNS}"  # type: ignore[arg-type]
)
MAY_STAGE = """
has_database_privilege(session_user, current_database(), 'TEMPORARY') AS may_stage,
quote_ident(session_user) AS login, quote_ident(current_database()) AS database
"""
"""Who connects makes the temporary table, before the connection takes the application's role."""
WAIT = 2.0
"""Seconds to wait for a connection while all are in use."""
MOST_WAITING = 200
"""Who may wait for a connection; beyond, a request is refused at once."""
RECONNECT = 2.0
"""Seconds after which an attempt to connect is given up; the next request begins another."""
LOOK = 0.25
"""Seconds between looks whether a database that is away is back."""
_LINK = {
    "connect_timeout": "3",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "15000",
}
"""A machine that went without a word is noticed within seconds. What the URL says wins."""


class Database:
    """A pool of connections that act as the application's role, which owns nothing."""

    def __init__(
        self,
        conninfo: str,
        *,
        size: int = 10,
        unsafe: bool = False,
        begin: Begin | None = None,
    ):
        """`conninfo` is a libpq connection string or URL; `size` the most connections at once.

        `unsafe`: transactions also where the database may lose what they commit; for tests.
        `begin` prepares a fresh connection of the pool, which is not yet the application's role.
        """
        self._unsafe = unsafe
        self._waiting = 0
        self._failures = 0
        self._looking: asyncio.Task[None] | None = None
        given = conninfo_to_dict(conninfo)
        link = {name: value for name, value in _LINK.items() if name not in given}
        self._pool = AsyncConnectionPool(
            conninfo,
            connection_class=AsyncConnection[Row],
            min_size=1,
            max_size=size,
            open=False,
            timeout=WAIT,
            reconnect_timeout=RECONNECT,
            kwargs={**link, "row_factory": dict_row, "autocommit": True},
            configure=partial(_configure, begin=begin),
            check=_check,  # type: ignore[arg-type]
        )

    async def open(self) -> None:
        """Start connecting in the background; a database that is away is not an error here."""
        await self._pool.open(wait=False)

    async def close(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
        await self._pool.close()

    @property
    def is_away(self) -> bool:
        """Whether a connection could not be had, or broke, and none could be made since."""
        return self._looking is not None

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """A connection outside any transaction, for what no workspace owns."""
        # Counted here: the pool counts those who gave up as well, and asked by too many of them it
        # makes no connection any more. While the database is away it is not asked at all.
        if self.is_away or self._waiting >= MOST_WAITING:
            raise _no_answer()
        conn: Any = None
        self._waiting += 1
        try:
            async with self._pool.connection() as conn:
                self._waiting -= 1
                yield conn
        except (PoolTimeout, psycopg.OperationalError) as error:
            if conn.closed if conn is not None else self._cannot_connect():
                self._look_for_it()
            raise _no_answer() from error
        finally:
            if conn is None:
                self._waiting -= 1

    def _cannot_connect(self) -> bool:
        """Whether attempts to connect have failed since this was last asked."""
        before, self._failures = self._failures, self._pool.get_stats().get("connections_errors", 0)
        return self._failures > before

    def _look_for_it(self) -> None:
        if self._looking is None:
            self._looking = asyncio.create_task(self._look())

    async def _look(self) -> None:
        """Try until the database takes a connection."""
        while True:
            try:
                await (await self.connect()).close()
            except psycopg.Error:
                await asyncio.sleep(LOOK)
            except Exception as error:
                # While nobody looks the database stays away for good: whatever it is, look again.
                log.error("looking for the database failed: %s", type(error).__name__)  # noqa: TRY400
                await asyncio.sleep(LOOK)
            else:
                self._looking = None
                return

    @asynccontextmanager
    async def transaction(self, *workspaces: UUID) -> AsyncIterator[Connection]:
        """One transaction that sees and changes only rows of these workspaces."""
        async with self.connection() as conn, conn.transaction():
            await enter(conn, workspaces, durable=not self._unsafe)
            yield conn

    async def connect(self) -> Connection:
        """A connection of its own beside the pool, for who listens; the caller closes it."""
        kwargs: Any = self._pool.kwargs
        conn: Connection = await AsyncConnection.connect(self._pool.conninfo, **kwargs)  # type: ignore[arg-type]
        await _configure(conn)
        return conn

    async def require_durable(self) -> None:
        """Ask whether the database answers and keeps what it commits; Unavailable if not."""
        async with self.connection() as conn:
            cursor = await conn.execute(_ASK)
            if not self._unsafe:
                refuse_careless(await cursor.fetchone() or {})


def _no_answer() -> Unavailable:
    return Unavailable("The database does not answer. Try again in a few seconds.")


async def enter(conn: Connection, workspaces: Sequence[UUID], *, durable: bool = False) -> None:
    """Tell row-level security which workspaces the rest of this transaction is for.

    With `durable`, raises Careless where the commit could be lost. It is asked in the same breath,
    so it costs no round trip, and what `synchronous_commit` is now it stays until the commit.
    """
    names = "{" + ",".join(map(str, workspaces)) + "}"
    cursor = await conn.execute(_ENTER, (names,))
    if durable:
        refuse_careless(await cursor.fetchone() or {})


def require_durable(conninfo: str) -> None:
    """Ask the database before anything is written to it; Misconfigured where it is careless.

    What a connection of the application sees: a setting of the database or of the user who connects
    counts, and taking the application's role does not change it.
    """
    try:
        with psycopg.connect(conninfo, connect_timeout=10) as conn:
            found = conn.cursor(row_factory=dict_row).execute(_ASK).fetchone()
    except NO_CONNECTION as error:
        raise out_of_reach(error) from None
    refuse_to_start(found or {})


def require_temporary(conninfo: str) -> None:
    """Misconfigured where who connects may not make the temporary table that storing goes through.

    Asked before the first message comes: it would be refused then, and for a reason nobody sees.
    """
    try:
        with psycopg.connect(conninfo, connect_timeout=10) as conn:
            found = conn.execute(f"SELECT {MAY_STAGE}").fetchone()  # type: ignore[arg-type]
    except NO_CONNECTION as error:
        raise out_of_reach(error) from None
    may, user, database = found or (False, "", "")
    if not may:
        raise Misconfigured(f"{cannot_stage(user, database)} {may_stage(user, database)}")


def cannot_stage(user: str, database: str) -> str:
    """What is wrong; both names as SQL writes them."""
    return (
        f"The database user {user} may not make temporary tables in the database {database}, and "
        "what is sent is stored by way of one."
    )


def may_stage(user: str, database: str) -> str:
    """What to do about it."""
    return f"Let the owner of the database say: GRANT TEMPORARY ON DATABASE {database} TO {user};"


def out_of_reach(error: psycopg.Error) -> Misconfigured:
    """Why there is no connection. What it cannot read libpq quotes, so that is not repeated."""
    if isinstance(error, psycopg.ProgrammingError):
        return Misconfigured(
            "OPENBOOK_DATABASE_URL cannot be read. It is postgresql://user:password@host/database, "
            "and signs such as @ : / in the password are written as %40 %3A %2F."
        )
    return Misconfigured(f"The database cannot be reached: {str(error).strip().splitlines()[0]}")


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


async def _check(conn: Connection) -> None:
    """Notice a connection that was closed, without a round trip: an idle one has nothing to say."""
    poll = select.poll()
    poll.register(conn.fileno(), select.POLLIN)
    if poll.poll(0):
        await AsyncConnectionPool.check_connection(conn)  # type: ignore[arg-type]


async def _configure(conn: Connection, begin: Begin | None = None) -> None:
    conn.adapters.register_dumper(dict, JsonbDumper)
    if begin is not None:
        await begin(conn)
    await conn.execute(f"SET ROLE {APP_ROLE}")
