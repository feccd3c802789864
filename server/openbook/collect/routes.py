"""The quiet routes of collecting: the script, what stock clients ask for first, and the counts."""

from typing import Any

import msgspec
from litestar import MediaType, Request, Response, get
from litestar.datastructures import State
from prometheus_client import generate_latest

from openbook.accounts.guards import requires
from openbook.collect.counts import REGISTRY
from openbook.collect.edge import ACCEPT_CH
from openbook.collect.gate import Admitted
from openbook.collect.headers import basic_user
from openbook.collect.installing import routes as installing
from openbook.collect.script import build_script, script_config
from openbook.errors import NotFound

OPEN = {"Access-Control-Allow-Origin": "*"}


@get("/o/{name:str}", tags=["Collect"], operation_id="getCollector", media_type="text/javascript")
async def script(request: Request[Any, Any, Any], state: State, name: str) -> Response[bytes]:
    """The collector, with the settings of the write key in `/o/WRITE_KEY.js`.

    `/o/WRITE_KEY.json` has the settings alone, for pages that pin the collector by its hash.
    """
    key, _, wanted = name.rpartition(".")
    admitted = await state.gate.current(key) if wanted in ("js", "json") else None
    if admitted is None or admitted.from_server:
        raise NotFound("There is no collector for this write key.", "unknown_key")
    policy = admitted.tools.policy
    launcher = await state.launcher(admitted.tools.workspace_id)
    config = script_config(policy, key, policy.public_url or base_url(request), launcher)
    headers = {
        **OPEN,
        "Cache-Control": "public, max-age=60",
        "Vary": "Accept-Encoding",
        "Accept-CH": ACCEPT_CH,
        "Cross-Origin-Resource-Policy": "cross-origin",
        "X-Content-Type-Options": "nosniff",
    }
    if wanted == "json":
        return Response(msgspec.json.encode(config), headers=headers, media_type=MediaType.JSON)
    built = build_script(config)
    headers["ETag"] = built.etag
    if request.headers.get("if-none-match") == built.etag:
        return Response(b"", status_code=304, headers=headers)
    body = built.body
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        body = built.gzip
    return Response(body, headers=headers, media_type="text/javascript")


@get("/v1/projects/{key:str}/settings", tags=["Collect"], operation_id="getSegmentSettings")
async def clients_settings(
    request: Request[Any, Any, Any], state: State, key: str
) -> Response[dict[str, Any]]:
    """What `@segment/analytics-next` and the Segment mobile clients load before they send."""
    await _admitted(state, key)
    address = base_url(request)
    scheme, _, host = address.partition("://")
    body = {
        "integrations": {
            "Segment.io": {"apiKey": key, "apiHost": f"{host}/v1", "protocol": scheme}
        },
        "plan": {"track": {"__default": {"enabled": True, "integrations": {}}}},
        "metrics": {"sampleRate": 0},
        "remotePlugins": [],
        "middlewareSettings": {},
        "legacyVideoPluginsEnabled": False,
    }
    return Response(body, headers=OPEN)


@get(["/sourceConfig", "/sourceConfig/"], tags=["Collect"], operation_id="getRudderSourceConfig")
async def source_config(request: Request[Any, Any, Any], state: State) -> Response[dict[str, Any]]:
    """What RudderStack's clients load before they send."""
    key = request.query_params.get("writeKey") or basic_user(request.headers.get("authorization"))
    admitted = await _admitted(state, key)
    workspace_id = str(admitted.tools.workspace_id)
    quiet = {"errors": {"enabled": False}, "metrics": {"enabled": False}}
    body = {
        "source": {
            "id": workspace_id,
            "name": "openbook",
            "writeKey": key,
            "enabled": True,
            "workspaceId": workspace_id,
            "config": {"statsCollection": quiet},
            "destinations": [],
            "connections": [],
        },
        "updatedAt": "2026-01-01T00:00:00.000Z",
    }
    return Response(body, headers=OPEN)


@get("/metrics", tags=["Health"], guards=[requires("settings:read")], operation_id="metrics")
async def metrics() -> Response[bytes]:
    """What this process counted: messages stored, dropped by reason, waiting. For Prometheus."""
    return Response(generate_latest(REGISTRY), media_type=MediaType.TEXT)


def base_url(request: Request[Any, Any, Any]) -> str:
    """The address the client itself used. Only for answers to that client, never for mail."""
    return str(request.base_url).rstrip("/")


async def _admitted(state: State, key: str | None) -> Admitted:
    admitted = await state.gate.current(key)
    if admitted is None:
        raise NotFound("There is no such write key.", "unknown_key")
    return admitted


handlers = [script, clients_settings, source_config, metrics, *installing.handlers]
