"""The law of the fold: duplicates, order and batches change nothing, in Python and in SQL.

Three answers to the same observations are compared: a model that looks at all of them at once and
knows no join, the pure fold in whatever order and splits, and the rows that SQL made of batches.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from openbook.catalogue.fields import GROUPS
from openbook.contacts.fold import (
    SESSION,
    Facts,
    count_sessions,
    fold,
    join,
    occurred_at,
    register,
    touch,
    unite,
)
from openbook.contacts.recomputing import facts_of_row
from openbook.contacts.staging import stage
from openbook.contacts.store import ContactFacts, DeviceFacts, upsert_contacts, upsert_devices
from openbook.db import Connection
from tests.conftest import Server
from tests.one_loop import OneLoop

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
moments = st.integers(0, 6 * 24 * 4).map(lambda quarter: NOW - timedelta(minutes=15 * quarter))
texts = st.sampled_from(["a", "b", "ü", None])


def values_of(group: str) -> st.SearchStrategy[tuple[Any, ...]]:
    """Few different values, so that equal times with different values happen often."""
    of_type = {
        "ip": st.sampled_from(["192.0.2.1", "2001:db8::1", None]),
        "number": st.sampled_from([1.5, -7.25, None]),
        "time": st.sampled_from([NOW, None]),
        "map": st.sampled_from([{"source": "x"}, {"medium": "y", "source": "x"}]),
    }
    return st.tuples(*(of_type.get(field.type, texts) for field in GROUPS[group]))


registers = st.sampled_from(list(GROUPS)).flatmap(
    lambda group: st.tuples(
        st.just(group),
        st.builds(register, moments, st.sampled_from([8, 9, 36]), values_of(group)),
    )
)


@st.composite
def observed(draw: st.DrawFn) -> Facts:
    """The facts of one observation."""
    at = draw(moments)
    facts = Facts(registers=dict(draw(st.lists(registers, max_size=3))), first_seen_at=at)
    if draw(st.booleans()):
        facts.first_firm_at = at
    if draw(st.booleans()):
        facts.first_touch = touch(at, draw(st.sampled_from([{"source": "x"}, {"source": "z"}])))
        facts.firm_touch = facts.first_touch if facts.first_firm_at else None
    if draw(st.booleans()):
        facts.last_seen_at = at
        facts.spans = ((at, at + SESSION),)
    return facts


many = st.lists(observed(), min_size=1, max_size=12)


def model(seen: Sequence[Facts]) -> Facts:
    """What the observations mean, said without joining anything."""
    whole = Facts(registers={})
    for group in GROUPS:
        found = [facts.registers[group] for facts in seen if group in facts.registers]
        if found:
            whole.registers[group] = max(found, key=lambda one: (one.at, one.tie))
    whole.first_seen_at = min((f.first_seen_at for f in seen if f.first_seen_at), default=None)
    whole.first_firm_at = min((f.first_firm_at for f in seen if f.first_firm_at), default=None)
    touches = [f.first_touch for f in seen if f.first_touch]
    whole.first_touch = min(touches, key=lambda one: (one.at, one.tie), default=None)
    touches = [f.firm_touch for f in seen if f.firm_touch]
    whole.firm_touch = min(touches, key=lambda one: (one.at, one.tie), default=None)
    whole.last_seen_at = max((f.last_seen_at for f in seen if f.last_seen_at), default=None)
    return whole


def session_model(seen: Sequence[Facts]) -> int:
    """Walk the half-hours of activity in order: a gap ends a session, each full day adds one."""
    starts = sorted({start for facts in seen for start, _ in facts.spans})
    sessions, first, last = 0, None, None
    for start in starts:
        if first is None or last is None or start > last + SESSION:
            first = start
            sessions += 1
        elif (start + SESSION - first) // timedelta(days=1) > (last + SESSION - first) // timedelta(
            days=1
        ):
            sessions += 1
        last = start
    return sessions


def without_spans(facts: Facts) -> Facts:
    return msgspec.structs.replace(facts, spans=())


@given(many, st.randoms(use_true_random=False))
def test_the_pure_fold_is_the_model_in_any_order_with_any_duplicates(
    seen: list[Facts], random: Any
) -> None:
    again = seen + random.choices(seen, k=len(seen))
    random.shuffle(again)
    cut = random.randrange(len(again) + 1)
    folded = join(fold(again[:cut]), fold(again[cut:]))
    assert without_spans(folded) == model(seen)
    assert count_sessions(folded.spans) == session_model(seen)
    assert folded.spans == unite([span for facts in seen for span in facts.spans])


@given(observed(), observed(), observed())
def test_join_is_associative_commutative_and_idempotent(a: Facts, b: Facts, c: Facts) -> None:
    assert join(a, join(b, c)) == join(join(a, b), c)
    assert join(a, b) == join(b, a)
    assert join(a, a) == fold([a])


def devices_of(
    workspace_id: UUID, contact_id: UUID, batch: Sequence[tuple[int, Facts]], made: set[int]
) -> list[DeviceFacts]:
    """One contact's devices, by number, each with what the batch has of it; `made` exist."""
    by_device: dict[int, list[Facts]] = {}
    for number, facts in batch:
        by_device.setdefault(number, []).append(facts)
    return [
        DeviceFacts(
            workspace_id=workspace_id,
            id=UUID(int=number),
            contact_id=contact_id,
            anonymous_id=str(number),
            platform="web",
            device_key="",
            birth=b"",
            facts=fold(seen),
            is_new=number not in made,
        )
        for number, seen in sorted(by_device.items())
    ]


