"""`note`: what an action calls after it wrote. The caller holds the transaction."""

from datetime import datetime
from typing import Any
from uuid import UUID

from openbook.audit.queries import insert_change
from openbook.audit.schemas import KEPT, Action, Actor, Change
from openbook.db import Connection
from openbook.ids import new_id


async def note(
    conn: Connection,
    workspace_id: UUID,
    by: Actor,
    action: Action,
    subject: UUID | str | None,
    moment: datetime,
    **detail: Any,
) -> None:
    """Remember that `by` did this: it stands if the transaction commits.

    `subject`: what was changed. `detail`: ids, roles, names of fields and settings and the values
    of settings; nothing that was written about a person.
    """
    named = None if subject is None else str(subject)
    new = Change(new_id(moment), moment, by.kind, by.id, action, named, detail)
    await insert_change(conn, workspace_id, new, first_id(moment - KEPT))


def first_id(moment: datetime) -> UUID:
    """Before every id that is made from `moment` on: they begin with the milliseconds."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)
