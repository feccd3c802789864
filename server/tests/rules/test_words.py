"""The words on the screens are complete: each language has all of English, and what is put in."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

SOURCE = Path(__file__).parents[3] / "web" / "dashboard" / "src"
ENGLISH = [SOURCE / "text" / "en.json", *sorted(SOURCE.glob("*/words/en.json"))]
PUT_IN = re.compile(r"\{\{\s*(\w+)")
NUMBER = re.compile(r"_(zero|one|two|few|many|other)$")


def said(words: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """(key, text) of a file of words; the forms of a number are one key."""
    if isinstance(words, str):
        yield NUMBER.sub("", path), words
    else:
        for name, inner in words.items():
            yield from said(inner, f"{path}.{name}")


def put_in(file: Path) -> dict[str, set[str]]:
    """Key -> what its texts put in."""
    found: dict[str, set[str]] = {}
    for key, text in said(json.loads(file.read_text())):
        assert text.strip(), f"{file}: {key} is empty"
        found.setdefault(key, set()).update(PUT_IN.findall(text))
    return found


@pytest.mark.parametrize("file", ENGLISH, ids=lambda file: str(file.relative_to(SOURCE)))
def test_every_word_is_there_in_italian_with_what_is_put_in(file: Path) -> None:
    assert put_in(file.with_name("it.json")) == put_in(file)
