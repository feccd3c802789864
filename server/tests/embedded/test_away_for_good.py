"""Looking for a database that is away goes on whatever the attempt fails with."""

import asyncio
import logging

import pytest

from openbook.db import LOOK, Database
from openbook.errors import Unavailable

NO_NAME = f"host={'a' * 64}.example port=1 dbname=openbook user=openbook"
"""No name has so long a part: not the driver refuses it but what it asks, with an error of its
own."""


def test_an_error_that_is_not_the_drivers_does_not_end_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def story() -> None:
        db = Database(NO_NAME, size=1)
        await db.open()
        try:
            with pytest.raises(Unavailable):
                async with db.connection():
                    raise AssertionError("there is no such database")
            assert db.is_away
            await asyncio.sleep(4 * LOOK)
            assert db.is_away
        finally:
            await db.close()

    with caplog.at_level(logging.ERROR, logger="openbook.db"):
        asyncio.run(story())
    told = [one.getMessage() for one in caplog.records if one.name == "openbook.db"]
    assert len(told) >= 2 and set(told) == {"looking for the database failed: UnicodeError"}
