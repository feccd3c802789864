"""What an export says somebody merely claimed: bringing it back in makes it no truer."""

from typing import Any

import msgspec

_DECODE = msgspec.json.Decoder().decode
_ASSERTED = ("user_id", "email", "name")


def claimed(provenance: Any) -> frozenset[str]:
    """The columns of a row that hold claims, by the `provenance` which an export wrote beside them.

    An object, as JSON in a cell of a CSV; none are known where it is neither. A stranger who sends
    your customer's id and an address of their own would otherwise be believed once an export is
    imported as it is.
    """
    if isinstance(provenance, str):
        try:
            provenance = _DECODE(provenance)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            return frozenset()
    if not isinstance(provenance, dict):
        return frozenset()
    return frozenset(
        name
        for name, entry in provenance.items()
        if isinstance(entry, dict)
        and entry.get("verified") is False
        and (name in _ASSERTED or name.startswith("attributes."))
    )
