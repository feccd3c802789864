"""All contacts that answer a question, as CSV or NDJSON, a batch at a time.

Each batch is a transaction of its own, in the order of ids: a slow reader holds no connection, and
a contact made meanwhile is in the file or not, but none is in it twice.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any, BinaryIO, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET

from openbook.contacts import lists
from openbook.contacts.allowed import policy_of
from openbook.contacts.queries import complete, with_ids
from openbook.contacts.schemas import Contact
from openbook.contacts.search import EVERYBODY, Question
from openbook.contacts.transfer.columns import all_columns, read_columns, value_of
from openbook.contacts.transfer.csv_text import armed, write_row
from openbook.contacts.transfer.said import CONVERSATIONS, said_with
from openbook.db import Connection, Database

Format = Literal["csv", "ndjson"]
BATCH = 500
NOTHING_SAID: Mapping[UUID, list[dict[str, Any]]] = {}
_json = msgspec.json.Encoder().encode


async def export_chunks(
    db: Database,
    workspace_id: UUID,
    format: Format,
    question: Question = EVERYBODY,
    columns: Sequence[str] | None = None,
) -> AsyncIterator[tuple[int, bytes]]:
    """(contacts in it, bytes) chunk by chunk; the first one has the header of a CSV.

    `columns` of a CSV: None for all. Refuses a question that cannot be asked, and a column that is
    none, before the first chunk.
    """
    after: UUID | None = None
    chosen: list[str] = []
    while True:
        async with db.transaction(workspace_id) as conn:
            declared = (await policy_of(conn, workspace_id)).attributes
            if after is None:
                chosen = (
                    all_columns(declared) if columns is None else read_columns(columns, declared)
                )
            contacts = await lists.in_order_of_ids(
                conn, workspace_id, question, declared, BATCH, after
            )
            said = (
                await said_with(conn, workspace_id, [contact.id for contact in contacts])
                if format == "ndjson"
                else NOTHING_SAID
            )
        header = header_row(chosen) if after is None and format == "csv" else b""
        yield len(contacts), header + chunk(contacts, format, chosen, said)
        if len(contacts) < BATCH:
            return
        after = contacts[-1].id


async def export_file(
    db: Database,
    workspace_id: UUID,
    out: BinaryIO,
    format: Format,
    progress: Callable[[int], None] = lambda done: None,
    question: Question = EVERYBODY,
) -> int:
    """Write an export to a file; how many contacts are in it. `progress`: contacts so far."""
    done = 0
    async for number, made in export_chunks(db, workspace_id, format, question):
        out.write(made)
        done += number
        progress(done)
    return done


async def contacts_with_ids(
    conn: Connection, workspace_id: UUID, ids: Sequence[UUID]
) -> list[Contact]:
    """These contacts, in the order of ids; those that are gone are left out."""
    found = await complete(conn, workspace_id, await with_ids(conn, workspace_id, ids))
    return sorted(found, key=lambda contact: contact.id)


def header_row(columns: Sequence[str]) -> bytes:
    return write_row(columns).encode()


def chunk(
    contacts: Sequence[Contact],
    format: Format,
    columns: Sequence[str],
    said: Mapping[UUID, list[dict[str, Any]]] = NOTHING_SAID,
) -> bytes:
    """Contacts as lines of a file; in NDJSON, with what was said with them."""
    if format == "ndjson":
        return b"".join(_whole(contact, said.get(contact.id, [])) for contact in contacts)
    rows = ((_cell(value_of(contact, name)) for name in columns) for contact in contacts)
    return "".join(map(write_row, rows)).encode()


def _whole(contact: Contact, conversations: list[dict[str, Any]]) -> bytes:
    named = _json({CONVERSATIONS: conversations})
    return _json(contact)[:-1] + b"," + named[1:] + b"\n"


def _cell(value: Any) -> str:
    """Numbers and flags as JSON writes them, what has parts as JSON, and texts out of harm."""
    if value is None or value is UNSET:
        return ""
    if isinstance(value, str):
        return armed(value)
    if isinstance(value, UUID):
        return str(value)
    return _json(value).decode()
