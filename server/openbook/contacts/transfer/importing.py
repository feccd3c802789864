"""Import contacts from a file: match by verified identity, create or update, tell what happened.

An import is a source like any other: its values are claims of trust T4 dated by `occurred_at`, a
newer value stands, and it may unsubscribe an address but never subscribe one again.
"""

from collections.abc import AsyncIterator, Callable, Container, Iterator, Sequence
from datetime import datetime, timedelta
from io import BufferedIOBase, RawIOBase
from typing import Any
from uuid import UUID

from msgspec import Struct

from openbook.accounts.queries import workspace
from openbook.audit.noting import note
from openbook.audit.schemas import COMMAND, Actor
from openbook.catalogue.field import Source, Trust
from openbook.catalogue.policy import Policy
from openbook.clock import Clock, now
from openbook.contacts.actions import set_subscription
from openbook.contacts.assertions import NOWHERE, Claim, assert_many
from openbook.contacts.creating import tell_many
from openbook.contacts.holders import reserve
from openbook.contacts.schemas import RejectedRow, Report
from openbook.contacts.transfer.known import Found, Known, Standing, find_known
from openbook.contacts.transfer.rows import Format, ImportRow, Unfit, raw_rows, read_row
from openbook.db import Connection, Database
from openbook.errors import NotFound, Unavailable
from openbook.ids import new_id
from openbook.live.publishing import publish
from openbook.tags.actions import ensure
from openbook.tags.naming import key_of
from openbook.tags.queries import give, ids_of

BATCH = 500
TRIES = 3
Progress = Callable[[Report, int], None]


class Importer(Struct, frozen=True):
    """Who imports."""

    id: UUID | None
    """A person or a token; None for a command."""
    makes_tags: bool
    """Whether a tag that is not there may be made."""
    actor: Actor = COMMAND


OPERATOR = Importer(None, True)
"""Whoever may run commands on the machine."""


class Change(Struct, frozen=True):
    """What a row changes: nothing where all of it says so."""

    row: ImportRow
    known: Known | None
    said: dict[str, Any]
    first_seen_at: datetime | None
    unsubscribes: bool
    tags: tuple[str, ...]

    @property
    def outcome(self) -> str:
        if self.known is None:
            return "created"
        changes = self.said or self.first_seen_at is not None or self.unsubscribes or self.tags
        return "updated" if changes else "unchanged"


def plan(row: ImportRow, known: Known | None) -> Change:
    """What a row is to change about the contact it names, if there is one."""
    if known is None:
        return Change(row, None, row.said, row.first_seen_at, bool(row.unsubscribed), row.tags)
    said = {
        field: value
        for field, value in row.said.items()
        if not _stands(known.said.get(field), value, row.occurred_at)
    }
    # Files have whole seconds: the second that is there already is not an earlier one.
    earlier = row.first_seen_at is not None and (
        known.first_seen_at is None
        or row.first_seen_at < known.first_seen_at.replace(microsecond=0)
    )
    unsubscribes = bool(row.unsubscribed) and not known.unsubscribed
    tags = tuple(name for name in row.tags if key_of(name) not in known.tags)
    return Change(row, known, said, row.first_seen_at if earlier else None, unsubscribes, tags)


def _stands(standing: Standing | None, value: Any, occurred_at: datetime) -> bool:
    """Whether what is there stays: it is verified, and the same or newer."""
    if standing is None or standing.trust < Trust.MAILBOX:
        return False
    return standing.value == value or standing.at > occurred_at


async def import_file(
    db: Database,
    workspace_id: UUID,
    file: BufferedIOBase | RawIOBase,
    format: Format,
    dry_run: bool = False,
    progress: Progress = lambda report, position: None,
    clock: Clock = now,
    importer: Importer = OPERATOR,
) -> Report:
    """Import a file of CSV or NDJSON; a dry run tells the same and changes nothing.

    `progress`: the report so far and the bytes read. Refuses a file whose columns are none.
    """
    report = Report(dry_run=dry_run)
    steps = import_steps(db, workspace_id, file, format, dry_run, clock, importer=importer)
    async for report, position in steps:
        progress(report, position)
    return report


