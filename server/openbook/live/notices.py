"""A notice: which contacts of a workspace one transaction changed, and how. Ids only."""

import secrets
from collections.abc import Iterable, Mapping
from uuid import UUID

import msgspec

CHANNEL = "openbook_live"
LONGEST = 7_900
"""Bytes of a notice; PostgreSQL takes no more than 8,000."""
ID = 32
"""Characters of an id, written in hexadecimal."""

ARRIVED, MADE, SEEN, CHANGED, GONE, MERGED, MUCH = "a", "m", "s", "c", "g", "j", "x"
MARKED = "p"
"""What happened: made by somebody who is here now, made, here now, changed, deleted, merged (the id
that went, then the one that was kept), and more than a notice holds. Beside one of these: marked as
spam or not any more, so that their conversations stand in another list."""

Told = Mapping[str, Iterable[UUID]]
"""What happened -> the contacts it happened to."""


class Notice(msgspec.Struct, frozen=True, array_like=True):
    """What the listening processes hear: the same in all of them, in the order of the commits."""

    workspace: str
    """The id in hexadecimal."""
    id: str
    """A name of its own: whoever has heard it can say so in any process."""
    told: dict[str, str]
    """What happened -> ids in hexadecimal, one after the other."""


def write_notice(workspace_id: UUID, told: Told) -> str | None:
    """The notice as text; None where nothing happened."""
    ids = {kind: "".join([contact_id.hex for contact_id in many]) for kind, many in told.items()}
    ids = {kind: many for kind, many in ids.items() if many}
    if not ids and MUCH not in told:
        return None
    if MUCH in told or sum(map(len, ids.values())) > LONGEST - 200:
        ids = {MUCH: ""}
    return msgspec.json.encode(Notice(workspace_id.hex, secrets.token_urlsafe(9), ids)).decode()


def read_notice(text: str) -> Notice:
    """Raises msgspec.DecodeError where it is none."""
    return msgspec.json.decode(text, type=Notice)


def split_ids(joined: str) -> list[str]:
    """The ids of one kind, in hexadecimal."""
    return [joined[at : at + ID] for at in range(0, len(joined), ID)]
