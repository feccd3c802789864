"""Whatever is sent to the REST interface is answered or refused; it is never our error."""

import json
import socket
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import Workspace

BODIES: dict[str, bytes] = {
    "depth bomb": b"[" * 100_000,
    "object bomb": b'{"a":' * 100_000,
    "deep but closed": b'{"attributes":{"a":' + b"[" * 5_000 + b"]" * 5_000 + b"}}",
    "invalid UTF-8": b'{"name": "\xff\xfe"}',
    "not JSON": b"\x00\x01\x02",
    "NUL": b'{"name": "a\\u0000b", "user_id": "x\\u0000"}',
    "lone surrogate": b'{"name": "\\ud800"}',
    "huge integer": b'{"filter": {"field": "id", "op": "eq", "value": 1' + b"0" * 400 + b"}}",
    "huge float": b'{"filter": {"field": "latitude", "op": "eq", "value": 1e999}}',
    "wrong type": b'"text"',
    "empty": b"",
    "null": b"null",
    "unknown keys": b'{"is_admin": true, "workspace_id": "00000000-0000-0000-0000-000000000000"}',
    "duplicate keys": b'{"user_id": "null", "user_id": "null"}',
    "long text": json.dumps({"name": 5, "q": "x" * 900_000}).encode(),
    "too large": b" " * 1_100_000,
}  # fmt: skip
QUERIES = [
    "q=%00", "q=%ff%fe", "q=%ED%A0%80", "filter=%00", "filter={", "filter=" + "%7B" * 6_000,
    "limit=0", "limit=201", "limit=-1", "limit=1e3", "limit=x", "limit=" + "9" * 400, "limit=",
    "cursor=x", "cursor=%00", "cursor=" + "A" * 5_000, "user_id=%00", "email=%00",
    "anonymous_id=" + "x" * 400, "filter=name:eq:%00", "filter=name:eq:%ED%A0%80",
    "filter=id:eq:x", "filter=attributes.%00:eq:1", "filter=utms.%00:eq:1",
    "filter=last_seen_at:gt:99999999999999999999", "filter=ip:in:0.0.0.0/33",
]  # fmt: skip


def check(answer: httpx.Response, where: str) -> None:
    assert answer.status_code < 500, (where, answer.status_code, answer.text[:300])
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json", where
        problem = answer.json()
        assert problem["status"] == answer.status_code
        assert problem["code"], where
        assert problem["detail"].endswith("."), where


@pytest.mark.parametrize("name", BODIES)
def test_no_body_is_our_error(workspace: Workspace, name: str) -> None:
    id = UUID(int=7)
    for method, path in (
        ("POST", "/api/contacts"),
        ("PATCH", f"/api/contacts/{id}"),
        ("POST", "/api/contacts/search"),
        ("POST", f"/api/contacts/{id}/merge"),
        ("POST", f"/api/contacts/{id}/split"),
        ("PATCH", "/api/settings"),
        ("DELETE", f"/api/contacts/{id}"),
    ):
        for kind in ("application/json", "text/plain", "application/x-www-form-urlencoded"):
            answer = workspace.api.request(
                method, path, content=BODIES[name], headers={"Content-Type": kind}
            )
            check(answer, f"{method} {path} {kind}")
    for kind in ("csv", "ndjson"):
        answer = workspace.api.post(f"/api/contacts/import?format={kind}", content=BODIES[name])
        check(answer, f"import {kind}")


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query[:30])
def test_no_question_is_our_error(workspace: Workspace, query: str) -> None:
    for path in ("/api/contacts", "/api/contacts/count", "/api/contacts/export"):
        check(workspace.api.get(f"{path}?{query}"), f"{path}?{query[:40]}")


@settings(max_examples=40)
@given(
    field=st.sampled_from(["name", "user_id", "email", "ip", "id", "utms.x", "attributes.a"]),
    op=st.sampled_from(["eq", "ne", "contains", "starts_with", "in"]),
    value=st.text(max_size=30),
    q=st.text(max_size=30),
)
def test_no_text_is_our_error(
    workspace: Workspace, field: str, op: str, value: str, q: str
) -> None:
    asked = value if op != "in" else [value]
    for body in ({"filter": {"field": field, "op": op, "value": asked}}, {"q": q}):
        content = json.dumps(body).encode()
        check(workspace.api.post("/api/contacts/search", content=content), content.decode())


@settings(max_examples=30)
@given(value=st.text(max_size=60))
def test_any_name_is_refused_or_can_be_read_back(workspace: Workspace, value: str) -> None:
    answer = workspace.api.post("/api/contacts", content=json.dumps({"name": value}).encode())
    check(answer, repr(value))
    if answer.status_code == 201:
        made = answer.json()
        assert made["name"].strip()
        assert workspace.api.get(f"/api/contacts/{made['id']}").json()["name"] == made["name"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api", 404),
        ("GET", "/api/nothing", 404),
        ("GET", "/api/contacts/../../etc/passwd", 404),
        ("GET", "/api/contacts/%00", 404),
        ("GET", "/api/contacts/x", 404),
        ("PUT", "/api/contacts", 405),
        ("POST", f"/api/contacts/{UUID(int=7)}", 405),
        ("DELETE", "/api/contacts", 405),
        ("GET", f"/api/contacts/{UUID(int=7)}/merge", 405),
    ],
)
def test_wrong_addresses_and_methods_are_refused(
    workspace: Workspace, method: str, path: str, status: int
) -> None:
    answer = workspace.api.request(method, path)
    check(answer, path)
    assert answer.status_code == status
    if status == 405:
        assert answer.headers["allow"]


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Basic eA==", "Bearer \u00e9".encode("latin-1"), "Bearer " + "x" * 9_000],
)  # fmt: skip
def test_no_token_no_answer(workspace: Workspace, header: Any) -> None:
    headers = {} if header is None else {"Authorization": header}
    answer = httpx.get(f"{workspace.url}/api/contacts", headers=headers)
    check(answer, str(header)[:30])
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


def test_nothing_between_keeps_an_answer_about_people(workspace: Workspace) -> None:
    for path in ("/api/contacts", "/api/contacts/count", "/api/contacts/export", "/api/contacts/x"):
        assert workspace.api.get(path).headers["cache-control"] == "no-store", path


def test_a_body_that_lies_about_its_length_is_cut(workspace: Workspace) -> None:
    """Chunked, so that no header says how long it is."""

    def chunks() -> Any:
        for _ in range(200):
            yield b" " * 10_000

    answer = workspace.api.post("/api/contacts/search", content=chunks())
    check(answer, "chunked")
    assert answer.status_code == 413


def test_four_hundred_kilobytes_of_headers_are_refused(workspace: Workspace) -> None:
    host = urlsplit(workspace.url)
    with socket.create_connection((host.hostname or "", host.port or 0), timeout=10) as link:
        link.sendall(
            b"GET /api/contacts HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 400_000 + b"\r\n\r\n"
        )
        first = link.recv(64)
    assert first.startswith(b"HTTP/1.1 4"), first
