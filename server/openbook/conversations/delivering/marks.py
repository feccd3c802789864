"""How far visitors say that they have read: gathered, so that many are written together."""

from uuid import UUID

from openbook.conversations.delivering.queries import Mark

MOST = 5_000
"""Marks that wait; beyond, they are let go of, and come again with the next message."""
AT_ONCE = 500


class Marks:
    """Of one workspace, in one process. A mark only goes on."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[UUID, UUID], Mark] = {}

    def put(self, session_id: UUID, conversation_id: UUID, read: int, received: int) -> None:
        key = session_id, conversation_id
        before = self._waiting.get(key)
        if before is not None:
            read, received = max(read, before.read), max(received, before.received)
        elif len(self._waiting) >= MOST:
            return
        self._waiting[key] = Mark(session_id, conversation_id, read, received)

    def take(self) -> list[Mark]:
        """Some of those that wait; they do not wait any more."""
        some = [self._waiting[key] for key in list(self._waiting)[:AT_ONCE]]
        for one in some:
            del self._waiting[one.session_id, one.conversation_id]
        return some

    def again(self, marks: list[Mark]) -> None:
        """Let these wait once more."""
        for one in marks:
            self.put(one.session_id, one.conversation_id, one.read, one.received)

    def __len__(self) -> int:
        return len(self._waiting)
