"""Values that a verified message says once more: whether they are known, and what that changes.

Who is signed in says so with every message. Where the contact shows that value already, of a claim
of as much trust, only times go on: the claim's, and the contact's where it is the later one. There
is nothing to choose anew, so `contacts/again.py` sets them in its own statement, on the condition
that the rows hold what is believed here. The law is that of `contacts/assertions.py`.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from openbook.catalogue.field import Trust
from openbook.contacts.arrays import PACK
from openbook.contacts.assertions import ATTRIBUTE, Claim, rank
from openbook.contacts.fold import digest
from openbook.contacts.staging import micros

FIELDS = ("user_id", "email", "name")
MOST = 16
LONGEST = 255
"""Of the values of one device that are remembered, and characters of each."""


class Held(msgspec.Struct, frozen=True, gc=False):
    """A value that a device said, and that its contact is believed to show."""

    value: str | bool
    trust: Trust
    digest: int


Said = Mapping[str, Held]
"""By field."""


def believe_said(claims: Iterable[Claim], before: Said) -> Said:
    """What is believed of a device once these claims are kept."""
    held = dict(before)
    for claim in claims:
        value = claim.value
        fits = isinstance(value, bool) or (isinstance(value, str) and len(value) <= LONGEST)
        if fits and claim.trust >= Trust.MAILBOX:
            held[claim.field] = Held(value, claim.trust, digest(value))
        else:
            held.pop(claim.field, None)
    return held if len(held) <= MOST else {}


def is_held(field: str, value: Any, trust: Trust, held: Said) -> bool:
    """Whether the contact is believed to show this, of a claim of this trust."""
    known = held.get(field)
    # To Python, 1 and true are equal.
    return (
        known is not None
        and known.trust == trust
        and known.value == value
        and type(known.value) is type(value)
    )


_Row = tuple[Any, ...]


def said_again(
    key: Sequence[bytes], claims: Sequence[Claim], held: Said
) -> tuple[_Row, list[_Row]] | None:
    """What these claims of one device change: a row of `CONTACT_COLUMNS`, and of `CLAIM_COLUMNS`
    those that they repeat. None where one of them is believed to change more than times.

    `key`: workspace, device and contact as bytes, and whatever else.
    """
    latest: dict[str, Claim] = {}
    for claim in claims:
        if not is_held(claim.field, claim.value, claim.trust, held):
            return None
        before = latest.get(claim.field)
        if before is None or rank(before) < rank(claim):
            latest[claim.field] = claim
    shown: list[Any] = []
    for field in FIELDS:
        claim = latest.get(field)
        if claim is None:
            shown += (None, None, None, None)
        else:
            shown += (claim.value, int(claim.trust), micros(claim.occurred_at), int(claim.source))
    attributes = {
        field.removeprefix(ATTRIBUTE): claim.value
        for field, claim in latest.items()
        if field not in FIELDS
    }
    shown.append(msgspec.json.encode(attributes).decode() if attributes else None)
    repeated = [
        (
            key[0],
            key[2],
            key[1],
            field,
            int(claim.trust),
            held[field].digest,
            rank(claim),
            micros(claim.occurred_at),
            int(claim.source),
        )
        for field, claim in latest.items()
    ]
    return tuple(shown), repeated


CONTACT_COLUMNS = {
    **{
        f"said_{field}{part}": type_
        for field in FIELDS
        for part, type_ in (("", "text"), ("_trust", "int8"), ("_at", "timestamptz"),
                            ("_source", "int8"))
    },
    "said_attributes": "text",
}  # fmt: skip
CLAIM_COLUMNS = {
    "workspace_id": "uuid", "contact_id": "uuid", "origin_id": "uuid", "field": "text",
    "trust": "int2", "digest": "int8", "rank": "int8", "occurred_at": "timestamptz",
    "source": "int2",
}  # fmt: skip
_KEY = ("workspace_id", "contact_id", "origin_id", "field", "trust", "digest")
_HELD_BY = (
    "FROM identities i WHERE i.workspace_id = t.workspace_id AND i.field = '{field}' "
    "AND i.value = {value}"
)
_OWNED = {
    "user_id": "(SELECT i.contact_id = t.contact_id AND i.trust >= t.said_user_id_trust "
    f"{_HELD_BY.format(field='user_id', value='t.said_user_id')})",
    # Of several contacts with one address it is the first one's, and stays so.
    "email": "(SELECT i.contact_id <> t.contact_id OR i.trust >= t.said_email_trust "
    f"{_HELD_BY.format(field='email', value='c.email_key')})",
    "name": "true",
}
"""Whether the identity is what it would be after the claim."""


def _shows(field: str) -> str:
    said = f"t.said_{field}"
    return (
        f"CASE WHEN {said} IS NULL THEN true ELSE c.{field} = {said} "
        f"AND c.{field}_trust = {said}_trust AND {_OWNED[field]} END"
    )


# As scalar subqueries and within a CASE, they are asked once, of the row that its key has found.
SHOWS = " AND ".join(
    (
        *map(_shows, FIELDS),
        "(t.said_attributes IS NULL OR c.attributes @> t.said_attributes::jsonb)",
    )
)
"""The condition under which a contact `c` shows what the row `t` says."""
TIMES = ", ".join(
    f"{field}_at = greatest(c.{field}_at, t.said_{field}_at), "
    f"{field}_source = CASE WHEN t.said_{field}_at > c.{field}_at "
    f"THEN t.said_{field}_source::int2 ELSE c.{field}_source END"
    for field in FIELDS
)
"""SET clauses for a contact `c` that shows it."""
REPEAT = f"""
  UPDATE claims k SET rank = greatest(k.rank, t.rank),
    occurred_at = CASE WHEN t.rank > k.rank THEN t.occurred_at ELSE k.occurred_at END,
    source = CASE WHEN t.rank > k.rank THEN t.source ELSE k.source END
  FROM (
    SELECT * FROM unnest({", ".join(f"%(k_{name})s::{t}[]" for name, t in CLAIM_COLUMNS.items())})
      AS t({", ".join(CLAIM_COLUMNS)}) OFFSET 0
  ) AS t
  WHERE {" AND ".join(f"k.{name} = t.{name}" for name in _KEY)}
"""
"""Gives the claims that are repeated their later times."""


def packed(repeated: Sequence[_Row]) -> dict[str, Any]:
    """The parameters of `REPEAT`."""
    columns = zip(*repeated, strict=True)
    return {
        f"k_{name}": PACK[type_](column)
        for (name, type_), column in zip(CLAIM_COLUMNS.items(), columns, strict=True)
    }
