"""Whether a database keeps what it commits: the settings that decide it, and the sentence if not.

An answered message is a stored one, so nothing is stored where a commit may be lost with a crash or
the power. `synchronous_commit` may be `on`, `remote_apply`, `remote_write` or `local`: each of them
waits for this server's own disk. Only `off` does not.
"""

from collections.abc import Mapping
from typing import Any

from openbook.errors import Misconfigured, Unavailable

SETTINGS = ("fsync", "full_page_writes", "synchronous_commit")
COLUMNS = ", ".join(f"current_setting('{name}') AS {name}" for name in SETTINGS)
"""What a SELECT asks to learn them, as they are for the very connection that asks."""
VARIABLE = "OPENBOOK_UNSAFE_DURABILITY"
WARNING = (
    f"{VARIABLE} is set: what was answered may be lost with a crash or the power. It is there for "
    "tests alone."
)
_WHERE = {
    "fsync": "fsync = on in postgresql.conf",
    "full_page_writes": "full_page_writes = on in postgresql.conf",
    "synchronous_commit": "synchronous_commit = on in postgresql.conf, and take it back where the "
    "database or its user has it off (ALTER DATABASE or ALTER ROLE ... RESET synchronous_commit)",
}


class Careless(Unavailable):
    """The database would not keep what it commits, so nothing is committed."""

    code, retry_after = "careless_database", 30


def careless(found: Mapping[str, Any]) -> tuple[str, ...]:
    """Which of the settings let a commit be lost. `found`: name -> value, as PostgreSQL says it."""
    return tuple(name for name in SETTINGS if found[name] == "off")


def complaint(names: tuple[str, ...]) -> str:
    """What is off and how to put it right."""
    off = " and ".join(f"{name} is off" for name in names)
    advice = "; ".join(_WHERE[name] for name in names)
    return f"{off}: the database could lose what was answered. Set {advice}."


def refuse_careless(found: Mapping[str, Any]) -> None:
    """Raise Careless where a setting is off."""
    names = careless(found)
    if names:
        raise Careless(complaint(names))


def refuse_to_start(found: Mapping[str, Any]) -> None:
    """Raise Misconfigured where a setting is off."""
    names = careless(found)
    if names:
        raise Misconfigured(
            f"openbook does not start: {complaint(names)} (For tests alone, {VARIABLE}=1 starts it "
            "all the same.)"
        )
