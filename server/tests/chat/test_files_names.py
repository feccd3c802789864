"""What a file may be called: nothing that disguises, commands or breaks a header."""

import contextlib
import io
import time
from email.message import Message

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openbook.conversations.files.kinds import JPEG, PDF, TEXT, FileRefused, read_kind
from openbook.conversations.files.names import LONGEST, LONGEST_BYTES, clean_name, disposition

CASES = [
    ("photo.JPG", JPEG, "photo.JPG"),
    ("../../etc/passwd", TEXT, "passwd.txt"),
    ("C:\\Users\\ada\\photo.jpeg", JPEG, "photo.jpeg"),
    ("invoice\u202efdp.exe", PDF, "invoicefdp.exe.pdf"),
    ("a\r\nSet-Cookie: x=1.txt", TEXT, "aSet-Cookie_ x=1.txt"),
    ('a"; filename="b.txt', TEXT, "a_ filename=_b.txt"),
    ("con.txt", TEXT, "_con.txt"),
    ("...", TEXT, "file.txt"),
    ("", PDF, "file.pdf"),
    (".htaccess", TEXT, "htaccess.txt"),
    ("x.txt . . ", TEXT, "x.txt"),
    ("Ünïcode ümläut.pdf", PDF, "Ünïcode ümläut.pdf"),
    ("メモ.txt", TEXT, "メモ.txt"),
    ("<script>.txt", TEXT, "_script_.txt"),
    ("x.txt:stream", TEXT, "x.txt_stream.txt"),
    ("\u200b\u200b.pdf", PDF, "pdf.pdf"),
]


@pytest.mark.parametrize(("given_name", "kind", "expected"), CASES)
def test_a_name_is_cleaned(given_name: str, kind, expected: str) -> None:
    assert clean_name(given_name, kind) == expected


@given(st.text(max_size=400))
def test_whatever_it_was_it_is_one_safe_name_of_its_kind(given_name: str) -> None:
    name = clean_name(given_name, PDF)
    assert name.lower().endswith(".pdf") and len(name) > 4
    assert len(name) <= LONGEST and len(name.encode()) <= LONGEST_BYTES
    assert not set(name) & set('\\/:*?"<>|\r\n\x00') and not name.startswith((".", " "))
    assert clean_name(name, PDF) == name
    header = disposition(name)
    assert header.isascii() and header.isprintable()
    read = Message()
    read["Content-Disposition"] = header
    assert read.get_content_disposition() == "attachment"
    assert read.get_filename() is not None
    assert set(read.get_params(header="content-disposition", failobj=[])) >= {("attachment", "")}


def test_what_was_made_to_take_long_does_not() -> None:
    for raw in (b"<!---->" * 580 + b"x", b"<!--" * 1000, b" " * 4096, b"<" * 4096):
        begun = time.process_time()
        with contextlib.suppress(FileRefused):
            read_kind(io.BytesIO(raw), "x")
        assert time.process_time() - begun < 1
