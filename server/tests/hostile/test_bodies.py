"""Bodies nobody sends by accident: refused with a code, in little memory and time."""

import gzip
import json
import os
import struct
import time
import zlib
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import Server, Workspace
from tests.hostile.speaking import COLLECT, chunks, is_refusal, request, speak

GOOD = b'{"batch":[{"type":"track","anonymousId":"good"}]}'
PACKED = gzip.compress(GOOD, mtime=0)
DEEP = b"[" * 100_000 + b"]" * 100_000
DEEP_OBJECTS = b'{"a":' * 100_000 + b"1" + b"}" * 100_000
MANY = b",".join([b'{"type":"track","anonymousId":"x"}'] * 10_000)


def zeros(size: int) -> bytes:
    """So many MiB of zeros, gzipped: one block again and again, so that it is made at once."""
    one = b"\0" * (1 << 20)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block, checked = packer.compress(one) + packer.flush(zlib.Z_FULL_FLUSH), 0
    for _ in range(size):
        checked = zlib.crc32(one, checked)
    end = packer.flush() + struct.pack("<II", checked, size << 20)
    return b"\x1f\x8b\x08\0\0\0\0\0\x02\xff" + block * size + end


ZEROS = zeros(1 << 10)
SOME_ZEROS = zeros(400)
"""As many zeros as fit the limit on the wire: these are unpacked, as far as the limit goes."""


def in_message(value: bytes) -> list[bytes]:
    """The value in each place of a message where something may be nested."""
    places = ("%s", '{"traits":%s}', '{"context":%s}', '{"context":{"traits":{"a":%s}}}',
              '{"context":{"page":%s}}', '{"properties":{"a":%s}}', '{"anonymousId":%s}',
              '{"nobody":%s}', '{"context":{"userAgentData":{"brands":%s}}}')  # fmt: skip
    return [place.encode().replace(b"%s", value) for place in places]


BODIES: dict[str, list[bytes]] = {
    "depth": [DEEP, DEEP_OBJECTS, b"[" * 100_000, b'{"batch":' + DEEP + b"}"]
    + [body for bomb in (DEEP, DEEP_OBJECTS) for body in in_message(bomb)]
    + [b'{"batch":[%s]}' % body for body in in_message(DEEP)],
    "no JSON": [b"", b"{", b"\xff\xfe{\x00}\x00", b"\x80", b"'a'", b"NaN", b"{]", b"\0", b"{}{}",
                b'\xef\xbb\xbf{"batch":[]}', b'{"batch":[{"type":"track"}', GOOD[:-1]],
    "no UTF-8": in_message(b'"\xc3\x28"') + in_message(b'"\xed\xa0\x80"') + in_message(b'"\xff"'),
    "no envelope": [b"[]", b"1", b'""', b"null", b"true", b'{"batch":%s}' % DEEP[:20],
                    b'{"batch":[1,"a",null,[],true,1.5]}', b'{"batch":[[]]}'],
    "numbers": in_message(b"1e999") + in_message(b"-1e999") + in_message(b"1" + b"0" * 5000)
    + in_message(b"NaN") + in_message(b"-Infinity"),
    "gzip": [ZEROS, SOME_ZEROS, gzip.compress(GOOD)[:-9], gzip.compress(gzip.compress(GOOD)),
             b"\x1f\x8b", b"\x1f\x8b" + b"\0" * 100, gzip.compress(DEEP), gzip.compress(b"")],
    "size": [b" " * 500_001 + GOOD, b'{"batch":[%s]}' % MANY, gzip.compress(b" " * 1_000_001)],
}  # fmt: skip


@pytest.mark.parametrize("kind", BODIES)
def test_what_cannot_be_read_is_refused_with_a_code(workspace: Workspace, kind: str) -> None:
    for number, body in enumerate(BODIES[kind]):
        for path in ("/v1/batch", "/v1/page", "/v1/i", "/beacon/v1/batch"):
            said = request("POST", path, body=body, key=workspace.write_key)
            answer = speak(workspace.url, said)
            assert is_refusal(answer), (kind, number, path, answer)
    assert workspace.contacts() == []
    assert workspace.batch({"type": "track", "anonymousId": "after"}).status_code == 200


def test_every_collect_route_refuses_the_bombs(workspace: Workspace) -> None:
    for path in (*COLLECT, "/v1/m"):
        for body, code in ((SOME_ZEROS, "too_large"), (b"\xff" * 600_000, "too_large")):
            said = request("POST", path, "Content-Encoding: gzip", body=body)
            assert (found := speak(workspace.url, said)) and found.code == code, path
        if path != "/v1/m":
            answer = speak(workspace.url, request("POST", path, body=DEEP))
            assert answer and answer.code in ("unreadable_body", "too_large"), path


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE", "GET"])
@pytest.mark.parametrize(
    "path", ["/api/contacts", "/api/contacts/search", "/api/settings", "/api/contacts/{id}"]
)
def test_the_api_refuses_them_with_and_without_a_token(
    workspace: Workspace, method: str, path: str
) -> None:
    path = path.replace("{id}", "01890000-0000-7000-8000-000000000000")
    token = f"Authorization: Bearer {workspace.token}"
    bodies = [DEEP, DEEP_OBJECTS, b'{"name":%s}' % DEEP, b"\xff", b'{"filters":"\\ud800"}',
              b"1e999", b'{"limit":1%s}' % (b"0" * 400), SOME_ZEROS, b" " * 1_100_000]  # fmt: skip
    for number, body in enumerate(bodies):
        for headers in ((), (token,)):
            more = ("Content-Type: application/json", *headers)
            answer = speak(workspace.url, request(method, path, *more, body=body))
            if method == "GET" and answer and answer.status == 200:
                continue  # a GET has no body, whatever it has
            assert is_refusal(answer), (number, headers, answer)


