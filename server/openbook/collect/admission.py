"""How much may wait to be stored: bounds by number, by bytes, by time and by workspace.

As long as each transaction takes up all that waits, or only few wait, memory alone is bounded, and
a burst refuses nobody. Where a crowd is left over, transaction after transaction, more comes than
can be stored: then no more is taken in than is stored soon (additive increase, multiplicative
decrease, as in RFC 5681). Each workspace has an equal part of it, and one that sends little is
always let in.
"""

import re
import time
from collections.abc import Callable
from uuid import UUID

from openbook.collect.counts import (
    READING_BYTES,
    READING_BYTES_AT_MOST,
    WAITING,
    WAITING_AT_MOST,
    WAITING_BYTES,
    WAITING_BYTES_AT_MOST,
)
from openbook.errors import TooMany, Unavailable

MESSAGES = 32_000
"""Messages in memory at most, beside the last request that was let in."""
BOUND = MESSAGES // 2
"""Of those, how many anybody may have waiting; the rest is for workspaces that send little."""
CROWD = 160
"""Requests that may wait without that being an overload: clients that each wait for their answer
before they send on are slowed down by waiting, and need no refusal."""
BYTES = 16 * 1024 * 1024
"""Bytes that those messages came in, at most: what is made of them takes several times as much."""
READING = 16 * 1024 * 1024
"""Bytes at most of bodies that have begun to arrive and are not complete."""
LEAST = 64
"""Messages that may wait however slow storing is."""
PATIENCE = 0.050
"""Seconds a request may take without anybody minding."""
TIMES_A_COMMIT = 2.5
"""How many times as long as a bare commit a request may take in an overload."""
SHARED = 0.6
"""What is left of both where several workspaces send: whoever sends little waits for the rest of a
transaction that is not theirs, and then for their own."""
COMMITS = 16
"""Commits whose quicker ones say how long a commit takes at present."""
BURST = 0.1
"""Seconds that something may be left over before that is an overload."""
UNDECIDED = 0.5
"""Seconds for which it is open whether what is left over is a burst or the beginning of an
overload. The latest are stored first meanwhile: if it was an overload, those that waited are
refused, and who was taken did not wait; if it was a burst, all of it is stored in that time."""
WINDOW = 1.0
"""Seconds that are looked at together: whether an overload is over, and who sends how much."""
LIGHT = 200
"""Messages that a workspace which sends little may have waiting, whatever else waits."""
FEW = 0.1
"""The share of refused requests below which it is."""
PROBE = 0.25
"""While the database is away, one request in so many seconds tries whether it is back."""
STUCK = 5.0
"""Seconds a transaction may take before nothing more is let in behind it."""

_KEY_FIRST = re.compile(rb'\{"writeKey":"([\w-]{1,256})"', re.ASCII)


class Room:
    """So many bytes, shared by all who take some."""

    def __init__(self, most: int):
        self.most = most
        self.taken = 0

    def take(self, size: int) -> bool:
        """Count them; whether there was room."""
        self.taken += size
        return self.taken <= self.most

    def give(self, size: int) -> None:
        self.taken -= size


