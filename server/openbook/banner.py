"""What `serve` tells the person who started it: each step, then where everything is.

On standard error, all of it. A terminal gets a spinner; a log file gets plain lines.
"""

import http.client
import os
import shlex
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from rich.console import Console
from rich.text import Text

from openbook import __version__
from openbook.accounts.sign_in.actions import link_url
from openbook.collect.script import snippet
from openbook.settings import DEFAULT_DATA, Settings

ASK_SECONDS = 0.05
VALUE_WIDTH = 54
EVERYWHERE = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}
"""What a browser on this machine asks when the server listens on every address."""


class Opening(msgspec.Struct, frozen=True):
    """What the installation can be used with. `token` only at the first start: it is not kept."""

    write_key: str
    token: str | None
    public_url: str | None
    owner_token: str | None = None
    """Of the link that makes the first owner; None where there is one."""


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


def way_in(settings: Settings, opening: Opening) -> Text:
    """The address, the keys, the snippet and where to look next."""
    host = EVERYWHERE.get(settings.host, settings.host)
    local = f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"
    address = opening.public_url or settings.public_url or local
    command, where = program(), ""
    if settings.database_url is None and settings.data != DEFAULT_DATA.absolute():
        where = f" --data {shlex.quote(str(settings.data))}"
    called = "" if settings.port == Settings().port else f" --url {local}"
    if opening.token:
        token = (opening.token, "an administrator's, shown this once")
    else:
        token = (f"{command} token create --name NAME --role admin{where}", "makes one")
    if opening.owner_token:
        link = link_url(settings.public_url or local, opening.owner_token)
        entry = (link, f"\n{'':13}makes you the owner: works once, within an hour")
    else:
        entry = (f"{command} owner-link{where}", "a link that signs the owner in, if need be")
    kept = "the PostgreSQL of OPENBOOK_DATABASE_URL" if settings.database_url else settings.data
    return Text.assemble(
        ("\nopenbook ", "bold"),
        (__version__, "bold"),
        (" is ready\n\n", "bold"),
        *_line("address", address),
        *_line("sign in", *entry),
        *_line("write key", opening.write_key, "public, stands in the snippet"),
        *_line("API token", *token),
        *_line("data", str(kept)),
        "\nPaste this into the head of each page:\n\n",
        (snippet(address, opening.write_key), "cyan"),
        "\n\n",
        *_line("demo", f"{local}/demo", "a shop with the snippet in it"),
        *_line(
            "visitors",
            f"{command} demo --visitors 200{called}{where}",
            "made up, for lists and maps",
        ),
        *_line("contact", f"{command} contact show --latest{where}", "the one seen last"),
        *_line("declared", f"{local}/what-we-collect", "what is collected, for the visitor"),
        *_line("reference", f"{local}/api/docs", "and docs/README.md for the guides"),
        ("\nControl-C stops it.\n", "dim"),
    )


def program() -> str:
    """How the person at this terminal calls this very program."""
    own = Path(sys.executable).with_name("openbook")
    found = shutil.which("openbook")
    if found and Path(found).absolute() == own:
        return "openbook"
    here = os.path.relpath(own)
    return str(own) if here.startswith("..") else here


def _line(name: str, value: str, note: str = "") -> tuple[tuple[str, str], ...]:
    """Never wrapped or cut: each value is there to be copied."""
    padded = f"{value:<{VALUE_WIDTH}}  " if note else value
    return (f"  {name:<11}", "dim"), (padded, ""), (f"{note}\n", "dim")


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
