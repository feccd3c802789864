"""What messages make of a conversation, whatever their order: rules as properties."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from openbook.conversations.course import append, preview_of, read_cid, read_text, wakes
from openbook.conversations.schemas import (
    BY_CONTACT,
    BY_OPENBOOK,
    BY_TEAM,
    CLOSED,
    EVENT,
    MAX_TEXT,
    MESSAGE,
    NOTE,
    OPEN,
    PREVIEW,
    SNOOZED,
    Conversation,
    StoredMessage,
    Writing,
    initials_of,
)
from openbook.errors import BadInput
from openbook.words import MAX_SAID, said_words

BEGAN = datetime(2026, 11, 23, tzinfo=UTC)
SOMEBODY = UUID(int=1)


def conversation(**more: object) -> Conversation:
    fresh = Conversation(
        id=UUID(int=2),
        contact_id=SOMEBODY,
        origin_id=UUID(int=3),
        cid="c",
        created_at=BEGAN,
        last_at=BEGAN,
        changed_at=BEGAN,
    )
    return replace(fresh, **more)


WRITINGS = st.builds(
    Writing,
    cid=st.uuids().map(str),
    author=st.sampled_from([BY_CONTACT, BY_TEAM, BY_OPENBOOK]),
    kind=st.sampled_from([MESSAGE, NOTE, EVENT]),
    text=st.text(max_size=300),
    is_public=st.booleans(),
)


def told(writings: list[Writing], start: Conversation) -> list[tuple[Conversation, StoredMessage]]:
    """The conversation after each of the messages, which come a second apart."""
    steps, now = [], start
    for number, writing in enumerate(writings):
        moment = BEGAN + timedelta(seconds=number + 1)
        now, message = append(now, writing, UUID(int=10 + number), moment)
        steps.append((now, message))
    return steps


@given(st.lists(WRITINGS, max_size=30))
def test_both_sequences_have_no_gap_and_notes_are_in_one_only(writings: list[Writing]) -> None:
    steps = told(writings, conversation())
    messages = [message for _, message in steps]
    assert [one.seq for one in messages] == list(range(1, len(messages) + 1))
    public = [one.public_seq for one in messages if one.public_seq is not None]
    assert public == list(range(1, len(public) + 1))
    assert all(one.public_seq is None for one in messages if one.kind == NOTE)
    if steps:
        last = steps[-1][0]
        assert (last.last_seq, last.last_public_seq) == (len(messages), len(public))


@given(st.lists(WRITINGS, max_size=30))
def test_marks_never_pass_what_there_is_and_never_go_back(writings: list[Writing]) -> None:
    before = conversation()
    for after, _ in told(writings, before):
        for name in ("read_public_seq", "received_public_seq", "team_public_seq"):
            assert getattr(before, name) <= getattr(after, name) <= after.last_public_seq
        before = after


@given(st.lists(WRITINGS, max_size=30))
def test_what_the_visitor_sees_of_a_list_tells_nothing_of_notes(writings: list[Writing]) -> None:
    before = conversation()
    for after, message in told(writings, before):
        if message.kind != MESSAGE:
            assert (after.preview, after.last_author, after.last_at) == (
                before.preview, before.last_author, before.last_at
            )  # fmt: skip
            assert after.waiting_since == before.waiting_since
        before = after


@given(st.lists(WRITINGS, max_size=30))
def test_a_conversation_waits_from_the_first_message_that_nobody_answered(
    writings: list[Writing],
) -> None:
    waiting: datetime | None = None
    for after, message in told(writings, conversation()):
        if message.kind == MESSAGE and message.author == BY_CONTACT:
            waiting = waiting or message.created_at
        elif message.kind == MESSAGE and message.author == BY_TEAM:
            waiting = None
        assert after.waiting_since == waiting


@given(WRITINGS, st.sampled_from([OPEN, SNOOZED, CLOSED]))
def test_only_the_contact_opens_what_was_put_away(writing: Writing, status: int) -> None:
    before = conversation(
        status=status, snoozed_until=BEGAN + timedelta(days=1) if status == SNOOZED else None
    )
    now, _ = append(before, writing, UUID(int=9), BEGAN)
    if writing.author == BY_CONTACT and writing.kind == MESSAGE:
        assert (now.status, now.snoozed_until) == (OPEN, None)
        assert (wakes(before, writing) is None) == (status == OPEN)
    else:
        assert (now.status, now.snoozed_until) == (before.status, before.snoozed_until)
        assert wakes(before, writing) is None


@given(WRITINGS)
def test_a_message_belongs_where_its_conversation_does(writing: Writing) -> None:
    _, message = append(conversation(), writing, UUID(int=9), BEGAN)
    assert (message.contact_id, message.origin_id) == (SOMEBODY, UUID(int=3))


@given(st.text(st.characters(), max_size=400))
def test_a_text_is_refused_or_can_be_stored(text: str) -> None:
    try:
        clean = read_text(text)
    except BadInput:
        return
    assert clean == clean.strip() != ""
    assert "\x00" not in clean
    clean.encode()
    assert read_text(clean) == clean


def test_a_text_may_be_as_long_as_is_said() -> None:
    assert len(read_text("x" * MAX_TEXT)) == MAX_TEXT
    with pytest.raises(BadInput):
        read_text("x" * (MAX_TEXT + 1))
    assert read_text("", may_be_empty=True) == ""


@pytest.mark.parametrize("cid", ["", "x" * 65, "a b\n", "\u00e9", "\x00"])
def test_a_name_that_is_none(cid: str) -> None:
    with pytest.raises(BadInput):
        read_cid(cid)


@given(st.text(max_size=2_000))
def test_a_preview_is_one_short_line(text: str) -> None:
    line = preview_of(text)
    assert len(line) <= PREVIEW
    assert "\n" not in line


@given(st.text(max_size=2_000))
def test_the_words_of_a_message_are_few_and_each_is_there_once(text: str) -> None:
    words = said_words(text)
    assert len(words) == len(set(words)) <= MAX_SAID


@pytest.mark.parametrize(
    ("name", "initials"),
    [("Ada Byron", "AB"), ("Ada", "A"), ("ada maria byron", "AB"), ("", ""), ("~ !", ""),
     ("\u00e9lodie d'Arc", "\u00c9D")],
)  # fmt: skip
def test_initials(name: str, initials: str) -> None:
    assert initials_of(name) == initials
