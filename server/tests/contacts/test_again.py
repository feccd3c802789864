"""The narrow statement for known visitors: the rows are those that the whole way makes.

Two processes store the same devices by turns, so that what one of them believes is often not so.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from openbook.collect.known import Remembered
from openbook.contacts.again import see_again
from openbook.contacts.fold import SESSION, Facts, register, touch
from openbook.contacts.identity import Moved
from openbook.contacts.staging import stage
from openbook.contacts.store import DeviceFacts
from openbook.db import Connection
from tests.conftest import Server
from tests.contacts.test_fold import NOW, Rows, devices_of, moments, require_model

WEB, VERSION = 9, 1
SCENES: list[dict[str, tuple[Any, ...]]] = [
    {
        "connection": ("192.0.2.1", 41.9, 12.5, "Rome", *[None] * 9),
        "browser": ("Chrome", "142", "Windows", "11", "desktop"),
        "language": ("it",),
        "timezone": ("Europe/Rome",),
    },
    {
        "connection": ("2001:db8::1", *[None] * 12),
        "browser": ("Chrome", "142", "Windows", "11", "desktop"),
        "language": ("it",),
    },
    {"browser": ("Firefox", "140", "Linux", None, "desktop"), "timezone": ("Europe/Rome",)},
]
pages = st.sampled_from(["https://shop.example/", "https://shop.example/tea?ü", None])
referrers = st.sampled_from(["https://news.example/", "", None, None])


@st.composite
def viewed(draw: st.DrawFn) -> Facts:
    """The facts of one view, or of an event, mostly as browsers send them."""
    at = draw(moments)
    scene = draw(st.sampled_from([*SCENES, *SCENES[:1] * 6]))
    delivered = at + timedelta(seconds=draw(st.integers(0, 1)))
    facts = Facts(registers={}, first_seen_at=at, last_seen_at=at)
    for group, values in scene.items():
        facts.registers[group] = register(delivered if group == "connection" else at, WEB, values)
    if (page := draw(pages)) is not None:
        facts.registers["page"] = register(at, WEB, (page, at))
    if (referrer := draw(referrers)) is not None:
        facts.registers["referrer"] = register(at, WEB, (referrer,))
    facts.first_firm_at = draw(st.sampled_from([at, None]))
    if draw(st.integers(0, 9)) == 0:
        facts.first_touch = touch(at, {"source": "x"})
    if draw(st.integers(0, 9)) == 0:
        facts.last_seen_at = None
    if draw(st.integers(0, 9)) > 0:
        facts.spans = ((at, at + SESSION),)
    return facts


class Processes(Rows):
    """What two processes make of batches, each with a memory of its own."""

    narrow = undone = 0

    async def _fold(
        self, batches: list[list[tuple[int, Facts]]]
    ) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        workspace_id, contact_id = uuid4(), uuid4()
        memories = Remembered(), Remembered()
        made: set[int] = set()
        for turn, batch in enumerate(batches):
            for _ in range(3):
                try:
                    async with self.db.transaction(workspace_id) as conn:
                        found = devices_of(workspace_id, contact_id, batch, made)
                        await self._write(conn, memories[turn % 3 // 2], found)
                    break
                except Moved:
                    self.undone += 1
            made.update(number for number, _ in batch)
        return await self._read(workspace_id)

    async def _write(
        self, conn: Connection, memory: Remembered, devices: Sequence[DeviceFacts]
    ) -> None:
        for at, device in enumerate(devices):
            rows, anew = memory.part([device], {device.workspace_id: VERSION})
            if anew:
                assert await stage(conn, anew, NOW, again=at > 0)
                memory.learn(device, b"", VERSION, NOW)
            elif unlike := await see_again(conn, rows, NOW):
                memory.doubt(unlike, NOW)
                raise Moved
            self.narrow += len(rows)


@pytest.fixture(scope="module")
def processes(server: Server) -> Iterator[Processes]:
    made = Processes(server.conninfo, 1)
    yield made
    made.close()
    assert made.narrow > 20, "the narrow way was hardly taken"
    assert made.undone > 0, "no belief was ever wrong"


def _happened(told: tuple[int, Facts]) -> datetime:
    at = told[1].first_seen_at
    assert at is not None
    return at


@examples(max_examples=150)
@given(st.lists(st.tuples(st.integers(1, 2), viewed()), min_size=4, max_size=20), st.data())
def test_the_narrow_way_makes_the_rows_that_the_fold_does(
    processes: Processes, seen: list[tuple[int, Facts]], data: st.DataObject
) -> None:
    again = seen + seen[: len(seen) // 2]
    if data.draw(st.booleans()):
        again = data.draw(st.permutations(again))
        cuts = sorted(data.draw(st.lists(st.integers(0, len(again)), max_size=10)))
        edges = [0, *cuts, len(again)]
    else:
        again.sort(key=_happened)
        edges = list(range(len(again) + 1))
    devices, contact = processes.fold([again[a:b] for a, b in pairwise(edges) if again[a:b]])
    require_model(devices, contact, seen)
    assert contact["seen_hour"] == int(
        (contact["last_seen_at"] or contact["first_seen_at"]).timestamp() // 3600
    )
