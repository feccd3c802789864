"""Where the socket of the embedded PostgreSQL is reached, also when its path is too long."""

import contextlib
import os
import shutil
import stat
import tempfile
from pathlib import Path

from psycopg.conninfo import make_conninfo

from openbook.embedded import configuration
from openbook.embedded.complaint import cannot
from openbook.embedded.home import Home

# The address of a Unix socket has room for 107 bytes on Linux, 103 on macOS.
LONGEST = 103 - len(f"/.s.PGSQL.{configuration.PORT}")
_LINK = "postgres"


def address(home: Home) -> str:
    """The connection string of the database's owner, through the socket in its folder."""
    return make_conninfo(
        host=str(_folder(home)),
        port=configuration.PORT,
        user=configuration.OWNER,
        dbname=configuration.DATABASE,
        sslmode="disable",
    )


def remove_shortcut(home: Home) -> None:
    """Remove the short way to a long path, if there is one; the next start makes another."""
    shortcut = _recorded(home)
    if shortcut is not None:
        shutil.rmtree(shortcut.parent, ignore_errors=True)
    with contextlib.suppress(FileNotFoundError):
        _record(home).unlink()


def _folder(home: Home) -> Path:
    folder = home.database.absolute()
    if len(os.fsencode(folder)) <= LONGEST and "," not in str(folder):  # libpq splits at commas
        return folder
    found = _recorded(home)
    if found is not None:
        return found
    try:
        shortcut = Path(tempfile.mkdtemp(prefix="openbook-")) / _LINK  # 0700 and ours
        shortcut.symlink_to(folder)
        fresh = home.run / f"shortcut.{os.getpid()}"
        fresh.write_text(str(shortcut))
        os.rename(fresh, _record(home))
    except OSError as error:
        raise cannot("Making a short way to", folder, error) from None
    return shortcut


def _record(home: Home) -> Path:
    return home.run / "shortcut"


def _recorded(home: Home) -> Path | None:
    """The shortcut made before, if it is still there and nobody else could have put it there."""
    try:
        shortcut = Path(_record(home).read_text())
        status = shortcut.parent.lstat()
        ours = stat.S_ISDIR(status.st_mode) and stat.S_IMODE(status.st_mode) == 0o700
        if ours and status.st_uid == os.geteuid() and shortcut.samefile(home.database):
            return shortcut
    except (OSError, ValueError):
        pass
    return None
