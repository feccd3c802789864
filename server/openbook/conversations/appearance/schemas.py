"""What the settings of the chat are, in the team's hands and as a page reads them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from openbook.conversations.appearance.languages import LANGUAGES, Language

MEBIBYTE = 1024 * 1024
Texts = dict[Language, str]
Position = Literal["right", "left"]
Reply = Literal["minutes", "hours", "day"]
Asking = Literal["offline", "always", "never"]
QuestionType = Literal["text", "email", "choice"]


class HoursRange(Struct, frozen=True, forbid_unknown_fields=True):
    """Hours of one weekday, 0 being Monday. The last range of a day may end at 24:00."""

    day: Annotated[int, Meta(ge=0, le=6)]
    begins: Annotated[str, Meta(description="HH:MM by the clock of the zone.")]
    ends: Annotated[str, Meta(description="HH:MM, later than `begins`; 24:00 is midnight.")]


class OfficeHours(Struct, frozen=True, forbid_unknown_fields=True):
    """When somebody is there."""

    zone: Annotated[str, Meta(description="A time zone, as in Europe/Rome.")]
    weekly: tuple[HoursRange, ...] = ()
    holidays: Annotated[
        tuple[str, ...], Meta(description="Days on which nobody is there, as in 2026-12-25.")
    ] = ()


class ChatQuestion(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Something to ask before the first message."""

    id: Annotated[str, Meta(description="1 to 32 small letters, digits and _.")]
    label: Texts
    type: QuestionType = "text"
    choices: tuple[Texts, ...] = ()
    required: bool = False
    to: Annotated[
        str,
        Meta(
            description="Where the answer goes: `email` or `name` (a claim, unverified), "
            "`attribute.KEY` (one that visitors may write), or `message` (above the first message)."
        ),
    ] = "message"


class ChatFiles(Struct, frozen=True, forbid_unknown_fields=True):
    """Whether files may be sent, and of what size."""

    enabled: bool = True
    max_bytes: int = 10 * MEBIBYTE


class ChatSettings(Struct, frozen=True, kw_only=True):
    """All there is to set; what nobody has set is as it stands here."""

    enabled: bool = True
    name: Annotated[str | None, Meta(description="Null: the workspace's name.")] = None
    colour: Annotated[str, Meta(description="As in #1f6feb.")] = "#1f6feb"
    position: Position = "right"
    languages: tuple[Language, ...] = LANGUAGES
    default_language: Annotated[
        Language, Meta(description="For those whose language is not among them.")
    ] = "en"
    greeting: Annotated[Texts, Meta(description="Where one is missing, a text of ours.")] = {}
    about: Texts = {}
    team: Annotated[
        tuple[UUID, ...], Meta(description="Members whose first names are shown, three at most.")
    ] = ()
    hours: Annotated[OfficeHours | None, Meta(description="Null: always open.")] = None
    expected_reply: Reply | None = None
    ask: Annotated[Asking, Meta(description="When a visitor is asked for an e-mail address.")] = (
        "offline"
    )
    questions: tuple[ChatQuestion, ...] = ()
    files: ChatFiles = ChatFiles()
    reply_mail: Annotated[
        bool, Meta(description="Whether who has left gets a mail that there is a reply.")
    ] = True
    reply_mail_minutes: Annotated[
        int, Meta(description="How long a reply waits to be seen before the mail goes.")
    ] = 5


class ChatSettingsWrite(ChatSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings as they shall be, over the version that was read. What is left out is default.

    `avatar` comes and goes by routes of its own.
    """

    version: int


class ShownChatSettings(ChatSettings, frozen=True, kw_only=True):
    """The settings in force."""

    version: int
    """0 as long as nobody has changed any."""
    changed_at: int | None
    avatar: str | None
    """Where the picture is, under this installation's address."""
    open: bool
    opens_at: int | None
    mail_ready: bool
    """Whether mail can be sent at all."""
    preview: str
    """The script that shows the chat as these settings make it."""


class Kept(Struct, frozen=True):
    """The settings of a workspace as they are stored."""

    settings: ChatSettings
    version: int
    changed_at: datetime | None
    avatar: str | None
    """The hash of the picture that stands for the business."""


class ShownMember(Struct, frozen=True):
    """Somebody of the team, as visitors see them."""

    name: str
    initials: str


class AskedQuestion(Struct, frozen=True):
    """A question in the language of the answer."""

    id: str
    label: str
    type: QuestionType
    choices: list[str]
    required: bool


class FilesTaken(Struct, frozen=True):
    """What may be sent; `types` are media types."""

    enabled: bool
    max_bytes: int
    types: list[str]


class ChatConfig(Struct, frozen=True, kw_only=True):
    """What a page needs to show the chat: public, in one language, about nobody."""

    enabled: bool
    name: str
    colour: str
    ink: str
    """Black or white: what can be read on `colour`."""
    position: Position
    greeting: str
    about: str
    avatar: str | None
    open: bool
    opens_at: int | None
    expected_reply: Reply | None
    team: list[ShownMember]
    ask: Asking
    questions: list[AskedQuestion]
    files: FilesTaken
    consent: str
    policy_url: str
    language: Language
    languages: list[Language]
    default_language: Language
    sound: bool = False