async def import_steps(
    db: Database,
    workspace_id: UUID,
    file: BufferedIOBase | RawIOBase,
    format: Format,
    dry_run: bool = False,
    clock: Clock = now,
    columns: Sequence[str] | None = None,
    importer: Importer = OPERATOR,
) -> AsyncIterator[tuple[Report, int]]:
    """(the report so far, bytes read), again after each batch, at least once.

    Each batch of rows is one transaction, so what is reported as done is done, and whoever goes
    away leaves the rest undone. `columns`: what those of a CSV are, an empty name for one that is
    left out; None for what its first line says.
    """
    async with db.transaction(workspace_id) as conn:
        found = await workspace(conn, workspace_id)
        tags = None if importer.makes_tags else set(await ids_of(conn, workspace_id))
    if found is None:
        raise NotFound("There is no such workspace.")
    report = Report(dry_run=dry_run)
    imagined = Found({}, {})
    for batch in _batches(file, format, found.policy, report, clock(), columns, tags):
        moment, policy = clock(), found.policy
        first = report.created + report.updated == 0
        changes = await _take(
            db, workspace_id, batch, imagined, dry_run, moment, policy, importer, first
        )
        for change in changes:
            setattr(report, change.outcome, getattr(report, change.outcome) + 1)
        yield report, file.tell()
    if not dry_run and report.created + report.updated:
        told = {name: getattr(report, name) for name in ("created", "updated", "rejected")}
        async with db.transaction(workspace_id) as conn:
            await note(conn, workspace_id, importer.actor, "import.ended", None, clock(), **told)
    yield report, file.tell()


def _batches(
    file: BufferedIOBase | RawIOBase,
    format: Format,
    policy: Policy,
    report: Report,
    moment: datetime,
    columns: Sequence[str] | None,
    tags: Container[str] | None,
) -> Iterator[list[ImportRow]]:
    """Rows that can be taken, in batches in which nobody is named twice.

    `tags`: keys of those that may be given; None where new ones may be made.
    """
    batch: list[ImportRow] = []
    named: set[tuple[str, str]] = set()
    ignored: dict[str, None] = {}
    for line, values, left_out in raw_rows(file, format, policy, columns):
        ignored.update(dict.fromkeys(left_out))
        report.ignored_columns = list(ignored)
        report.rows += 1
        try:
            if isinstance(values, Unfit):
                raise values
            # A later row of the same file is the newer one.
            row = read_row(line, values, policy, moment + timedelta(microseconds=line))
            _check_tags(row, tags)
        except Unfit as why:
            report.rejected += 1
            report.rejected_rows.append(RejectedRow(line, why.reason, why.code, why.about))
            continue
        names = _names(row)
        if len(batch) == BATCH or names & named:
            yield batch
            batch, named = [], set()
        batch.append(row)
        named |= names
    if batch:
        yield batch


def _check_tags(row: ImportRow, tags: Container[str] | None) -> None:
    for name in row.tags:
        if tags is not None and key_of(name) not in tags:
            raise Unfit(
                "unknown_tag",
                f"there is no tag {name!r}, and making one takes the scope contacts:write",
                name,
            )


def _names(row: ImportRow) -> set[tuple[str, str]]:
    pairs = (("user_id", row.user_id), ("email", row.email_key))
    return {(field, value) for field, value in pairs if value is not None}


async def _take(
    db: Database,
    workspace_id: UUID,
    batch: list[ImportRow],
    imagined: Found,
    dry_run: bool,
    moment: datetime,
    policy: Policy,
    importer: Importer,
    first: bool,
) -> list[Change]:
    """One batch in one transaction; tried again where another writer was in the way."""
    tries = 0
    while True:
        tries += 1
        try:
            async with db.transaction(workspace_id) as conn:
                found = await find_known(conn, workspace_id, batch)
                if dry_run:
                    found = Found(
                        found.by_user_id | imagined.by_user_id,
                        found.by_email | imagined.by_email,
                    )
                changes = [plan(row, found.owner(row)) for row in batch]
                if dry_run:
                    _imagine(changes, imagined, found)
                else:
                    await _write(conn, workspace_id, changes, moment, policy, importer.id)
                    if first and any(change.outcome != "unchanged" for change in changes):
                        by = importer.actor
                        await note(conn, workspace_id, by, "import.begun", None, moment)
                return changes
        except Unavailable:
            if tries == TRIES:
                raise


