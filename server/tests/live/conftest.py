"""Two workspaces, and every allowance of tries full for each test."""

from collections.abc import Iterator

import pytest

from tests.accounts.conftest import full_allowances
from tests.conftest import Server, Workspace, _workspace

__all__ = ["full_allowances"]


@pytest.fixture
def other(server: Server) -> Iterator[Workspace]:
    yield from _workspace(server)
