"""Where values of a field are stored, and what leaves none of them there. Pure.

Derived from the tables: a column says in its `info` which field it holds, so what a later table
keeps of a field is found here too. What is no plain column of its own is named one by one.
"""

from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import Table

from openbook.catalogue.fields import FIELDS, GROUPS
from openbook.catalogue.policy import Policy
from openbook.tables import metadata

ASSERTED = ("user_id", "email", "name")
PLATFORMS = ("web", "android", "ios")
STATE = ("spam", "spam_at", "spam_by", "last_activity_at", "bounce")
"""What the journal of merges keeps of the contact that stayed."""
CONTACT, KEPT = "moved->'contact'", "moved->'kept'"


class Holding(msgspec.Struct, frozen=True):
    """Rows of one table that hold a value, and what is done to them."""

    table: str
    key: str
    """The column with the contact's id."""
    holds: str
    """The condition on a row that it holds a value."""
    change: str | None
    """What to set; None where the row goes."""


def ruled_by(switch: str) -> tuple[str, ...]:
    """The ids of the fields that a switch rules: the one it is called after, and derived ones."""
    return tuple(field.id for field in FIELDS if field.switch == switch)


def holdings(ids: Sequence[str], policy: Policy) -> list[Holding]:
    """Where values of these fields are, in a workspace with this policy, which has them off."""
    found = [*_columns(ids, policy), *_said(ids), *_sessions(ids), *_seen(ids, policy)]
    if journal := _journal(ids):
        found.append(journal)
    return found


def _columns(ids: Sequence[str], policy: Policy) -> Iterable[Holding]:
    """Plain columns; with the last field of a register goes what orders it."""
    emptied = [
        group
        for group, fields in GROUPS.items()
        if any(field.id in ids for field in fields)
        and not any(policy.keeps(field.id) for field in fields)
    ]
    beside = {f"{group}_{part}" for group in emptied for part in ("at", "tie", "from")}
    beside |= {f"{name}_{part}" for name in ids for part in ("at", "trust", "source")}
    if "first_utms" in ids:
        beside |= {
            f"{name}_{part}" for name in ("first_utms", "firm_utms") for part in ("at", "tie")
        }
    for platform in ("android", "ios"):
        told = (f"{platform}_sessions", f"{platform}_last_seen_at")
        if any(name in ids for name in told) and not any(map(policy.keeps, told)):
            beside.add(f"{platform}_device_id")
    for table in metadata.sorted_tables:
        key = _key(table)
        names = [
            column.name
            for column in table.c
            if column.nullable
            and column.info.get("field") in ids
            and not _is_shared(table, column.name)
        ]
        if key is None or not names:
            continue
        # A column of another field may have such a name: last_page_viewed_at is one.
        more = [
            column.name
            for column in table.c
            if column.name in beside and column.nullable and "field" not in column.info
        ]
        holds = " OR ".join(map(_held, names))
        change = ", ".join(f"{name} = NULL" for name in (*names, *more))
        if table.name == "contacts" and {"user_id", "email"} & set(ids):
            change += f", kind = {_kind(ids)}"
        yield Holding(table.name, key, f"({holds})", change)


def _held(column: str) -> str:
    """Whether a column holds a value: a count of nothing is none."""
    return f"{column} > 0" if column.endswith("_sessions") else f"{column} IS NOT NULL"


def _key(table: Table) -> str | None:
    if table.name == "contacts":
        return "id"
    return "contact_id" if "contact_id" in table.c else None


def _is_shared(table: Table, column: str) -> bool:
    """Whether other fields are told by the column too: see `_seen`."""
    return table.name == "devices" and column == "last_seen_at"


def _kind(ids: Sequence[str]) -> str:
    """What somebody is called by who has neither of what goes."""
    user = "" if "user_id" in ids else "WHEN user_id IS NOT NULL THEN 2 "
    lead = "" if "email" in ids else "WHEN email IS NOT NULL THEN 1 "
    return f"CASE {user}{lead}ELSE 0 END" if user or lead else "0"


def _said(ids: Sequence[str]) -> Iterable[Holding]:
    """Claims, identities and the words of names."""
    for name in ids:
        if name in ASSERTED:
            yield Holding("claims", "contact_id", f"field = '{name}'", None)
        if name in ("user_id", "email"):
            yield Holding("identities", "contact_id", f"field = '{name}'", None)
        if name == "name":
            yield Holding("contact_words", "contact_id", "true", None)


def _sessions(ids: Sequence[str]) -> Iterable[Holding]:
    nothing = "sessions = '{}', sealed_sessions = 0, session_count = 0, session_count_before = 0"
    for platform in PLATFORMS:
        if f"{platform}_sessions" in ids:
            holds = f"platform = '{platform}' AND session_count > 0"
            yield Holding("devices", "contact_id", holds, nothing)


def _seen(ids: Sequence[str], policy: Policy) -> Iterable[Holding]:
    """When a device was seen last tells of the contact, and of the app: it goes with both."""
    if not any(name.endswith("last_seen_at") for name in ids):
        return
    off = [
        platform
        for platform in (*PLATFORMS, "server")
        if not policy.keeps("last_seen_at")
        and (platform in ("web", "server") or not policy.keeps(f"{platform}_last_seen_at"))
    ]
    if off:
        named = ", ".join(f"'{platform}'" for platform in off)
        holds = f"platform IN ({named}) AND last_seen_at IS NOT NULL"
        yield Holding("devices", "contact_id", holds, "last_seen_at = NULL")


def _journal(ids: Sequence[str]) -> Holding | None:
    """What the journal keeps of a contact that was merged into another, for undoing it."""
    columns = [
        column.name
        for column in metadata.tables["contacts"].c
        if column.nullable and column.info.get("field") in ids
    ]
    if not columns:
        return None
    empty = ", ".join(f"'{name}', NULL" for name in columns)
    hour = ", 'seen_hour', 0" if "last_seen_at" in ids else ""
    moved = (
        f"moved || jsonb_build_object('contact', {CONTACT} || jsonb_build_object({empty}{hour}))"
    )
    holds = [f"{CONTACT}->>'{name}' IS NOT NULL" for name in columns]
    if state := [name for name in columns if name in STATE]:
        nothing = ", ".join(f"'{name}', NULL" for name in state)
        moved += f" || jsonb_build_object('kept', {KEPT} || jsonb_build_object({nothing}))"
        holds += [f"{KEPT}->>'{name}' IS NOT NULL" for name in state]
    for name in ("user_id", "email"):
        if name in ids:
            rest = (
                "SELECT coalesce(jsonb_agg(one), '[]') FROM jsonb_array_elements_text("
                f"moved->'identities') AS one WHERE left(one, {len(name) + 1}) <> '{name}:'"
            )
            moved += f" || jsonb_build_object('identities', ({rest}))"
            holds.append(
                f"jsonb_path_exists(moved->'identities', '$[*] ? (@ starts with \"{name}:\")')"
            )
    if "email" in ids or "unsubscribed" in ids:
        # It names the address. An undone merge then leaves the choice as the merge made it.
        moved = f"({moved}) - 'subscription'"
        holds.append("moved ? 'subscription'")
    return Holding("merges", "kept_id", f"({' OR '.join(holds)})", f"moved = {moved}")
