"""Cursors: only ours open, only where they were made for, only for a day."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openbook.errors import BadInput
from openbook.paging import LIFETIME, Cursors, scope_of

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
CURSORS = Cursors(b"s" * 32)
WORKSPACE, CALLER = UUID(int=1), UUID(int=2)
SCOPE = scope_of(WORKSPACE, CALLER, {"q": "ada"})


@given(st.lists(st.none() | st.integers(-(2**62), 2**62) | st.text(max_size=40), max_size=5))
def test_a_position_comes_back_as_it_was(position: list[int | str | None]) -> None:
    assert CURSORS.open(SCOPE, CURSORS.seal(SCOPE, position, NOW), NOW) == position


def test_any_flipped_bit_is_refused() -> None:
    cursor = CURSORS.seal(SCOPE, [494_000, 1_795_435_380_000_000, uuid4().hex], NOW)
    for place in range(len(cursor)):
        for bit in range(7):
            other = chr(ord(cursor[place]) ^ (1 << bit))
            with pytest.raises(BadInput) as refusal:
                CURSORS.open(SCOPE, cursor[:place] + other + cursor[place + 1 :], NOW)
            assert refusal.value.code == "bad_cursor"


@given(st.text(max_size=600))
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        CURSORS.open(SCOPE, text, NOW)


@pytest.mark.parametrize("end", ["=", "==", "A", "\n", " "])
def test_another_spelling_of_the_same_bytes_is_refused(end: str) -> None:
    with pytest.raises(BadInput):
        CURSORS.open(SCOPE, CURSORS.seal(SCOPE, [1], NOW) + end, NOW)


@pytest.mark.parametrize(
    "scope",
    [
        scope_of(uuid4(), CALLER, {"q": "ada"}),
        scope_of(WORKSPACE, uuid4(), {"q": "ada"}),
        scope_of(WORKSPACE, CALLER, {"q": "bob"}),
        scope_of(WORKSPACE, None, None),
    ],
    ids=["another workspace", "another caller", "another question", "no caller"],
)
def test_a_cursor_opens_only_where_it_was_made_for(scope: bytes) -> None:
    with pytest.raises(BadInput):
        CURSORS.open(scope, CURSORS.seal(SCOPE, [1], NOW), NOW)


def test_a_cursor_of_another_installation_is_refused() -> None:
    with pytest.raises(BadInput):
        CURSORS.open(SCOPE, Cursors(b"t" * 32).seal(SCOPE, [1], NOW), NOW)


def test_a_cursor_lasts_a_day() -> None:
    cursor = CURSORS.seal(SCOPE, [1], NOW)
    assert CURSORS.open(SCOPE, cursor, NOW + LIFETIME) == [1]
    with pytest.raises(BadInput):
        CURSORS.open(SCOPE, cursor, NOW + LIFETIME + timedelta(seconds=1))
