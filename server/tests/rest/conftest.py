"""A second workspace on the same server, to look over the fence from."""

from collections.abc import Iterator

import pytest

from tests.conftest import Server, Workspace, _workspace


@pytest.fixture
def stranger(server: Server) -> Iterator[Workspace]:
    yield from _workspace(server)
