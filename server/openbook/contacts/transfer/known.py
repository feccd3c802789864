"""What an import must know about the contacts that are there: one statement a table."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from openbook.contacts.holders import holders
from openbook.contacts.transfer.rows import ImportRow
from openbook.db import Connection
from openbook.tags.naming import key_of
from openbook.tags.queries import of_contacts


class Standing(Struct, frozen=True):
    """The value that stands in a field."""

    value: Any
    trust: int
    at: datetime


class Known(Struct, kw_only=True):
    """A contact, as far as an import goes."""

    id: UUID
    user_id: str | None
    """The verified one."""
    said: dict[str, Standing]
    first_seen_at: datetime | None
    unsubscribed: bool
    tags: set[str]
    """Keys of the names of those it has."""


class Found(Struct, frozen=True):
    """Verified identities and whose they are."""

    by_user_id: dict[str, Known]
    by_email: dict[str, Known]

    def owner(self, row: ImportRow) -> Known | None:
        """Whom a row is about: by its user id, else by its address unless a user id speaks against.

        Only verified identities count; what somebody merely claimed is matched by nothing.
        """
        if row.user_id is not None and row.user_id in self.by_user_id:
            return self.by_user_id[row.user_id]
        if row.email_key is None:
            return None
        known = self.by_email.get(row.email_key)
        if known is not None and row.user_id is not None and known.user_id is not None:
            return None
        return known


async def find_known(conn: Connection, workspace_id: UUID, rows: Sequence[ImportRow]) -> Found:
    """The contacts that the rows name, locked against being erased meanwhile."""
    user_ids = [row.user_id for row in rows if row.user_id is not None]
    keys = [row.email_key for row in rows if row.email_key is not None]
    by_user_id = await holders(conn, workspace_id, "user_id", user_ids)
    by_email = await holders(conn, workspace_id, "email", keys)
    ids = sorted({*by_user_id.values(), *by_email.values()})
    known = await _known(conn, workspace_id, ids)
    return Found(
        {value: known[holder] for value, holder in by_user_id.items() if holder in known},
        {value: known[holder] for value, holder in by_email.items() if holder in known},
    )


async def _known(conn: Connection, workspace_id: UUID, ids: Sequence[UUID]) -> dict[UUID, Known]:
    cursor = await conn.execute(
        """
        SELECT c.id, c.first_seen_at, coalesce(c.unsubscribed, false) AS unsubscribed, (
          SELECT i.value FROM identities i WHERE i.workspace_id = c.workspace_id
            AND i.contact_id = c.id AND i.field = 'user_id' LIMIT 1) AS user_id
        FROM contacts c WHERE c.workspace_id = %s AND c.id = ANY(%s)
        """,
        (workspace_id, ids),
    )
    known = {row["id"]: Known(**row, said={}, tags=set()) for row in await cursor.fetchall()}
    for contact_id, given in (await of_contacts(conn, workspace_id, ids)).items():
        known[contact_id].tags.update(key_of(tag.name) for tag in given)
    cursor = await conn.execute(
        """
        SELECT DISTINCT ON (contact_id, field) contact_id, field, value, trust, occurred_at
        FROM claims WHERE workspace_id = %s AND contact_id = ANY(%s)
        ORDER BY contact_id, field, trust DESC, rank DESC, digest DESC
        """,
        (workspace_id, ids),
    )
    for row in await cursor.fetchall():
        known[row["contact_id"]].said[row["field"]] = Standing(
            row["value"], row["trust"], row["occurred_at"]
        )
    return known
