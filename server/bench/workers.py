"""Whether two server processes do the work of two: what a view costs with one, and with two.

    python server/bench/workers.py [--views N] [--rounds N]

Installations with the same visitors, each with its own database: one process; two of one
`openbook serve --workers 2`; two `openbook serve` on one database. 128 connections a process. The
loader and the databases share the cores with them here, so the work that two would do with cores
of their own is told from the processor time of a view: 1.7 times the work is 1.15 times the time,
or less. What the machine itself takes when twice as much runs on it is measured beside it, as the
`control`: one process of each of two installations, loaded at the same time, which share nothing.
"""

import argparse
import statistics
from contextlib import ExitStack
from pathlib import Path

from crowd import requests
from figures import Round, figures, progress, tell
from floors import Bare
from ingest import PROXIED, require_stored
from loading import run, run_together
from measuring import Server, Spent, openbook

from openbook.embedded import joined

LIMIT = 1.15
CONNECTIONS = 128


class Side:
    """Servers that are loaded together, each with its write key, and what their rounds took."""

    def __init__(self, servers: dict[int, tuple[Server, str]], connections: int = CONNECTIONS):
        self._servers = servers
        self._connections = connections
        self.rounds: list[Round] = []

    def measure(self, visitors: int, views: int, seed: int) -> None:
        parts = [
            (server.port, requests(key, visitors, views // len(self._servers), seed + port))
            for port, (server, key) in self._servers.items()
        ]
        before = self._spent()
        load = run_together(parts, self._connections)
        if load.refused:
            raise SystemExit(f"{load.refused} of {views} requests were refused.")
        self.rounds.append(Round(len(load.took), self._spent().since(before), load))

    def cost(self) -> float:
        return statistics.median(one.cost for one in self.rounds)

    def _spent(self) -> Spent:
        spent, databases = Spent(0.0), set()
        for server, _ in self._servers.values():
            found = server.spent()
            if server.data in databases:  # its database was counted with the first
                found = Spent(found.server)
            databases.add(server.data)
            spent = spent.plus(found)
        return spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--views", type=int, default=10_000, help="in a round")
    parser.add_argument("--visitors", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    with ExitStack() as stack:

        def serving(*options: str, data: Path | None = None) -> Server:
            return stack.enter_context(openbook(*PROXIED, *options, data=data))

        def filled(server: Server) -> tuple[Server, str]:
            return server, _fill(server, asked.visitors)

        lone, pair = filled(serving()), filled(serving("--workers", "2"))
        first = filled(serving())
        second = serving(data=first[0].data), first[1]
        # What it remembers of the visitors, too.
        run(second[0].port, requests(second[1], asked.visitors, asked.visitors, 0))
        one, control = Side({0: lone}), Side({0: lone, 1: first})
        workers, serves = Side({0: pair}, 2 * CONNECTIONS), Side({0: first, 1: second})
        for turn in range(asked.rounds):
            progress(f"round {turn + 1} of {asked.rounds}")
            for side in (one, control, workers, serves):
                side.measure(asked.visitors, asked.views, 10 * turn + 1)
    _tell(one, control, workers, serves)


def _fill(server: Server, visitors: int) -> str:
    """Everybody's first view; the write key."""
    progress(f"the first view of {visitors} visitors")
    key = server.prepare()
    run(server.port, requests(key, visitors, visitors, 0))
    assert server.data is not None and server.postmaster is not None
    with joined(server.data) as conninfo:
        require_stored(Bare(conninfo, server.postmaster), visitors)
    return key


def _tell(one: Side, control: Side, workers: Side, serves: Side) -> None:
    result = figures(
        "workers",
        "page view",
        workers.rounds,
        [each.cost for each in one.rounds],
        passed=False,
        one_process_us=round(one.cost(), 1),
        control_us=round(control.cost(), 1),
        control_ratio=round(control.cost() / one.cost(), 2),
        two_serves_us=round(serves.cost(), 1),
        two_serves_ratio=round(serves.cost() / one.cost(), 2),
    )
    result["passed"] = max(result["ratio"], result["two_serves_ratio"]) <= LIMIT
    tell(
        result,
        [
            ("a view, one process", f"{result['one_process_us']} us of processor time"),
            ("a view, --workers 2", f"{result['cpu_us_per_unit']} us, ratio {result['ratio']} "
             f"({result['ratio_lowest']} to {result['ratio_highest']})"),
            ("a view, two openbook serve", f"{result['two_serves_us']} us, "
             f"ratio {result['two_serves_ratio']}"),
            ("limit", f"{LIMIT}"),
            ("control: two that share nothing", f"{result['control_us']} us, "
             f"ratio {result['control_ratio']}"),
        ],
    )  # fmt: skip


if __name__ == "__main__":
    main()
