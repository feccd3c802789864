"""Hands what was read to those who follow it: each frame is written once, whoever gets it."""

from sys import getsizeof
from uuid import UUID

from openbook.conversations.delivering.following import Following, Member
from openbook.conversations.delivering.queries import PAGE, Found
from openbook.conversations.delivering.schemas import (
    Changed,
    Hello,
    Merged,
    Person,
    Read,
    Said,
    TeamSaid,
    TeamTypes,
    Types,
    write,
)
from openbook.conversations.delivering.work import Seen, Span, Typed, Work
from openbook.conversations.inbox.schemas import InboxMessage

AT_ONCE = 48 * 1024
"""Bytes of messages that a visitor is told at once; more is asked for by the widget."""
AHEAD = 64 * 1024
"""Bytes of old messages that may wait for a socket; what is behind them is read when they went."""


def tell(following: Following, work: Work, seen: Seen, now: float) -> list[Member]:
    """Those members who are not told all of it yet are to be read for."""
    _greet(following, work, seen, now)
    behind: list[Member] = []
    for conversation_id, span in work.spans.items():
        found = seen.found.get(conversation_id)
        if found is not None:
            _tell_readers(following, found, span, seen, now)
            behind += _tell_members(following, found, span, seen, now)
    for member, place, page in seen.pages:
        # Who has opened another one meanwhile is read for in the next turn.
        if (member.open, member.told) == place and member in following.members:
            behind += _tell_page(member, place[0], page, now)
    return behind


def tell_typing(following: Following, typed: Typed, name: str, now: float) -> None:
    """`name` of the member who writes; of a note visitors learn nothing."""
    conversation_id, user_id, note = typed
    if user_id is not None and not note:
        text = write(TeamTypes(conversation_id, name))
        for reader in following.told_of(conversation_id):
            reader.taker.push(text, now)
    who = "contact" if user_id is None else Person(user_id, name)
    text = write(Types(conversation_id, who, "note" if note else "message"))
    for member in following.opened(conversation_id):
        if member.seat.user_id != user_id:
            member.taker.push(text, now)


def _greet(following: Following, work: Work, seen: Seen, now: float) -> None:
    for reader in work.hellos:
        heads = seen.hellos.get(reader.visit.session_id)
        if reader in following.readers and heads is not None:
            following.know(reader, [head.id for head in heads])
            reader.greeted = True
            reader.taker.push(write(Hello(heads)), now)


def _tell_readers(following: Following, found: Found, span: Span, seen: Seen, now: float) -> None:
    readers = following.readers_of(found) if found.last_public_seq else []
    if not readers:
        return
    said = seen.public.get(found.id)
    if found.merged_into is not None:
        head = seen.taken_over.get(found.merged_into)
        frames = [write(Merged(found.id, found.merged_into, head))]
    elif said and span[1] - span[0] < PAGE:
        frames = [write(Said(found.id, one, found.head)) for one in said]
    else:
        frames = []
    if not frames or sum(map(getsizeof, frames)) > AT_ONCE:
        # A head with a greater number says as much: the widget asks for what it lacks.
        frames = [write(Changed(found.id, found.head))]
    for reader in readers:
        for text in frames:
            reader.taker.push(text, now)


def _tell_members(
    following: Following, found: Found, span: Span, seen: Seen, now: float
) -> list[Member]:
    members = following.opened(found.id)
    if not members:
        return []
    frames = [(one.seq, write(TeamSaid(found.id, one))) for one in seen.whole.get(found.id, ())]
    marks = write(Read(found.id, found.head.read_seq, found.head.received_seq))
    behind = []
    for member in members:
        if not member.behind:
            for seq, text in frames:
                if seq == member.told + 1:
                    member.told = seq
                    member.taker.push(text, now)
            if span[1] > member.told:
                member.behind = True
                behind.append(member)
        member.taker.push(marks, now)
    return behind


def _tell_page(
    member: Member, conversation_id: UUID, page: list[InboxMessage], now: float
) -> list[Member]:
    for one in page:
        if member.taker.bytes_waiting > AHEAD:
            break
        member.told = one.seq
        member.taker.push(write(TeamSaid(conversation_id, one)), now)
    else:
        member.behind = len(page) == PAGE
    return [member] if member.behind else []
