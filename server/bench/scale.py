"""What a page view costs as contacts grow: ten thousand, a hundred thousand, a million.

    python server/bench/scale.py [--sizes N,N,...] [--data FOLDER] [--visits N] [--rounds N]

A database for each size, filled by `populating.py` (not measured), all of them there at once, and
the rounds go from one to the next, so that a noisy machine is noisy for each. A visit is three
pages by a contact from anywhere in the table who has not been here in this run: the first page
moves it in the index, whatever the size. The cost may grow by less than 1.3 times from the first
size to the third. The curve is printed, and drawn into bench/scale.png.
"""

import argparse
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from random import Random

import msgspec
from crowd import view, visitors
from figures import progress, tell
from loading import run
from matplotlib.figure import Figure
from measuring import Server, Spent, nothing, openbook
from populating import PATTERNS, fill, visitor

SIZES = "10000,100000,1000000"
PAGES = 3
GROWS = 1.3
PICTURE = Path(__file__).parents[2] / "bench" / "scale.png"


class Size(msgspec.Struct):
    """One of the databases, and what its rounds took."""

    contacts: int
    server: Server
    write_key: str
    unseen: Iterator[int]
    """Contacts that have not visited in this run."""
    rounds: list[Spent] = []

    def visits(self, count: int, chance: Random) -> list[bytes]:
        """The requests of so many visits, one page of each after the other."""
        patterns = visitors(PATTERNS)
        people = [visitor(patterns, next(self.unseen)) for _ in range(count)]
        return [
            view(self.write_key, person, chance, came_from=page == 0)
            for page in range(PAGES)
            for person in people
        ]

    def median(self, part: str, views: int) -> float:
        """Processor microseconds a page view: `total`, `server`, `backends` or `upkeep`."""
        return statistics.median(getattr(one, part) for one in self.rounds) / views * 1e6


def spent(server: Server, requests: Sequence[bytes]) -> Spent:
    """What it takes to answer these."""
    before = server.spent()
    load = run(server.port, requests)
    if load.refused:
        sys.exit(f"{load.refused} page views were refused: the figure means nothing.")
    return server.spent().since(before)


def opened(stack: ExitStack, folder: Path, contacts: int) -> Size:
    """A server on a database with so many contacts."""
    server = stack.enter_context(
        openbook("--trusted-proxy", "127.0.0.1/32", data=folder / str(contacts))
    )
    fill(server, contacts)
    numbers = Random(contacts).sample(range(contacts), min(contacts, 100_000))
    return Size(contacts, server, server.prepare(), iter(numbers))


def draw(sizes: Sequence[Size], views: int, path: Path) -> None:
    """The curve, by who spends it, and the bar."""
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    contacts = [size.contacts for size in sizes]
    whole = [size.median("total", views) for size in sizes]
    axes.plot(contacts, whole, "o-", color="#1f5fa8", label="all")
    axes.plot(
        contacts,
        [size.median("server", views) for size in sizes],
        "o--", color="#7a9cc6", label="openbook",
    )  # fmt: skip
    axes.plot(
        contacts,
        [a - size.median("server", views) for a, size in zip(whole, sizes, strict=True)],
        "o:", color="#c67a7a", label="PostgreSQL",
    )  # fmt: skip
    axes.axhline(whole[0] * GROWS, color="#999999", linewidth=1)
    axes.annotate(f"{GROWS} times the first", (contacts[0], whole[0] * GROWS), va="bottom")
    axes.set_xscale("log")
    axes.set_ylim(bottom=0)
    axes.set_xlabel("contacts in the database")
    axes.set_ylabel("processor time of a page view, \N{MICRO SIGN}s")
    axes.legend(loc="lower right", frameon=False)
    path.parent.mkdir(exist_ok=True)
    figure.savefig(path, dpi=120)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default=SIZES)
    parser.add_argument("--data", type=Path, help="keeps the filled databases for the next run")
    parser.add_argument("--visits", type=int, default=1_000, help="in a round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--picture", type=Path, default=PICTURE)
    asked = parser.parse_args()
    views, chance = asked.visits * PAGES, Random("scale")
    idle: list[float] = []
    with ExitStack() as stack:
        folder = asked.data or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        noop = stack.enter_context(nothing())
        sizes = [opened(stack, folder, int(size)) for size in asked.sizes.split(",")]
        for size in sizes:
            spent(size.server, size.visits(asked.visits // 2, chance))
        for turn in range(asked.rounds):
            progress(f"round {turn + 1} of {asked.rounds}")
            for size in sizes:
                requests = size.visits(asked.visits, chance)
                size.rounds.append(spent(size.server, requests))
            idle.append(spent(noop, requests).total / views * 1e6)
    draw(sizes, views, asked.picture)
    tell(*report(sizes, idle, views))


def report(
    sizes: Sequence[Size], idle: Sequence[float], views: int
) -> tuple[dict[str, object], list[tuple[str, str]]]:
    """The figures and the table."""
    whole = [size.median("total", views) for size in sizes]
    judged = whole[min(2, len(whole) - 1)]
    grown = judged / whole[0]
    floor = statistics.median(idle)
    rows = [
        (
            f"{size.contacts:,} contacts",
            f"{cost:.0f} us a page view ({size.median('server', views):.0f} openbook, "
            f"{size.median('backends', views):.0f} statements, "
            f"{size.median('upkeep', views):.0f} upkeep)  {'#' * round(40 * cost / max(whole))}",
        )
        for size, cost in zip(sizes, whole, strict=True)
    ]
    rows.append((f"growth to the third (bar {GROWS})", f"{grown:.2f}"))
    result: dict[str, object] = {
        "name": "scale",
        "unit": "page view",
        "cpu_us_per_unit": round(judged, 1),
        "floor_us_per_unit": round(floor, 1),
        "ratio": round(judged / floor, 2),
        "growth": round(grown, 2),
        "passed": grown < GROWS,
        "curve": [
            {"contacts": size.contacts, "cpu_us": round(cost, 1),
             "server_us": round(size.median("server", views), 1)}
            for size, cost in zip(sizes, whole, strict=True)
        ],
    }  # fmt: skip
    return result, rows


if __name__ == "__main__":
    main()
