"""Import and export over REST: whole files in and out."""

from collections.abc import AsyncIterator
from io import BytesIO
from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.datastructures import State
from litestar.params import Parameter
from litestar.response import Stream
from msgspec import structs

from openbook.accounts.guards import caller, requires
from openbook.accounts.schemas import Caller
from openbook.contacts.parameters import PRIVATE, AnonymousId, Email, Filters, UserId, Words
from openbook.contacts.schemas import Report
from openbook.contacts.search import read_question
from openbook.contacts.transfer.actions import note_export
from openbook.contacts.transfer.exporting import export_chunks
from openbook.contacts.transfer.importing import Importer, import_file, import_steps
from openbook.contacts.transfer.rows import Format
from openbook.errors import BadInput, OpenbookError, problem

MAX_IMPORT = 10_000_000
_json = msgspec.json.Encoder().encode
MEDIA_TYPES: dict[Format, str] = {
    "csv": "text/csv; charset=utf-8",
    "ndjson": "application/x-ndjson",
}
_FORMATS: dict[str, Format] = {
    "text/csv": "csv",
    "application/csv": "csv",
    "application/x-ndjson": "ndjson",
    "application/ndjson": "ndjson",
    "application/jsonl": "ndjson",
    "application/json-lines": "ndjson",
}


@post(
    "/api/contacts/import",
    guards=[requires("import")],
    status_code=200,
    request_max_body_size=MAX_IMPORT,
    operation_id="importContacts",
    tags=["Contacts"],
)
async def import_contacts(
    request: Request[Any, Any, Any],
    state: State,
    dry_run: Annotated[
        bool, Parameter(description="Tell what would happen, and change nothing.")
    ] = False,
    format: Annotated[
        Format | None, Parameter(description="Where the Content-Type does not tell.")
    ] = None,
) -> Report:
    """Import contacts from the body: CSV or NDJSON, 10 MB at most.

    Rows are matched by verified user id, then by verified address. created + updated + unchanged +
    rejected = rows. `openbook import FILE` takes files of any size.
    """
    body = BytesIO(await request.body())
    read_as = _format(request, format)
    who = caller(request)
    return await import_file(
        state.db, who.workspace_id, body, read_as, dry_run, importer=_importer(who)
    )


@post(
    "/api/contacts/import/steps",
    guards=[requires("import")],
    status_code=200,
    request_max_body_size=MAX_IMPORT,
    operation_id="importContactsInSteps",
    tags=["Contacts"],
)
async def import_contacts_in_steps(
    request: Request[Any, Any, Any],
    state: State,
    dry_run: Annotated[
        bool, Parameter(description="Tell what would happen, and change nothing.")
    ] = False,
    columns: Annotated[
        str | None,
        Parameter(
            description="What the columns of a CSV are, separated by commas, in place of its first "
            "line; an empty name leaves a column out."
        ),
    ] = None,
    format: Annotated[
        Format | None, Parameter(description="Where the Content-Type does not tell.")
    ] = None,
) -> Stream:
    """Import contacts as `importContacts` does, and tell how far it is.

    The answer is a line of JSON after each batch: `report`, `read` of `size` bytes, `done`; the
    reasons of rejected rows come with the last. Whoever hangs up stops it after the batch.
    """
    body = await request.body()
    names = None if columns is None else columns.split(",")
    steps = import_steps(
        state.db,
        caller(request).workspace_id,
        BytesIO(body),
        _format(request, format),
        dry_run,
        columns=names,
        importer=_importer(caller(request)),
    )
    # The first step is made before the answer begins, so that a refusal can still be one.
    report, read = await anext(steps)

    async def lines() -> AsyncIterator[bytes]:
        last = report
        yield _line(last, read, len(body))
        try:
            async for last, far in steps:
                yield _line(last, far, len(body))
        except OpenbookError as error:
            yield _json({"problem": problem(error)}) + b"\n"
        else:
            yield _json({"report": last, "read": len(body), "size": len(body), "done": True})
            yield b"\n"

    return Stream(lines(), media_type=MEDIA_TYPES["ndjson"], headers=PRIVATE)


def _importer(who: Caller) -> Importer:
    return Importer(who.caller_id, who.may("contacts:write"), who.actor)


def _line(report: Report, read: int, size: int) -> bytes:
    so_far = structs.replace(report, rejected_rows=[])
    return _json({"report": so_far, "read": read, "size": size, "done": False}) + b"\n"


def _format(request: Request[Any, Any, Any], given: Format | None) -> Format:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    read_as = given or _FORMATS.get(media_type)
    if read_as is None:
        raise BadInput(
            "Say what the body is: Content-Type text/csv or application/x-ndjson, or ?format=.",
            "unknown_format",
        )
    return read_as


@get(
    "/api/contacts/export",
    guards=[requires("export")],
    operation_id="exportContacts",
    tags=["Contacts"],
    media_type="text/csv",
)
async def export_contacts(
    request: Request[Any, Any, Any],
    state: State,
    format: Annotated[Format, Parameter(description="The form of the file.")] = "csv",
    user_id: UserId = None,
    email: Email = None,
    anonymous_id: AnonymousId = None,
    q: Words = None,
    filter: Filters = None,
    columns: Annotated[
        str | None, Parameter(description="Of a CSV, in their order, separated by commas.")
    ] = None,
) -> Stream:
    """All contacts that match, as a file, oldest first; each value with its provenance."""
    question = read_question(
        user_id=user_id, email=email, anonymous_id=anonymous_id, q=q, filters=filter
    )
    chunks = export_chunks(
        state.db,
        caller(request).workspace_id,
        format,
        question,
        None if columns is None else columns.split(","),
    )
    # The first chunk is made before the answer begins, so that a refusal can still be one.
    _, first = await anext(chunks)
    who = caller(request)
    async with state.db.transaction(who.workspace_id) as conn:
        await note_export(conn, who.workspace_id, who.actor, format, state.clock())

    async def body() -> AsyncIterator[bytes]:
        yield first
        async for _, chunk in chunks:
            yield chunk

    # The type as a header: the route's own would win over one that is given with the body.
    about = {"Content-Type": MEDIA_TYPES[format]}
    about |= {"Content-Disposition": f'attachment; filename="contacts.{format}"'}
    return Stream(body(), headers=PRIVATE | about)


handlers = [import_contacts, import_contacts_in_steps, export_contacts]
