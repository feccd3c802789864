"""Installing the collector over REST: what to paste, and what was refused lately."""

from typing import Annotated, Any

from litestar import Request, get
from litestar.datastructures import State
from litestar.params import Parameter

from openbook.accounts import queries
from openbook.accounts.credentials.schemas import shown_write_key
from openbook.accounts.guards import caller, requires
from openbook.collect.installing.lately import LATEST
from openbook.collect.installing.schemas import Installation, Refusals
from openbook.collect.installing.ways import security_policy, ways
from openbook.errors import BadInput

READ = [requires("settings:read")]
TAGS = ["Collect"]
PRIVATE = {"Cache-Control": "no-store"}
Key = Annotated[str | None, Parameter(description="A write key in force; else the newest.")]


@get(
    "/api/installation",
    guards=READ,
    tags=TAGS,
    operation_id="showInstallation",
    response_headers=PRIVATE,
)
async def show_installation(
    request: Request[Any, Any, Any], state: State, key: Key = None
) -> Installation:
    """What a site pastes to be seen here: the snippet of `openbook snippet`, by framework."""
    workspace_id = caller(request).workspace_id
    async with state.db.transaction(workspace_id) as conn:
        found = await queries.workspace(conn, workspace_id)
        live = await queries.live_write_keys(conn, workspace_id)
    chosen = next((one.key for one in live if key in (None, one.key)), None)
    if found is None or chosen is None:
        raise BadInput("This write key is not in force, or not any more.", "unknown_key")
    is_set = found.policy.public_url or state.settings.public_url
    url = is_set or str(request.base_url).rstrip("/")
    return Installation(
        url=url,
        url_is_set=is_set is not None,
        key=chosen,
        keys=[shown_write_key(one) for one in live],
        ways=ways(url, chosen),
        security_policy=security_policy(url),
    )


@get(
    "/api/installation/refusals",
    guards=READ,
    tags=TAGS,
    operation_id="listRefusals",
    response_headers=PRIVATE,
)
async def list_refusals(request: Request[Any, Any, Any], state: State) -> Refusals:
    """Why messages were not stored within the last hour, as far as this process knows."""
    return Refusals(LATEST.of(caller(request).workspace_id, state.clock().timestamp()))


handlers = [show_installation, list_refusals]
