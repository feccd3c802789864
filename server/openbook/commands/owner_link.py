"""`openbook owner-link`: the way in for the owner, from the machine itself."""

from typing import Annotated

from cyclopts import Parameter

from openbook import clock
from openbook.accounts.schemas import Workspace
from openbook.accounts.sign_in.actions import link_url, make_owner_link
from openbook.commands.opening import in_workspace
from openbook.commands.options import Data, Json
from openbook.commands.output import answer, answer_json, say
from openbook.db import Connection
from openbook.settings import read_settings


def owner_link(
    *,
    url: Annotated[
        str | None, Parameter(help="Where people open this openbook (OPENBOOK_PUBLIC_URL).")
    ] = None,
    json: Json = False,
    data: Data = None,
) -> None:
    """A link that signs the owner in, once, within an hour. Before there is one, it makes one."""
    settings = read_settings(data=data)

    async def work(conn: Connection, workspace: Workspace) -> str:
        return await make_owner_link(conn, workspace.id, clock.now())

    link = link_url(url or settings.address, in_workspace(settings, work))
    if json:
        answer_json({"url": link})
        return
    say("Works once, within an hour. Whoever has it is the owner: give it to nobody else.")
    answer(link)
