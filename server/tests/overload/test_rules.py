"""The rules of turns and of admission, with a clock that is moved by hand."""

from uuid import UUID, uuid4

import msgspec
import pytest

from openbook.collect.admission import (
    BOUND,
    BYTES,
    CROWD,
    LEAST,
    MESSAGES,
    UNDECIDED,
    Admission,
    peek_key,
)
from openbook.collect.turns import Turns
from openbook.errors import OpenbookError, TooMany, Unavailable

A, B = uuid4(), uuid4()


class Item(msgspec.Struct):
    workspace_id: UUID
    size: int = 1
    since: float = 0.0


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def overloaded() -> tuple[Admission, Clock]:
    """An admission that has seen transactions leave something over for long enough."""
    clock = Clock()
    admission = Admission(clock)
    crowd(admission, CROWD + 1, clock)
    assert admission.is_overloaded
    return admission, clock


def crowd(admission: Admission, requests: int, clock: Clock) -> None:
    """So many requests wait for a while, and more than a transaction takes; then they are gone."""
    for _ in range(requests):
        admission.enter(A, 100, 1)
    for _ in range(3):
        admission.taken(is_left_over=True)
        clock.now += 0.2
    for _ in range(requests):
        admission.leave(A, 100, 1)


def refusal(
    admission: Admission, workspace_id: UUID, size: int = 100
) -> type[OpenbookError] | None:
    try:
        admission.refuse_late(workspace_id, size)
    except OpenbookError as error:
        return type(error)
    return None


def test_who_waits_behind_a_thousand_requests_of_another_is_taken_at_once() -> None:
    turns: Turns[Item] = Turns()
    for _ in range(1000):
        turns.put(Item(A))
    turns.put(Item(B))
    assert B in {item.workspace_id for item in turns.take(50)}


def test_what_weighs_little_goes_together_and_waits_its_turn_all_the_same() -> None:
    turns: Turns[Item] = Turns(lambda item: 1)
    for _ in range(6):
        turns.put(Item(A, 100))
    turns.put(Item(B, 100))
    assert turns.weight == 7
    taken = turns.take(4)
    assert len(taken) == 4 and B in {item.workspace_id for item in taken}
    assert turns.weight == 3 and len(turns.take(4)) == 3 and turns.weight == 0


def test_turns_are_equal_in_messages_and_not_in_requests() -> None:
    turns: Turns[Item] = Turns()
    for _ in range(300):
        turns.put(Item(A, 100))
        turns.put(Item(B, 5))
    taken = [item for _ in range(4) for item in turns.take(500)]
    sent = {who: sum(it.size for it in taken if it.workspace_id == who) for who in (A, B)}
    assert abs(sent[A] - sent[B]) <= 120


def test_every_request_is_taken_once_and_in_the_order_of_its_workspace() -> None:
    turns: Turns[Item] = Turns()
    items = [Item((A, B)[at % 3 == 0], 1 + at % 90, at) for at in range(500)]
    for item in items:
        turns.put(item)
    taken = []
    while turns:
        taken += turns.take(200)
    assert len(taken) == 500
    for who in (A, B):
        assert [it for it in taken if it.workspace_id == who] == [
            it for it in items if it.workspace_id == who
        ]


def test_the_latest_can_be_taken_first_and_the_rest_keeps_its_order() -> None:
    turns: Turns[Item] = Turns()
    for at in range(60):
        turns.put(Item(A, since=at))
    assert [it.since for it in turns.take(20, newest_first=True)] == list(range(59, 39, -1))
    assert [it.since for it in turns.take(40)] == list(range(40))
    assert not turns


def test_what_has_waited_too_long_is_dropped_and_nothing_else() -> None:
    turns: Turns[Item] = Turns()
    for at in range(10):
        turns.put(Item((A, B)[at % 2], since=at))
    assert sorted(it.since for it in turns.drop_before(4)) == [0, 1, 2, 3]
    assert sorted(it.since for it in turns.take(100)) == [4, 5, 6, 7, 8, 9]
    assert not turns


