"""What the addresses of the inbox take."""

from typing import Annotated
from uuid import UUID

from litestar.params import Parameter

ConversationId = Annotated[UUID, Parameter(description="The id of a conversation.")]
ContactId = Annotated[UUID | None, Parameter(description="Only those with this contact.")]
TagId = Annotated[UUID | None, Parameter(description="Only those that have this tag.")]
AssigneeId = Annotated[UUID | None, Parameter(description="Only those assigned to this member.")]
Words = Annotated[
    str | None,
    Parameter(
        description="Beginnings of words that were said or noted, or of the contact's name; or of "
        "the contact's address."
    ),
]
Limit = Annotated[int, Parameter(ge=1, le=100, description="Conversations in a page.")]
Cursor = Annotated[str | None, Parameter(description="`next_cursor` of the page before.")]
Stretch = Annotated[int, Parameter(ge=1, le=200, description="Messages in an answer.")]
After = Annotated[
    int | None, Parameter(ge=0, le=2**31 - 1, description="The first messages behind this `seq`.")
]
Before = Annotated[
    int | None, Parameter(ge=0, le=2**31 - 1, description="The last messages before this `seq`.")
]
