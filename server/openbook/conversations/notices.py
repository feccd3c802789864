"""Notices of the chat: what one transaction stored or changed, for every process that delivers.

Ids and numbers only, one notice for each workspace and transaction: an action tells it once,
after it wrote (`changes.py`). It is heard if the transaction commits, in the order of the commits.
"""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

import msgspec

from openbook.db import Connection

CHANNEL = "openbook_chat"
LONGEST = 7_800
"""Bytes of a notice; PostgreSQL takes no more than 8,000."""
NOTHING: Mapping[UUID, tuple[int, int]] = {}


class Typing(msgspec.Struct, frozen=True, array_like=True):
    """Somebody writes. Nothing of it is stored."""

    conversation: str
    user: str | None = None
    """Who of the team; None: the contact."""
    note: bool = False


class Viewing(msgspec.Struct, frozen=True, array_like=True):
    """Somebody of the team has a conversation open, or not any more."""

    process: str
    conversation: str
    user: str
    there: bool
    asks: bool = False
    """They have just come: who is there already says so again."""


class Notice(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the delivering processes hear. Ids are in hexadecimal."""

    w: str
    """The workspace."""
    c: dict[str, tuple[int, int]] = {}
    """Conversation -> the first and last `seq` stored; (0, 0): its row alone changed."""
    s: list[str] = []
    """Chat sessions that are over, or that have proved another device or subject."""
    r: list[tuple[str, str, int]] = []
    """(member, conversation, seq): how far somebody of the team has read, for their own tabs."""
    y: list[Typing] = []
    v: list[Viewing] = []
    much: bool = False
    """More changed than a notice holds: look at everything again."""


def write_chat_notice(notice: Notice) -> str | None:
    """The notice as text; None where nothing happened."""
    if notice == Notice(notice.w):
        return None
    text = msgspec.json.encode(notice)
    if len(text) > LONGEST:
        text = msgspec.json.encode(Notice(notice.w, much=True))
    return text.decode()


def read_chat_notice(text: str) -> Notice:
    """Raises msgspec.DecodeError where it is none."""
    return msgspec.json.decode(text, type=Notice)


def chat_notice(
    workspace_id: UUID,
    *,
    stored: Mapping[UUID, tuple[int, int]] = NOTHING,
    changed: Iterable[UUID] = (),
    sessions: Iterable[UUID] = (),
    read: Iterable[tuple[UUID, UUID, int]] = (),
) -> Notice:
    """What a transaction did in a workspace.

    `stored`: conversation -> first and last `seq` of the messages written. `changed`: conversations
    whose row changed without a message (status, assignee, tags, marks of the contact). `sessions`:
    chat sessions that are over, or that have proved another device or subject since. `read`:
    (member of the team, conversation, seq) as they have read.
    """
    conversations = {one.hex: (0, 0) for one in changed}
    conversations |= {one.hex: span for one, span in stored.items()}
    return Notice(
        workspace_id.hex,
        conversations,
        [one.hex for one in sessions],
        [(user.hex, conversation.hex, seq) for user, conversation, seq in read],
    )


async def publish_chat_much(conn: Connection, workspace_id: UUID) -> None:
    """So much changed that whoever shows any of it looks again."""
    await publish_chat_notices(conn, [Notice(workspace_id.hex, much=True)])


async def publish_chat_notices(conn: Connection, notices: Iterable[Notice]) -> None:
    """Notices of several workspaces, in one statement."""
    texts = [text for text in map(write_chat_notice, notices) if text is not None]
    if texts:
        await conn.execute(
            "SELECT pg_notify(%s, notice) FROM unnest(%s::text[]) AS notice", (CHANNEL, texts)
        )


async def publish_together(conn: Connection, told: Collection[tuple[str, str]]) -> None:
    """Notices, each with its channel, in one statement."""
    await conn.execute(_TOGETHER, ([one[0] for one in told], [one[1] for one in told]))


_TOGETHER = (
    "SELECT pg_notify(channel, notice) FROM unnest(%s::text[], %s::text[]) AS told(channel, notice)"
)
