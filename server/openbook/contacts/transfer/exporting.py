"""All contacts that answer a question, as CSV or NDJSON, a batch at a time.

Each batch is a transaction of its own, in the order of ids: a slow reader holds no connection, and
a contact made meanwhile is in the file or not, but none is in it twice.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, BinaryIO, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET

from openbook.accounts.queries import workspace
from openbook.catalogue.policy import Attribute
from openbook.contacts import lists
from openbook.contacts.schemas import SHOWN, Contact
from openbook.contacts.search import EVERYBODY, Question
from openbook.contacts.transfer.csv_text import armed, write_row
from openbook.db import Database
from openbook.errors import NotFound

Format = Literal["csv", "ndjson"]
BATCH = 500
HEAD = ("id", "kind", "display_name")
TAIL = ("devices", "identities", "provenance")
_json = msgspec.json.Encoder().encode


async def export_chunks(
    db: Database, workspace_id: UUID, format: Format, question: Question = EVERYBODY
) -> AsyncIterator[tuple[int, bytes]]:
    """(contacts in it, bytes) chunk by chunk; the first one has the header of a CSV.

    Refuses a question that cannot be asked before the first chunk.
    """
    declared: dict[str, Attribute] = {}
    after: UUID | None = None
    while True:
        async with db.transaction(workspace_id) as conn:
            if after is None:
                found = await workspace(conn, workspace_id)
                if found is None:
                    raise NotFound("There is no such workspace.")
                declared = found.policy.attributes
            contacts = await lists.in_order_of_ids(
                conn, workspace_id, question, declared, BATCH, after
            )
        attributes = sorted(declared)
        header = after is None and format == "csv"
        chunk = write_row(_columns(attributes)).encode() if header else b""
        yield len(contacts), chunk + _chunk(contacts, format, attributes)
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
    async for number, chunk in export_chunks(db, workspace_id, format, question):
        out.write(chunk)
        done += number
        progress(done)
    return done


def _columns(attributes: Sequence[str]) -> list[str]:
    own = (f"attributes.{name}" for name in attributes)
    return [*HEAD, *(field.id for field in SHOWN), *own, *TAIL]


def _chunk(contacts: Sequence[Contact], format: Format, attributes: Sequence[str]) -> bytes:
    if format == "ndjson":
        return b"".join(_json(contact) + b"\n" for contact in contacts)
    return "".join(_row(contact, attributes) for contact in contacts).encode()


def _row(contact: Contact, attributes: Sequence[str]) -> str:
    values = [getattr(contact, name) for name in HEAD]
    values += [getattr(contact, field.id) for field in SHOWN]
    values += [contact.attributes.get(name) for name in attributes]
    values += [getattr(contact, name) or None for name in TAIL]
    return write_row(_cell(value) for value in values)


def _cell(value: Any) -> str:
    """Numbers and flags as JSON writes them, what has parts as JSON, and texts out of harm."""
    if value is None or value is UNSET:
        return ""
    if isinstance(value, str):
        return armed(value)
    if isinstance(value, UUID):
        return str(value)
    return _json(value).decode()
