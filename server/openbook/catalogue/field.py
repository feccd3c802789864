"""What one entry of the catalogue says about a field."""

from enum import IntEnum
from typing import Literal

import msgspec


class Trust(IntEnum):
    """How well the sender of a value is known."""

    ANONYMOUS = 0
    CLAIMED = 1
    MAILBOX = 2
    SIGNED = 3
    SERVER = 4


class Source(IntEnum):
    """Where an observation or a value came from. Stored as this number."""

    WEB = 1
    ANDROID = 2
    IOS = 3
    SERVER = 4
    AGENT = 5
    CHAT = 6
    MAIL = 7
    IMPORT = 8
    DERIVED = 9


Type = Literal[
    "text", "email", "url", "time", "ip", "zone", "number", "integer", "flag", "map", "choice"
]
Section = Literal[
    "who", "visit", "place", "browser", "history", "campaign", "mail", "android", "ios"
]
# How a value is kept: a register of a group, a value somebody asserts, a sum or bound over
# devices, or a state of the contact that only the team, the mail system or an import moves.
Keeping = Literal["group", "asserted", "computed", "state"]


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One entry: what the field is, where it comes from, why it is kept and who may write it."""

    id: str
    """Column, JSON key, CSV header, filter name."""
    number: int | None = None
    """Its place in the article's list, 1 to 40; None for a value derived beside the forty."""
    label: str
    about: str
    """One sentence for the person it is about."""
    type: Type
    section: Section
    keeping: Keeping
    group: str | None = None
    """The register it is observed in, for `keeping == "group"`."""
    part_of: str | None = None
    """For a derived entry: the field whose switch rules it."""
    sources: tuple[Source, ...]
    purpose: str
    legal_basis: str = "legitimate interest"
    retention: str = "while the contact exists"
    on: bool = True
    """Collected unless the operator switches it off (False: only once switched on)."""
    written_by: tuple[str, ...] = ()
    """Who may write it through the REST interface or an import: "agent", "server", "import"."""
    floor: Trust = Trust.ANONYMOUS
    """The least trust whose value is accepted."""
    limit: int | None = None
    """Characters at most, for text."""
    choices: tuple[str, ...] = ()

    @property
    def switch(self) -> str:
        """The setting that switches it."""
        return f"collect.{self.part_of or self.id}"
