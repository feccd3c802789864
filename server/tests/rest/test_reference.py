"""The OpenAPI document says what the server does, and its page loads nothing."""

import re
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from openbook.catalogue.fields import FORTY
from openbook.collect.edge import PATHS
from openbook.reference.document import openapi_document
from tests.conftest import Workspace

DOCUMENT = openapi_document()
OPERATIONS = [
    (method, path, operation)
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
]


def test_the_server_gives_the_document_to_anybody(workspace: Workspace) -> None:
    answer = httpx.get(f"{workspace.url}/api/openapi.json")
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.json() == DOCUMENT
    assert DOCUMENT["openapi"].startswith("3.1")


def test_the_collect_routes_are_in_it() -> None:
    assert DOCUMENT["paths"].keys() >= PATHS


def test_a_contact_has_the_forty_names_at_its_top_level() -> None:
    contact = DOCUMENT["components"]["schemas"]["Contact"]
    assert {field.id for field in FORTY} <= contact["properties"].keys()
    assert {field.id for field in FORTY} <= set(contact["required"])


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS)
def test_every_operation_is_described(method: str, path: str, operation: dict[str, Any]) -> None:
    assert operation["summary"]
    assert operation["tags"]
    assert any(code.startswith(("2", "3")) for code in operation["responses"])
    assert "application/problem+json" in operation["responses"]["400"]["content"]
    body = operation.get("requestBody", {}).get("content", {}).values()
    if "patch_settings" not in operation["operationId"].lower() and path != "/v1/m":
        assert all("example" in content for content in body if path.startswith("/api/contacts"))
    for parameter in operation.get("parameters", []):
        assert parameter["schema"] != {"type": "null"}


def test_every_name_is_used_once() -> None:
    names = [operation["operationId"] for _, _, operation in OPERATIONS]
    assert sorted(names) == sorted(set(names))


def test_every_reference_leads_somewhere() -> None:
    text = str(DOCUMENT)
    names = set(re.findall(r"#/components/schemas/(\w+)", text))
    assert names <= DOCUMENT["components"]["schemas"].keys()


def test_the_page_for_people_loads_nothing(workspace: Workspace) -> None:
    answer = httpx.get(f"{workspace.url}/api/docs")
    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert not re.search(r"<(script|link|img|iframe|object)\b|@import|url\(", answer.text)
    for _, path, operation in OPERATIONS:
        assert f"id='{operation['operationId']}'" in answer.text
        assert path.replace("&", "&amp;") in answer.text
    anchors = set(re.findall(r"href='#([^']+)'", answer.text))
    assert anchors <= set(re.findall(r"id='([^']+)'", answer.text))


load_all_checks()
KEPT = [content_type_conformance, response_schema_conformance, status_code_conformance]
LEFT_OUT = {"exportContacts", "importContacts"}  # whole files; they have tests of their own
DRIVEN = [
    f"{method.upper()} {path}"
    for method, path, operation in OPERATIONS
    if path.startswith("/api/") and operation["operationId"] not in LEFT_OUT
]


@pytest.mark.timeout(180)
@pytest.mark.parametrize("label", DRIVEN)
def test_the_server_does_what_the_document_says(workspace: Workspace, label: str) -> None:
    workspace.api.post("/api/contacts", json={"user_id": "u1", "name": "Ada"})
    schema = schemathesis.openapi.from_dict(DOCUMENT)
    method, path = label.split(" ")
    operation = schema[path][method]
    modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    for mode in modes:
        try:
            strategy = operation.as_strategy(generation_mode=mode)
        except Exception as nothing:  # an operation without anything to get wrong
            assert mode is GenerationMode.NEGATIVE, nothing
            continue
        try:
            _drive(strategy, workspace)
        except Unsatisfiable:  # the same, noticed late
            assert mode is GenerationMode.NEGATIVE


def _drive(strategy: Any, workspace: Workspace) -> None:
    @given(case=strategy)
    @settings(max_examples=20, phases=[Phase.generate], suppress_health_check=[*HealthCheck])
    def run(case: Any) -> None:
        answer = case.call(
            base_url=workspace.url, headers={"Authorization": f"Bearer {workspace.token}"}
        )
        assert answer.status_code < 500, answer.text
        case.validate_response(answer, checks=KEPT)

    run()
