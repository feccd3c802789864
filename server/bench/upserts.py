"""Which bare upsert is the cheapest: how the floor of `ingest` was chosen.

    python server/bench/upserts.py [--views N] [--visitors N] [--rounds N]

The same whole rows of devices and contacts, in batches of 500 and a transaction each, written in
several ways; client and database apart. Making the rows ready for each way is not measured.
"""

import argparse
import os
import statistics
from collections.abc import Callable
from random import Random

import msgspec
from crowd import requests
from figures import progress, tell
from floors import BATCH, TABLES, Bare, Rows, as_text, names_of, on_conflict
from ingest import PROXIED, measured
from measuring import openbook, tree_seconds
from sqlalchemy.dialects import postgresql

from openbook.embedded import joined

Way = Callable[[Bare, list[Rows]], None]
Shape = Callable[[list[Rows]], list[Rows]]


def array(bare: Bare, batch: list[Rows]) -> None:
    """One JSON array of rows."""
    for table, rows in zip(TABLES, batch, strict=True):
        names = names_of(table)
        listed = ", ".join(names)
        statement = (
            f"INSERT INTO {table.name} ({listed}) SELECT {', '.join(f't.{n}' for n in names)} "
            f"FROM json_populate_recordset(NULL::{table.name}, %s::json) AS t {on_conflict(table)}"
        )
        bare.conn.execute(statement, (msgspec.json.encode(rows).decode(),))


def columns(bare: Bare, batch: list[Rows]) -> None:
    """An array for each column, joined by `unnest`."""
    for table, rows in zip(TABLES, batch, strict=True):
        names = names_of(table)
        types = {name: table.c[name].type.compile(dialect=postgresql.dialect()) for name in names}
        arrays = ", ".join(f"%({name})s::text[]" for name in names)
        typed = ", ".join(f"t.{name}::{types[name]}" for name in names)
        statement = (
            f"INSERT INTO {table.name} ({', '.join(names)}) SELECT {typed} "
            f"FROM unnest({arrays}) AS t({', '.join(names)}) {on_conflict(table)}"
        )
        bare.conn.execute(statement, {name: [row[name] for row in rows] for name in names})


def as_it_is(batch: list[Rows]) -> list[Rows]:
    """Empty columns left out."""
    return batch


def with_nulls(batch: list[Rows]) -> list[Rows]:
    """Every column named in every row."""
    return [
        [dict.fromkeys(names_of(table)) | row for row in rows]
        for table, rows in zip(TABLES, batch, strict=True)
    ]


WAYS: dict[str, tuple[Way, Shape]] = {
    "COPY": (Bare.copy, as_text),
    "array": (array, as_it_is),
    "array, nulls too": (array, with_nulls),
    "columns (unnest)": (columns, as_text),
}
"""Name -> how, and in what shape it takes the rows."""
FLOOR = "COPY"
"""What `floors.py` does."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--views", type=int, default=10_000, help="in a round of each way")
    parser.add_argument("--visitors", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    took: dict[str, list[tuple[float, float]]] = {name: [] for name in WAYS}
    with openbook(*PROXIED) as server:
        assert server.data is not None and server.postmaster is not None
        key = server.prepare()
        progress(f"the first view of {asked.visitors} visitors")
        measured(server, requests(key, asked.visitors, asked.visitors, 0))
        with joined(server.data) as conninfo:
            bare = Bare(conninfo, server.postmaster)
            for turn in range(asked.rounds):
                progress(f"round {turn + 1} of {asked.rounds}")
                for name in WAYS:
                    took[name].append(_measured(bare, name, asked.views, turn))
    _tell(took)


def _measured(bare: Bare, name: str, views: int, turn: int) -> tuple[float, float]:
    """Processor microseconds a pair of rows: this process's, the database's."""
    way, shaped = WAYS[name]
    size = min(BATCH, *map(len, bare.rows))
    numbers = range(max(1, views // size))
    batches = [shaped(bare.batch(size, Random(turn * 1000 + at))) for at in numbers]
    client, database = sum(os.times()[:2]), tree_seconds(bare.postmaster)
    for batch in batches:
        with bare.conn.transaction():
            way(bare, batch)
    client, database = sum(os.times()[:2]) - client, tree_seconds(bare.postmaster) - database
    pairs = len(batches) * size
    return client / pairs * 1e6, database / pairs * 1e6


def _tell(took: dict[str, list[tuple[float, float]]]) -> None:
    middle = {
        name: tuple(round(statistics.median(side), 1) for side in zip(*rounds, strict=True))
        for name, rounds in took.items()
    }
    whole = {name: round(client + database, 1) for name, (client, database) in middle.items()}
    cheapest = min(whole, key=lambda name: whole[name])
    result = {
        "name": "upserts",
        "unit": "device and contact",
        "cpu_us_per_unit": whole[FLOOR],
        "floor_us_per_unit": whole[cheapest],
        "ratio": round(whole[FLOOR] / whole[cheapest], 2),
        "per_second": None,
        "p50_ms": None,
        "p99_ms": None,
        "passed": True,
        "cheapest": cheapest,
        "client_and_database_us": middle,
    }
    rows = [
        (name, f"{whole[name]} us: client {client}, database {database}")
        for name, (client, database) in middle.items()
    ]
    tell(result, rows)


if __name__ == "__main__":
    main()
