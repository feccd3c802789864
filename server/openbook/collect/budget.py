"""How many contacts a public key may make: per address and per workspace, by the hour.

Counted in this process; with several, each has its share. Contacts that are known already, and
whatever an API token sends, cost nothing.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from uuid import UUID

import msgspec

from openbook.catalogue.policy import Policy
from openbook.collect.address import budget_key
from openbook.collect.counts import count_cache

HOUR = 3600.0
REMEMBERED = 100_000


class _Bucket(msgspec.Struct):
    left: float
    at: float


class Budget:
    """Token buckets that refill over an hour; the least recently used are forgotten."""

    def __init__(
        self,
        processes: int = 1,
        clock: Callable[[], float] = time.monotonic,
        key: Callable[[str | None], str] = budget_key,
    ):
        self._key = key
        self.share_with(processes)
        self._clock = clock
        self._buckets: OrderedDict[tuple[UUID, str], _Bucket] = OrderedDict()
        count_cache("collect.budget.buckets", lambda: (len(self._buckets), REMEMBERED))

    def share_with(self, processes: int) -> None:
        """So many processes count now, each its part."""
        self._share = 1 / max(1, processes)

    def take(self, workspace_id: UUID, address: str | None, policy: Policy) -> bool:
        """Whether one more contact may be made; if so it is counted."""
        mine = self._bucket((workspace_id, self._key(address)), policy.address_budget)
        whole = self._bucket((workspace_id, ""), policy.workspace_budget)
        if mine.left < 1 or whole.left < 1:
            return False
        mine.left -= 1
        whole.left -= 1
        return True

    def _bucket(self, key: tuple[UUID, str], per_hour: int) -> _Bucket:
        full, now = max(1.0, per_hour * self._share), self._clock()
        bucket = self._buckets.pop(key, None) or _Bucket(full, now)
        bucket.left = min(full, bucket.left + (now - bucket.at) * full / HOUR)
        bucket.at = now
        self._buckets[key] = bucket
        if len(self._buckets) > REMEMBERED:
            self._buckets.popitem(last=False)
        return bucket
