"""The command line: `openbook COMMAND ...`. Each command is loaded when it is called.

That keeps `openbook enrich` free of the web framework and of the database, and quick to start.
"""

import os
import sys

from cyclopts import App

from openbook import __version__
from openbook.errors import OpenbookError

COMMANDS = {
    "serve": ("serve:serve", "Serve until stopped."),
    "worker": ("worker:worker", "Store what the ingest stream holds (distributed mode)."),
    "migrate": ("migrating:migrate", "Bring the database's schema to this release."),
    "doctor": ("doctor:doctor", "Check this installation and say what to do."),
    "explain": ("explain:explain", "The forty fields, one by one, and what is held of each."),
    "workspace": ("workspace:app", "The workspace and its write keys."),
    "snippet": ("snippet:snippet", "What a site pastes into its pages."),
    "settings": ("settings:app", "What is collected, and how: show and change."),
    "owner-link": ("owner_link:owner_link", "A link that signs the owner in."),
    "person": ("person:app", "The people who sign in: list them, let one in."),
    "token": ("token:app", "API tokens: create, list, revoke."),
    "identity-key": ("identity_key:app", "Keys with which your backend signs who a visitor is."),
    "contact": ("contact:app", "Show a contact with the source of each value."),
    "import": ("transfer:import_", "Bring contacts in from CSV or NDJSON."),
    "export": ("transfer:export", "Write all contacts to CSV or NDJSON."),
    "geo": ("geo:app", "Geolocation data: show, install, build, fetch."),
    "enrich": ("enrich:enrich", "Derive fields for NDJSON on standard input."),
    "demo": ("demo:demo", "Send made-up visitors, so that there is something to look at."),
}

app = App(
    name="openbook",
    help="Self-hosted live chat and contacts: one row per person, forty fields, each with its "
    "source.",
    version=__version__,
)
for name, (place, about) in COMMANDS.items():
    app.command(f"openbook.commands.{place}", name=name, help=about)


def main() -> None:
    """Run one command; a refusal is a sentence on standard error and exit code 1."""
    try:
        app()
    except OpenbookError as error:
        sys.exit(f"openbook: {error.message}")
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # `openbook ... | head`: whoever read us has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


if __name__ == "__main__":
    main()
