"""`openbook migrate`: the schema brought to this release."""

from openbook.commands.opening import address
from openbook.commands.options import Data
from openbook.commands.output import say
from openbook.migrating import migrate as run_missing
from openbook.settings import read_settings


def migrate(*, data: Data = None) -> None:
    """Bring the database's schema to this release. Every other command does it by itself."""
    with address(read_settings(data=data)) as conninfo:
        run_missing(conninfo)
    say("The schema is that of this release.")
