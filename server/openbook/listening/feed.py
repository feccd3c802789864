"""The latest notices of one workspace, as many as memory allows, and the news they amount to.

Each process that listens hears the same notices in the same order, so the name of a notice is a
version that any of them knows. `since` says from when on every change was told: a version from
before that is not taken up.
"""

import secrets
from collections import deque
from uuid import UUID

import msgspec

from openbook.listening.online import Online
from openbook.listening.schemas import Merged, News
from openbook.live.notices import (
    ARRIVED,
    CHANGED,
    GONE,
    ID,
    MADE,
    MARKED,
    MERGED,
    MUCH,
    SEEN,
    Notice,
    split_ids,
)

MOST_BYTES = 512 * 1024
"""Of notices kept for a workspace: some minutes at a hundred page views a second."""
MOST_IDS = 500
"""Contacts named in one message; beyond, it says to look again."""
_OVERHEAD = 300
"""Bytes that a notice costs beside its ids."""


class Feed:
    """Of one workspace, in one process."""

    def __init__(self, workspace_id: UUID):
        self.workspace_id = workspace_id
        self.online: Online | None = Online()
        """None where it is not kept when somebody was last seen."""
        self.head = 0
        """The position of the latest notice; positions mean something in this process only."""
        self.since = ""
        self.size = 0
        self._ring: deque[tuple[Notice, int]] = deque()
        self._place: dict[str, int] = {}
        self._base = secrets.token_urlsafe(9)
        self._base_at = 0
        self._written: dict[int, str] = {}

    def take(self, notice: Notice, now: float) -> None:
        """Add the next notice, and let go of the oldest where they are too many."""
        self.head += 1
        self._written.clear()
        size = _OVERHEAD + sum(map(len, notice.told.values()))
        self._ring.append((notice, size))
        self._place[notice.id] = self.head
        self.size += size
        while self.size > MOST_BYTES and len(self._ring) > 1:
            old, size = self._ring.popleft()
            self.size -= size
            self._place.pop(self._base, None)
            self._base, self._base_at = old.id, self._base_at + 1
        if self.online is not None:
            for kind in (ARRIVED, SEEN):
                self.online.see(split_ids(notice.told.get(kind, "")), now)
            self.online.forget(split_ids(notice.told.get(GONE, "")))
            for gone, kept in _pairs(notice):
                self.online.join(gone, kept)

    def begin_anew(self, since: str) -> None:
        """Something may have been missed: no version of before is known any more."""
        self.since = since
        self.head += 1
        self._ring.clear()
        self._place.clear()
        self._written.clear()
        self.size = 0
        self._base, self._base_at = secrets.token_urlsafe(9), self.head

    def version(self, position: int) -> str:
        """What a position is called in every process."""
        at = position - self._base_at
        name = self._base if at <= 0 else self._ring[at - 1][0].id
        return f"{self.since}.{name}"

    def position(self, version: str | None) -> int | None:
        """Where a version stands; None if it is not known, or not any more."""
        since, _, name = (version or "").partition(".")
        if since != self.since:
            return None
        return self._base_at if name == self._base else self._place.get(name)

    def news(self, after: int | None, now: float) -> News:
        """What happened since a position; `anew` where that is not known, or too much."""
        told: dict[str, str] | None = None
        merges: dict[str, str] = {}
        if after is not None and after >= self._base_at:
            told = self._happened(after, merges)
        anew = told is None
        by_kind: dict[str, list[UUID]] = {kind: [] for kind in (MADE, SEEN, CHANGED, GONE)}
        merged: list[Merged] = []
        for contact_id, kind in (told or {}).items():
            if kind == MERGED:
                merged.append(Merged(UUID(hex=contact_id), UUID(hex=merges[contact_id])))
            else:
                by_kind[kind].append(UUID(hex=contact_id))
        online, more = (None, False) if self.online is None else self.online.count(now)
        return News(
            self.version(self.head), anew, online, more, self.workspace_id,
            by_kind[MADE], by_kind[SEEN], by_kind[CHANGED], by_kind[GONE], merged,
        )  # fmt: skip

    def written_news(self, after: int | None, now: float) -> str:
        """The same as JSON: written once for all who have read as far."""
        if after is None or after == self.head:
            return msgspec.json.encode(self.news(after, now)).decode()
        text = self._written.get(after)
        if text is None:
            text = self._written[after] = msgspec.json.encode(self.news(after, now)).decode()
        return text

    def _happened(self, after: int, merges: dict[str, str]) -> dict[str, str] | None:
        """Contact -> what became of it; None if it is too much to tell."""
        told: dict[str, str] = {}
        for at in range(after - self._base_at, len(self._ring)):
            notice = self._ring[at][0]
            if MUCH in notice.told:
                return None
            for kind, joined in notice.told.items():
                if kind == MARKED:
                    continue  # they are named under what happened to them
                if kind == MERGED:
                    for gone, kept in _pairs(notice):
                        told[gone], merges[gone] = MERGED, kept
                    continue
                for contact_id in split_ids(joined):
                    told[contact_id] = _now(told.get(contact_id), kind)
            if len(told) > MOST_IDS:
                return None
        return told


def _now(before: str | None, kind: str) -> str:
    """What is told of a contact to which two things happened: it was made, then seen."""
    if kind == ARRIVED or (before == MADE and kind in (SEEN, CHANGED)):
        return MADE
    return SEEN if before == SEEN and kind == CHANGED else kind


def _pairs(notice: Notice) -> list[tuple[str, str]]:
    joined = notice.told.get(MERGED, "")
    return [
        (joined[at : at + ID], joined[at + ID : at + 2 * ID])
        for at in range(0, len(joined), 2 * ID)
    ]
