"""Which user of the operating system PostgreSQL runs as: it refuses to run as root."""

import os
import pwd
import shutil
import subprocess
from typing import TypedDict

import msgspec

from openbook.embedded.complaint import EmbeddedError, Progress

NAME = "openbook"
# Nothing of our own environment (it may hold secrets) reaches PostgreSQL.
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


class ProcessOptions(TypedDict, total=False):
    """Those arguments of `subprocess.Popen` that decide as whom a program runs."""

    env: dict[str, str]
    start_new_session: bool
    umask: int
    user: int
    group: int
    extra_groups: list[int]


class Account(msgspec.Struct, frozen=True):
    """The user PostgreSQL runs as; `switch` when that is not the user we run as."""

    name: str
    uid: int
    gid: int
    switch: bool

    def process(self) -> ProcessOptions:
        """Arguments for `subprocess` that start a program as this user, apart from our terminal.

        The folder is entered before the user changes, so a parent closed to it does no harm.
        """
        wanted: ProcessOptions = {
            "env": ENVIRONMENT,
            "start_new_session": True,  # else Ctrl-C would stop PostgreSQL under a live server
            "umask": 0o077,
        }
        if self.switch:
            wanted |= ProcessOptions(user=self.uid, group=self.gid, extra_groups=[])
        return wanted


def choose_account(owner: int | None, progress: Progress) -> Account:
    """Ourselves; as root the `owner` of the existing data, else a user of openbook's own.

    Where root may not add a user (a read-only system), `nobody` is taken.
    """
    if os.geteuid() != 0:
        return _account(_named(os.geteuid()), switch=False)
    if owner:
        return _account(_named(owner), switch=True)
    entry = _found(NAME) or _created(progress) or _found("nobody")
    if entry is None:
        raise EmbeddedError(
            "PostgreSQL does not run as root, and there is no other user to run it as. "
            f"Add one with: useradd --system {NAME}"
        )
    return _account(entry, switch=True)


def _account(entry: pwd.struct_passwd, *, switch: bool) -> Account:
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, switch)


def _named(uid: int) -> pwd.struct_passwd:
    try:
        return pwd.getpwuid(uid)
    except KeyError:
        raise EmbeddedError(
            f"PostgreSQL would run as user number {uid}, which has no name. "
            "Add a line for it to /etc/passwd, or run openbook as another user."
        ) from None


def _found(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _created(progress: Progress) -> pwd.struct_passwd | None:
    program = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if program is None:
        return None
    # --user-group: without it a distribution may put the user into the shared group "users".
    command = [program, "--system", "--user-group", "--no-create-home", "--home-dir=/nonexistent"]
    subprocess.run(
        [*command, "--shell=/usr/sbin/nologin", NAME],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    entry = _found(NAME)  # also there when another process was faster
    if entry is not None:
        progress(f"Added the system user {NAME}: PostgreSQL does not run as root.")
    return entry