@pytest.mark.parametrize(
    ("coding", "body", "status"),
    [
        ("gzip", PACKED, 200),
        ("gzip", PACKED + b"left over", 200),
        ("gzip", GOOD, 200),
        ("", PACKED, 200),
        ("identity", GOOD, 200),
        ("GZip", PACKED, 200),
        ("br", GOOD, 415),
        ("deflate", GOOD, 415),
        ("gzip, gzip", gzip.compress(PACKED, mtime=0), 400),
    ],
)
def test_plain_and_gzip_are_read_whatever_the_content_type_says(
    workspace: Workspace, coding: str, body: bytes, status: int
) -> None:
    kinds = ("text/plain", "application/x-www-form-urlencoded", "image/png",
             "multipart/form-data; boundary=", "a/b; charset=utf-16", "\t;=,", "")  # fmt: skip
    for kind in kinds:
        headers = (f"Content-Type: {kind}", f"Content-Encoding: {coding}")
        said = request("POST", "/v1/batch", *headers, body=body, key=workspace.write_key)
        answer = speak(workspace.url, said)
        assert answer and answer.status == status, (kind, answer)


def test_an_empty_batch_is_no_fault(workspace: Workspace) -> None:
    assert workspace.post("/v1/batch", {"batch": []}).json() == {"success": True}


def test_one_bad_message_spoils_no_other(workspace: Workspace) -> None:
    bad: list[Any] = [1, None, "", [], {}, {"type": "page"}, {"type": {}}, {"context": "x"}]
    bad += [{"type": "track", "anonymousId": "no", "context": {"page": [1]}}, {"type": "nothing"}]
    bad += [{"type": "track", "anonymousId": "huge", "properties": {"a": "x" * 33_000}}]
    batch = [message for one in bad for message in (one, {"type": "track", "anonymousId": "good"})]
    assert workspace.post("/v1/batch", {"batch": batch}).status_code == 200
    assert [contact["kind"] for contact in workspace.contacts()] == ["visitor"]
    assert len(workspace.contacts(anonymous_id="good")) == 1


def test_what_is_not_known_is_not_kept(workspace: Workspace) -> None:
    unknown = {f"key{n}": {"needle": "needle"} for n in range(300)}
    message = {"type": "identify", "anonymousId": "anna", **unknown}
    message |= {"traits": dict(unknown), "context": {"page": {"needle": "needle"}, **unknown}}
    workspace.batch(message)
    assert "needle" not in json.dumps(workspace.contact(anonymous_id="anna"))


def test_of_a_key_that_comes_twice_the_last_one_counts(workspace: Workspace) -> None:
    body = (b'{"batch":[],"batch":[{"type":"track","anonymousId":"first","anonymousId":"last",'
            b'"type":"identify","traits":{"name":"A","name":"B"}}]}')  # fmt: skip
    said = request("POST", "/v1/batch", body=body, key=workspace.write_key)
    assert (answer := speak(workspace.url, said)) and answer.status == 200
    assert workspace.contact(anonymous_id="last")["name"] == "B"
    assert workspace.contacts(anonymous_id="first") == []


def test_chunks_are_put_together(workspace: Workspace) -> None:
    key = workspace.write_key
    head = request("POST", "/v1/batch", "Transfer-Encoding: chunked", key=key)
    cases = [(chunks(GOOD, 1), 200), (chunks(b" " * 600_000, 1000), 413), ([b"zz\r\n"], 400)]
    for pieces, status in cases:
        answer = speak(workspace.url, [head, *pieces])
        assert answer and answer.status == status


def test_who_speaks_slowly_holds_up_nobody(workspace: Workspace) -> None:
    def slowly() -> Any:
        yield request("POST", "/v1/batch", f"Content-Length: {len(GOOD)}", key=workspace.write_key)
        for start in range(0, len(GOOD), 10):
            time.sleep(0.1)
            started = time.monotonic()
            assert httpx.get(f"{workspace.url}/health/ready").status_code == 200
            assert time.monotonic() - started < 1
            yield GOOD[start : start + 10]

    assert (answer := speak(workspace.url, slowly())) and answer.status == 200


def test_memory_stays_bounded(server: Server, workspace: Workspace) -> None:
    bodies = [ZEROS, SOME_ZEROS, DEEP, b'{"batch":[%s]}' % MANY, b" " * 20_000_000]
    speak(server.url, request("POST", "/v1/batch", body=SOME_ZEROS, key=workspace.write_key))
    before = resident(server.process.pid)
    for _ in range(10):
        for body in bodies:
            for path in ("/v1/batch", "/v1/m", "/api/contacts/search", "/demo"):
                said = request("POST", path, body=body, key=workspace.write_key)
                speak(server.url, said)
                started = time.monotonic()
                assert httpx.get(f"{server.url}/health/live").status_code == 200
                assert time.monotonic() - started < 1
    assert resident(server.process.pid) - before < 64 << 20


def resident(pid: int) -> int:
    """Bytes of memory that a process and the processes under it hold, the database left out."""
    whole, page = 0, os.sysconf("SC_PAGE_SIZE")
    for process in (pid, *children(pid)):
        stat = Path(f"/proc/{process}")
        if "postgres" not in (stat / "cmdline").read_text(errors="replace"):
            whole += int((stat / "statm").read_text().split()[1]) * page
    return whole


def children(pid: int) -> list[int]:
    found = []
    for thread in Path(f"/proc/{pid}/task").iterdir():
        for child in map(int, (thread / "children").read_text().split()):
            found += [child, *children(child)]
    return found
