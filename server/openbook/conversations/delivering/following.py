"""Who follows conversations in a process: visitors what they may read, members what is open."""

from collections.abc import Callable, Iterable
from typing import Protocol
from uuid import UUID

from openbook.conversations.delivering.queries import Found
from openbook.conversations.delivering.schemas import Visit
from openbook.listening.schemas import Seat


class Taker(Protocol):
    """What takes frames: a socket, or somebody who asks again and again."""

    def push(self, text: str, now: float) -> None: ...
    def end(self, code: int) -> None: ...
    def when_drained(self, go_on: Callable[[], None]) -> None: ...
    @property
    def bytes_waiting(self) -> int: ...


class Reader:
    """A visitor's widget."""

    __slots__ = ("address", "greeted", "key", "known", "taker", "visit")

    def __init__(self, visit: Visit, taker: Taker, address: str | None, key: str | None = None):
        """`key`: the write key that opened its socket."""
        self.visit = visit
        self.key = key
        self.taker = taker
        self.address = address
        self.greeted = False
        """Until it was told what there is, it is told nothing else."""
        self.known: tuple[UUID, ...] = ()
        """Conversations that it was told of."""

    @property
    def ways(self) -> tuple[UUID | str, ...]:
        """What opens conversations to it: its session, the device and the subject it proved, and
        a link in a mail."""
        visit = self.visit
        ways = (visit.session_id, visit.device_id, visit.subject, visit.linked_id)
        return tuple(way for way in ways if way is not None)


class Member:
    """Somebody of the team, in one tab."""

    __slots__ = ("behind", "is_late", "open", "seat", "taker", "told")

    def __init__(self, seat: Seat, taker: Taker):
        self.seat = seat
        self.taker = taker
        self.open: UUID | None = None
        """The conversation whose messages it is told."""
        self.told = 0
        """The `seq` up to which it was."""
        self.behind = False
        """Whether there is more to read before it is told of what comes in."""
        self.is_late = False
        """Whether it has much to read, and is told of lists when that is done."""


class Following:
    """Of one workspace: who is to be told of a conversation."""

    def __init__(self) -> None:
        self.readers: set[Reader] = set()
        self.members: set[Member] = set()
        self._by_way: dict[UUID | str, set[Reader]] = {}
        self._by_conversation: dict[UUID, set[Reader]] = {}
        self._opened: dict[UUID, set[Member]] = {}

    def add(self, reader: Reader) -> None:
        self.readers.add(reader)
        for way in reader.ways:
            self._by_way.setdefault(way, set()).add(reader)

    def remove(self, reader: Reader) -> None:
        self.readers.discard(reader)
        for way in reader.ways:
            _drop(self._by_way, way, reader)
        self._forget(reader)

    def become(self, reader: Reader, visit: Visit) -> None:
        """It has proved something else since: what it may read is another matter."""
        self.remove(reader)
        reader.visit, reader.greeted = visit, False
        self.add(reader)

    def know(self, reader: Reader, ids: Iterable[UUID]) -> None:
        """It was told of exactly these conversations."""
        self._forget(reader)
        reader.known = tuple(ids)
        for conversation_id in reader.known:
            self._by_conversation.setdefault(conversation_id, set()).add(reader)

    def readers_of(self, conversation: Found) -> list[Reader]:
        """Who may read it and was greeted; from now on they are told who writes in it.

        The rule is that of `openbook.conversations.showing.SEES`.
        """
        found: set[Reader] = set()
        for way in (conversation.session_id, conversation.subject):
            if way is not None:
                found |= self._by_way.get(way, _NOBODY)
        for way in (conversation.device_id, conversation.id):
            if way is not None:
                for reader in self._by_way.get(way, _NOBODY):
                    if reader.visit.contact_id == conversation.contact_id:
                        found.add(reader)
        told = [reader for reader in found if reader.greeted]
        for reader in told:
            if conversation.id not in reader.known:
                self.know(reader, (*reader.known, conversation.id))
        return told

    def of_sessions(self, session_ids: Iterable[UUID]) -> list[Reader]:
        """The readers of these sessions."""
        found: set[Reader] = set()
        for session_id in session_ids:
            found |= self._by_way.get(session_id, _NOBODY)
        return list(found)

    def told_of(self, conversation_id: UUID) -> Iterable[Reader]:
        """The visitors who were told of a conversation."""
        return self._by_conversation.get(conversation_id, _NOBODY)

    def open(self, member: Member, conversation_id: UUID | None, after: int) -> UUID | None:
        """The one thread of a member from now on; the one that was before."""
        before = member.open
        if before is not None:
            _drop(self._opened, before, member)
        member.open, member.told = conversation_id, after
        member.behind = conversation_id is not None
        if conversation_id is not None:
            self._opened.setdefault(conversation_id, set()).add(member)
        return before

    def opened(self, conversation_id: UUID) -> Iterable[Member]:
        """The members who have a conversation open."""
        return self._opened.get(conversation_id, _NONE)

    def opened_ids(self) -> list[UUID]:
        return list(self._opened)

    def _forget(self, reader: Reader) -> None:
        for conversation_id in reader.known:
            _drop(self._by_conversation, conversation_id, reader)
        reader.known = ()


def _drop(index: dict, key: UUID | str, one: Reader | Member) -> None:
    held = index.get(key)
    if held is not None:
        held.discard(one)
        if not held:
            del index[key]


_NOBODY: frozenset[Reader] = frozenset()
_NONE: frozenset[Member] = frozenset()
