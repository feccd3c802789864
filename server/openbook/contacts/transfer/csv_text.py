"""Rows of CSV (RFC 4180), written so that no spreadsheet takes a value for a formula.

A cell that a spreadsheet would calculate gets an apostrophe in front, and reading takes one away:
whatever was written is read back unchanged.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from io import BufferedIOBase, RawIOBase, StringIO, TextIOWrapper

# What begins a formula in Excel, LibreOffice or Sheets, full-width forms included; behind
# apostrophes too, so that what is written can be told from what was there.
_FORMULA = re.compile("'*[=+\\-@\t\r\n\x00\uff1d\uff0b\uff0d\uff20\u2212\ufe62\ufe63\ufe66\ufe6b]")
MAX_CELL = 1_000_000
_DELIMITERS = (",", ";", "\t")

Rows = Iterator[tuple[int, list[str] | None]]


def armed(text: str) -> str:
    """A cell that no spreadsheet calculates."""
    return f"'{text}" if _FORMULA.match(text) else text


def disarmed(text: str) -> str:
    """What `armed` was given."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def write_row(cells: Iterable[str]) -> str:
    """One line with its end; the cells as they are, quoted where they must be."""
    out = StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue()


def read_rows(file: BufferedIOBase | RawIOBase) -> Rows:
    """(line where the row begins, cells) of a file in UTF-8, with or without byte order mark.

    Cells are disarmed. A row that is no CSV is (line, None). Bytes that are no UTF-8 become lone
    surrogates, which the reader of the cells refuses. Separated by commas, or, if there is none in
    the first line, by semicolons or tabs, as spreadsheets of some countries write it.
    """
    csv.field_size_limit(MAX_CELL)
    text = TextIOWrapper(
        file,  # type: ignore[arg-type]
        encoding="utf-8-sig",
        errors="surrogateescape",
        newline="",
    )
    first = text.readline()
    delimiter = next((mark for mark in _DELIMITERS if mark in first), ",")
    reader = csv.reader(_after(first, text), delimiter=delimiter, strict=True)
    while True:
        begins = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error:
            yield begins, None
            continue
        if cells:
            yield begins, [disarmed(cell) for cell in cells]
    text.detach()


def _after(first: str, rest: Iterable[str]) -> Iterator[str]:
    yield first
    yield from rest
