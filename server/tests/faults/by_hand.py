"""A PostgreSQL that openbook does not run: as an operator's own would be, with any settings."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from openbook.embedded.account import choose_account
from openbook.embedded.address import address
from openbook.embedded.creation import HERE
from openbook.embedded.home import Home
from openbook.embedded.programs import find_programs
from tests.faults.waiting import until


class ByHand:
    """A PostgreSQL on the database that openbook made in `data` before."""

    def __init__(self, data: Path, process: subprocess.Popen[bytes]):
        self._local = data / "postgres" / "local.conf"
        self._process = process
        self.conninfo = address(Home(data))

    def set(self, **settings: str) -> None:
        """Change its configuration while it runs; returns when every new connection sees it."""
        configure(self._local, **settings)
        self._process.send_signal(signal.SIGHUP)
        until(lambda: all(self._shown(name) == value for name, value in settings.items()))

    def _shown(self, name: str) -> str:
        with psycopg.connect(self.conninfo) as conn:
            found = conn.execute("SELECT current_setting(%s)", (name,)).fetchone()
        assert found is not None
        return found[0]


@contextmanager
def by_hand(data: Path, **settings: str) -> Iterator[ByHand]:
    """Run it with these settings for the time of the block."""
    home = Home(data)
    configure(home.database / "local.conf", **settings)
    account = choose_account(home.owner(), print)
    process = subprocess.Popen(
        [
            *(find_programs(account, print) / "postgres", "-D", HERE),
            *("-c", "listen_addresses=", "-c", "unix_socket_directories=."),
        ],
        cwd=home.database,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **account.process(),
    )
    try:
        running = ByHand(data, process)
        until(lambda: _answers(running.conninfo))
        yield running
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)
        configure(home.database / "local.conf")


def configure(file: Path, **settings: str) -> None:
    file.write_text("".join(f"{name} = {value}\n" for name, value in settings.items()))


def _answers(conninfo: str) -> bool:
    try:
        psycopg.connect(conninfo).close()
    except psycopg.OperationalError:
        return False
    return True