def test_a_burst_is_let_in_as_far_as_memory_goes() -> None:
    admission = Admission(Clock())
    admission.enter(A, BOUND - 1, 1000)
    assert refusal(admission, A) is None
    admission.enter(A, 1, 10)
    assert refusal(admission, A) is Unavailable
    assert refusal(admission, B) is None, "there is room left for who sends little"
    admission.enter(B, MESSAGES - BOUND, 10)
    with pytest.raises(Unavailable):
        admission.refuse_closed()


def test_clients_that_wait_for_their_answers_are_no_overload_however_much_each_sends() -> None:
    clock = Clock()
    admission = Admission(clock)
    crowd(admission, CROWD, clock)
    assert not admission.is_overloaded


def test_until_it_is_known_what_is_left_over_the_latest_come_first() -> None:
    clock = Clock()
    admission = Admission(clock)
    admission.taken(is_left_over=False)
    assert not admission.newest_first
    admission.taken(is_left_over=True)
    assert admission.newest_first
    clock.now += UNDECIDED
    assert not admission.newest_first, "who waits any longer has their turn"
    assert not overloaded()[0].newest_first, "those who waited are refused now"


def test_bytes_are_bounded_as_well_as_messages() -> None:
    admission = Admission(Clock())
    admission.enter(A, 2, BYTES - 50)
    assert refusal(admission, B, 49) is None
    assert refusal(admission, B, 51) is Unavailable
    admission.leave(A, 2, BYTES - 50)
    assert refusal(admission, B, 51) is None


def test_in_an_overload_only_so_many_wait_and_who_sends_little_is_let_in() -> None:
    admission, _ = overloaded()
    admission.enter(A, LEAST, 10)
    assert refusal(admission, A) is Unavailable
    assert refusal(admission, B) is None
    admission.enter(B, 1, 10)
    assert refusal(admission, B) is None
    assert refusal(admission, A) is TooMany


def test_a_limit_falls_while_requests_take_long_and_rises_while_they_do_not() -> None:
    admission, clock = overloaded()
    admission.enter(A, LEAST, 10)
    before = admission.limit
    for _ in range(50):
        clock.now += 0.01
        refusal(admission, A)
        admission.stored(20, took=0.02, commit=0.02)
    assert admission.limit > 1.3 * before
    high = admission.limit
    for _ in range(50):
        clock.now += 0.01
        refusal(admission, A)
        admission.stored(20, took=0.4, commit=0.02)
    assert LEAST <= admission.limit < high / 1.3


def test_an_overload_is_over_when_hardly_anybody_is_refused() -> None:
    admission, clock = overloaded()
    for _ in range(20):
        clock.now += 0.1
        admission.enter(A, 1, 10)
        admission.leave(A, 1, 10)
        admission.stored(1, took=0.4, commit=0.02)
    assert not admission.is_overloaded
    assert admission.limit == BOUND


def test_while_the_database_is_away_one_request_in_a_while_tries() -> None:
    clock = Clock()
    admission = Admission(clock)
    admission.failed()
    tried = 0
    for _ in range(1000):
        clock.now += 0.01
        try:
            admission.refuse_closed()
            tried += 1
        except Unavailable:
            pass
    assert 30 <= tried <= 41
    admission.stored(1, took=0.01, commit=0.01)
    admission.refuse_closed()


@pytest.mark.parametrize(
    ("body", "key"),
    [
        (b'{"writeKey":"ob_a-1","sentAt":null,"batch":[]}', "ob_a-1"),
        (b'{"writeKey": "ob_a"}', None),
        (b'{"batch":[],"writeKey":"ob_a"}', None),
        (b'{"writeKey":"a\\u0062"}', None),
        (b"", None),
    ],
)
def test_a_key_is_read_where_the_collector_puts_it(body: bytes, key: str | None) -> None:
    assert peek_key(body) == key
