"""How long a chat session and its tokens are good. Pure.

A lasting session is one of the browser's storage: three months after it was last used, and never
longer than thirteen months from its beginning, whatever happens (the bound that supervisory
authorities give for identifiers of a visitor). One that is not lasting ends half a day after its
last use; the page that closes forgets the token.
"""

import secrets
from datetime import datetime, timedelta

from openbook.conversations.visiting.schemas import ChatSession

TOKEN = "obc_"
LONGEST_TOKEN = 64
IDLE = timedelta(days=90)
LONGEST = timedelta(days=395)
BRIEF_IDLE = timedelta(hours=12)
BRIEF_LONGEST = timedelta(days=2)
ROTATED_AFTER = timedelta(days=1)
FORMER_GOOD = timedelta(minutes=5)
"""So long a token is good beside the one that came after it: other tabs hold it still. It begins
when the new one is first used, since the answer that brought it may have been lost."""
NOTED_EVERY = timedelta(minutes=1)


def new_chat_token() -> str:
    """`obc_` and 43 characters, 256 random bits."""
    return TOKEN + secrets.token_urlsafe(32)


def expires_at(created_at: datetime, moment: datetime, *, lasting: bool) -> datetime:
    """When a session ends that is used now."""
    idle, longest = (IDLE, LONGEST) if lasting else (BRIEF_IDLE, BRIEF_LONGEST)
    return min(moment + idle, created_at + longest)


def wants_rotation(session: ChatSession, moment: datetime) -> bool:
    """Whether the token is so old that the next answer should bring another."""
    return moment - session.rotated_at >= ROTATED_AFTER
