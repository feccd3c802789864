"""Which of some contacts answer a question: for whoever shows them and hears that they changed."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, literal

from openbook.contacts.finding import conditions
from openbook.contacts.queries import complete, select_contacts
from openbook.contacts.schemas import Contact
from openbook.contacts.search import Question
from openbook.contacts.segments import Attributes
from openbook.db import Connection, rows
from openbook.tables.contacts import contacts


async def among(
    conn: Connection,
    workspace_id: UUID,
    question: Question,
    attributes: Attributes,
    ids: Sequence[UUID],
) -> list[Contact]:
    """Those of the contacts `ids` that are there and answer, the last seen first."""
    asked = await conditions(conn, workspace_id, question, attributes)
    named = contacts.c.id == any_(literal(list(ids), ARRAY(Uuid)))
    found = await rows(conn, select_contacts(workspace_id).where(named, *asked.all))
    found.sort(key=lambda one: (one["seen"] is not None, one["seen"], one["id"]), reverse=True)
    return await complete(conn, workspace_id, found)
