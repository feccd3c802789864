"""A body may take its time, and no longer: who does not send on is given up."""

import asyncio

import pytest

from openbook.collect.arriving import Arrivals


async def never() -> None:
    await asyncio.get_running_loop().create_future()


async def soon() -> str:
    await asyncio.sleep(0.01)
    return "all of it"


def test_what_takes_too_long_is_given_up_and_nothing_else() -> None:
    async def both() -> list[object]:
        arrivals = Arrivals(0.1)
        waits = [arrivals.wait(never()), arrivals.wait(soon())]
        return await asyncio.gather(*waits, return_exceptions=True)

    late, fine = asyncio.run(asyncio.wait_for(both(), 5))
    assert isinstance(late, TimeoutError)
    assert fine == "all of it"


def test_a_request_that_is_cancelled_was_not_too_slow() -> None:
    async def cancelled() -> None:
        task = asyncio.create_task(Arrivals(30).wait(never()))
        await asyncio.sleep(0)
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(cancelled())
