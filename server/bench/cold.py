"""What a view costs where nothing is remembered, against `ingest`'s view in the same run.

    python server/bench/cold.py [--views N] [--rounds N] [--distinct N]

Every visitor is new, every user agent and every address another one. The floor of this figure is
not a floor but a view of `ingest` (a known visitor): at most three times that. Between rounds the
memory of the process that answers is read. `--distinct 1000000` goes on until so many were seen;
`memory.py` does that in a minute, without a database.
"""

import argparse
import statistics
from itertools import islice
from random import Random

from crowd import first_view, requests
from figures import Round, figures, progress, tell
from floors import Bare
from ingest import PROXIED, measured, require_stored
from measuring import openbook
from unseen import strangers

from openbook.embedded import joined

LIMIT = 3.0
MIB = 2**20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--views", type=int, default=10_000, help="in a round")
    parser.add_argument("--visitors", type=int, default=20_000, help="known ones")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--distinct", type=int, default=0, help="go on to so many new visitors")
    asked = parser.parse_args()
    cold, warm, memory = [], [], []
    new = strangers(max(asked.distinct, asked.views * asked.rounds), "cold")
    chance = Random("cold")
    seen = 0
    with openbook(*PROXIED) as server:
        assert server.data is not None and server.postmaster is not None
        write_key = server.prepare()
        progress(f"the first view of {asked.visitors} visitors")
        measured(server, requests(write_key, asked.visitors, asked.visitors, 0))
        for turn in range(asked.rounds):
            progress(f"round {turn + 1} of {asked.rounds}")
            known = requests(write_key, asked.visitors, asked.views, turn + 1)
            warm.append(measured(server, known))
            made = [first_view(write_key, one, chance) for one in islice(new, asked.views)]
            cold.append(measured(server, made))
            seen += len(made)
            memory.append((seen, server.resident()))
        while seen < asked.distinct:
            made = [first_view(write_key, one, chance) for one in islice(new, asked.views)]
            measured(server, made)
            seen += len(made)
            memory.append((seen, server.resident()))
            progress(f"{seen} new visitors, {memory[-1][1] / MIB:.0f} MiB")
        with joined(server.data) as conninfo:
            require_stored(Bare(conninfo, server.postmaster), asked.visitors + seen)
    _tell(cold, warm, memory)


def _tell(cold: list[Round], warm: list[Round], memory: list[tuple[int, int]]) -> None:
    # The first half fills what is remembered.
    (from_seen, from_bytes), (to_seen, to_bytes) = memory[len(memory) // 2], memory[-1]
    grown = to_bytes - from_bytes
    result = figures(
        "cold",
        "first page view",
        cold,
        [one.cost for one in warm],
        passed=False,
        known_visitor_us=round(statistics.median(one.cost for one in warm), 1),
        distinct=to_seen,
        resident_mib=round(to_bytes / MIB, 1),
        bytes_a_distinct_value=round(grown / max(1, to_seen - from_seen)),
        resident_curve=[
            (count, round(size / MIB, 1)) for count, size in memory[:: 1 + len(memory) // 20]
        ],
    )
    result["passed"] = result["ratio"] <= LIMIT
    tell(
        result,
        [
            ("view of a new visitor", f"{result['cpu_us_per_unit']} us of processor time"),
            ("view of a known visitor (ingest)", f"{result['known_visitor_us']} us"),
            ("ratio (limit 3.0)", f"{result['ratio']} "
             f"({result['ratio_lowest']} to {result['ratio_highest']})"),
            (f"memory after {to_seen} distinct values", f"{result['resident_mib']} MiB"),
            ("growth in the second half", f"{result['bytes_a_distinct_value']} bytes a value"),
            ("throughput, p50, p99", f"{result['per_second']}/s, {result['p50_ms']} ms, "
             f"{result['p99_ms']} ms"),
        ],
    )  # fmt: skip


if __name__ == "__main__":
    main()