class Rows(OneLoop):
    """One connection for all the examples: what SQL makes of batches of facts."""

    def fold(self, batches: list[list[tuple[int, Facts]]]) -> tuple[list[dict[str, Any]], Any]:
        return self.run(self._fold(batches))

    async def _fold(
        self, batches: list[list[tuple[int, Facts]]]
    ) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        workspace_id, contact_id = uuid4(), uuid4()
        made: set[int] = set()
        for batch in batches:
            async with self.db.transaction(workspace_id) as conn:
                await self._store(conn, workspace_id, contact_id, batch, made)
            made.update(number for number, _ in batch)
        return await self._read(workspace_id)

    async def _read(self, workspace_id: UUID) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """The workspace's devices by number, and its one contact."""
        async with self.db.transaction(workspace_id) as conn:
            cursor = await conn.execute("SELECT * FROM devices ORDER BY id")
            devices = await cursor.fetchall()
            cursor = await conn.execute("SELECT * FROM contacts")
            contact = await cursor.fetchone()
            assert contact is not None
            return devices, contact

    async def _store(
        self,
        conn: Connection,
        workspace_id: UUID,
        contact_id: UUID,
        batch: list[tuple[int, Facts]],
        made: set[int],
    ) -> None:
        """By either way: one device of the contact goes through the temporary table."""
        devices = devices_of(workspace_id, contact_id, batch, made)
        if len(devices) == 1:
            assert await stage(conn, devices, NOW, again=False)
            return
        rows = await upsert_devices(conn, devices, NOW)
        contact = ContactFacts(
            workspace_id=workspace_id,
            id=contact_id,
            facts=fold(facts for _, facts in batch),
            web_sessions=sum(row["sessions_gained"] for row in rows),
        )
        await upsert_contacts(conn, [contact])


def require_model(
    devices: list[dict[str, Any]], contact: dict[str, Any], seen: Sequence[tuple[int, Facts]]
) -> None:
    """These are the rows that the model makes of what was seen, by the devices' numbers."""
    sessions = 0
    for row in devices:
        own = [facts for number, facts in seen if UUID(int=number) == row["id"]]
        assert facts_of_row(row) == model(own)
        assert row["session_count"] == session_model(own)
        sessions += session_model(own)
    assert facts_of_row(contact) == model([facts for _, facts in seen])
    assert contact["web_sessions"] == sessions


@pytest.fixture(scope="module")
def rows(server: Server) -> Any:
    made = Rows(server.conninfo, 1)
    yield made
    made.close()


@examples(max_examples=120)
@given(st.lists(st.tuples(st.integers(1, 3), observed()), min_size=1, max_size=14), st.data())
def test_sql_folds_batches_into_rows_as_the_pure_fold_does(
    rows: Rows, seen: list[tuple[int, Facts]], data: st.DataObject
) -> None:
    again = data.draw(st.permutations(seen + seen[: len(seen) // 2]))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(again)), max_size=4)))
    edges = [0, *cuts, len(again)]
    batches = [again[a:b] for a, b in pairwise(edges) if again[a:b]]
    devices, contact = rows.fold(batches)
    require_model(devices, contact, seen)


def test_sealed_sessions_stay_counted(rows: Rows) -> None:
    old = NOW - timedelta(days=20)
    ages = [old, old + timedelta(hours=3), NOW - timedelta(hours=3), NOW]
    seen = [Facts(spans=((at, at + SESSION),), last_seen_at=at) for at in ages]
    devices, contact = rows.fold([[(1, facts)] for facts in seen])
    assert devices[0]["session_count"] == contact["web_sessions"] == 4
    assert devices[0]["sealed_sessions"] == 2
    assert len(devices[0]["sessions"]) == 2


DEVICE_CLOCK = [
    # timestamp, sentAt, expected distance from received; None: no such time sent
    (timedelta(minutes=-5), timedelta(0), timedelta(minutes=-5)),  # clocks agree
    (timedelta(minutes=-5), None, timedelta(minutes=-5)),
    (None, timedelta(0), timedelta(0)),
    (timedelta(hours=5), timedelta(hours=6), timedelta(hours=-1)),  # six hours fast
    (timedelta(days=-3650), timedelta(days=-3649), timedelta(days=-1)),  # years slow
    (timedelta(hours=7), timedelta(hours=6), timedelta(0)),  # happened after it was sent
    (timedelta(minutes=30), timedelta(minutes=30), timedelta(0)),  # never in the future
    (timedelta(days=-90), timedelta(0), timedelta(days=-30)),  # clamped
]


@pytest.mark.parametrize(("timestamp", "sent", "expected"), DEVICE_CLOCK)
def test_when_a_message_happened(
    timestamp: timedelta | None, sent: timedelta | None, expected: timedelta
) -> None:
    at = NOW + timestamp if timestamp is not None else None
    sent_at = NOW + sent if sent is not None else None
    assert occurred_at(at, sent_at, NOW) == NOW + expected


def test_a_server_may_tell_of_older_times() -> None:
    assert occurred_at(NOW - timedelta(days=900), None, NOW, unbounded=True) == NOW - timedelta(
        days=900
    )


@given(
    st.datetimes(timezones=st.just(UTC)) | st.none(),
    st.datetimes(timezones=st.just(UTC)) | st.none(),
)
def test_no_time_is_in_the_future_or_older_than_a_month(
    at: datetime | None, sent: datetime | None
) -> None:
    assert NOW - timedelta(days=30) <= occurred_at(at, sent, NOW) <= NOW


def test_a_register_is_replaced_whole_nulls_included() -> None:
    full = register(NOW, 8, ("Chrome", "142", "Windows", "11", "desktop"))
    bare = register(NOW + timedelta(seconds=1), 8, ("Firefox", None, None, None, None))
    whole = fold([Facts(registers={"browser": full}), Facts(registers={"browser": bare})])
    assert whole.registers["browser"] is bare
