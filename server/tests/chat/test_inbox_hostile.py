"""Whatever is sent to the inbox is answered or refused; what people say is in no log."""

import json
from typing import Any

import httpx

from tests.chat.inbox_talk import cid, team, visitor
from tests.conftest import Workspace

NEEDLE = "nEedLe88"
BODIES: dict[str, bytes] = {
    "depth bomb": b"[" * 50_000,
    "invalid UTF-8": b'{"cid": "a", "text": "\xff\xfe"}',
    "not JSON": b"\x00\x01",
    "NUL": b'{"cid": "a\\u0000", "text": "a\\u0000b", "shortcut": "a", "seq": 1}',
    "lone surrogate": b'{"cid": "a", "text": "\\ud800", "shortcut": "\\ud800"}',
    "huge number": b'{"seq": 1' + b"0" * 400 + b', "snoozed_until": 1e999, "status": "snoozed"}',
    "far future": b'{"status": "snoozed", "snoozed_until": 253402300799}',
    "great seq": b'{"seq": 2147483647}',
    "wrong type": b'"text"',
    "empty": b"",
    "null": b"null",
    "unknown keys": b'{"is_admin": true, "public_seq": 1, "from": "contact"}',
    "too large": b" " * 300_000,
}
QUERIES = [
    "q=%00", "q=%ff", "q=%ED%A0%80", "q=" + "x" * 400, "view=x", "limit=0", "limit=101",
    "cursor=x", "cursor=" + "A" * 5_000, "tag=x", "contact=%00", "assignee=1",
    "q=" + "a+" * 100, "q=%F0%9F%98%80", "q=@", "q=%25_%5C", "view=spam&q=a@",
]  # fmt: skip


def check(answer: httpx.Response, where: str) -> None:
    assert answer.status_code < 500, (where, answer.status_code, answer.text[:300])
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json", where
        assert answer.json()["detail"].endswith("."), where


def routes(id: str) -> list[tuple[str, str]]:
    """Everything that takes a body."""
    one = f"/api/conversations/{id}"
    return [
    ("POST", "/api/conversations"), ("PATCH", one), ("POST", f"{one}/messages"),
    ("POST", f"{one}/read"), ("POST", f"{one}/typing"), ("POST", f"{one}/merge"),
    ("POST", "/api/canned-replies"), ("PUT", f"/api/canned-replies/{id}"),
    ]  # fmt: skip


def test_no_body_is_our_error(workspace: Workspace) -> None:
    id = visitor(workspace).begin()["conversation"]["id"]
    kind = {"Content-Type": "application/json"}
    for name, content in BODIES.items():
        for method, path in routes(id):
            answer = workspace.api.request(method, path, content=content, headers=kind)
            check(answer, f"{method} {path} {name}")


def test_no_question_is_our_error(workspace: Workspace) -> None:
    visitor(workspace).begin("a")
    for query in QUERIES:
        check(workspace.api.get(f"/api/conversations?{query}"), query)
        check(workspace.api.get(f"/api/conversations/counts?{query}"), query)


def test_what_was_said_is_in_no_log_and_no_refusal(workspace: Workspace) -> None:
    ada, desk = visitor(workspace), team(workspace)
    id = ada.begin(f"Hello {NEEDLE}")["conversation"]["id"]
    desk.note(id, NEEDLE)
    desk.say(id, NEEDLE)
    refusals: list[str] = []

    def refused(method: str, path: str, body: Any = None, **more: Any) -> None:
        answer = workspace.api.request(method, path, json=body, **more)
        assert 400 <= answer.status_code < 500, (method, path, answer.text)
        refusals.append(answer.text)

    for method, path in routes(id):
        refused(method, path, {"cid": cid(), "text": [NEEDLE], "seq": NEEDLE, "status": NEEDLE})
    refused("GET", f"/api/conversations?q={NEEDLE}%00")
    refused("POST", "/api/canned-replies", {"shortcut": f"{NEEDLE} {NEEDLE}", "text": "x"})
    found = workspace.api.get(f"/api/conversations?q={NEEDLE}&view=all")
    assert [one["id"] for one in found.json()["conversations"]] == [id]
    workspace.api.get(f"/api/conversations/{id}/transcript?notes=true")

    data = workspace.server.data
    logs = [data.with_suffix(".log"), *(data / "postgres" / "log").glob("*")]
    for path in logs:
        assert NEEDLE.lower() not in path.read_text(errors="replace").lower(), path
    assert not [text for text in refusals if NEEDLE.lower() in text.lower()], json.dumps(refusals)
