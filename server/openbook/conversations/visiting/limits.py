"""How often visitors may ask: by session and by network address, counted in this process.

With several processes each has its share. A bucket holds what may be asked at once and fills up
again; the least recently used are forgotten.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from math import ceil

import msgspec

from openbook.collect.counts import count_cache
from openbook.errors import TooMany

REMEMBERED = 50_000


class Rate(msgspec.Struct, frozen=True):
    """`burst` at once, and `per_second` more as time passes."""

    name: str
    burst: float
    per_second: float


ADDRESS = Rate("address", 600, 40)
"""Everything that is asked from one network: an office may have hundreds of pages open."""
BEGIN = Rate("begin", 60, 0.2)
"""Sessions begun and identities shown from one network."""
CONNECT = Rate("connect", 300, 5)
"""Sockets opened from one network: as many as it may have open, and then as they come back."""
SPEAK = Rate("speak", 30, 1)
"""Messages, conversations, files and claims of one session."""
MARK = Rate("mark", 120, 10)
"""What one session reads, has received or is typing."""
ASK = Rate("ask", 120, 10)
"""What one session asks for."""


class _Bucket(msgspec.Struct):
    left: float
    at: float


class Limits:
    """Token buckets by (rate, whose)."""

    def __init__(self, processes: int = 1, clock: Callable[[], float] = time.monotonic):
        self._share = 1 / max(1, processes)
        self._clock = clock
        self._buckets: OrderedDict[tuple[str, str], _Bucket] = OrderedDict()
        count_cache("conversations.visiting.limits", lambda: (len(self._buckets), REMEMBERED))

    def take(self, rate: Rate, whose: str) -> None:
        """Count one; TooMany, with the seconds until there is one again, where none is left."""
        full, per_second = max(1.0, rate.burst * self._share), rate.per_second * self._share
        key, now = (rate.name, whose), self._clock()
        bucket = self._buckets.pop(key, None) or _Bucket(full, now)
        bucket.left = min(full, bucket.left + (now - bucket.at) * per_second)
        bucket.at = now
        self._buckets[key] = bucket
        if len(self._buckets) > REMEMBERED:
            self._buckets.popitem(last=False)
        if bucket.left < 1:
            raise TooMany(
                "Too many requests. Try again in a moment.",
                free_after=max(1, ceil((1 - bucket.left) / per_second)),
            )
        bucket.left -= 1
