"""Actions on many contacts over REST."""

from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, get, post
from litestar.datastructures import State
from litestar.params import JSONBody, Parameter
from litestar.response import Stream

from openbook.accounts.guards import caller, requires
from openbook.contacts.bulk import actions, queries
from openbook.contacts.bulk.file import file_chunks
from openbook.contacts.bulk.schemas import Bulk, Bulks, BulkWrite
from openbook.contacts.parameters import PRIVATE

BulkId = Annotated[UUID, Parameter(description="The id of an action.")]


class ContactBulks(Controller):
    """One action on many contacts."""

    path = "/api/bulk"
    request_max_body_size = 2_000_000
    response_headers = PRIVATE
    tags = ("Many contacts",)

    @get(guards=[requires("contacts:read")], operation_id="listBulks")
    async def list_bulks(self, request: Request[Any, Any, Any], state: State) -> Bulks:
        """The actions of the last day, the latest first; 50 at most."""
        who, moment = caller(request), state.clock()
        async with state.db.transaction(who.workspace_id) as conn:
            found = await queries.bulks_since(conn, who.workspace_id, moment - actions.KEPT)
        return Bulks([actions.shown(who, one, moment) for one in found])

    @post(guards=[requires("contacts:read")], operation_id="beginBulk")
    async def begin_bulk(
        self, request: Request[Any, Any, Any], state: State, data: JSONBody[BulkWrite]
    ) -> Bulk:
        """Do something to many contacts, in the background.

        It is done to those who match at this moment, and to nobody who comes to match later. Takes
        the scope of the action: `contacts:write` for spam, tags and unsubscribe, `export`,
        `contacts:delete`.
        """
        who = caller(request)
        async with state.db.transaction(who.workspace_id) as conn:
            begun = await actions.begin(conn, who, data, state.clock())
        state.jobs.wake()
        return begun

    @get("/{bulk_id:uuid}", guards=[requires("contacts:read")], operation_id="getBulk")
    async def get_bulk(
        self, request: Request[Any, Any, Any], state: State, bulk_id: BulkId
    ) -> Bulk:
        """How far an action is."""
        who = caller(request)
        async with state.db.transaction(who.workspace_id) as conn:
            return await actions.existing(conn, who, bulk_id, state.clock())

    @post(
        "/{bulk_id:uuid}/stop",
        guards=[requires("contacts:read")],
        status_code=200,
        operation_id="stopBulk",
    )
    async def stop_bulk(
        self, request: Request[Any, Any, Any], state: State, bulk_id: BulkId
    ) -> Bulk:
        """Stop an action; what it has done stays."""
        who = caller(request)
        async with state.db.transaction(who.workspace_id) as conn:
            return await actions.stop(conn, who, bulk_id, state.clock())

    @post(
        "/{bulk_id:uuid}/undo",
        guards=[requires("contacts:read")],
        status_code=200,
        operation_id="undoBulk",
    )
    async def undo_bulk(
        self, request: Request[Any, Any, Any], state: State, bulk_id: BulkId
    ) -> Bulk:
        """Take back what an action changed, but for what somebody changed since."""
        who = caller(request)
        async with state.db.transaction(who.workspace_id) as conn:
            begun = await actions.undo(conn, who, bulk_id, state.clock())
        state.jobs.wake()
        return begun

    @get(
        "/{bulk_id:uuid}/file",
        guards=[requires("export")],
        operation_id="getBulkFile",
        media_type="text/csv",
    )
    async def get_bulk_file(
        self, request: Request[Any, Any, Any], state: State, bulk_id: BulkId
    ) -> Stream:
        """The file of an export: CSV, oldest contacts first."""
        chunks = file_chunks(state.db, caller(request).workspace_id, bulk_id)
        # The first chunk is made before the answer begins, so that a refusal can still be one.
        first = await anext(chunks)

        async def body() -> AsyncIterator[bytes]:
            yield first
            async for more in chunks:
                yield more

        return Stream(
            body(),
            media_type="text/csv; charset=utf-8",
            headers=PRIVATE | {"Content-Disposition": 'attachment; filename="contacts.csv"'},
        )


handlers = [ContactBulks]
