"""What the routes of contacts share: what addresses take, and what every answer says."""

from typing import Annotated
from uuid import UUID

from litestar.params import Parameter

UserId = Annotated[str | None, Parameter(description="The customer's own id, exactly.")]
Email = Annotated[str | None, Parameter(description="An address, in any case.")]
AnonymousId = Annotated[str | None, Parameter(description="The id of a browser or an app.")]
Words = Annotated[
    str | None,
    Parameter(description="Beginnings of words of the name, or of the address or the user id."),
]
Filters = Annotated[
    list[str] | None,
    Parameter(
        description="`FIELD:OPERATOR:VALUE`, or a filter as JSON; repeat it to narrow. "
        "`GET /api/fields` lists fields and operators."
    ),
]
Limit = Annotated[int, Parameter(ge=1, le=200, description="Contacts in a page.")]
Cursor = Annotated[str | None, Parameter(description="`next` of the page before.")]
ContactId = Annotated[UUID, Parameter(description="The id of a contact.")]

PRIVATE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
"""Headers of answers about people: nothing between us and the caller keeps them."""
