"""Every route has a guard, or is public on purpose; each is in the OpenAPI document."""

import re
from collections.abc import Iterator

import httpx
import pytest

from openbook.app import create_app
from openbook.collect.edge import PATHS
from openbook.dashboard.routes import SCREENS
from openbook.reference.document import openapi_document
from openbook.settings import Settings
from tests.conftest import Server

PUBLIC = {
    "/.well-known/gpc.json",
    "/.well-known/security.txt",
    "/api/docs",
    "/api/invitations/accept",
    "/api/invitations/look",
    "/api/openapi.json",
    "/api/sign-in",
    "/api/sign-in/link",
    "/api/sign-in/mail",
    "/api/sign-in/password",
    "/api/sign-in/passkey",
    "/api/sign-in/passkey/challenge",
    "/api/sign-in/provider",
    "/api/sign-in/provider/return",
    "/api/sign-in/provider/start",
    "/api/sign-in/second",
    "/api/sign-in/second/passkey",
    "/chat/{key}",
    "/demo",
    "/demo/{rest}",
    "/health/live",
    "/health/ready",
    "/o/{name}",
    "/sourceConfig",
    "/static/{name}",
    "/v1/projects/{key}/settings",
    "/what-we-collect",
    "/what-we-collect.json",
}
"""Whoever adds a route here says why in the change: anybody in the world may ask it."""
SHOWN = {path.replace(":str", "") for path in SCREENS}
"""The frame of the dashboard's screens: what they show is fetched by guarded routes."""
PAGES = {
    "/api/docs",
    "/api/openapi.json",
    "/api/sign-in/provider/return",
    "/chat/{key}",
    "/demo",
    "/demo/{rest}",
    "/static/{name}",
    *SHOWN,
}
"""Not a part of the interface."""


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str, bool]]:
    """(method, path, whether it has a guard) of each route of the application."""
    settings = Settings(data=tmp_path_factory.mktemp("routes"))
    return list(_routes(settings))


def _routes(settings: Settings) -> Iterator[tuple[str, str, bool]]:
    for route in create_app(settings, "host=/nowhere").api.routes:
        for handler in getattr(route, "route_handlers", ()):
            for method in handler.http_methods:
                if method != "OPTIONS":
                    yield method, route.path_format, bool(handler.resolve_guards())


def test_every_route_has_a_guard_or_is_public_on_purpose(
    routes: list[tuple[str, str, bool]],
) -> None:
    assert {path for _, path, guarded in routes if not guarded} == PUBLIC | SHOWN
    assert not {path for _, path, guarded in routes if guarded} & PUBLIC


def test_every_route_of_the_interface_is_in_the_document(
    routes: list[tuple[str, str, bool]],
) -> None:
    documented = {
        (method.upper(), path)
        for path, item in openapi_document()["paths"].items()
        for method in item
    }
    served = {(method, path) for method, path, _ in routes if path not in PAGES}
    assert documented == served | {("POST", path) for path in PATHS}


def test_no_guarded_route_answers_a_stranger(
    server: Server, routes: list[tuple[str, str, bool]]
) -> None:
    for method, path, guarded in routes:
        if not guarded:
            continue
        address = server.url + re.sub(r"{\w+}", "0190a6e0-0000-7000-8000-000000000000", path)
        for headers in ({}, {"Authorization": "Bearer obt_wrong"}, {"Cookie": "openbook=obs_no"}):
            answer = httpx.request(method, address, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (401, "not_allowed"), path


@pytest.mark.parametrize("path", sorted(PATHS - {"/v1/m"}))
def test_no_collect_route_takes_a_message_without_a_key(server: Server, path: str) -> None:
    message = {"type": "page", "anonymousId": "stranger"}
    body = {"batch": [message]} if path.endswith(("batch", "/b", "import")) else message
    assert httpx.post(server.url + path, json=body).status_code == 401
