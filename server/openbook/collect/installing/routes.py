"""Installing the collector over REST: what to paste, and what was refused lately."""

from typing import Annotated, Any
from urllib.parse import urlencode

from litestar import Request, Response, get
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
Language = Annotated[
    str | None, Parameter(max_length=35, description="Of the page, as the page takes it.")
]


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


@get(
    "/api/installation/public-page",
    guards=READ,
    tags=TAGS,
    status_code=302,
    operation_id="openPublicPage",
    response_headers=PRIVATE,
)
async def open_public_page(
    request: Request[Any, Any, Any], state: State, language: Language = None
) -> Response[None]:
    """Lead to the page that says to visitors of this workspace what is collected."""
    workspace_id = caller(request).workspace_id
    async with state.db.transaction(workspace_id) as conn:
        live = await queries.live_write_keys(conn, workspace_id)
    # Without a key the page is the one of the first workspace, another one maybe.
    if not live:
        raise BadInput("The page is under a write key, and none is in force.", "no_write_key")
    own = {"key": live[0].key} | ({"language": language} if language else {})
    return Response(
        None, status_code=302, headers={"Location": f"/what-we-collect?{urlencode(own)}"}
    )


handlers = [show_installation, list_refusals, open_public_page]
