"""Has PostgreSQL look at a table that grows for the first time, before its own upkeep comes to it.

Until then it knows nothing of the values. Since every row is asked for by its workspace twice, by
the statement and by the policy that guards it, it takes a workspace's rows for few and reads all of
them, by whichever index is the smallest: thousands for each message in the first minute of a chat.
"""

from psycopg.sql import SQL, Identifier

from openbook.db import Database

EVERY = 3.0
"""Seconds between looks, at most."""
SMALL = 4 * 8192
"""Bytes up to which it is no matter how a table is read."""
_UNKNOWN = """
SELECT c.relname AS name FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace
  AND c.relkind = 'r' AND c.reltuples < 0 AND pg_relation_size(c.oid) > %s
"""


class Statistics:
    """One in each process that serves; of two at the same table, one waits for the other."""

    def __init__(self, db: Database):
        self._db = db
        self._seen: set[str] = set()
        """Tables that were looked at, or that who connects may not look at."""

    async def look(self) -> None:
        """Analyze the tables that have grown and were never looked at."""
        async with self._db.connection() as conn:
            cursor = await conn.execute(_UNKNOWN, (SMALL,))
            unknown = {row["name"] for row in await cursor.fetchall()} - self._seen
        if not unknown:
            return
        # As who connects: the application's role owns nothing. A connection of its own, so that
        # none of the pool's is ever another role's.
        conn = await self._db.connect()
        async with conn:
            await conn.execute("RESET ROLE")
            for name in sorted(unknown):
                # Where that is not the owner, PostgreSQL only warns.
                await conn.execute(SQL("ANALYZE {}").format(Identifier(name)))
        self._seen |= unknown
