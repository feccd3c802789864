"""The columns that a file of contacts may have: those asked for, or all of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from openbook.catalogue.policy import Attribute
from openbook.contacts.schemas import SHOWN, Contact
from openbook.errors import BadInput
from openbook.tags.naming import join_names

HEAD = ("id", "kind", "display_name")
TAIL = ("devices", "identities", "provenance")
OWN = "attributes."
TAGS = "tags"


def all_columns(attributes: Mapping[str, Attribute]) -> list[str]:
    """Everything: who it is, the fields, the operator's own, and what stands around them."""
    own = (f"{OWN}{name}" for name in sorted(attributes))
    return [*HEAD, *(field.id for field in SHOWN), TAGS, *own, *TAIL]


def read_columns(names: Sequence[str], attributes: Mapping[str, Attribute]) -> list[str]:
    """Those that were asked for, each once; refuses a name that is none."""
    known = set(all_columns(attributes))
    for name in names:
        if name not in known:
            raise BadInput(f"There is no column {name[:64]!r} to export.", "bad_columns")
    if not names:
        raise BadInput("Name at least one column, or leave `columns` out for all.", "bad_columns")
    return list(dict.fromkeys(names))


def value_of(contact: Contact, column: str) -> Any:
    """What a contact has in a column; None for nothing."""
    if column.startswith(OWN):
        return contact.attributes.get(column.removeprefix(OWN))
    if column == TAGS:
        return join_names(given.name for given in contact.tags) or None
    value = getattr(contact, column)
    return value or None if column in TAIL else value
