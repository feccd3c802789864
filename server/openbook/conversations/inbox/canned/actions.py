"""What changes about canned replies. The caller holds the transaction."""

import re
from datetime import datetime
from uuid import UUID

import psycopg

from openbook.accounts.schemas import Caller
from openbook.audit.noting import note
from openbook.conversations.course import read_text
from openbook.conversations.inbox.canned import queries
from openbook.conversations.inbox.schemas import CannedReply, CannedReplyWrite
from openbook.db import Connection
from openbook.errors import BadInput, Conflict, NotFound
from openbook.ids import new_id

MOST = 500
"""Of one workspace."""
SHORTCUT = re.compile(r"[^\W_A-Z][\w-]*")
TAKEN = "Another canned reply has the shortcut {!r}."


async def make(
    conn: Connection, caller: Caller, written: CannedReplyWrite, moment: datetime
) -> CannedReply:
    """A new canned reply."""
    workspace_id = caller.workspace_id
    shortcut, text = _read(written)
    if await queries.how_many(conn, workspace_id) >= MOST:
        raise Conflict(f"There are {MOST} canned replies. Remove one first.", "too_many")
    new = CannedReply(
        id=new_id(moment), shortcut=shortcut, text=text, changed_at=int(moment.timestamp())
    )
    if not await queries.insert_canned(conn, workspace_id, new, caller.caller_id, moment):
        raise Conflict(TAKEN.format(shortcut), "shortcut_taken")
    await note(conn, workspace_id, caller.actor, "canned_reply.made", new.id, moment)
    return new


async def change(
    conn: Connection,
    caller: Caller,
    reply_id: UUID,
    written: CannedReplyWrite,
    moment: datetime,
) -> CannedReply:
    """Write a canned reply anew."""
    workspace_id = caller.workspace_id
    shortcut, text = _read(written)
    if await queries.is_taken(conn, workspace_id, shortcut, reply_id):
        raise Conflict(TAKEN.format(shortcut), "shortcut_taken")
    try:
        await queries.update_canned(conn, workspace_id, reply_id, shortcut, text, moment)
    except psycopg.errors.UniqueViolation:  # somebody took it since it was looked for
        raise Conflict(TAKEN.format(shortcut), "shortcut_taken") from None
    found = await queries.one(conn, workspace_id, reply_id)
    if found is None:
        raise _unknown()
    await note(conn, workspace_id, caller.actor, "canned_reply.changed", reply_id, moment)
    return found


async def remove(conn: Connection, caller: Caller, reply_id: UUID, moment: datetime) -> None:
    """Take a canned reply away."""
    if not await queries.delete_canned(conn, caller.workspace_id, reply_id):
        raise _unknown()
    await note(conn, caller.workspace_id, caller.actor, "canned_reply.removed", reply_id, moment)


def _read(written: CannedReplyWrite) -> tuple[str, str]:
    shortcut = written.shortcut.strip().removeprefix("/").lower()
    if not SHORTCUT.fullmatch(shortcut):
        raise BadInput(
            "A shortcut is letters, digits, `-` and `_`, and begins with a letter or a digit.",
            "bad_shortcut",
        )
    return shortcut, read_text(written.text)


def _unknown() -> NotFound:
    return NotFound("There is no such canned reply.", "no_such_canned_reply")