class Admission:
    """Counts what waits in this process, and refuses what would wait too long."""

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self.messages = 0
        self.requests = 0
        self.bytes = 0
        self.limit = float(BOUND)
        """Messages that may be ahead of a request which is let in."""
        self.is_overloaded = False
        self.is_stuck = False
        """A transaction has been running for so long that nothing more is let in behind it."""
        self.reading = Room(READING)
        self._of: dict[UUID, int] = {}
        self._commits = [0.0] * COMMITS
        self._commit_number = 0
        self._should = PATIENCE
        self._left_over_since: float | None = None
        self._looked_at = clock()
        self._before_sent: dict[UUID, int] = {}
        self._now_sent: dict[UUID, int] = {}
        self._sent = 0
        """Messages of all workspaces in this window and the one before."""
        self._entered = 0
        self._refused = 0
        self._is_away = False
        self._probe_at = 0.0
        # Asked when the metrics are: setting a gauge costs more than all of this.
        WAITING.set_function(lambda: self.messages)
        WAITING_AT_MOST.set_function(lambda: self.limit)
        WAITING_BYTES.set_function(lambda: self.bytes)
        WAITING_BYTES_AT_MOST.set(BYTES)
        READING_BYTES.set_function(lambda: self.reading.taken)
        READING_BYTES_AT_MOST.set(READING)

    def refuse_closed(self) -> None:
        """Refuse at the door what would be refused in any case: cheaper than reading it."""
        if self._is_away:
            now = self._clock()
            if now < self._probe_at:
                raise away()
            self._probe_at = now + PROBE
        elif self.is_stuck:
            raise away()
        elif self.messages >= MESSAGES:
            self._refused += 1
            raise busy()

    def refuse_late(self, workspace_id: UUID, size: int) -> None:
        """Refuse a request that would wait too long, or that is beyond its workspace's part.

        `size`: the bytes of its body.
        """
        if self.bytes + size > BYTES:
            self._refused += 1
            raise busy()
        if self.messages < self.limit:
            return
        own = self._of.get(workspace_id, 0)
        others = len(self._of) - (own > 0)
        if self.messages < MESSAGES:
            if own < LIGHT and self._sends_little(workspace_id):
                return
            if others and self.messages < 2 * self.limit and own < self.limit / (others + 1):
                return
        self._refused += 1
        if others == 0:
            raise busy()
        raise TooMany(
            "This workspace sends more than its part while others wait. Try again later.",
            "workspace_busy",
            retry_after=30,
        )

    def enter(self, workspace_id: UUID, messages: int, size: int) -> float:
        """Count a request in; since when it waits."""
        self._entered += 1
        self._now_sent[workspace_id] = self._now_sent.get(workspace_id, 0) + messages
        self._sent += messages
        self.messages += messages
        self.requests += 1
        self.bytes += size
        self._of[workspace_id] = self._of.get(workspace_id, 0) + messages
        return self._clock()

    def leave(self, workspace_id: UUID, messages: int, size: int) -> None:
        """Count a request out."""
        self.messages -= messages
        self.requests -= 1
        self.bytes -= size
        left = self._of[workspace_id] - messages
        if left:
            self._of[workspace_id] = left
        else:
            del self._of[workspace_id]

    def taken(self, is_left_over: bool) -> None:
        """A transaction takes what waits; `is_left_over`: all that it can, and there is more."""
        if not is_left_over:
            self._left_over_since = None
        elif self._left_over_since is None:
            self._left_over_since = self._clock()
        elif (
            not self.is_overloaded
            and self.requests > CROWD
            and self._clock() - self._left_over_since > BURST
        ):
            self.is_overloaded = True
            self.limit = float(LEAST)
            self._entered = self._refused = 0
            self._looked_at = self._clock()

    @property
    def newest_first(self) -> bool:
        """Whether the latest are stored before those that wait already."""
        since = self._left_over_since
        return since is not None and not self.is_overloaded and self._clock() - since < UNDECIDED

    @property
    def is_shared(self) -> bool:
        """Whether more than one workspace has sent of late."""
        return max(len(self._before_sent), len(self._now_sent)) > 1

    def is_stale(self, workspace_id: UUID, since: float) -> bool:
        """Whether a request has waited so long that, in an overload, another is better stored."""
        return self._clock() - since > self._should and not self._sends_little(workspace_id)

    def stored(self, messages: int, took: float, commit: float) -> None:
        """Learn from a transaction: `took` seconds for its oldest request, `commit` to commit."""
        self._is_away = False
        self._commits[self._commit_number % COMMITS] = commit
        self._commit_number += 1
        self._look_back()
        if not self.is_overloaded:
            return
        # Of the quicker ones: the slow ones are what an overload makes of them.
        quick = sorted(self._commits)[COMMITS // 4]
        self._should = max(PATIENCE, TIMES_A_COMMIT * quick)
        if self.is_shared:
            self._should *= SHARED
        if took > self._should:
            self.limit = max(LEAST, self.limit * 0.95)
        elif self._refused:
            self.limit = min(BOUND, self.limit * 1.01 + 0.5)

    def failed(self) -> None:
        """The database is away: refuse at once, and try with a request now and then."""
        self._is_away = True
        self._probe_at = self._clock() + PROBE

    def _look_back(self) -> None:
        now = self._clock()
        if now - self._looked_at <= WINDOW:
            return
        if self._refused < FEW * (self._refused + self._entered):
            self.is_overloaded = False
            self.limit = float(BOUND)
        self._before_sent, self._now_sent = self._now_sent, {}
        self._sent = sum(self._before_sent.values())
        self._looked_at, self._refused, self._entered = now, 0, 0

    def _sends_little(self, workspace_id: UUID) -> bool:
        """Whether it sent well below an equal part of all that was let in of late."""
        own = self._before_sent.get(workspace_id, 0) + self._now_sent.get(workspace_id, 0)
        senders = max(2, len(self._before_sent), len(self._now_sent))
        return own * senders < 0.75 * self._sent


def peek_key(body: bytes) -> str | None:
    """The write key where openbook's own collector puts it, at the very beginning of the body."""
    found = _KEY_FIRST.match(body)
    return found[1].decode("ascii") if found else None


def busy() -> Unavailable:
    return Unavailable("More is sent than can be stored. Try again later.", "busy", retry_after=30)


def away() -> Unavailable:
    return Unavailable("The database does not answer. Try again later.", retry_after=30)
