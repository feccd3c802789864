"""`openbook workspace`: what the workspace is called and which write keys open it."""

from cyclopts import App

from openbook import clock
from openbook.accounts import actions, queries
from openbook.accounts.schemas import Workspace
from openbook.commands.opening import in_workspace
from openbook.commands.options import Data, Json
from openbook.commands.output import answer, answer_json, say
from openbook.db import Connection
from openbook.settings import read_settings

app = App(name="workspace", help="The workspace and its write keys.")


@app.command
def show(*, json: Json = False, data: Data = None) -> None:
    """The workspace's id, name and write key."""

    async def work(conn: Connection, workspace: Workspace) -> tuple[Workspace, list[str]]:
        live = await queries.live_write_keys(conn, workspace.id)
        return workspace, [found.key for found in live]

    workspace, keys = in_workspace(read_settings(data=data), work)
    if json:
        shown = {"id": workspace.id, "name": workspace.name, "write_key": keys[0]}
        answer_json(shown)
        return
    answer(f"{'name':<11}{workspace.name}\n{'id':<11}{workspace.id}")
    for key in keys:
        answer(f"{'write key':<11}{key}")


@app.command(name="new-key")
def new_key(*, json: Json = False, data: Data = None) -> None:
    """Make a new write key. The former ones work until you revoke them."""

    async def work(conn: Connection, workspace: Workspace) -> str:
        return await actions.rotate_write_key(conn, workspace.id, clock.now())

    key = in_workspace(read_settings(data=data), work)
    if json:
        answer_json({"write_key": key})
    else:
        answer(key)


@app.command(name="revoke-key")
def revoke_key(key: str, /, *, data: Data = None) -> None:
    """Take no more messages with this write key, from now on."""

    async def work(conn: Connection, workspace: Workspace) -> None:
        await actions.revoke_write_key(conn, workspace.id, key, clock.now())

    in_workspace(read_settings(data=data), work)
    say("The write key is revoked: nothing is taken with it any more.")
