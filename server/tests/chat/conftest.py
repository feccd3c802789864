"""A second workspace, and every allowance of tries full for each test."""

from collections.abc import Iterator

import pytest

from tests.accounts.conftest import full_allowances
from tests.conftest import Server, Workspace, _workspace
from tests.journeys.conftest import browser_context_args, browser_type_launch_args, site, until

__all__ = [
    "browser_context_args",
    "browser_type_launch_args",
    "full_allowances",
    "site",
    "until",
]


@pytest.fixture
def other(server: Server) -> Iterator[Workspace]:
    yield from _workspace(server)
