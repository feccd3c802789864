"""Rows of an import, read as what may be imported, or refused in a sentence.

Columns: user_id, email, name, unsubscribed, first_seen_at, occurred_at, tags, attributes.NAME.
Every other column of the catalogue is known and cannot be imported; it is left out and reported.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from io import BufferedIOBase, RawIOBase
from typing import Any, Literal

import msgspec
from msgspec import Struct

from openbook.catalogue.fields import BY_ID, FIELDS
from openbook.catalogue.policy import Policy
from openbook.contacts.asked import FLAGS, storable
from openbook.contacts.assertions import ATTRIBUTE
from openbook.contacts.attributes import SHAPES, read_attribute
from openbook.contacts.moments import read_time
from openbook.contacts.schemas import Contact
from openbook.contacts.transfer.claimed import claimed
from openbook.contacts.transfer.csv_text import read_rows
from openbook.contacts.transfer.said import CONVERSATIONS
from openbook.contacts.values import email_key, read_email, read_name, read_user_id
from openbook.errors import BadInput
from openbook.tags.naming import key_of, split_names
from openbook.tags.naming import read_name as read_tag

Format = Literal["csv", "ndjson"]
OCCURRED = "occurred_at"
TAGS = "tags"
PROVENANCE = "provenance"
IMPORTABLE = tuple(field.id for field in FIELDS if "import" in field.written_by)
KNOWN = frozenset(Contact.__struct_fields__) | frozenset(BY_ID) | {CONVERSATIONS}
MAX_LINE = 1_000_000
_DOTTED = "attributes."
_decode = msgspec.json.Decoder().decode


class ImportRow(Struct, frozen=True, kw_only=True):
    """A row that can be taken."""

    line: int
    user_id: str | None
    email: str | None
    email_key: str | None
    said: dict[str, Any]
    """user_id, email, name, attribute.NAME -> value."""
    unsubscribed: bool | None
    first_seen_at: datetime | None
    occurred_at: datetime
    """When the row was true; a value that is newer than this is not overwritten."""
    tags: tuple[str, ...] = ()
    """Names of tags to be given besides those the contact has."""


class Unfit(Exception):
    """Why a row is rejected: a code that stays the same, a sentence, and the column it is about.

    The dashboard has its own sentence for each code.
    """

    def __init__(self, code: str, reason: str, about: str | None = None):
        super().__init__(reason)
        self.code, self.reason, self.about = code, reason, about


class Columns(Struct, frozen=True):
    """Which columns of a file are taken, and which are left out."""

    taken: frozenset[str]
    ignored: list[str]


def raw_rows(
    file: BufferedIOBase | RawIOBase,
    format: Format,
    policy: Policy,
    columns: Sequence[str] | None = None,
) -> Iterator[tuple[int, dict[str, Any] | Unfit, Iterable[str]]]:
    """(line, values by column, or why there are none, columns left out) of each row.

    `columns` of a CSV: what its columns are, in place of what its first line calls them.
    """
    if format == "csv":
        return _csv_rows(file, policy, columns)
    return _json_rows(file, policy)


def sort_columns(names: Iterable[str], policy: Policy) -> Columns:
    """Refuses a name that is no column, because it is most likely a misspelt one."""
    taken: set[str] = set()
    ignored: list[str] = []
    for name in names:
        if name.startswith(_DOTTED):
            attribute = name.removeprefix(_DOTTED)
            if attribute not in policy.attributes:
                raise Unfit(
                    "undeclared_attribute",
                    f"the attribute {attribute[:64]!r} is not declared; declare it with "
                    f"`openbook settings set attribute.{attribute[:64]}=text`",
                    attribute[:64],
                )
            taken.add(name)
        elif name in (OCCURRED, TAGS) or (name in IMPORTABLE and policy.keeps(name)):
            taken.add(name)
        elif name in KNOWN:
            ignored.append(name)
        else:
            raise Unfit(
                "unknown_column",
                f"there is no column {name[:64]!r}; an import takes {', '.join(IMPORTABLE)}, "
                f"{OCCURRED}, {TAGS} and attributes.NAME",
                name[:64],
            )
    return Columns(frozenset(taken), ignored)


def read_row(line: int, values: Mapping[str, Any], policy: Policy, moment: datetime) -> ImportRow:
    """Check every value of a row; raises Unfit with the reason."""
    for name, value in values.items():
        if isinstance(value, str) and not storable(value):
            raise Unfit("bad_text", f"{name} has a NUL or is not UTF-8", name)
    said: dict[str, Any] = {}
    for name, read, what in (
        ("user_id", read_user_id, "a user id"),
        ("email", read_email, "an e-mail address"),
        ("name", read_name, "a name"),
    ):
        if name in values:
            said[name] = read(values[name])
            if said[name] is None:
                raise Unfit(f"bad_{name}", f"{name} is not {what}", name)
    for name, value in values.items():
        if name.startswith(_DOTTED):
            said[ATTRIBUTE + name.removeprefix(_DOTTED)] = _attribute(name, value, policy)
    email = said.get("email")
    if said.get("user_id") is None and email is None:
        raise Unfit("no_identity", "it has neither a user_id nor an email to find the contact by")
    return ImportRow(
        line=line,
        user_id=said.get("user_id"),
        email=email,
        email_key=email_key(email) if email else None,
        said=said,
        unsubscribed=_flag(values),
        first_seen_at=_moment("first_seen_at", values, moment),
        occurred_at=_moment(OCCURRED, values, moment) or moment,
        tags=_tags(values.get(TAGS)),
    )


def _csv_rows(
    file: BufferedIOBase | RawIOBase, policy: Policy, given: Sequence[str] | None
) -> Iterator[tuple[int, dict[str, Any] | Unfit, Iterable[str]]]:
    rows = read_rows(file)
    _, header = next(rows, (0, None))
    if header is None:
        raise BadInput("The file has no line with the names of its columns.", "bad_import")
    if given is not None and len(given) != len(header):
        raise BadInput(
            f"`columns` names {len(given)} columns, and the file has {len(header)}.", "bad_import"
        )
    # Looked for in the file itself: whoever names the columns may leave this one out unseen.
    told = next((at for at, name in enumerate(header) if name.strip() == PROVENANCE), None)
    header = [name.strip() for name in (header if given is None else given)]
    # An empty name leaves a column out; only who says what the columns are can mean that.
    named = header if given is None else [name for name in header if name]
    if len(set(named)) < len(named):
        raise BadInput("Two columns of the file have the same name.", "bad_import")
    try:
        columns = sort_columns(named, policy)
    except Unfit as why:
        raise BadInput(f"The file cannot be imported: {why}.", "bad_import") from None
    for line, cells in rows:
        if cells is None:
            reason = "its quotes do not close or are out of place"
            yield line, Unfit("bad_quotes", reason), columns.ignored
        elif len(cells) != len(header):
            reason = f"it has {len(cells)} cells, and the first line {len(header)}"
            yield line, Unfit("cell_count", reason), columns.ignored
        else:
            pairs = zip(header, cells, strict=True)
            found = {name: _cell(name, cell, policy) for name, cell in pairs if cell.strip()}
            takes = columns.taken - claimed(None if told is None else cells[told])
            taken = {name: value for name, value in found.items() if name in takes}
            yield line, taken, columns.ignored


def _cell(name: str, cell: str, policy: Policy) -> Any:
    """A text as JSON would have it, where the type of an attribute asks for something else."""
    declared = policy.attributes.get(name.removeprefix(_DOTTED))
    if not name.startswith(_DOTTED) or declared is None:
        return cell
    if declared.type == "flag":
        return FLAGS.get(cell.strip().lower(), cell)
    if declared.type == "number":
        try:
            return int(cell) if cell.strip().lstrip("+-").isdecimal() else float(cell)
        except ValueError:
            return cell
    return cell


def _json_rows(
    file: BufferedIOBase | RawIOBase, policy: Policy
) -> Iterator[tuple[int, dict[str, Any] | Unfit, Iterable[str]]]:
    line = 0
    while text := file.readline(MAX_LINE):
        line += 1
        if len(text) == MAX_LINE and not text.endswith(b"\n"):
            while (rest := file.readline(MAX_LINE)) and not rest.endswith(b"\n"):
                pass
            yield line, Unfit("too_long", f"it is longer than {MAX_LINE:,} bytes"), ()
        elif text.strip(b"\xef\xbb\xbf \t\r\n"):
            yield line, *_json_row(text, policy)


def _json_row(text: bytes, policy: Policy) -> tuple[dict[str, Any] | Unfit, Iterable[str]]:
    try:
        row = _decode(text.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return Unfit("not_json", "it is not JSON"), ()
    if not isinstance(row, dict):
        return Unfit("not_object", "it is not a JSON object"), ()
    attributes = row.pop("attributes", None)
    if isinstance(attributes, dict):
        row |= {f"{_DOTTED}{name}": value for name, value in attributes.items()}
    elif attributes is not None:
        return Unfit("not_object", "attributes is not a JSON object", "attributes"), ()
    try:
        columns = sort_columns(row, policy)
    except Unfit as why:
        return why, ()
    takes = columns.taken - claimed(row.get(PROVENANCE))
    taken = {name: row[name] for name in takes if row[name] is not None}
    return taken, columns.ignored


def _attribute(name: str, value: Any, policy: Policy) -> Any:
    declared = policy.attributes[name.removeprefix(_DOTTED)]
    read = read_attribute(declared.type, value)
    if read is None:
        raise Unfit(f"not_{declared.type}", f"{name} is not {SHAPES[declared.type]}", name)
    return read


def _tags(value: Any) -> tuple[str, ...]:
    """Names with commas between, or a list of names or of tags as an export writes them."""
    if value is None:
        return ()
    parts = split_names(value) if isinstance(value, str) else value
    if not isinstance(parts, list):
        raise Unfit(
            "bad_tags", "tags is neither names with commas between nor a list of names", TAGS
        )
    found: dict[str, str] = {}
    for part in parts:
        said = part.get("name") if isinstance(part, dict) else part
        name = read_tag(said) if isinstance(said, str) else None
        if name is None:
            raise Unfit(
                "bad_tag", "tags has a name that none can have: 1 to 40 characters, no comma", TAGS
            )
        found.setdefault(key_of(name), name)
    return tuple(found.values())


def _flag(values: Mapping[str, Any]) -> bool | None:
    value = values.get("unsubscribed")
    if isinstance(value, str):
        value = FLAGS.get(value.strip().lower(), value)
    if value is not None and not isinstance(value, bool):
        raise Unfit("not_flag", "unsubscribed is not true or false", "unsubscribed")
    return value


def _moment(name: str, values: Mapping[str, Any], moment: datetime) -> datetime | None:
    if name not in values:
        return None
    found = read_time(values[name])
    if found is None or found.year < 1970:
        raise Unfit(
            "not_time", f"{name} is not UNIX seconds or a time such as 2026-06-30T12:00:00Z", name
        )
    if found > moment:
        raise Unfit("in_the_future", f"{name} is in the future", name)
    return found
