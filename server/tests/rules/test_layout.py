"""The house rules about files: one job each, said in the first line; imports on top and down."""

import ast
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[3]
PACKAGE = ROOT / "server" / "openbook"
MODULES = sorted(PACKAGE.rglob("*.py"))
LONGEST = 400
SHAPELESS = {"utils", "util", "helpers", "helper", "common", "manager", "service", "base", "misc"}
UNFINISHED = re.compile(r"\b(for\s+now|not\s+implemented)\b")
"""What the usual marks of it do not say, which ruff refuses (FIX)."""
DATA = {"fields.py"}
"""Lists without code: as long as what they list."""


def offenders(holds: Callable[[str], bool]) -> list[str]:
    """The modules for whose source a rule does not hold."""
    return [str(path.relative_to(PACKAGE)) for path in MODULES if not holds(path.read_text())]


def begins_well(source: str) -> bool:
    """Whether a module begins with a docstring whose first line is a sentence of its own."""
    text = ast.get_docstring(ast.parse(source))
    return bool(text) and text.partition("\n")[0].rstrip().endswith((".", ":"))


def imports_inside(source: str) -> list[int]:
    """Lines of imports that stand inside a function."""
    return [
        inner.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]


def test_imports_point_down_and_nothing_below_http_speaks_http() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter], cwd=ROOT / "server", capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_a_module_says_its_job_in_its_first_line() -> None:
    assert offenders(lambda source: not source.strip() or begins_well(source)) == []


def test_what_counts_as_a_first_line() -> None:
    assert begins_well('"""Where the embedded PostgreSQL keeps its files."""\n')
    assert not begins_well("import os\n")
    assert not begins_well('"""\nWhere the embedded\nPostgreSQL keeps its files."""\n')


def test_a_module_is_short() -> None:
    long = offenders(lambda source: source.count("\n") <= LONGEST)
    assert [path for path in long if path.rpartition("/")[2] not in DATA] == []


def test_imports_stand_at_the_top() -> None:
    assert offenders(lambda source: not imports_inside(source)) == []


def test_what_counts_as_an_import_inside() -> None:
    assert imports_inside("import os\n") == []
    assert imports_inside("def f():\n    import os\n") == [2]


def test_no_name_says_nothing() -> None:
    assert not {path.stem for path in PACKAGE.rglob("*")} & SHAPELESS


def test_nothing_is_unfinished_by_its_own_words() -> None:
    assert offenders(lambda source: not UNFINISHED.search(source)) == []
