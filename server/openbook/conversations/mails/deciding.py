"""Whether a contact gets a mail that there is a reply, now, later or not at all. Pure."""

from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct

from openbook.conversations.mails.schemas import Mailed, Situation

ONE_IN = timedelta(days=1)
ON_ITS_WAY = timedelta(minutes=5)
"""So long a mail may take until the mail server has it."""
MOST_IGNORED = 3
"""Links that the owner of an unproved address lets lie; then there are no more. Whoever typed the
address may not be who owns it."""


class Decision(Struct, frozen=True):
    """`at`: when to look again, for `later`."""

    what: Literal["send", "later", "no"]
    at: datetime | None = None


NO = Decision("no")


def decide(
    found: Situation, mailed: Mailed, wait: timedelta, moment: datetime, *, wanted: bool
) -> Decision:
    """`wait`: how long a reply waits to be seen; `wanted`: whether the workspace sends such mails.

    Unsubscribing does not matter: this is the answer to what the contact asked, not a campaign.
    Hence nobody gets one who has asked nothing.
    """
    if not wanted or not found.wrote or found.email is None or found.spam or found.bounced:
        return NO
    if found.replied is None or found.replied_at is None or found.replied <= found.seen:
        return NO
    if mailed.told_at is not None and found.replied_at <= mailed.told_at:
        return NO  # that one has been told of
    if found.replied_at + wait > moment:
        return Decision("later", found.replied_at + wait)
    if not found.verified and mailed.ignored >= MOST_IGNORED:
        return NO
    if mailed.leaving_at is not None and mailed.leaving_at + ON_ITS_WAY > moment:
        return Decision("later", mailed.leaving_at + ON_ITS_WAY)
    if mailed.last_at is not None and mailed.last_at + ONE_IN > moment:
        return Decision("later", mailed.last_at + ONE_IN)
    return Decision("send")
