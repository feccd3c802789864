"""The scripts that customers' pages load: no two files need each other, not even for types."""

import re
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

WEB = Path(__file__).parents[3] / "web"
IMPORT = re.compile(r"from '(\.[^']*)'")


def imports(file: Path) -> set[Path]:
    """The files of ours that this one names."""
    found = set()
    for name in IMPORT.findall(file.read_text("utf-8")):
        place = (file.parent / name).resolve()
        ends = (Path(f"{place}.ts"), Path(f"{place}.tsx"), place / "index.ts", place / "index.tsx")
        found |= {end for end in ends if end.is_file()}
    return found


@pytest.mark.parametrize("part", ["sdk", "widget"])
def test_no_two_files_need_each_other(part: str) -> None:
    graph = {file.resolve(): imports(file) for file in (WEB / part / "src").rglob("*.ts*")}
    assert sum(map(len, graph.values())) > 20
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle = " -> ".join(str(file.relative_to(WEB)) for file in error.args[1])
        raise AssertionError(f"{circle}: move what both need into a third file.") from None
