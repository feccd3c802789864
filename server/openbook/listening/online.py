"""Who is online: contacts seen in the last minutes, counted as the notices come in."""

from collections.abc import Iterable

ONLINE_SECONDS = 300.0
MOST = 20_000
"""Contacts that are counted; of more it is said that there are more."""


class Online:
    """Ids and until when each counts, the one that falls out next first. Times are monotonic."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}

    def begin(self, seen: Iterable[tuple[str, float]], now: float) -> None:
        """Who was seen before anybody counted: (id, seconds ago)."""
        until = {contact_id: now + ONLINE_SECONDS - ago for contact_id, ago in seen}
        for contact_id, later in self._until.items():
            until[contact_id] = max(later, until.get(contact_id, 0.0))
        self._until = dict(sorted(until.items(), key=lambda item: item[1]))
        self._fall(now)

    def see(self, ids: Iterable[str], now: float) -> None:
        """They are here now."""
        for contact_id in ids:
            self._until.pop(contact_id, None)
            self._until[contact_id] = now + ONLINE_SECONDS
        self._fall(now)

    def forget(self, ids: Iterable[str]) -> None:
        for contact_id in ids:
            self._until.pop(contact_id, None)

    def join(self, gone: str, kept: str) -> None:
        """Two became one, who is online if either was."""
        until = self._until.pop(gone, None)
        if until is not None and self._until.get(kept, 0.0) < until:
            self._until[kept] = until

    def count(self, now: float) -> tuple[int, bool]:
        """(how many, whether there are more)."""
        self._fall(now)
        return min(len(self._until), MOST), len(self._until) > MOST

    def _fall(self, now: float) -> None:
        """Let go of who has not been seen for long, and of the oldest of too many."""
        while self._until:
            first = next(iter(self._until))
            if self._until[first] > now and len(self._until) <= MOST + 1:
                return
            del self._until[first]