async def _write(
    conn: Connection,
    workspace_id: UUID,
    changes: list[Change],
    moment: datetime,
    policy: Policy,
    by: UUID | None,
) -> None:
    ids = [new_id(moment) if change.known is None else change.known.id for change in changes]
    first_seen: dict[UUID, datetime | None] = {}
    for change, contact_id in zip(changes, ids, strict=True):
        if change.known is None and policy.keeps("first_seen_at"):
            first_seen[contact_id] = change.first_seen_at or change.row.occurred_at
        elif change.known is None or change.first_seen_at is not None:
            first_seen[contact_id] = change.first_seen_at
    if first_seen:
        await tell_many(conn, workspace_id, first_seen, moment)
    names = [
        (field, value, contact_id)
        for change, contact_id in zip(changes, ids, strict=True)
        for field, value in _names(change.row)
        if field in change.said
    ]
    taken = await reserve(conn, workspace_id, names, Trust.SERVER, moment)
    if any(field == "user_id" for field, _ in taken):
        # Somebody made the contact since we looked: look again.
        raise Unavailable("Another writer is changing the same contacts. Try again.")
    await assert_many(
        conn,
        [
            (
                workspace_id,
                contact_id,
                Claim(
                    NOWHERE, field, value, Trust.SERVER, Source.IMPORT,
                    change.row.occurred_at, moment,
                ),
            )
            for change, contact_id in zip(changes, ids, strict=True)
            for field, value in change.said.items()
        ],
        moment,
    )  # fmt: skip
    for change, contact_id in zip(changes, ids, strict=True):
        if change.unsubscribes:
            await set_subscription(
                conn, workspace_id, contact_id, True, "import", change.row.occurred_at
            )
    await _give_tags(conn, workspace_id, list(zip(changes, ids, strict=True)), by, moment)
    outcomes = list(zip(ids, (change.outcome for change in changes), strict=True))
    await publish(
        conn,
        workspace_id,
        made=[contact_id for contact_id, outcome in outcomes if outcome == "created"],
        changed=[contact_id for contact_id, outcome in outcomes if outcome == "updated"],
    )


async def _give_tags(
    conn: Connection,
    workspace_id: UUID,
    changes: list[tuple[Change, UUID]],
    by: UUID | None,
    moment: datetime,
) -> None:
    names = {key_of(name): name for change, _ in changes for name in change.tags}
    if names:
        tags = await ensure(conn, workspace_id, by, list(names.values()), moment)
        pairs = [(whose, tags[key_of(name)]) for change, whose in changes for name in change.tags]
        await give(conn, workspace_id, pairs, by, moment)


def _imagine(changes: list[Change], imagined: Found, found: Found) -> None:
    """Remember for the rest of a dry run what the batch would have done."""
    for change in changes:
        row, known = change.row, change.known
        if change.outcome == "unchanged":
            continue
        said = dict(known.said) if known else {}
        for field, value in change.said.items():
            said[field] = Standing(value, Trust.SERVER, row.occurred_at)
        after = Known(
            id=known.id if known else UUID(int=0),
            user_id=row.user_id or (known.user_id if known else None),
            said=said,
            first_seen_at=change.first_seen_at or (known.first_seen_at if known else None),
            unsubscribed=change.unsubscribes or bool(known and known.unsubscribed),
            tags={*(known.tags if known else ()), *map(key_of, change.tags)},
        )
        if after.user_id is not None:
            imagined.by_user_id[after.user_id] = after
        if row.email_key is not None and row.email_key not in found.by_email:
            imagined.by_email[row.email_key] = after
