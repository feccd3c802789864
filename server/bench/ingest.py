"""What storing one page view costs, against the floor measured in the same run.

    python server/bench/ingest.py [--views N] [--visitors N] [--rounds N]

Single requests with the browser SDK's body, 128 connections, everything on, fsync on. The floor is
(a) a no-op application on the same HTTP server with the same requests and (b) a bare upsert, in
batches of 500, of the two rows a view touches, on the same database. Processor time of all server
and database processes, from the operating system; the loader is another process.
"""

import argparse
import statistics
import sys
import time

from crowd import requests
from figures import Round, figures, progress, tell
from floors import Bare
from loading import run
from measuring import Server, nothing, openbook

from openbook.embedded import joined

AIM, LIMIT = 1.5, 2.0
HOT = 95.0
PROXIED = ("--trusted-proxy", "127.0.0.1/32")


def measured(
    server: Server, made: list[bytes], units: int | None = None, connections: int = 128
) -> Round:
    """What it takes to answer these requests, which carry `units` (one each)."""
    before = server.spent()
    load = run(server.port, made, connections)
    spent = server.spent().since(before)
    if load.refused:
        sys.exit(f"{load.refused} of {len(made)} requests were refused: the figure means nothing.")
    return Round(units or len(made), spent, load)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--views", type=int, default=10_000, help="in a round")
    parser.add_argument("--visitors", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    rounds, bare, noop, updates = [], [], [], []
    began = time.time()
    with openbook(*PROXIED) as server, nothing() as idle:
        assert server.data is not None and server.postmaster is not None
        write_key = server.prepare()
        progress(f"the first view of {asked.visitors} visitors")
        first = measured(server, requests(write_key, asked.visitors, asked.visitors, 0))
        with joined(server.data) as conninfo:
            floor = Bare(conninfo, server.postmaster)
            require_stored(floor, asked.visitors)
            for turn in range(asked.rounds):
                progress(f"round {turn + 1} of {asked.rounds}")
                made = requests(write_key, asked.visitors, asked.views, turn + 1)
                before = floor.updates()
                rounds.append(measured(server, made))
                time.sleep(1.2)
                updates.append((before, floor.updates()))
                noop.append(measured(idle, made).cost)
                bare.append(floor.cost(asked.views, turn * 1000))
    hot, of_tables = hot_updates(updates)
    floors = [rows + request for rows, request in zip(bare, noop, strict=True)]
    result = figures(
        "ingest",
        "page view",
        rounds,
        floors,
        statistics.median(noop) + statistics.median(bare),
        passed=False,
        noop_us=round(statistics.median(noop), 1),
        bare_upsert_us=round(statistics.median(bare), 1),
        new_visitor_us=round(first.cost, 1),
        hot_updates_percent=hot,
        hot_updates_of_tables=of_tables,
        passed_the_full_hour=time.gmtime(began).tm_hour != time.gmtime().tm_hour,
        body_bytes=round(statistics.mean(len(one.partition(b"\r\n\r\n")[2]) for one in made)),
        request_bytes=round(statistics.mean(map(len, made))),
    )
    result["passed"] = result["ratio"] <= LIMIT and hot >= HOT
    tell(
        result,
        [
            ("page view stored", f"{result['cpu_us_per_unit']} us of processor time"),
            ("  of it server, database, upkeep", f"{result['server_us']}, "
             f"{result['database_us']}, {result['upkeep_us']} us"),
            ("floor: no-op request", f"{result['noop_us']} us"),
            ("floor: bare upsert of its two rows", f"{result['bare_upsert_us']} us"),
            ("ratio (limit 2.0, aim 1.5)", f"{result['ratio']} "
             f"({result['ratio_lowest']} to {result['ratio_highest']})"),
            ("first view of a visitor", f"{result['new_visitor_us']} us"),
            ("HOT updates", f"{hot} % {of_tables}"),
            ("throughput, p50, p99", f"{result['per_second']}/s, {result['p50_ms']} ms, "
             f"{result['p99_ms']} ms"),
        ],
    )  # fmt: skip


Updates = dict[str, tuple[int, int]]


def hot_updates(measured: list[tuple[Updates, Updates]]) -> tuple[float, dict[str, float]]:
    """The share of HOT updates in per cent, of both tables together and of each.

    A contact's first view in an hour moves it in the index of the hours, so a run that the full
    hour falls into has fewer.
    """
    sums: dict[str, list[int]] = {}
    for before, after in measured:
        for table, (hot, every) in after.items():
            held = sums.setdefault(table, [0, 0])
            held[0] += hot - before[table][0]
            held[1] += every - before[table][1]
    each = {table: round(100 * hot / max(1, every), 1) for table, (hot, every) in sums.items()}
    hot, every = (sum(column) for column in zip(*sums.values(), strict=True))
    return round(100 * hot / max(1, every), 1), each


def require_stored(floor: Bare, visitors: int) -> None:
    """A message that is dropped is answered 200 as well, and costs little."""
    contacts = len(floor.rows[1])
    if contacts < min(visitors, 50_000):
        sys.exit(f"{contacts} of {visitors} visitors were stored: the figure means nothing.")


if __name__ == "__main__":
    main()
