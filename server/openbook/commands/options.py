"""Options that several commands have, named and explained once."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

Data = Annotated[
    Path | None,
    Parameter(
        "--data",
        help="The data folder (OPENBOOK_DATA). With OPENBOOK_DATABASE_URL it holds no database.",
    ),
]
Json = Annotated[
    bool, Parameter("--json", negative="", help="Print one line of JSON and nothing else.")
]
