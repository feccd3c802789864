"""Looks ahead: the merge or the split itself, in a savepoint that is taken back.

Nothing about merging is written a second time here, so what is shown cannot differ from what is
done. The caller holds the transaction; both contacts are locked until it ends.
"""

from datetime import datetime
from uuid import UUID

from openbook.accounts.schemas import Caller
from openbook.contacts import actions, queries
from openbook.contacts.previews.comparing import outcomes
from openbook.contacts.previews.schemas import MergePreview, SplitPreview
from openbook.contacts.schemas import Contact
from openbook.db import Connection


async def preview_merge(
    conn: Connection, caller: Caller, kept_id: UUID, gone_id: UUID, moment: datetime
) -> MergePreview:
    """What merging `gone_id` into `kept_id` would make. Refuses what a merge refuses."""
    workspace_id = caller.workspace_id
    kept = await _existing(conn, workspace_id, kept_id)
    gone = await _existing(conn, workspace_id, gone_id)
    async with conn.transaction(force_rollback=True):
        entry = await actions.join(conn, caller, kept_id, gone_id, moment)
        result = await _existing(conn, workspace_id, entry.kept)
    return MergePreview(kept, gone, result, outcomes(kept, gone, result))


async def preview_split(
    conn: Connection, caller: Caller, contact_id: UUID, merge_id: UUID, moment: datetime
) -> SplitPreview:
    """What undoing a merge would make. Refuses what a split refuses."""
    workspace_id = caller.workspace_id
    now = await _existing(conn, workspace_id, contact_id)
    async with conn.transaction(force_rollback=True):
        kept_id, restored_id = await actions.part(conn, caller, contact_id, merge_id, moment)
        kept = await _existing(conn, workspace_id, kept_id)
        restored = await _existing(conn, workspace_id, restored_id)
    return SplitPreview(now, kept, restored)


async def _existing(conn: Connection, workspace_id: UUID, contact_id: UUID) -> Contact:
    found = await queries.contact(conn, workspace_id, contact_id)
    if found is None:
        raise actions.unknown()
    return found
