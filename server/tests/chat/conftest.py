"""A second workspace, visitors who read English, and full allowances of tries for each test."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.accounts.conftest import full_allowances
from tests.conftest import Server, Workspace, _workspace
from tests.journeys.conftest import browser_type_launch_args, site, until

__all__ = ["browser_type_launch_args", "full_allowances", "site", "until"]


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "en-GB", "timezone_id": "Europe/Rome"}


@pytest.fixture
def other(server: Server) -> Iterator[Workspace]:
    yield from _workspace(server)
