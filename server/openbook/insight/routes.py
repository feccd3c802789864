"""The map and the figures over REST: each route reads its question, asks a query and answers."""

from typing import Any

from litestar import Request, post
from litestar.datastructures import State
from litestar.params import JSONBody

from openbook.accounts.guards import caller, requires
from openbook.accounts.queries import workspace
from openbook.catalogue.policy import read_policy
from openbook.contacts.parameters import PRIVATE
from openbook.contacts.search import Question, read_question
from openbook.contacts.segments import Attributes
from openbook.db import Connection
from openbook.errors import BadInput
from openbook.insight import places, queries
from openbook.insight.periods import span
from openbook.insight.schemas import Asked, ContactMap, Insight, InsightAsked, MapAsked

TAGS = ["Insight"]
READ = [requires("contacts:read")]


@post(
    "/api/contacts/map",
    guards=READ,
    tags=TAGS,
    status_code=200,
    operation_id="mapContacts",
    response_headers=PRIVATE,
)
async def map_contacts(
    request: Request[Any, Any, Any], state: State, data: JSONBody[MapAsked]
) -> ContactMap:
    """Where contacts are: those close together as one, with how far off they may be.

    Exact up to 1.3 million contacts, beyond that about, from a sample.
    """
    if data.box is not None and (data.box.south > data.box.north or data.box.west > data.box.east):
        raise BadInput("A box has its south below its north and its west before its east.")
    question = _question(data)
    workspace_id = caller(request).workspace_id
    async with state.db.transaction(workspace_id) as conn:
        attributes = await _attributes(conn, workspace_id)
        return await places.contact_map(
            conn, workspace_id, question, attributes, cell=data.cell, box=data.box
        )


@post(
    "/api/contacts/insight",
    guards=READ,
    tags=TAGS,
    status_code=200,
    operation_id="contactInsight",
    response_headers=PRIVATE,
)
async def contact_insight(
    request: Request[Any, Any, Any], state: State, data: JSONBody[InsightAsked]
) -> Insight:
    """Contacts over time, and by country, browser, system, referrer, campaign and platform.

    Exact up to 200,000 contacts of the period, beyond that about, from a sample.
    """
    question = _question(data)
    workspace_id = caller(request).workspace_id
    async with state.db.transaction(workspace_id) as conn:
        found = await workspace(conn, workspace_id)
        policy = found.policy if found else read_policy({})
        period = span(data.period, state.clock(), data.zone or policy.timezone)
        return await queries.insight(
            conn, workspace_id, question, policy.attributes, period=period, measure=data.measure
        )


def _question(data: Asked) -> Question:
    return read_question(
        user_id=data.user_id,
        email=data.email,
        anonymous_id=data.anonymous_id,
        q=data.q,
        tree=data.filter,
    )


async def _attributes(conn: Connection, workspace_id: Any) -> Attributes:
    found = await workspace(conn, workspace_id)
    return found.policy.attributes if found else {}


handlers = [map_contacts, contact_insight]
