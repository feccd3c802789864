"""The words on the screens are complete: each language has all of English, and what is put in."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from openbook.contacts.attributes import SHAPES

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


SERVER = Path(__file__).parents[2] / "openbook"
TOLD_ELSEWHERE = (
    *("collect", "commands", "demo", "embedded", "privacy"),
    *("conversations/visiting", "conversations/delivering", "conversations/mails"),
    *("conversations/appearance/questions.py", "conversations/course.py"),
)
"""What is told to sites, visitors, operators and programs, and not to a page of the dashboard."""
NO_REFUSALS = {"misconfigured", "careless_database", "browser_parts_missing"}
"""Codes that whoever runs the server is told, on the command line, in the log or by a bare page."""
MADE_UP = {"bad_user_id", "bad_name", "bad_email", "unreadable"}
"""Codes that no source has as one word: `bad_` and the field; and what the client itself says."""


def refusing_classes(trees: list[ast.Module]) -> set[str]:
    """The names of all classes of refusals."""
    found = {"OpenbookError"}
    while True:
        classes = {
            node.name
            for tree in trees
            for node in ast.walk(tree)
            if isinstance(node, ast.ClassDef)
            and any(isinstance(base, ast.Name) and base.id in found for base in node.bases)
        }
        if classes <= found:
            return found
        found |= classes


def literal(node: ast.expr | None) -> set[str]:
    """The text of a constant."""
    known = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return {node.value} if known else set()  # pyright: ignore


def codes_of(tree: ast.Module, classes: set[str]) -> set[str]:
    """The codes of refusals that a module names."""
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name), args=[_, code, *_]) if name in classes:
                found |= literal(code)
            case ast.Call(func=ast.Attribute(attr="__init__"), args=[_, code]):
                found |= literal(code)
            case ast.ClassDef(name=name, body=body) if name in classes:
                for line in body:
                    match line:
                        case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=all)):
                            for one, value in zip(names, all, strict=True):
                                if isinstance(one, ast.Name) and one.id == "code":
                                    found |= literal(value)
                        case ast.Assign(targets=[ast.Name(id="code")], value=value):
                            found |= literal(value)
    return found


def test_every_reason_of_a_row_that_was_not_imported_has_its_sentence() -> None:
    source = ast.parse((SERVER / "contacts" / "transfer" / "rows.py").read_text())
    source.body += ast.parse((SERVER / "contacts" / "transfer" / "importing.py").read_text()).body
    called = [node for node in ast.walk(source) if isinstance(node, ast.Call)]
    codes = {
        code
        for node in called
        if isinstance(node.func, ast.Name) and node.func.id == "Unfit"
        for code in literal(node.args[0])
    }
    of_fields = {"bad_user_id", "bad_email", "bad_name"}
    of_types = {f"not_{type}" for type in SHAPES}
    words = json.loads((SOURCE / "transfer" / "words" / "en.json").read_text())
    assert set(words["import"]["refusal"]) == codes | of_fields | of_types
    assert len(codes) > 10


def test_every_refusal_that_a_page_may_meet_has_its_sentence_in_italian() -> None:
    sources = {
        file.relative_to(SERVER).as_posix(): ast.parse(file.read_text())
        for file in SERVER.rglob("*.py")
    }
    classes = refusing_classes(list(sources.values()))
    codes = {path: codes_of(tree, classes) for path, tree in sources.items()}
    every = set().union(*codes.values())
    met = [found for path, found in codes.items() if not path.startswith(TOLD_ELSEWHERE)]
    sentences = json.loads((SOURCE / "refusals" / "it.json").read_text())
    assert set().union(*met) - NO_REFUSALS - set(sentences) == set()
    assert set(sentences) - every - MADE_UP == set(), "sentences for codes that are gone"
    blanks = set().union(*(PUT_IN.findall(sentence) for sentence in sentences.values()))
    assert blanks == {"detail"} and len(every) > 100
