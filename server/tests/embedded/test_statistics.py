"""A table that grows for the first time is looked at before PostgreSQL's own upkeep comes to it."""

import asyncio

import psycopg

from openbook.db import Database
from openbook.statistics import Statistics
from tests.conftest import Server


def test_a_table_that_has_grown_is_looked_at_and_a_small_one_is_not(server: Server) -> None:
    async def look() -> None:
        db = Database(server.conninfo, size=1)
        await db.open()
        try:
            await Statistics(db).look()
        finally:
            await db.close()

    with psycopg.connect(server.conninfo, autocommit=True) as conn:
        for name, rows in (("grown", 5_000), ("small", 5)):
            # Left alone by PostgreSQL's own upkeep, so that nobody else has looked at it.
            conn.execute(f"CREATE TABLE {name} (number int) WITH (autovacuum_enabled = false)")  # type: ignore[arg-type]
            conn.execute(f"INSERT INTO {name} SELECT generate_series(1, {rows})")  # type: ignore[arg-type]
        try:
            asyncio.run(look())
            found = conn.execute(
                "SELECT relname, reltuples FROM pg_class WHERE relname IN ('grown', 'small')"
            ).fetchall()
        finally:
            conn.execute("DROP TABLE grown, small")
    assert dict(found) == {"grown": 5_000, "small": -1}
