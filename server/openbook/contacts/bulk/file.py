"""The file of an export: the contacts that were frozen, part by part, as they are by now."""

from collections.abc import AsyncIterator
from uuid import UUID

from openbook.contacts.allowed import policy_of
from openbook.contacts.bulk import queries
from openbook.contacts.transfer.columns import all_columns, read_columns
from openbook.contacts.transfer.exporting import chunk, contacts_with_ids, header_row
from openbook.db import Database
from openbook.errors import NotFound


async def file_chunks(db: Database, workspace_id: UUID, bulk_id: UUID) -> AsyncIterator[bytes]:
    """CSV, a part at a time: each is a transaction of its own, so a slow reader holds none.

    Those deleted since are left out. Refuses an action that is no export before the first chunk.
    """
    columns: list[str] = []
    number = 0
    while True:
        async with db.transaction(workspace_id) as conn:
            if number == 0:
                bulk = await queries.bulk(conn, workspace_id, bulk_id)
                if bulk is None or bulk["action"] != "export":
                    raise NotFound(
                        "There is no such file here. They are kept for a day.", "no_such_bulk"
                    )
                declared = (await policy_of(conn, workspace_id)).attributes
                asked = bulk["columns"]
                columns = all_columns(declared) if asked is None else read_columns(asked, declared)
            ids = await queries.part(conn, workspace_id, bulk_id, number)
            contacts = await contacts_with_ids(conn, workspace_id, ids) if ids else []
        yield (header_row(columns) if number == 0 else b"") + chunk(contacts, "csv", columns)
        if not ids:
            return
        number += 1
