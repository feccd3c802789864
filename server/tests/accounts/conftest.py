"""Each test begins with every allowance of tries full."""

from collections.abc import Iterator

import psycopg
import pytest


@pytest.fixture(autouse=True)
def full_allowances(request: pytest.FixtureRequest) -> Iterator[None]:
    """All tests come from one address, which would have used up its tries after some of them."""
    if "workspace" in request.fixturenames:
        with psycopg.connect(request.getfixturevalue("server").conninfo) as conn:
            conn.execute("DELETE FROM attempts")
    yield
