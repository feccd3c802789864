"""`openbook snippet`: what a site pastes into its pages."""

from typing import Annotated

from cyclopts import Parameter

from openbook.accounts import queries
from openbook.accounts.schemas import Workspace
from openbook.collect.script import pinned_snippet
from openbook.collect.script import snippet as usual_snippet
from openbook.commands.opening import in_workspace
from openbook.commands.options import Data, Json
from openbook.commands.output import answer, answer_json
from openbook.db import Connection
from openbook.errors import Misconfigured
from openbook.settings import read_settings


def snippet(
    *,
    url: Annotated[str | None, Parameter(help="This installation's address, if not set.")] = None,
    pinned: Annotated[
        bool, Parameter(help="One fixed version of the script, with its hash (SRI).")
    ] = False,
    json: Json = False,
    data: Data = None,
) -> None:
    """What a site pastes into its pages, before </head>."""

    async def work(conn: Connection, workspace: Workspace) -> tuple[str | None, str]:
        live = await queries.live_write_keys(conn, workspace.id)
        return workspace.policy.public_url, live[0].key

    public_url, key = in_workspace(read_settings(data=data), work)
    address = url or public_url
    if address is None:
        raise Misconfigured(
            "The snippet names this installation's address, which is not set. Set it with: "
            "openbook settings set public_url=https://openbook.example.com (or name it: --url)"
        )
    made = pinned_snippet(address, key) if pinned else usual_snippet(address, key)
    if json:
        answer_json({"snippet": made})
    else:
        answer(made)
