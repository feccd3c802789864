"""A server on a database whose commits take 20 ms longer, and a workspace without limits in it."""

from collections.abc import Iterator

import pytest

from tests.conftest import Server, Workspace, _workspace, serving
from tests.overload.running import delay_commits, unlimited

DELAY = 20
"""Milliseconds."""


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Always on the embedded PostgreSQL: nobody may change the settings of another one."""
    with serving(tmp_path_factory.mktemp("slow") / "data", None) as running:
        delay_commits(running.data, DELAY)
        yield running


@pytest.fixture
def place(slow: Server) -> Iterator[Workspace]:
    making = _workspace(slow)
    yield unlimited(next(making))
    making.close()


@pytest.fixture
def another(slow: Server) -> Iterator[Workspace]:
    making = _workspace(slow)
    yield unlimited(next(making))
    making.close()
