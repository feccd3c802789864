"""What the ingest path counts: messages stored and dropped, by reason. No personal data."""

import functools
import sys
from collections.abc import Callable, Iterator
from inspect import signature
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

REGISTRY = CollectorRegistry()
STORED = Counter(
    "openbook_messages_stored", "Messages whose observation was stored.", registry=REGISTRY
)
DROPPED = Counter(
    "openbook_messages_dropped",
    "Messages that were not stored, by reason.",
    ["reason"],
    registry=REGISTRY,
)
REFUSED = Counter(
    "openbook_requests_refused", "Collect requests refused, by code.", ["code"], registry=REGISTRY
)
LEFT_OUT = Counter(
    "openbook_values_left_out",
    "Values that were not stored, by reason: switched_off, undeclared, untrusted.",
    ["reason"],
    registry=REGISTRY,
)
UNSIGNED = Counter(
    "openbook_unsigned_identities",
    "Messages with an unsigned user id, e-mail or name, while identify.mode is observe.",
    registry=REGISTRY,
)
WAITING = Gauge(
    "openbook_messages_waiting", "Messages in memory, waiting for a commit.", registry=REGISTRY
)
WAITING_AT_MOST = Gauge(
    "openbook_messages_waiting_at_most",
    "Messages that may wait before requests are refused: less while they would wait too long.",
    registry=REGISTRY,
)
WAITING_BYTES = Gauge(
    "openbook_bytes_waiting", "Bytes that the waiting messages came in.", registry=REGISTRY
)
WAITING_BYTES_AT_MOST = Gauge(
    "openbook_bytes_waiting_at_most", "The bound of openbook_bytes_waiting.", registry=REGISTRY
)
READING_BYTES = Gauge(
    "openbook_bytes_reading", "Bytes of request bodies still on their way.", registry=REGISTRY
)
READING_BYTES_AT_MOST = Gauge(
    "openbook_bytes_reading_at_most", "The bound of openbook_bytes_reading.", registry=REGISTRY
)

Sizes = Callable[[], tuple[int, int | None]]
"""Entries of a cache, and the most there may be."""
_OURS: dict[str, Sizes] = {}


def sizes_of(remembering: Any) -> tuple[int, int | None]:
    """The same of a function that remembers its answers."""
    info = remembering.cache_info()
    # What takes no parameters has one answer, and needs no bound.
    has_one = info.maxsize is None and not signature(remembering.__wrapped__).parameters
    return info.currsize, 1 if has_one else info.maxsize


def count_cache(name: str, sizes: Sizes) -> None:
    """Show a cache that an object holds; those of functions in modules are found by themselves."""
    _OURS[name] = sizes


def cache_sizes() -> dict[str, tuple[int, int | None]]:
    """Name -> entries and the most there may be, of everything this process remembers."""
    found = {name: sizes() for name, sizes in _OURS.items()}
    for path, module in list(sys.modules.items()):
        if not path.startswith("openbook."):
            continue
        for value in vars(module).values():
            if isinstance(value, functools._lru_cache_wrapper):
                place = value.__module__.removeprefix("openbook.")
                found[f"{place}.{value.__qualname__.lstrip('_')}"] = sizes_of(value)
    return found


class _Caches(Collector):
    def collect(self) -> Iterator[GaugeMetricFamily]:
        entries = GaugeMetricFamily(
            "openbook_cache_entries", "Entries of a cache in memory.", labels=["cache"]
        )
        most = GaugeMetricFamily(
            "openbook_cache_entries_at_most",
            "The bound of openbook_cache_entries.",
            labels=["cache"],
        )
        for name, (held, bound) in sorted(cache_sizes().items()):
            entries.add_metric([name], held)
            most.add_metric([name], float("inf") if bound is None else bound)
        yield entries
        yield most


REGISTRY.register(_Caches())
