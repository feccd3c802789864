"""What waits to be read and told in one workspace, and what a look at the database has found."""

from collections.abc import Collection
from uuid import UUID

import msgspec

from openbook.conversations.delivering.following import Member, Reader
from openbook.conversations.delivering.queries import Found
from openbook.conversations.delivering.schemas import Visit
from openbook.conversations.inbox.schemas import InboxMessage
from openbook.conversations.schemas import ChatMessage, Head

AT_ONCE = 200
"""Visitors who are greeted by one statement."""
Span = tuple[int, int]
"""First and last `seq`; (0, 0): no message, the conversation alone is another one."""
Place = tuple[UUID, int]
"""A conversation, and the `seq` up to which it is known."""
Typed = tuple[UUID, UUID | None, bool]
"""(conversation, who of the team or None for the contact, whether it is a note)."""


class Work(msgspec.Struct, eq=False):
    """What waits for the next turn."""

    spans: dict[UUID, Span] = {}
    hellos: set[Reader] = set()
    sessions: set[UUID] = set()
    behind: set[Member] = set()
    typing: dict[Typed, None] = {}

    def __bool__(self) -> bool:
        return bool(self.spans or self.hellos or self.sessions or self.behind or self.typing)

    def add(self, conversation_id: UUID, span: Span) -> None:
        """Several notices about a conversation are one span."""
        before = self.spans.get(conversation_id)
        if before is not None and before[1]:
            span = (min(before[0], span[0]), max(before[1], span[1])) if span[1] else before
        self.spans[conversation_id] = span

    def split(self) -> tuple["Work", "Work"]:
        """(what the next turn does, what is left): of those to be greeted only so many."""
        hellos = list(self.hellos)
        now = Work(self.spans, set(hellos[:AT_ONCE]), self.sessions, self.behind, self.typing)
        return now, Work(hellos=set(hellos[AT_ONCE:]))

    def join(self, newer: "Work") -> None:
        """Take up what has come since this was taken, which could not be done."""
        self.hellos |= newer.hellos
        self.sessions |= newer.sessions
        self.behind |= newer.behind
        self.typing |= newer.typing
        for conversation_id, span in newer.spans.items():
            self.add(conversation_id, span)


class Seen(msgspec.Struct, frozen=True):
    """What a turn has read."""

    hellos: dict[UUID, list[Head]]
    """Chat session -> what it may read."""
    visits: dict[UUID, Visit]
    """Those of the sessions asked about that go on."""
    found: dict[UUID, Found]
    taken_over: dict[UUID, Head]
    """Conversations that others were merged into."""
    public: dict[UUID, list[ChatMessage]]
    whole: dict[UUID, list[InboxMessage]]
    pages: Collection[tuple[Member, Place, list[InboxMessage]]]
    """What those who have fallen behind are told next."""
