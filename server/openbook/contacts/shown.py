"""How each field is shown, as SQL: the one place where stored columns become the value shown.

Lists select these expressions and filters compare them, so a filter always means what is shown.
"""

from typing import Any

from sqlalchemy import ColumnElement, and_, case, func

from openbook.catalogue.fields import FIELDS
from openbook.catalogue.place_sources import KNOWN
from openbook.tables.contacts import contacts

USER = 2


def _source(kept: ColumnElement[Any]) -> ColumnElement[Any]:
    """The name of a place database and its month, which are kept as a letter and four digits."""
    year, month = func.substr(kept, 2, 2), func.substr(kept, 4, 2)
    known = [
        (kept.like(f"{letter}____"), func.concat(f"{name} 20", year, "-", month))
        for letter, name in KNOWN.items()
    ]
    return case(*known, else_=kept)


_RULED: dict[str, ColumnElement[Any]] = {
    "timezone": func.coalesce(contacts.c.timezone, contacts.c.place_timezone),
    # What an anonymous sender dated back does not count once the person is known.
    "first_seen_at": case(
        (
            and_(contacts.c.kind == USER, contacts.c.first_firm_at.is_not(None)),
            contacts.c.first_firm_at,
        ),
        else_=contacts.c.first_seen_at,
    ),
    "first_utms": case(
        (
            and_(contacts.c.kind == USER, contacts.c.firm_utms.is_not(None)),
            contacts.c.firm_utms,
        ),
        else_=contacts.c.first_utms,
    ),
    "bounce": func.coalesce(contacts.c.bounce, "none"),
    "unsubscribed": func.coalesce(contacts.c.unsubscribed, False),
    "spam": func.coalesce(contacts.c.spam, False),
    "web_sessions": func.coalesce(contacts.c.web_sessions, 0),
    "place_source": _source(contacts.c.place_source),
    "isp_source": _source(contacts.c.isp_source),
}
SHOWN_AS: dict[str, ColumnElement[Any]] = {
    field.id: _RULED.get(field.id, contacts.c[field.id]) for field in FIELDS
}
"""Field -> the expression over `contacts` that gives the value shown."""

SEEN = func.coalesce(contacts.c.last_seen_at, contacts.c.first_seen_at)
"""When a contact was last seen; for one that never was, when it was made."""
