"""Why a merged contact shows which value: the two contacts, the result, and the rule between."""

from typing import Any

from openbook.catalogue.field import Field
from openbook.contacts.previews.schemas import Outcome, Why, Winner
from openbook.contacts.schemas import SHOWN, Contact, Provenance

ATTRIBUTES = "attributes."
_SUMS = frozenset({"web_sessions"})
_EARLIEST = frozenset({"first_seen_at", "first_utms"})
_CHOICES = frozenset({"unsubscribed", "unsubscribed_at", "unsubscribed_how"})
_LATEST_STATE = frozenset({"last_activity_at"})
_RANKS = ("anonymous", "claimed", "mailbox", "signed", "server")


def outcomes(kept: Contact, gone: Contact, result: Contact) -> list[Outcome]:
    """One for each field that at least one of the two has, in the order of the catalogue."""
    found: list[Outcome] = []
    for field in SHOWN:
        values = [_plain(getattr(contact, field.id)) for contact in (kept, gone, result)]
        if values[0] is not None or values[1] is not None:
            pair = (kept.provenance.get(field.id), gone.provenance.get(field.id))
            found.append(_outcome(field.id, field, values, pair))
    for name in sorted(kept.attributes.keys() | gone.attributes.keys()):
        key = f"{ATTRIBUTES}{name}"
        values = [contact.attributes.get(name) for contact in (kept, gone, result)]
        pair = (kept.provenance.get(key), gone.provenance.get(key))
        found.append(_outcome(key, None, values, pair))
    return found


def _plain(value: Any) -> Any:
    """Nothing, for what an untouched contact shows as well: no mark, no session, no bounce."""
    return None if value in (False, 0, "none") else value


def _outcome(
    name: str,
    field: Field | None,
    values: list[Any],
    pair: tuple[Provenance | None, Provenance | None],
) -> Outcome:
    kept, gone, result = values
    if kept == gone == result:
        return Outcome(name, "same", "equal")
    winner: Winner = "both"
    if result == kept and result != gone:
        winner = "kept"
    elif result == gone and result != kept:
        winner = "gone"
    return Outcome(name, winner, _why(name, field, values, winner, pair))


def _why(
    name: str,
    field: Field | None,
    values: list[Any],
    winner: Winner,
    pair: tuple[Provenance | None, Provenance | None],
) -> Why:
    kept, gone, result = values
    if name in _SUMS and winner == "both":
        return "sum"
    if name in _CHOICES:
        return "choice"
    if field is not None and field.keeping == "state" and name not in _LATEST_STATE:
        return "kept_stays"
    if winner == "both":
        return "recomputed"
    if (kept is None or gone is None) and result is not None:
        return "only"
    if name in _EARLIEST:
        return "earlier"
    if field is None or field.keeping == "asserted":
        return _between(pair)
    return "later"


def _between(pair: tuple[Provenance | None, Provenance | None]) -> Why:
    """Of two values that somebody said: the better known sender, else the later (T0, T1: earlier).

    A null that was said clears a value, and has no provenance: then the moment decided.
    """
    kept, gone = pair
    if kept is None or gone is None:
        return "later"
    if kept.trust != gone.trust:
        return "trust"
    return "later" if _RANKS.index(kept.trust) >= _RANKS.index("mailbox") else "earlier"
