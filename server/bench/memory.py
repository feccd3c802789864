"""Whether what is remembered stays bounded: views of which none is like another.

    python server/bench/memory.py [--distinct N]

Every visitor, user agent, set of client hints, address, page, referring host and language is
another one. The steps of the product run in a process of their own, without HTTP and database, and
its memory is read on the way; `cold.py --distinct N` does the same through a whole server. Wanted:
no more than 16 MiB of growth after the first half, and no cache without a bound. 300,000 views
fill everything that is remembered and go on as far again; `--distinct 1000000` takes minutes.
"""

import argparse
import functools
import gc
import multiprocessing
import os
import time
from collections.abc import Callable, Iterator, Mapping
from inspect import signature
from itertools import islice
from multiprocessing.connection import Connection
from random import Random
from typing import Any
from uuid import UUID

import msgspec
from crowd import Visitor, body_of, random_id, view
from figures import progress, tell
from measuring import resident
from unseen import strangers

from openbook import clock
from openbook.catalogue.policy import read_policy
from openbook.collect.budget import Budget
from openbook.collect.enrich.place import Places
from openbook.collect.observation import Prepared, Stamp
from openbook.collect.observe import observe
from openbook.collect.pipeline import prepare
from openbook.collect.tools import Tools
from openbook.collect.wire import read_batch
from openbook.geo import INSTALLED

PORTION = 2_000
MOST_GROWTH_MIB = 16.0
MIB = 2**20
WORKSPACE = UUID(int=1)
LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Seen(msgspec.Struct, frozen=True):
    """What the measured process says now and then."""

    views: int
    prepared: int
    bytes: int
    cpu_seconds: float
    caches: dict[str, tuple[int, int | None]]
    """Name -> entries and the most there may be; None: no bound."""


def bodies(count: int) -> Iterator[tuple[bytes, str]]:
    """Bodies and the addresses they come from."""
    chance = Random("memory")
    for number, person in enumerate(strangers(count, "memory")):
        yield _peculiar(person, number, chance), person.address


def _peculiar(person: Visitor, number: int, chance: Random) -> bytes:
    word = random_id(chance)
    language = f"{LETTERS[number % 26]}{LETTERS[number // 26 % 26]}-Latn-x{number % 10**7:07}"
    message = msgspec.json.decode(body_of(view("key", person, chance)))
    context = message["batch"][0]["context"]
    context["page"] = {"url": f"https://shop.example/{word}", "referrer": f"https://{word}.example"}
    context["locale"] = language
    if "userAgentData" in context:
        context["userAgentData"]["model"] = word
    return msgspec.json.encode(message)


def measured(pipe: Connection) -> None:
    """The measured process: takes portions, runs the steps, says how it is."""
    tools = Tools(
        WORKSPACE, read_policy({"collect.utms": True}), (), Places.open(folders=[INSTALLED])
    )
    budget = Budget()
    views = stored = 0
    while portion := pipe.recv():
        for body, address in portion:
            received = read_batch(body)
            context: Any = received.messages[0].context
            stamp = Stamp(
                received_at=clock.now(),
                sent_at=None,
                address=address,
                from_server=False,
                browser_made=True,
                user_agent=context.user_agent,
                accept_language=context.locale,
                hints={},
                gpc=False,
            )
            observation = observe(received.messages[0], stamp)
            assert observation is not None
            stored += isinstance(prepare(observation, tools), Prepared)
            budget.take(WORKSPACE, address, tools.policy)
        views += len(portion)
        found = Seen(views, stored, resident(os.getpid()), time.process_time(), _caches(budget))
        pipe.send(msgspec.to_builtins(found))


def _caches(budget: Budget) -> dict[str, tuple[int, int | None]]:
    """Every function of the product that remembers answers, and the budget's buckets."""
    found = {"budget": (len(vars(budget)["_buckets"]), 100_000)}
    for one in gc.get_objects():
        if isinstance(one, functools._lru_cache_wrapper):
            module = getattr(one, "__module__", "") or ""
            if module.startswith("openbook.") and not module.startswith("openbook.demo."):
                name = getattr(one, "__qualname__", type(one.__wrapped__).__name__)
                held, most = one.cache_info().currsize, one.cache_info().maxsize
                found[f"{module}.{name}"] = (held, most or _of_one(one.__wrapped__))
    return found


def _of_one(function: Callable[..., Any]) -> int | None:
    """The bound of a cache that names none: a function without parameters has one answer."""
    return None if signature(function).parameters else 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--distinct", type=int, default=300_000)
    asked = parser.parse_args()
    methods = multiprocessing.get_context("spawn")
    ours, theirs = methods.Pipe()
    process = methods.Process(target=measured, args=(theirs,))
    process.start()
    made, curve = bodies(asked.distinct), []
    step = -(-asked.distinct // 20 // PORTION) * PORTION
    while portion := list(islice(made, PORTION)):
        ours.send(portion)
        seen = msgspec.convert(ours.recv(), Seen)
        if seen.views % step == 0 or seen.views >= asked.distinct:
            curve.append(seen)
            progress(f"{seen.views} views, {seen.bytes / MIB:.0f} MiB")
    ours.send(None)
    process.join()
    _tell(curve)


def _tell(curve: list[Seen]) -> None:
    # The first half fills what is remembered.
    start, end = curve[(len(curve) - 1) // 2], curve[-1]
    grown = (end.bytes - start.bytes) / MIB
    unbounded = sorted(name for name, (_, most) in end.caches.items() if most is None)
    over = [name for name, (held, most) in end.caches.items() if most is not None and held > most]
    cost = (end.cpu_seconds - start.cpu_seconds) / max(1, end.views - start.views) * 1e6
    result: dict[str, Any] = {
        "name": "memory",
        "unit": "view unlike any other",
        "cpu_us_per_unit": round(cost, 1),
        "floor_us_per_unit": None,
        "ratio": None,
        "per_second": round(1e6 / cost) if cost else None,
        "p50_ms": None,
        "p99_ms": None,
        "passed": grown <= MOST_GROWTH_MIB and not unbounded and not over,
        "distinct": end.views,
        "dropped": end.views - end.prepared,
        "resident_mib": round(end.bytes / MIB, 1),
        "growth_mib": round(grown, 1),
        "caches_without_a_bound": unbounded,
        "resident_curve": [(one.views, round(one.bytes / MIB, 1)) for one in curve],
        "caches": _named(end.caches),
    }
    tell(
        result,
        [
            ("views, each unlike the others", f"{end.views}"),
            ("memory at the end", f"{result['resident_mib']} MiB"),
            (f"growth after the first {start.views}", f"{result['growth_mib']} MiB (limit 16)"),
            ("caches without a bound", ", ".join(unbounded) or "none"),
            ("the steps alone", f"{result['cpu_us_per_unit']} us of processor time a view"),
            *((f"  {name}", f"{held} of {most}") for name, (held, most) in end.caches.items()),
        ],
    )


def _named(caches: Mapping[str, tuple[int, int | None]]) -> dict[str, str]:
    return {name: f"{held} of {most}" for name, (held, most) in sorted(caches.items())}


if __name__ == "__main__":
    main()
