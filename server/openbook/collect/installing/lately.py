"""What was refused within the last hour, by workspace and reason: to help who installs.

In memory and bounded: strangers cause it, so it must cost nothing. Each process has its own.
"""

from collections import OrderedDict
from uuid import UUID

from openbook.collect.counts import count_cache
from openbook.collect.installing.schemas import Refusal

LATELY = 3_600.0
"""Seconds."""
REMEMBERED = 10_000
LONGEST_SITE = 200


class Lately:
    """Counts refusals; what is an hour old is forgotten."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[UUID | None, str], Refusal] = OrderedDict()
        count_cache("collect.installing.lately", lambda: (len(self._known), REMEMBERED))

    def note(
        self,
        workspace_id: UUID | None,
        reason: str,
        at: float,
        count: int = 1,
        site: str | None = None,
    ) -> None:
        """`workspace_id`: None where nobody can say whose it is. `at`: UNIX seconds."""
        key = workspace_id, reason
        before = self._known.pop(key, None)
        if before is not None and at - before.at < LATELY:
            count += before.count
        site = None if site is None else site[:LONGEST_SITE]
        self._known[key] = Refusal(reason, count, int(at), site)
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)

    def of(self, workspace_id: UUID, now: float) -> list[Refusal]:
        """The workspace's, and those of nobody, the latest first."""
        mine = [
            refusal
            for (whose, _), refusal in self._known.items()
            if whose in (workspace_id, None) and now - refusal.at < LATELY
        ]
        return sorted(mine, key=lambda one: -one.at)


LATEST = Lately()
"""Of this process."""
