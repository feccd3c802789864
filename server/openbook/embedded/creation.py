"""Makes the database once, and checks and configures it before each start."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from openbook.embedded import configuration
from openbook.embedded.account import Account, choose_account
from openbook.embedded.complaint import EmbeddedError, Progress, cannot, describe
from openbook.embedded.home import Home
from openbook.embedded.programs import MAJOR, find_programs

# PostgreSQL enters its folder by an absolute path. Where a parent is closed to its user only this
# path leads there: we enter as ourselves, and the link needs no rights on any parent.
HERE = "/proc/self/cwd" if sys.platform == "linux" else "."


def ready_database(home: Home, lock: int, progress: Progress) -> tuple[Account, Path]:
    """The user and the programs to run the database in `home`, which is made if there is none.

    To be called by whoever holds the lock on the database; `lock` is its file number, handed down
    so that a program that outlives us keeps it.
    """
    made = _is_made(home)
    account = choose_account(home.owner() if made else None, progress)
    if made:
        _check_owner(home, account)
        _check_version(home)
    programs = find_programs(account, progress)
    if not made:
        progress(f"Making a PostgreSQL database in {home.database}.")
        _make(home, account, programs, lock)
    _configure(home.database, account)
    return account, programs


def _is_made(home: Home) -> bool:
    try:
        entries = os.listdir(home.database)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise cannot("Reading the folder", home.database, error) from None
    if entries and "PG_VERSION" not in entries:
        raise EmbeddedError(
            f"{home.database} is not empty and holds no PostgreSQL database. "
            "Move its content away, or name another data folder with OPENBOOK_DATA."
        )
    return bool(entries)


def _check_owner(home: Home, account: Account) -> None:
    owner = home.owner()
    if owner == 0:
        raise EmbeddedError(
            f"{home.database} belongs to root, but PostgreSQL does not run as root. "
            f"Hand it over with: chown -R {account.name}: {home.database}"
        )
    if owner is not None and owner != account.uid:
        raise EmbeddedError(
            f"{home.database} belongs to another user (number {owner}). "
            "Run openbook as that user, or name another data folder with OPENBOOK_DATA."
        )


def _check_version(home: Home) -> None:
    try:
        made_by = (home.database / "PG_VERSION").read_text().strip()
    except OSError as error:
        raise cannot("Reading", home.database / "PG_VERSION", error) from None
    if made_by != str(MAJOR):
        raise EmbeddedError(
            f"The database in {home.database} was made by PostgreSQL {made_by}; this openbook "
            f"carries PostgreSQL {MAJOR}, which cannot read it. Nothing was changed. "
            "Dump it with the openbook release that made it and load the dump with this one."
        )


def _make(home: Home, account: Account, programs: Path, lock: int) -> None:
    """Make the database aside and rename it, so that one half made is never taken for whole."""
    folder = home.unfinished
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        if account.switch:
            os.chown(folder, account.uid, account.gid)
        _initialise(folder, account, programs, lock)
        os.rename(folder, home.database)
        _sync(home.data)
    except OSError as error:
        raise cannot("Making the database in", home.database, error) from None


def _initialise(folder: Path, account: Account, programs: Path, lock: int) -> None:
    # The builtin locale sorts the same on every system and after every upgrade of the C library.
    _run(
        "Making the database",
        [
            *(programs / "initdb", "-D", HERE, "--username=postgres", "--auth=reject"),
            *("--encoding=UTF8", "--locale=C"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            *("--data-checksums", "--text-search-config=simple", "--no-instructions"),
        ],
        folder,
        account,
        lock,
    )
    _run(
        "Making the roles of the database",
        [programs / "postgres", "--single", "-D", HERE, "-c", "exit_on_error=on", "postgres"],
        folder,
        account,
        lock,
        typed="".join(f"{statement};\n" for statement in configuration.ROLES),
    )


def _run(
    doing: str,
    command: Sequence[str | Path],
    folder: Path,
    account: Account,
    lock: int,
    typed: str = "",
) -> None:
    done = subprocess.run(
        command,
        cwd=folder,
        pass_fds=(lock,),
        input=typed,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        **account.process(),
    )
    if done.returncode != 0:
        raise describe(doing, done.stdout)


def _configure(folder: Path, account: Account) -> None:
    """Write our files afresh: they hold nothing but what this release decides."""
    files = {
        "postgresql.conf": configuration.settings_file(
            configuration.memory_here(),
            configuration.cores_here(),
            configuration.free_disk(folder),
        ),
        "pg_hba.conf": configuration.access_file(),
        "pg_ident.conf": configuration.people_file(frozenset({account.name, "root"})),
    }
    if not (folder / "local.conf").exists():
        files["local.conf"] = configuration.LOCAL_FILE
    for name, text in files.items():
        try:
            _write(folder / name, text, account)
        except OSError as error:
            raise cannot("Writing", folder / name, error) from None


def _write(path: Path, text: str, account: Account) -> None:
    # A new file, then renamed: as root we never write through a link left in another's folder.
    handle, fresh = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(text)
            if account.switch:
                os.fchown(file.fileno(), account.uid, account.gid)
        os.rename(fresh, path)
    except OSError:
        os.unlink(fresh)
        raise


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
