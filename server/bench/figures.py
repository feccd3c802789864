"""How a benchmark says what it measured: a table for people, one line of JSON for programs."""

import json
import statistics
import sys
from collections.abc import Sequence
from typing import Any

import msgspec
from loading import Load
from measuring import Spent


class Round(msgspec.Struct, frozen=True):
    """One load on the product: units stored, what it took, what the load saw."""

    units: int
    spent: Spent
    load: Load

    @property
    def cost(self) -> float:
        """Processor microseconds a unit."""
        return self.spent.total / self.units * 1e6

    def joined(self, other: "Round") -> "Round":
        """Both as one, one after the other."""
        loads = self.load, other.load
        seconds, refused = sum(one.seconds for one in loads), sum(one.refused for one in loads)
        again = sum(one.sent_again for one in loads)
        load = Load(seconds, [*loads[0].took, *loads[1].took], refused, again)
        return Round(self.units + other.units, self.spent.plus(other.spent), load)


def middle(rounds: Sequence[Round]) -> Round:
    """The round of the median cost (of an even number, the lower of both)."""
    return sorted(rounds, key=lambda one: one.cost)[(len(rounds) - 1) // 2]


def figures(
    name: str,
    unit: str,
    rounds: Sequence[Round],
    floors: Sequence[float],
    floor: float | None = None,
    **more: Any,
) -> dict[str, Any]:
    """The common figures: medians of the rounds; `more` must say whether it `passed`.

    `floor` is said where it is made of parts: the sum of their medians, which one disturbed part
    of a round moves less than the median of the sums.
    A unit's throughput and times are those of the middle round; where a request carries many
    units, times are a request's.
    """
    cost = statistics.median(one.cost for one in rounds)
    floor = statistics.median(floors) if floor is None else floor
    shown = middle(rounds)
    ratios = sorted(one.cost / below for one, below in zip(rounds, floors, strict=True))
    return {
        "name": name,
        "unit": unit,
        "cpu_us_per_unit": round(cost, 1),
        "floor_us_per_unit": round(floor, 1),
        "ratio": round(cost / floor, 2),
        "per_second": round(shown.units / shown.load.seconds),
        "p50_ms": round(shown.load.percentile(0.5) * 1e3, 1),
        "p99_ms": round(shown.load.percentile(0.99) * 1e3, 1),
        "passed": more.pop("passed"),
        "ratio_lowest": round(ratios[0], 2),
        "ratio_highest": round(ratios[-1], 2),
        "server_us": round(shown.spent.server / shown.units * 1e6, 1),
        "database_us": round(shown.spent.backends / shown.units * 1e6, 1),
        "upkeep_us": round(shown.spent.upkeep / shown.units * 1e6, 1),
        "sent_again": sum(one.load.sent_again for one in rounds),
        **more,
    }


def tell(result: dict[str, Any], rows: Sequence[tuple[str, str]]) -> None:
    """The table on standard error, the JSON on standard output; exit code 1 if a bar is missed."""
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        print(f"  {name:<{width}}  {value}", file=sys.stderr)
    print(json.dumps(result), flush=True)
    sys.exit(not result["passed"])


def progress(text: str) -> None:
    """A sign of life on standard error."""
    print(f"  {text}", file=sys.stderr, flush=True)
