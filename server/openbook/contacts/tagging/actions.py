"""Give a contact a tag, or take it away. The caller holds the transaction."""

from datetime import datetime
from uuid import UUID

from openbook.accounts.schemas import Caller
from openbook.audit.noting import note
from openbook.contacts import queries
from openbook.contacts.actions import unknown
from openbook.contacts.schemas import Contact
from openbook.db import Connection
from openbook.live.publishing import publish
from openbook.tags import queries as tags
from openbook.tags.actions import unknown as unknown_tag


async def give(
    conn: Connection, caller: Caller, contact_id: UUID, tag_id: UUID, moment: datetime
) -> Contact:
    """Give it; one that is there already stays as it is."""
    kept_id = await _hold(conn, caller.workspace_id, contact_id)
    if not await tags.hold(conn, caller.workspace_id, tag_id):
        raise unknown_tag()
    if await tags.give(conn, caller.workspace_id, [(kept_id, tag_id)], caller.caller_id, moment):
        told = {"tag": str(tag_id)}
        actor = caller.actor
        await note(conn, caller.workspace_id, actor, "contact.tagged", kept_id, moment, **told)
        await publish(conn, caller.workspace_id, changed=[kept_id])
    return await _existing(conn, caller.workspace_id, kept_id)


async def take(
    conn: Connection, caller: Caller, contact_id: UUID, tag_id: UUID, moment: datetime
) -> Contact:
    """Take it away, if it is there."""
    kept_id = await _hold(conn, caller.workspace_id, contact_id)
    if await tags.take(conn, caller.workspace_id, kept_id, tag_id):
        told = {"tag": str(tag_id)}
        actor = caller.actor
        await note(conn, caller.workspace_id, actor, "contact.untagged", kept_id, moment, **told)
        await publish(conn, caller.workspace_id, changed=[kept_id])
    return await _existing(conn, caller.workspace_id, kept_id)


async def _hold(conn: Connection, workspace_id: UUID, contact_id: UUID) -> UUID:
    """The contact an id leads to, held until commit."""
    kept_id = await queries.kept(conn, workspace_id, contact_id)
    if not await queries.lock(conn, workspace_id, kept_id):
        raise unknown()
    return kept_id


async def _existing(conn: Connection, workspace_id: UUID, contact_id: UUID) -> Contact:
    found = await queries.contact(conn, workspace_id, contact_id)
    if found is None:
        raise unknown()
    return found
