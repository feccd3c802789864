"""What people send does not get into logs, counts or error messages."""

import json
from typing import Any

import httpx

from tests.conftest import Workspace
from tests.hostile.speaking import COLLECT, request, speak
from tests.hostile.test_values import SHAPES, WAYS, put

NEEDLE = "nEedLe77"


def threaded(value: Any) -> Any:
    """The message with the needle in every text of it."""
    if isinstance(value, dict):
        return {key: it if key == "type" else threaded(it) for key, it in value.items()}
    if isinstance(value, list):
        return [threaded(it) for it in value]
    return f"{value}{NEEDLE}" if isinstance(value, str) else value


def test_no_value_gets_into_logs_counts_or_refusals(workspace: Workspace) -> None:
    heard: list[bytes] = []

    def say(
        method: str, path: str, *headers: str, body: bytes = b"", key: str | None = None
    ) -> None:
        answer = speak(workspace.url, request(method, path, *headers, body=body, key=key))
        if answer is not None:
            assert answer.status < 500, answer
            heard.append(answer.body if answer.status >= 400 else b"")

    worst = [f"{NEEDLE}\0", f"{NEEDLE}\ud800", f"x@{NEEDLE}.example", {NEEDLE: NEEDLE}, [NEEDLE],
             f"https://{NEEDLE}.test/?{NEEDLE}", f"1{NEEDLE}", f"\n{NEEDLE}"]  # fmt: skip
    agent = (f"User-Agent: {NEEDLE}", f"Referer: http://{NEEDLE}/", f"Cookie: a={NEEDLE}",
             f"Origin: http://{NEEDLE.lower()}.example", f"X-Forwarded-For: {NEEDLE}")  # fmt: skip
    for key in (workspace.write_key, NEEDLE, workspace.new_token("collect")):
        for usual in SHAPES.values():
            messages = [
                threaded(usual),
                *(put(usual, way, worst[n % 8]) for n, way in enumerate(WAYS)),
            ]
            for start in range(0, len(messages), 10):
                body = json.dumps({"batch": messages[start : start + 10]}).encode()
                say("POST", "/v1/batch", *agent, body=body, key=key)
                say("POST", f"/v1/{usual['type']}", *agent, body=body[10:-1], key=key)
        for path in COLLECT:
            say(
                "POST",
                f"{path}?{NEEDLE}={NEEDLE}&writeKey={NEEDLE}",
                body=b'{"%s"' % NEEDLE.encode(),
            )
    token = f"Authorization: Bearer {workspace.token}"
    for headers in ((), (token,), (f"Authorization: Bearer {NEEDLE}",)):
        for path in (f"/o/{NEEDLE}.js", f"/v1/projects/{NEEDLE}/settings", f"/{NEEDLE}",
                     f"/sourceConfig?writeKey={NEEDLE}", f"/demo/{NEEDLE}",
                     f"/api/contacts/{NEEDLE}", f"/api/contacts?q={NEEDLE}%00",
                     f"/api/contacts?email={NEEDLE}%00"):  # fmt: skip
            say("GET", path, *headers)
        for path in ("/api/contacts", "/api/contacts/search"):
            for body in (b'{"email":"%s\\u0000"}', b'{"name":["%s"]}', b'{"q":"%s\\u0000"}'):
                json_ = "Content-Type: application/json"
                say("POST", path, *headers, json_, body=body.replace(b"%s", NEEDLE.encode()))
    heard.append(httpx.get(f"{workspace.url}/metrics", headers=bearer(workspace)).content)

    data = workspace.server.data
    logs = [data.with_suffix(".log"), *sorted((data / "postgres" / "log").glob("*"))]
    logs += [path for path in sorted(data.parent.rglob("*.log")) if path not in logs]
    for path in logs:
        assert NEEDLE.lower() not in path.read_text(errors="replace").lower(), path
    assert not [body for body in heard if NEEDLE.lower().encode() in body.lower()]


def bearer(workspace: Workspace) -> dict[str, str]:
    return {"Authorization": f"Bearer {workspace.token}"}
