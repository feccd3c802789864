"""`openbook import` and `openbook export`: contacts from and to CSV or NDJSON."""

import os
import sys
from io import BufferedReader
from pathlib import Path
from typing import Annotated, BinaryIO, Literal

from cyclopts import Parameter
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from openbook import clock
from openbook.accounts.actions import ensure_workspace
from openbook.accounts.schemas import Workspace
from openbook.audit.schemas import COMMAND
from openbook.commands.opening import with_database
from openbook.commands.options import Data, Json
from openbook.commands.output import ERR, answer, answer_json, say
from openbook.contacts import counting
from openbook.contacts.schemas import Report
from openbook.contacts.search import EVERYBODY
from openbook.contacts.transfer.actions import note_export
from openbook.contacts.transfer.exporting import export_file
from openbook.contacts.transfer.importing import import_file
from openbook.db import Database
from openbook.errors import BadInput
from openbook.settings import read_settings

Format = Literal["csv", "ndjson"]
SUFFIXES: dict[str, Format] = {".csv": "csv", ".ndjson": "ndjson", ".jsonl": "ndjson"}
MOST_REASONS = 20
HowWritten = Annotated[
    Format | None, Parameter(name="--format", help="Where the file's name does not say it.")
]


def import_(
    file: Path,
    /,
    *,
    dry_run: Annotated[
        bool, Parameter(negative="", help="Tell what would happen; change nothing.")
    ] = False,
    written: HowWritten = None,
    json: Json = False,
    data: Data = None,
) -> None:
    """Bring contacts in: matched by verified user id or address, created or updated.

    The report counts every row once: created, updated, unchanged or rejected, with the reason.
    """
    format = _format(file, written)
    source = _opened(file)

    async def work(db: Database) -> Report:
        workspace = await _workspace(db)
        columns = (
            TextColumn("Importing"),
            BarColumn(),
            DownloadColumn(),
            TextColumn("{task.fields[rows]:,} rows"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
        )
        with source, _bar(*columns) as bar:
            task = bar.add_task("", total=max(1, file.stat().st_size), rows=0)

            def progress(report: Report, position: int) -> None:
                bar.update(task, completed=position, rows=report.rows)

            return await import_file(db, workspace.id, source, format, dry_run, progress)

    report = with_database(read_settings(data=data), work)
    if json:
        answer_json(report)
    else:
        _tell(report)


def export(
    file: Annotated[Path, Parameter(allow_leading_hyphen=True)],
    /,
    *,
    written: HowWritten = None,
    json: Json = False,
    data: Data = None,
) -> None:
    """Write all contacts to a file, or to standard output if its name is - .

    The file appears when it is complete, readable by you alone.
    """
    to_stdout = str(file) == "-"
    format = written or "ndjson" if to_stdout else _format(file, written)

    async def work(db: Database) -> int:
        workspace = await _workspace(db)
        async with db.transaction(workspace.id) as conn:
            attributes = workspace.policy.attributes
            total = await counting.count(conn, workspace.id, EVERYBODY, attributes)
            await note_export(conn, workspace.id, COMMAND, format, clock.now())
        columns = (
            TextColumn("Exporting"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
        )
        with _bar(*columns) as bar:
            # Beyond some number it is an estimate; then the bar says only that it moves.
            task = bar.add_task("", total=None if total.about else total.count)

            def progress(done: int) -> None:
                bar.update(task, completed=done)

            if to_stdout:
                return await export_file(db, workspace.id, sys.stdout.buffer, format, progress)
            part = file.with_name(f".{file.name}.part")
            try:
                with _private(part) as out:
                    done = await export_file(db, workspace.id, out, format, progress)
                part.replace(file)
            finally:
                part.unlink(missing_ok=True)
            return done

    done = with_database(read_settings(data=data), work)
    if json and not to_stdout:
        answer_json({"contacts": done, "file": str(file)})
    else:
        where = "standard output" if to_stdout else file
        say(f"Exported {done:,} contacts to {where}.")


def _bar(*columns: ProgressColumn) -> Progress:
    return Progress(*columns, console=ERR, transient=True, disable=not ERR.is_terminal)


async def _workspace(db: Database) -> Workspace:
    async with db.transaction() as conn:
        return await ensure_workspace(conn, clock.now())


def _format(file: Path, written: Format | None) -> Format:
    found = written or SUFFIXES.get(file.suffix.lower())
    if found is None:
        raise BadInput(
            f"The name {file.name!r} does not say how the file is written. Name it .csv or "
            ".ndjson, or say --format csv or --format ndjson."
        )
    return found


def _opened(file: Path) -> BufferedReader:
    try:
        return file.open("rb")
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror}.") from None


def _private(file: Path) -> BinaryIO:
    """A new file for personal data: nobody but its owner can read it."""
    try:
        file.unlink(missing_ok=True)
        return os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
    except OSError as error:
        raise BadInput(f"{file.parent} cannot be written: {error.strerror}.") from None


def _tell(report: Report) -> None:
    would = "would be " if report.dry_run else ""
    answer(f"{report.rows:>9,} rows read")
    for name in ("created", "updated", "unchanged"):
        answer(f"{getattr(report, name):>9,} {would}{name}")
    answer(f"{report.rejected:>9,} rejected")
    if report.ignored_columns:
        say(f"Left out, since nothing is declared for it: {', '.join(report.ignored_columns)}.")
    for row in report.rejected_rows[:MOST_REASONS]:
        say(f"line {row.line}: {row.reason}")
    if report.rejected > MOST_REASONS:
        say(f"... and {report.rejected - MOST_REASONS:,} more; --json lists all of them.")
    if report.dry_run:
        say("Nothing was changed.")
