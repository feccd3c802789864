"""Who of the team has which conversation open, in all processes, and how often typing is told.

Pure: the time is passed in. What was heard of other processes falls away by itself, should one end
without a word.
"""

from collections.abc import Hashable, Iterator
from uuid import UUID

TYPING_EVERY = 3.0
"""Seconds between two notices that the same person writes in the same conversation."""
AGAIN = 20.0
"""Seconds after which a process says again who is there."""
FORGOTTEN = 50.0
MOST = 5_000
"""People in conversations, of other processes, that are remembered for a workspace."""


class Presence:
    """Of one workspace, as heard from other processes."""

    def __init__(self) -> None:
        self._until: dict[UUID, dict[tuple[str, UUID], float]] = {}
        self._held = 0

    def hear(
        self, process: str, conversation_id: UUID, user_id: UUID, there: bool, now: float
    ) -> bool:
        """Whether that changes who is there."""
        here = self._until.get(conversation_id)
        if not there:
            if here is None or here.pop((process, user_id), None) is None:
                return False
            self._held -= 1
            if not here:
                del self._until[conversation_id]
            return True
        if here is None:
            if self._held >= MOST:
                return False
            here = self._until[conversation_id] = {}
        is_new = (process, user_id) not in here
        self._held += is_new
        here[process, user_id] = now + FORGOTTEN
        return is_new

    def elsewhere(self, conversation_id: UUID) -> set[UUID]:
        """Who has it open at other processes."""
        return {user_id for _, user_id in self._until.get(conversation_id, ())}

    def fall(self, now: float) -> list[UUID]:
        """Let go of who was not heard of again; the conversations that changes."""
        changed = []
        for conversation_id, here in list(self._until.items()):
            gone = [key for key, until in here.items() if until <= now]
            for key in gone:
                del here[key]
            self._held -= len(gone)
            if gone:
                changed.append(conversation_id)
            if not here:
                del self._until[conversation_id]
        return changed

    def __len__(self) -> int:
        return self._held


class Throttle:
    """Lets each key through once in a while, and remembers a bounded number of them."""

    def __init__(self, every: float, most: int = 10_000):
        self._every = every
        self._most = most
        self._free_at: dict[Hashable, float] = {}

    def takes(self, key: Hashable, now: float) -> bool:
        """Whether it is time for this key again."""
        if self._free_at.get(key, now) > now:
            return False
        self._free_at.pop(key, None)  # to the end: the first is the one that is free first
        for old in self._over(now):
            del self._free_at[old]
        if len(self._free_at) >= self._most:
            return False
        self._free_at[key] = now + self._every
        return True

    def _over(self, now: float) -> list[Hashable]:
        def first() -> Iterator[Hashable]:
            for key, free_at in self._free_at.items():
                if free_at > now:
                    return
                yield key

        return list(first())

    def __len__(self) -> int:
        return len(self._free_at)
