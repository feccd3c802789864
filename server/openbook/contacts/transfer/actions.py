"""What is noted of whole lists that leave. The caller holds the transaction."""

from datetime import datetime
from uuid import UUID

from openbook.audit.noting import note
from openbook.audit.schemas import Actor
from openbook.contacts.transfer.rows import Format
from openbook.db import Connection


async def note_export(
    conn: Connection, workspace_id: UUID, by: Actor, format: Format, moment: datetime
) -> None:
    """That somebody took the contacts that match a question away, as a file."""
    await note(conn, workspace_id, by, "contacts.exported", None, moment, format=format)
