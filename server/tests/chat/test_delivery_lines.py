"""What a socket's queue and its pings do as time passes, and how often it is told who writes."""

import asyncio
from itertools import pairwise
from typing import Any
from uuid import uuid4

from openbook import clock
from openbook.conversations.delivering.hub import Hub
from openbook.conversations.delivering.line import SLOW, Line
from openbook.conversations.delivering.presence import FORGOTTEN, Presence, Throttle
from openbook.db import Database


class Other:
    """The other end of a line, which takes frames while it is free to."""

    def __init__(self) -> None:
        self.frames: list[str] = []
        self.free = asyncio.Event()
        self.free.set()

    async def take(self, event: dict[str, Any]) -> None:
        await self.free.wait()
        self.frames.append(event.get("text", event["type"]))


def test_a_ping_comes_when_either_side_was_silent() -> None:
    async def tell() -> list[str]:
        other = Other()
        line = Line(other.take, 0.0)
        for second in range(1, 200):
            if second < 100:
                line.told_at = second  # told all the time, and never heard
            else:
                line.heard_at = second  # heard all the time, and never told
            line.ask(f"{second}", second, 25.0)
            await asyncio.sleep(0)
        await asyncio.sleep(0.01)
        return other.frames

    pings = [int(text) for text in asyncio.run(tell())]
    assert pings[:3] == [26, 52, 78]
    assert all(25 < later - earlier <= 51 for earlier, later in pairwise(pings))
    assert pings[-1] > 150


def test_who_does_not_read_is_ended_and_holds_nothing() -> None:
    async def tell() -> tuple[int | None, int, int, list[str]]:
        other = Other()
        line = Line(other.take, 0.0, 10_000)
        other.free.clear()
        ended: list[bool] = []

        async def read() -> None:
            line._reader = asyncio.current_task()
            try:
                await asyncio.sleep(10)
            except asyncio.CancelledError:
                ended.append(True)

        reading = asyncio.create_task(read())
        await asyncio.sleep(0)
        pushed = 0
        while line.code is None:
            line.push("x" * 900, 1.0)
            pushed += 1
            await asyncio.sleep(0)
        await reading
        assert ended
        return line.code, pushed, line.bytes_waiting, other.frames

    code, pushed, waiting, frames = asyncio.run(tell())
    assert (code, waiting, frames) == (SLOW, 0, [])
    assert 9 <= pushed <= 12


def test_a_frame_that_is_not_taken_in_time_ends_the_line_and_only_that() -> None:
    async def tell() -> tuple[list[int | None], list[int | None]]:
        hub = Hub(Database("", size=1), clock.now, 10, 10)
        slow, quick = Other(), Other()
        slow.free.clear()
        began = asyncio.get_running_loop().time()
        lines = [Line(other.take, began) for other in (slow, quick)]
        for line in lines:
            line._reader = None
            line.push("x", began)
            hub.keep(line)
        await asyncio.sleep(0.01)
        began = lines[0].began_at or 0.0
        hub._turn_wheel(began + 14.9)
        before = [line.code for line in lines]
        hub._turn_wheel(began + 15.1)
        after = [line.code for line in lines]
        slow.free.set()
        await asyncio.sleep(0.01)
        return before, after

    assert asyncio.run(tell()) == ([None, None], [SLOW, None])


def test_frames_come_in_their_order_and_then_it_is_told() -> None:
    async def tell() -> tuple[list[str], list[int]]:
        other, drained = Other(), []
        line = Line(other.take, 0.0)
        for number in range(50):
            line.push(str(number), 1.0)
            if number == 25:
                await asyncio.sleep(0)
        line.when_drained(lambda: drained.append(len(other.frames)))
        await asyncio.sleep(0.05)
        line.when_drained(lambda: drained.append(-1))
        return other.frames, drained

    frames, drained = asyncio.run(tell())
    assert frames == [str(number) for number in range(50)]
    assert drained == [50, -1]


def test_the_same_person_is_told_once_in_a_while() -> None:
    throttle = Throttle(3.0, most=2)
    assert throttle.takes("a", 0.0) and not throttle.takes("a", 2.9)
    assert throttle.takes("b", 1.0) and not throttle.takes("c", 1.5), "only so many are remembered"
    assert throttle.takes("a", 3.0) and not throttle.takes("c", 3.5)
    assert throttle.takes("c", 4.0) and len(throttle) == 2


def test_who_is_not_heard_of_again_falls_away() -> None:
    presence, conversation, ada, bob = Presence(), uuid4(), uuid4(), uuid4()
    assert presence.hear("p1", conversation, ada, True, 0.0)
    assert not presence.hear("p1", conversation, ada, True, 10.0), "that is nothing new"
    assert presence.hear("p2", conversation, bob, True, 20.0)
    assert presence.elsewhere(conversation) == {ada, bob}
    assert presence.fall(10.0 + FORGOTTEN) == [conversation]
    assert presence.elsewhere(conversation) == {bob}
    assert presence.hear("p2", conversation, bob, False, 61.0)
    assert not presence.hear("p2", conversation, bob, False, 62.0) and len(presence) == 0
