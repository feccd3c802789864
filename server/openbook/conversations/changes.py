"""What a transaction did to conversations and their contacts, told once when it commits."""

from uuid import UUID

import msgspec

from openbook.conversations.notices import (
    CHANNEL,
    chat_notice,
    publish_together,
    write_chat_notice,
)
from openbook.db import Connection
from openbook.live import notices as live


class Changes(msgspec.Struct):
    """What a transaction did, to be told once: `await changes.publish(conn, workspace_id)`."""

    stored: dict[UUID, tuple[int, int]] = {}
    """Conversation -> first and last `seq` written."""
    changed: set[UUID] = set()
    """Conversations whose row changed without a message."""
    sessions: set[UUID] = set()
    """Chat sessions that are over, or have proved something."""
    read: list[tuple[UUID, UUID, int]] = []
    """(member of the team, conversation, seq): how far they have read."""
    contacts: set[UUID] = set()
    """Contacts whose row changed, for the screens that show contacts."""
    made: set[UUID] = set()
    """Contacts that were made."""

    def add(self, conversation_id: UUID, seq: int) -> None:
        """A message was stored."""
        first, _ = self.stored.get(conversation_id, (seq, seq))
        self.stored[conversation_id] = (first, seq)

    @property
    def can_wait(self) -> bool:
        """Whether it may be told behind the commit: of messages, which are sent until they are
        answered, and of what goes with them."""
        return not (self.changed or self.sessions or self.made)

    async def publish(self, conn: Connection, workspace_id: UUID) -> None:
        """Tell all of it, in one statement; heard if the transaction commits."""
        told = self.notices(workspace_id)
        if told:
            await publish_together(conn, told.items())

    def notices(self, workspace_id: UUID) -> dict[str, str]:
        """Channel -> what it is told."""
        chat = chat_notice(
            workspace_id,
            stored=self.stored,
            changed=self.changed - self.stored.keys(),
            sessions=self.sessions,
            read=self.read,
        )
        contacts = {live.MADE: self.made, live.CHANGED: self.contacts - self.made}
        told = {
            CHANNEL: write_chat_notice(chat),
            live.CHANNEL: live.write_notice(workspace_id, contacts),
        }
        return {channel: notice for channel, notice in told.items() if notice is not None}
