"""CSV: no cell is a formula, and what was written is read back."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openbook.contacts.transfer.csv_text import armed, disarmed, read_rows, write_row

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
NASTY = st.sampled_from(["=1+1", "+39 02", "-2", "@SUM(A1)", "\t=1", "\r=1", "\x00=", "'=1", "''-"])
FORMULA = "=+-@\t\r\n\x00\uff1d\uff0b\uff0d\uff20\u2212\ufe62\ufe63"


def read(text: str) -> list[list[str] | None]:
    return [cells for _, cells in read_rows(BytesIO(text.encode("utf-8")))]


@given(st.lists(st.lists(TEXTS | NASTY, min_size=2, max_size=6), min_size=1, max_size=6))
def test_what_is_written_is_read_back(rows: list[list[str]]) -> None:
    header = write_row(["a", "b"])
    text = header + "".join(write_row(armed(cell) for cell in row) for row in rows)
    assert read(text) == [["a", "b"], *rows]


@given(TEXTS | NASTY)
def test_no_cell_begins_a_formula(text: str) -> None:
    assert not armed(text).startswith(tuple(FORMULA))
    assert disarmed(armed(text)) == text


@pytest.mark.parametrize("text", ["Ada", "", "'quoted'", "O'Neil", "1-2", "a=b", "'tis"])
def test_what_is_no_formula_is_left_alone(text: str) -> None:
    assert armed(text) == text
    assert disarmed(text) == text


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("\ufeffa,b\r\n1,2\r\n", [["a", "b"], ["1", "2"]]),
        ("a,b\n1,2", [["a", "b"], ["1", "2"]]),
        ("a;b\r\n1;2\r\n", [["a", "b"], ["1", "2"]]),
        ("a\tb\r\n1\t2\r\n", [["a", "b"], ["1", "2"]]),
        ('a,b\r\n"x\r\ny","say ""hi"""\r\n', [["a", "b"], ["x\r\ny", 'say "hi"']]),
        ("a,b\r\n\r\n1,2\r\n\r\n", [["a", "b"], ["1", "2"]]),
        ('a,b\r\n"x"y,2\r\n3,4\r\n', [["a", "b"], None, ["3", "4"]]),
        ('a,b\r\n"open,2\r\n', [["a", "b"], None]),
        ("", []),
    ],
)
def test_files_as_people_write_them(text: str, cells: list[list[str] | None]) -> None:
    assert read(text) == cells


def test_each_row_knows_the_line_where_it_begins() -> None:
    text = 'a,b\r\n1,2\r\n"x\r\n\r\ny",3\r\n\r\n5,6\r\n'
    assert [line for line, _ in read_rows(BytesIO(text.encode()))] == [1, 2, 3, 7]


def test_bytes_that_are_no_text_do_not_stop_the_file() -> None:
    rows = [cells for _, cells in read_rows(BytesIO(b"a,b\r\n\xff,2\r\n3,4\r\n"))]
    assert rows == [["a", "b"], ["\udcff", "2"], ["3", "4"]]
