"""Request lines and headers nobody sends by accident, on every public route."""

import base64

import pytest

from tests.conftest import Workspace
from tests.hostile.speaking import COLLECT, Answer, is_refusal, request, speak

GOOD = b'{"batch":[{"type":"track","anonymousId":"good"}]}'
GET = (
    "/o/{key}.js", "/v1/projects/{key}/settings", "/sourceConfig?writeKey={key}",
    "/sourceConfig/", "/what-we-collect", "/what-we-collect.json", "/demo", "/demo/",
    "/health/live", "/health/ready", "/metrics", "/api/fields", "/api/contacts",
    "/api/settings", "/api/openapi.json", "/api/docs", "/.well-known/gpc.json")  # fmt: skip
PATHS = (
    "//v1//batch", "/v1/batch/../x", "/v1/batch%00", "/v1/%00", "/%00", "/V1/BATCH",
    "/v1/\\batch", "/v1/batch;x=1", "/v1/%2e%2e/%2e%2e/etc/passwd", "/o/%00.js",
    "/o/a%00b.js", "/o/%ff.js", "/o/..%2f..%2fsecret.js", "/o/.js",
    "/o/" + "k" * 3000 + ".js", "/o/%F0%9F%98%80.js", "/v1/projects/%00/settings",
    "/v1/projects/%ff/settings", "/sourceConfig?writeKey=%00",
    "/sourceConfig?writeKey=%ff", "/sourceConfig?" + "writeKey=x&" * 500, "/demo/%00",
    "/demo/../../etc/passwd", "/demo/%2e%2e%2f%2e%2e%2fsecret", "/what-we-collect%00",
    "/api/contacts/%00", "/api/contacts?q=%00", "/api/contacts?limit=1e9",
    "/v1/" + "x" * 9000, "/api/contacts?cursor=%ff%00",
    "/api/contacts?filter=" + "%5B" * 3000)  # fmt: skip
KEYS = ("Basic", "Basic ", "Basic !!!", "Basic " + "A" * 30_000, "Bearer", "Bearer ", "Digest x",
        "basic OjpAOg==", "Basic " + base64.b64encode(b"a\0b:").decode(), "Basic w6k6", "\u00e9 x",
        "Basic " + base64.b64encode(b"\xff\xfe:").decode(), "Bearer " + "x" * 300)  # fmt: skip


def ask(place: Workspace, method: str, path: str, *headers: str, body: bytes = b"") -> Answer:
    said = request(method, path.replace("{key}", place.write_key), *headers, body=body)
    answer = speak(place.url, said)
    assert answer is not None, (method, path)
    assert answer.status < 500, (method, path, answer)
    return answer


@pytest.mark.parametrize("path", (*COLLECT, "/v1/m", *GET))
def test_headers_have_a_limit(workspace: Workspace, path: str) -> None:
    for size in (40_000, 400_000):
        for name in ("X-Long", "Cookie", "Authorization", "User-Agent", "Accept-Language"):
            answer = ask(workspace, "POST", path, f"{name}: {'a' * size}", body=GOOD)
            assert answer.status == 431 and answer.code == "headers_too_large"
    # Beyond these the HTTP layer itself hangs up on them.
    assert ask(workspace, "GET", path, "X-Long: " + "a" * 1_000_000).status == 431
    assert ask(workspace, "GET", path, *(f"X-{n}: 1" for n in range(10_000))).status == 431


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "BREW", "HEAD"])
def test_other_methods_are_refused(workspace: Workspace, method: str) -> None:
    for path in (*COLLECT, *GET):
        answer = ask(workspace, method, path)
        assert answer.status in (401, 405), (path, answer)
        assert method == "HEAD" or is_refusal(answer), (path, answer)


def test_paths_with_tricks_lead_nowhere(workspace: Workspace) -> None:
    for path in PATHS:
        for method in ("GET", "POST"):
            for headers in ((), (f"Authorization: Bearer {workspace.token}",)):
                body = b"" if method == "GET" else GOOD
                answer = ask(workspace, method, path, *headers, body=body)
                assert is_refusal(answer), (method, path, answer)
                assert b"root:" not in answer.body
    for path in ("/" + "x" * 70_000, "/\x7f", "*"):
        assert 400 <= ask(workspace, "GET", path).status < 500


def test_a_key_that_is_none_opens_nothing(workspace: Workspace) -> None:
    for path in COLLECT:
        for key in KEYS:
            answer = ask(workspace, "POST", path, f"Authorization: {key}", body=GOOD)
            assert answer.status in (400, 401) and is_refusal(answer), (path, key, answer)
    texts = ('"a\\u0000b"', '"\\ud83d"', '"😀"', f'"{"k" * 5000}"')
    for key in (*texts, "1", "{}", "null", "[]", "true"):
        body = b'{"batch":[],"writeKey":%s}' % key.encode()
        assert ask(workspace, "POST", "/v1/batch", body=body).code == "unknown_key"
    for query in ("writeKey=%00", "writeKey=%ff", "writeKey", "writeKey=", "a=1&" * 100, "%"):
        assert ask(workspace, "POST", f"/v1/b?{query}", body=GOOD).code == "unknown_key"


def test_a_length_that_is_none_is_refused(workspace: Workspace) -> None:
    for length in ("-5", "99999999999999999999999", "1, 2", "x", "0x10"):
        answer = speak(workspace.url, request("POST", "/v1/b", f"Content-Length: {length}"))
        assert answer is None or 400 <= answer.status < 500
    for said in (b"\x00\xff", b"GET", b"GET / HTTP/9.9", b"\r\n" * 50 + b"x"):
        answer = speak(workspace.url, said + b"\r\n\r\n")
        assert answer is None or 400 <= answer.status < 500


def test_any_origin_may_ask_first_and_needs_no_key(workspace: Workspace) -> None:
    asked = "authorization, content-type, x-retry-count, anonymousid, sentat"
    for path in (*COLLECT, "/v1/m", "/sourceConfig/", "/v1/projects/{key}/settings"):
        answer = ask(workspace, "OPTIONS", path, "Origin: https://shop.example",
                     f"Access-Control-Request-Headers: {asked}")  # fmt: skip
        assert answer.status == 204 and answer.body == b""
        assert answer.headers["access-control-allow-origin"] == "https://shop.example"
        assert answer.headers["access-control-allow-headers"] == asked
        assert answer.headers["access-control-max-age"] == "7200"
        assert "access-control-allow-credentials" not in answer.headers
    refused = ask(workspace, "POST", "/v1/b", "Origin: https://shop.example", body=GOOD)
    assert refused.headers["access-control-allow-origin"] == "https://shop.example"
    assert refused.headers["access-control-expose-headers"] == "Retry-After"
