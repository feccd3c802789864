"""The bare upsert: the cheapest way to write whole rows of contacts and devices in batches.

Several ways were compared (`upserts.py`, with figures in `docs/performance.md`). COPY into a
temporary table that a commit empties, and from there, costs least, client and database together.
It runs as the owner of the tables, for the application may not make any; row-level security is
asked all the same.
"""

import json
import os
from datetime import UTC, datetime
from random import Random
from typing import Any

import psycopg
from measuring import tree_seconds
from psycopg.rows import dict_row
from sqlalchemy import Table

from openbook.tables.contacts import contacts, devices

BATCH = 500
MOST_ROWS = 50_000
TABLES = (devices, contacts)
Rows = list[dict[str, Any]]


class Bare:
    """Rows of real devices and contacts, ready to be written back."""

    def __init__(self, conninfo: str, postmaster: int):
        self.postmaster = postmaster
        self.conn = psycopg.connect(conninfo, row_factory=dict_row, autocommit=True)
        found = self.conn.execute("SELECT array_agg(id)::text AS ids FROM workspaces").fetchone()
        assert found is not None
        self.conn.execute("SELECT set_config('openbook.workspaces', %s, false)", (found["ids"],))
        self.rows: list[Rows] = []
        for table in TABLES:
            self.conn.execute(
                f"CREATE TEMPORARY TABLE t_{table.name} ON COMMIT DELETE ROWS "
                f"AS SELECT * FROM {table.name} LIMIT 0"
            )
            cursor = self.conn.execute(
                f"SELECT json_strip_nulls(row_to_json(t))::text AS row FROM {table.name} t "
                f"ORDER BY workspace_id, id LIMIT {MOST_ROWS}"
            )
            self.rows.append([json.loads(row["row"]) for row in cursor.fetchall()])

    def cost(self, units: int, seed: int = 1) -> float:
        """Processor microseconds a pair of rows: this process's and the database's."""
        size = min(BATCH, *map(len, self.rows))
        numbers = range(max(1, units // size))
        batches = [as_text(self.batch(size, Random(seed + at))) for at in numbers]
        before = tree_seconds(self.postmaster) + sum(os.times()[:2])
        for batch in batches:
            with self.conn.transaction():
                self.copy(batch)
        used = tree_seconds(self.postmaster) + sum(os.times()[:2]) - before
        return used / (len(batches) * size) * 1e6

    def copy(self, batch: list[Rows]) -> None:
        """Write rows of text: both tables, within the caller's transaction."""
        for table, rows in zip(TABLES, batch, strict=True):
            listed = ", ".join(names_of(table))
            with self.conn.cursor().copy(f"COPY t_{table.name} ({listed}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row.values())
            self.conn.execute(
                f"INSERT INTO {table.name} ({listed}) SELECT {listed} FROM t_{table.name} "
                f"{on_conflict(table)}"
            )

    def batch(self, size: int, chance: Random) -> list[Rows]:
        """As many rows of either table, changed as a page view changes them, by their keys."""
        now = datetime.now(UTC).isoformat()
        changed = {"last_seen_at": now, "page_at": now, "last_page_viewed_at": now}
        batch = []
        for rows in self.rows:
            at = sorted(chance.sample(range(len(rows)), size))
            batch.append([rows[number] | changed for number in at])
        return batch

    def updates(self) -> dict[str, tuple[int, int]]:
        """Of either table: HOT updates (they touched no index) and all updates, so far.

        PostgreSQL's other sessions tell theirs within a second of falling idle.
        """
        self.conn.execute("SELECT pg_stat_force_next_flush()")
        rows = self.conn.execute(
            "SELECT relname, n_tup_hot_upd, n_tup_upd FROM pg_stat_user_tables "
            "WHERE relname IN ('contacts', 'devices')"
        )
        return {row["relname"]: (row["n_tup_hot_upd"], row["n_tup_upd"]) for row in rows}


def as_text(batch: list[Rows]) -> list[Rows]:
    """Every column of every row, in their order, each value as the text that PostgreSQL reads."""
    return [
        [{name: _text(row.get(name)) for name in names_of(table)} for row in rows]
        for table, rows in zip(TABLES, batch, strict=True)
    ]


def names_of(table: Table) -> list[str]:
    """The columns that can be written."""
    return [column.name for column in table.columns if column.computed is None]


def on_conflict(table: Table) -> str:
    changed = ", ".join(f"{name} = excluded.{name}" for name in names_of(table)[2:])
    return f"ON CONFLICT (workspace_id, id) DO UPDATE SET {changed}"


def _text(value: object) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value)
