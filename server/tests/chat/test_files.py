"""Files: brought, cleaned, sent and fetched by those who may, through the doors they use."""

import io
import os
import signal
import socket
import struct
import subprocess
import time
import zipfile
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import psycopg
import pytest
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

from openbook.conversations.files.actions import UNSENT
from tests.conftest import Workspace

NEEDLE = b"n33dle"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"


class Guest:
    """A visitor with a chat session."""

    def __init__(self, workspace: Workspace):
        self.url = f"{workspace.url}/v1/chat/{workspace.write_key}"
        self.http = httpx.Client(headers={"User-Agent": BROWSER}, timeout=30)
        begun = self.http.post(f"{self.url}/session", json={"lasting": True})
        assert begun.status_code in (200, 201), begun.text
        self.http.headers["Authorization"] = f"Bearer {begun.json()['token']}"

    def bring(self, content: bytes, name: str = "file") -> httpx.Response:
        return self.http.post(f"{self.url}/files", params={"name": name}, content=content)

    def brought(self, content: bytes, name: str = "file") -> dict[str, Any]:
        answer = self.bring(content, name)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def fetch(self, file_id: str) -> httpx.Response:
        return self.http.get(f"{self.url}/files/{file_id}")

    def say(self, *file_ids: str, text: str = "look") -> dict[str, Any]:
        body = {"cid": str(uuid4()), "text": text, "file_ids": list(file_ids)}
        answer = self.http.post(f"{self.url}/conversations", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()


@pytest.fixture
def guest(workspace: Workspace) -> Iterator[Guest]:
    yield Guest(workspace)


def drawn(width: int = 60, height: int = 40, mode: str = "RGB") -> Image.Image:
    image = Image.new("RGB", (width, height), (255, 255, 255))
    ImageDraw.Draw(image).rectangle((0, 0, width // 2, height // 2), fill=(220, 20, 20))
    return image.convert(mode)


def saved(image: Image.Image, kind: str, **more: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def told() -> Image.Exif:
    """What a phone writes into a picture: turned on its side, where, by whom."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = exif[0x013B] = NEEDLE.decode()
    place = exif.get_ifd(0x8825)
    place[1], place[2] = "N", (45.0, 27.0, 51.77)
    place[3], place[4] = "E", (9.0, 11.0, 23.28)
    return exif


def moving(kind: str, **more: Any) -> bytes:
    frames = [drawn().rotate(20 * turn) for turn in range(4)]
    return saved(
        frames[0], kind, save_all=True, append_images=frames[1:],
        duration=[40, 80, 120, 160], loop=0, **more,
    )  # fmt: skip


def packed(*names: str, first: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        if first:
            archive.writestr("mimetype", first, zipfile.ZIP_STORED)
        for name in names:
            archive.writestr(name, "<x/>")
    return out.getvalue()


def png_of(width: int, height: int) -> bytes:
    """A picture whose header promises much and whose data are a few bytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(bytes(100_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def mp4(*boxes: tuple[bytes, bytes]) -> bytes:
    def box(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body) + 8) + name + body

    inner = b"".join(box(name, body) for name, body in boxes)
    return (
        box(b"ftyp", b"isom\x00\x00\x02\x00isommp41") + box(b"moov", inner) + box(b"mdat", b"film")
    )


def ask(workspace: Workspace, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """Rows of the workspace."""
    with psycopg.connect(workspace.server.conninfo) as conn:
        named = f"{{{workspace.id}}}"
        conn.execute("SELECT set_config('openbook.workspaces', %s, false)", (named,))
        return conn.execute(statement, values).fetchall()  # type: ignore[arg-type]


def test_a_picture_goes_from_the_visitor_to_the_team(workspace: Workspace, guest: Guest) -> None:
    file = guest.brought(saved(drawn(300, 200), "PNG"), "plan.png")
    assert file | {"id": 0, "size": 0} == {
        "id": 0, "name": "plan.png", "media_type": "image/png", "size": 0,
        "width": 300, "height": 200,
    }  # fmt: skip
    message = guest.say(file["id"])["message"]
    assert [one["id"] for one in message["files"]] == [file["id"]]
    got = workspace.api.get(f"/api/conversations/files/{file['id']}")
    assert got.status_code == 200 and len(got.content) == file["size"]
    assert Image.open(io.BytesIO(got.content)).size == (300, 200)
    assert guest.fetch(file["id"]).content == got.content


def test_the_team_sends_a_file(workspace: Workspace, guest: Guest) -> None:
    conversation = guest.say()["conversation"]["id"]
    path = f"/api/conversations/{conversation}/messages"
    brought = workspace.api.post("/api/conversations/files?name=offer.pdf", content=b"%PDF-1.7 x")
    assert brought.status_code == 201, brought.text
    secret = workspace.api.post("/api/conversations/files?name=secret.txt", content=b"for us")
    for kind, file in (("message", brought), ("note", secret)):
        body = {"cid": str(uuid4()), "text": "", "kind": kind, "file_ids": [file.json()["id"]]}
        answer = workspace.api.post(path, json=body)
        assert answer.status_code in (200, 201), answer.text
    got = guest.fetch(brought.json()["id"])
    assert got.status_code == 200 and got.content == b"%PDF-1.7 x"
    hidden = guest.fetch(secret.json()["id"])
    assert hidden.status_code == 404, "a note is never for the contact, nor is its file"
    assert workspace.api.get(f"/api/conversations/files/{secret.json()['id']}").status_code == 200


def test_an_answer_with_a_file_is_never_a_page(workspace: Workspace, guest: Guest) -> None:
    file = guest.brought(b"hello", 'a\u00e9"b.txt')
    for got in (guest.fetch(file["id"]),):
        assert got.headers["content-disposition"].startswith('attachment; filename="ae_b.txt"')
        assert "filename*=UTF-8''a%C3%A9_b.txt" in got.headers["content-disposition"]
        assert got.headers["content-security-policy"] == "sandbox; default-src 'none'"
        assert got.headers["x-content-type-options"] == "nosniff"
        assert got.headers["cross-origin-resource-policy"] == "same-origin"
        assert "private" in got.headers["cache-control"]
        assert got.headers["content-length"] == "5"


def test_nobody_else_gets_it(workspace: Workspace, guest: Guest) -> None:
    unsent = guest.brought(b"draft", "draft.txt")["id"]
    sent = guest.brought(b"said", "said.txt")["id"]
    guest.say(sent)
    other = Guest(workspace)
    other.say()
    for file_id in (unsent, sent, str(uuid4())):
        answer = other.fetch(file_id)
        assert (answer.status_code, answer.json()["code"]) == (404, "no_such_file")
        assert httpx.get(f"{guest.url}/files/{file_id}").status_code == 401
    assert workspace.api.get(f"/api/conversations/files/{unsent}").status_code == 404
    reader = {"Authorization": f"Bearer {workspace.new_token('contacts:read')}"}
    for method in ("GET", "POST"):
        path = f"/api/conversations/files{f'/{sent}' if method == 'GET' else '?name=x'}"
        assert httpx.request(method, workspace.url + path, headers=reader).status_code == 403
    stolen = {"cid": "x", "text": "mine", "file_ids": [unsent]}
    answer = other.http.post(f"{other.url}/conversations", json=stolen)
    assert (answer.status_code, answer.json()["code"]) == (400, "file_gone")


def test_what_the_camera_wrote_is_gone_and_the_picture_stands_upright(guest: Guest) -> None:
    note = PngInfo()
    note.add_text("Comment", NEEDLE.decode())
    note.add_itxt("XML:com.adobe.xmp", NEEDLE.decode())
    sent = {
        "a.jpg": saved(drawn(), "JPEG", exif=told(), comment=NEEDLE),
        "a.png": saved(drawn(), "PNG", exif=told(), pnginfo=note),
        "a.webp": saved(drawn(), "WEBP", exif=told(), xmp=NEEDLE),
        "b.webp": saved(drawn(), "WEBP", exif=told(), lossless=True),
    }
    for name, raw in sent.items():
        assert NEEDLE in raw and Image.open(io.BytesIO(raw)).getexif().get_ifd(0x8825)
        file = guest.brought(raw + NEEDLE, name)
        got = guest.fetch(file["id"]).content
        clean = Image.open(io.BytesIO(got))
        assert not clean.getexif() and not clean.getexif().get_ifd(0x8825), name
        assert NEEDLE not in got and b"Exif" not in got and b"GPS" not in got, name
        assert (file["width"], file["height"]) == clean.size == (40, 60), name
        # Turned a quarter to the right: the red corner is now at the right end of the top.
        assert clean.convert("RGB").getpixel((35, 5))[0] > 180, name
        assert min(clean.convert("RGB").getpixel((5, 5))) > 200, name


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_what_moves_goes_on_moving(guest: Guest, kind: str) -> None:
    more = {"GIF": {"comment": NEEDLE}, "WEBP": {"exif": told()}, "PNG": {}}[kind]
    file = guest.brought(moving(kind, **more), f"turning.{kind.lower()}")
    got = guest.fetch(file["id"]).content
    clean = Image.open(io.BytesIO(got))
    assert clean.n_frames == 4 and NEEDLE not in got  # type: ignore[attr-defined]
    durations = []
    for frame in range(4):
        clean.seek(frame)
        clean.load()
        durations.append(round(clean.info["duration"]))
    assert durations == [40, 80, 120, 160]


def test_where_a_video_was_taken_is_gone(guest: Guest) -> None:
    raw = mp4(
        (b"mvhd", bytes(100)), (b"udta", b"\x00\x00\x00\x18\xa9xyz" + NEEDLE),
        (b"trak", struct.pack(">I", 8 + len(NEEDLE)) + b"meta" + NEEDLE), (b"meta", NEEDLE),
    )  # fmt: skip
    assert raw.count(NEEDLE) == 3
    file = guest.brought(raw, "film.mov")
    assert (file["media_type"], file["name"]) == ("video/mp4", "film.mov.mp4")
    got = guest.fetch(file["id"]).content
    assert NEEDLE not in got and len(got) == len(raw) and got.endswith(b"mdatfilm")
    damaged = guest.bring(raw[:-4] + b"\xff\xff\xff\xff", "film.mp4")
    assert damaged.status_code == 201, "what a box holds may be anything"
    assert guest.bring(raw[:32] + b"\xff\xff\xff\xff" + raw[36:], "film.mp4").status_code == 415


TAKEN = [
    (b"%PDF-1.7\n%\xe2\xe3", "x.pdf", "application/pdf", "x.pdf"),
    ("Grüße\r\n".encode(), "x.txt", "text/plain", "x.txt"),
    (b"a;b\n1;2\n", "x.CSV", "text/csv", "x.CSV"),
    (b"echo hi", "x.bat", "text/plain", "x.bat.txt"),
    (b"alert(1)", "x.js", "text/plain", "x.js.txt"),
    (b"%PDF-1.7", "page.html", "application/pdf", "page.html.pdf"),
    (b"\x1a\x45\xdf\xa3\x01\x00\x00\x00\x00\x00\x00\x1fB\x82\x84webm", "x", "video/webm", "x.webm"),
    (packed("[Content_Types].xml", "word/document.xml"), "x.docx",
     "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "x.docx"),
    (packed("[Content_Types].xml", "xl/workbook.xml", "xl/printerSettings/printerSettings1.bin"),
     "x.xls", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "x.xls.xlsx"),
    (packed("content.xml", first=b"application/vnd.oasis.opendocument.text"), "x",
     "application/vnd.oasis.opendocument.text", "x.odt"),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "name", "media_type", "kept"), TAKEN)
def test_the_kind_is_read_from_the_content(
    guest: Guest, raw: bytes, name: str, media_type: str, kept: str
) -> None:
    file = guest.brought(raw, name)
    assert (file["media_type"], file["name"]) == (media_type, kept)
    got = guest.fetch(file["id"])
    assert got.content == raw and got.headers["content-type"].startswith(media_type)


REFUSED = {
    "a page": b"<!DOCTYPE html><script>alert(1)</script>",
    "a page after spaces and a comment": b"\xef\xbb\xbf \n<!-- x --> <HTML>",
    "a drawing": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "a drawing after a declaration": b'<?xml version="1.0"?><svg/>',
    "text with a script in it": b"hello <script>alert(1)</script>",
    "a Windows program": b"MZ\x90\x00" + bytes(100),
    "a Linux program": b"\x7fELF" + bytes(100),
    "a shell script": b"#!/bin/sh\nrm -rf ~\n",
    "an old document": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "an archive": packed("a.txt"),
    "an archive that calls itself a document": packed("mimetype", "evil.exe"),
    "a document with macros": packed(
        "[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"
    ),
    "half an archive": packed("[Content_Types].xml", "word/document.xml")[:60],
    "a picture of another kind": b"\x00\x00\x00\x18ftypheic" + bytes(40),
    "bytes": bytes(range(256)),
    "nothing": b"",
    "half a picture": saved(drawn(), "PNG")[:90],
    "a picture that is none": b"\xff\xd8\xff\xe0" + bytes(2000),
    "a GIF that is a script": b"GIF89a=1;alert(1)//" + bytes(50),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_might_run_or_is_nothing_is_refused(guest: Guest, what: str) -> None:
    answer = guest.bring(REFUSED[what], "x.png")
    assert answer.status_code == 415, answer.text
    assert answer.json()["detail"].endswith(".")


def test_a_picture_that_is_a_page_as_well_is_only_a_picture(guest: Guest) -> None:
    page = b"<html><script>alert(1)</script>" + NEEDLE
    for kind in ("PNG", "JPEG", "GIF", "WEBP"):
        file = guest.brought(saved(drawn(), kind) + page, "x.html")
        got = guest.fetch(file["id"])
        assert NEEDLE not in got.content and b"<script" not in got.content
        assert got.headers["content-type"] == f"image/{kind.lower()}"


def test_bombs_do_nothing_but_be_refused(workspace: Workspace, guest: Guest) -> None:
    huge = guest.bring(png_of(50_000, 50_000), "x.png")
    assert (huge.status_code, huge.json()["code"]) == (413, "too_many_pixels")
    many = [Image.new("P", (2000, 2000), turn % 250) for turn in range(60)]
    moving_bomb = saved(many[0], "GIF", save_all=True, append_images=many[1:])
    assert guest.bring(moving_bomb, "x.gif").status_code == 413
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("word/document.xml", bytes(200_000_000))
    before = memory(workspace)
    assert guest.bring(out.getvalue(), "x.docx").status_code == 201, "nothing is unpacked"
    assert memory(workspace) - before < 100_000, "kilobytes"
    assert httpx.get(f"{workspace.url}/health/live").status_code == 200


def test_the_server_goes_on_while_it_reads_a_picture_and_when_that_breaks(
    workspace: Workspace, guest: Guest
) -> None:
    large = saved(Image.new("RGBA", (4000, 4000), (10, 20, 30, 9)), "PNG")
    with ThreadPoolExecutor(1) as pool:
        under_way = pool.submit(guest.bring, large, "x.png")
        answered = 0
        while not under_way.done():
            assert httpx.get(f"{workspace.url}/health/live").status_code == 200
            answered += 1
        assert under_way.result().status_code == 201
        assert answered >= 3, "it answered others meanwhile"
        under_way = pool.submit(guest.bring, large, "x.png")
        while not under_way.done() and not (painters := painting(workspace)):
            time.sleep(0.01)
        for pid in painters:
            os.kill(pid, signal.SIGKILL)
        broken = under_way.result()
    assert (broken.status_code, broken.json()["code"]) == (415, "bad_picture")
    assert guest.bring(saved(drawn(), "PNG"), "x.png").status_code == 201


def painting(workspace: Workspace) -> list[int]:
    """The processes of this server that make a picture anew."""
    listed = subprocess.run(["ps", "-ewwo", "pid=,ppid=,args="], capture_output=True, text=True)
    lines = [line.split(None, 2) for line in listed.stdout.splitlines()]
    parents = {int(pid): int(parent) for pid, parent, *_ in lines}

    def is_ours(pid: int) -> bool:
        while pid > 1 and pid != workspace.server.process.pid:
            pid = parents.get(pid, 0)
        return pid > 1

    found = [int(pid) for pid, _, *args in lines if args and "repainting.py" in args[0]]
    return [pid for pid in found if is_ours(pid)]


def test_who_sends_slowly_keeps_nobody_out(workspace: Workspace, guest: Guest) -> None:
    url = urlsplit(guest.url)
    head = (
        f"POST {url.path}/files?name=x.txt HTTP/1.1\r\nHost: {url.netloc}\r\n"
        f"Authorization: {guest.http.headers['Authorization']}\r\nContent-Length: 1000\r\n\r\nx"
    ).encode()
    with ExitStack() as stack:
        for _ in range(4):
            slow = socket.create_connection((url.hostname, url.port))
            stack.callback(slow.close)
            slow.sendall(head)
        time.sleep(1)  # until they are in
        answer = guest.bring(b"x", "x.txt")
        assert answer.json()["detail"].startswith("Wait until the files before"), answer.text
        team = workspace.api.post("/api/conversations/files?name=x.txt", content=b"x")
        assert team.status_code == 201
    for _ in range(10):
        answer = guest.bring(b"x", "x.txt")
        if answer.status_code == 201:
            break
        time.sleep(0.3)
    assert answer.status_code == 201, answer.text


def memory(workspace: Workspace) -> int:
    """Kilobytes of the server and its processes."""
    pid = workspace.server.process.pid
    listed = subprocess.run(
        ["ps", "-o", "rss=", "--ppid", str(pid), "-p", str(pid)], capture_output=True, text=True
    )
    return sum(map(int, listed.stdout.split()))


def test_a_file_has_a_largest_size(workspace: Workspace, guest: Guest) -> None:
    shown = workspace.api.get("/api/chat/settings").json()
    settings = {"version": shown["version"], "files": {"max_bytes": 5000}}
    assert workspace.api.put("/api/chat/settings", json=settings).status_code == 200
    assert guest.bring(b"x" * 5000, "x.txt").status_code == 201
    answer = guest.bring(b"x" * 5001, "x.txt")
    assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")
    assert guest.bring(b"x" * 40_000_000, "x.txt").status_code == 413
    settings = {"version": shown["version"] + 1, "files": {"enabled": False}}
    assert workspace.api.put("/api/chat/settings", json=settings).status_code == 200
    answer = guest.bring(b"x", "x.txt")
    assert (answer.status_code, answer.json()["code"]) == (403, "files_off")


def test_a_large_file_comes_and_goes_in_parts(workspace: Workspace, guest: Guest) -> None:
    raw = b"0123456789abcdef" * 50_000  # 800 kB: four parts
    file = guest.brought(raw, "log.txt")
    parts = ask(
        workspace,
        "SELECT number, length(content) FROM file_parts WHERE file_id = %s ORDER BY 1", file["id"],
    )  # fmt: skip
    assert parts == [(0, 262144), (1, 262144), (2, 262144), (3, 13568)]
    assert guest.fetch(file["id"]).content == raw


def test_who_brings_and_never_sends_is_stopped(guest: Guest) -> None:
    for _ in range(20):
        guest.brought(b"x", "x.txt")
    answer = guest.bring(b"x", "x.txt")
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_files")


def test_what_is_not_sent_is_deleted_after_a_day(workspace: Workspace, guest: Guest) -> None:
    left, sent = guest.brought(b"left", "a.txt")["id"], guest.brought(b"sent", "b.txt")["id"]
    guest.say(sent)
    due = ask(
        workspace,
        "SELECT due_at - made_at FROM jobs WHERE kind = %s AND subject_id = %s", UNSENT, left,
    )  # fmt: skip
    assert due == [(timedelta(days=1),)]
    moved = "UPDATE jobs SET due_at = now() WHERE subject_id = ANY(%s::uuid[]) RETURNING id"
    assert len(ask(workspace, moved, [left, sent])) == 2
    for _ in range(100):
        if not ask(
            workspace, "SELECT 1 FROM jobs WHERE subject_id = ANY(%s::uuid[])", [left, sent]
        ):
            break
        time.sleep(0.1)
    rows = ask(workspace, "SELECT id::text FROM files WHERE workspace_id = %s", workspace.id)
    assert rows == [(sent,)]
    parts = ask(workspace, "SELECT count(*) FROM file_parts WHERE file_id = %s", left)
    assert parts == [(0,)]
    assert guest.fetch(sent).status_code == 200


def test_whoever_is_erased_takes_their_files_along(workspace: Workspace, guest: Guest) -> None:
    file = guest.brought(NEEDLE, "a.txt")["id"]
    guest.say(file)
    [(contact,)] = ask(workspace, "SELECT contact_id FROM files WHERE id = %s", file)
    assert ask(workspace, "SELECT contact_id FROM file_parts WHERE file_id = %s", file) == [
        (contact,)
    ]
    assert workspace.api.delete(f"/api/contacts/{contact}").status_code in (200, 204)
    for table, column in (("files", "id"), ("file_parts", "file_id")):
        left = ask(workspace, f"SELECT count(*) FROM {table} WHERE {column} = %s", file)
        assert left == [(0,)]


def test_files_of_another_workspace_are_not_there(workspace: Workspace, guest: Guest) -> None:
    file = guest.brought(b"x", "x.txt")["id"]
    guest.say(file)
    other = {"Authorization": f"Bearer {workspace.server.token}"}
    path = f"{workspace.url}/api/conversations/files/{file}"
    assert httpx.get(path, headers=other).status_code == 404
    elsewhere = guest.url.replace(workspace.write_key, workspace.server.write_key)
    assert guest.http.get(f"{elsewhere}/files/{file}").status_code == 401
