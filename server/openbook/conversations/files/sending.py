"""Hand a file out: to be saved, never to be shown as a page of ours."""

from collections.abc import AsyncIterator
from uuid import UUID

from litestar.response import Stream

from openbook.conversations.files import queries
from openbook.conversations.files.names import disposition
from openbook.conversations.files.schemas import PART, StoredFile
from openbook.db import Database
from openbook.errors import NotFound

HEADERS = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "private, max-age=3600",
}


def no_file() -> NotFound:
    """The same for what is not there and for what may not be seen."""
    return NotFound("There is no such file, or it is not for you.", "no_such_file")


def send_file(db: Database, workspace_id: UUID, found: StoredFile) -> Stream:
    """The answer with the file's bytes. Read part by part, each in a transaction of its own: who
    fetches slowly holds no connection of the database.

    `same-origin` keeps other sites from embedding it; the widget fetches it with its token, which
    this does not concern.
    """
    headers = {
        **HEADERS,
        "Content-Disposition": disposition(found.name),
        "Content-Length": str(found.size),
    }
    return Stream(_parts(db, workspace_id, found), headers=headers, media_type=found.media_type)


async def _parts(db: Database, workspace_id: UUID, found: StoredFile) -> AsyncIterator[bytes]:
    for number in range((found.size + PART - 1) // PART):
        async with db.transaction(workspace_id) as conn:
            content = await queries.part(conn, workspace_id, found.id, number)
        if content is None:  # erased while it was fetched: the answer breaks off
            raise no_file()
        yield content
