"""What the screen that installs the collector is told."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from openbook.accounts.credentials.schemas import ShownWriteKey
from openbook.accounts.people.schemas import Moment

InstallWayId = Literal["html", "react", "vue", "wordpress", "gtm", "segment", "android", "ios"]


class PastedFile(Struct, frozen=True):
    """A text to paste, and where."""

    where: str
    language: str
    text: str


class InstallWay(Struct, frozen=True):
    """One way to install the collector."""

    id: InstallWayId
    files: list[PastedFile]


class Installation(Struct, frozen=True):
    """What a site pastes, for one write key."""

    url: Annotated[str, Meta(description="The address that is in the snippets.")]
    url_is_set: Annotated[
        bool,
        Meta(description="False where `public_url` is not set: `url` is where you asked, then."),
    ]
    key: str
    keys: list[ShownWriteKey]
    ways: list[InstallWay]
    security_policy: Annotated[
        str, Meta(description="What a site adds to its own Content-Security-Policy.")
    ]


class Refusal(Struct, frozen=True):
    """What was not stored lately, and why."""

    reason: Annotated[
        str,
        Meta(description="A reason of openbook_messages_dropped, or the code of a refusal."),
    ]
    count: Annotated[int, Meta(description="Messages or requests within the hour.")]
    at: Annotated[Moment, Meta(description="The last of them.")]
    site: Annotated[
        str | None, Meta(description="For origin_not_allowed: which site it was, the last time.")
    ]


class Refusals(Struct, frozen=True):
    """What the process that answers refused of this workspace within the last hour.

    `unknown_key` belongs to no workspace: it may have been meant for another one.
    """

    items: list[Refusal]
