"""What `serve` tells the person who started it: each step, then where everything is.

On standard error, all of it. A terminal gets a spinner; a log file gets plain lines.
"""

import http.client
import os
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from openbook import __version__
from openbook.collect.script import snippet
from openbook.settings import Settings

ASK_SECONDS = 0.05
EVERYWHERE = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
"""What a browser on this machine asks when the server listens on every address."""


class Opening(msgspec.Struct, frozen=True):
    """What the installation can be used with. `token` only at the first start: it is not kept."""

    write_key: str
    token: str | None
    public_url: str | None


class Screen:
    """Standard error while the server starts and runs. Its methods may be called by any thread."""

    def __init__(self, console: Console | None = None):
        self._console = console or Console(stderr=True, highlight=False)

    def say(self, sentence: str) -> None:
        """One line."""
        self._console.print(sentence, markup=False, soft_wrap=True)

    @contextmanager
    def step(self, doing: str) -> Iterator[None]:
        """Show what is being done while it lasts, and how long it took."""
        began = time.monotonic()
        with self._console.status(Text(doing)):
            yield
        took = time.monotonic() - began
        self._console.print(Text.assemble(("✓ ", "green"), f"{doing} … {took:.1f} s"))

    def when_ready(self, settings: Settings, opening: Opening) -> None:
        """Show the way in as soon as the server answers; returns at once."""
        threading.Thread(
            target=self._wait, args=(settings, opening), name="banner", daemon=True
        ).start()

    def _wait(self, settings: Settings, opening: Opening) -> None:
        host = EVERYWHERE.get(settings.host, settings.host)
        while not _answers(host, settings.port):
            time.sleep(ASK_SECONDS)
        self._console.print(way_in(settings, opening), soft_wrap=True)


def way_in(settings: Settings, opening: Opening) -> Group:
    """The address, the keys, the snippet and where to look next."""
    host = EVERYWHERE.get(settings.host, settings.host)
    local = f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"
    address = opening.public_url or local
    command = program()
    if opening.token:
        token = (opening.token, "an administrator's; shown this once, so keep it now")
    else:
        token = ("", f"{command} token create --name NAME --role admin")
    return Group(
        Text.assemble("\n", (f"openbook {__version__} is ready", "bold"), "\n"),
        _table(
            ("address", address, ""),
            ("write key", opening.write_key, "public: it stands in the snippet"),
            ("API token", *token),
            ("data", str(settings.data) if settings.database_url is None else "PostgreSQL", ""),
        ),
        Text("\nPaste this into the head of each page:\n"),
        Text(snippet(address, opening.write_key), style="cyan"),
        "",
        _table(
            ("demo", f"{local}/demo", "a shop with the snippet in it: be the first contact"),
            ("", f"{command} demo --visitors 200", "made-up visitors"),
            ("contacts", f"{command} contact show --latest", "the one seen last"),
            ("declared", f"{local}/what-we-collect", "what is collected, for the visitor to read"),
            ("API", f"{local}/api/docs", "the reference; docs/README.md has the guides"),
        ),
        Text("\nControl-C stops it.\n", style="dim"),
    )


def program() -> str:
    """How the person at this terminal calls this very program."""
    own = Path(sys.executable).with_name("openbook")
    found = shutil.which("openbook")
    if found and Path(found).absolute() == own:
        return "openbook"
    here = os.path.relpath(own)
    return str(own) if here.startswith("..") else here


def _table(*lines: tuple[str, str, str]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    for name, value, note in lines:
        table.add_row(
            Text(f"  {name}", style="dim"),
            Text(value, no_wrap=True),
            Text(note, style="dim", no_wrap=True),
        )
    return table


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
