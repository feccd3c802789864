"""`openbook settings`: what is collected and how, shown and changed."""

from cyclopts import App

from openbook.accounts import actions
from openbook.accounts.schemas import Workspace
from openbook.catalogue.policy import shown_settings
from openbook.commands.opening import in_workspace
from openbook.commands.options import Data, Json
from openbook.commands.output import answer, answer_json, say
from openbook.db import Connection
from openbook.errors import BadInput
from openbook.settings import read_settings

app = App(name="settings", help="What is collected in this workspace, and how.")


@app.command
def show(*, json: Json = False, data: Data = None) -> None:
    """Every setting with the value in force, those nobody changed too."""

    async def work(conn: Connection, workspace: Workspace) -> Workspace:
        return workspace

    workspace = in_workspace(read_settings(data=data), work)
    shown = shown_settings(workspace.settings)
    if json:
        answer_json(shown)
        return
    for key, value in shown.items():
        answer(f"{'*' if key in workspace.settings else ' '} {key:<32}{_text(value)}")
    say("* differs from the default. Back to it: openbook settings set KEY=")


@app.command(name="set")
def set_(*pairs: str, json: Json = False, data: Data = None) -> None:
    """Change settings, all or none, each as KEY=VALUE; `KEY=` goes back to the default.

    In force when the command returns, in a server that runs as well.
    """
    changes = _read_pairs(pairs)

    async def work(conn: Connection, workspace: Workspace) -> Workspace:
        return await actions.change_settings(conn, workspace.id, changes)

    shown = shown_settings(in_workspace(read_settings(data=data), work).settings)
    if json:
        answer_json(shown)
        return
    for key in changes:
        say(f"{key} is now {_text(shown.get(key))}.")


def _read_pairs(pairs: tuple[str, ...]) -> dict[str, str]:
    if not pairs:
        raise BadInput("Name what to change: openbook settings set KEY=VALUE ...")
    changes: dict[str, str] = {}
    for pair in pairs:
        key, equals, text = pair.partition("=")
        if not equals:
            raise BadInput(f"{pair!r} is not KEY=VALUE, as in ip.mode=truncated.")
        if key in changes:
            raise BadInput(f"{key} is named twice.")
        changes[key] = text
    return changes


def _text(value: object) -> str:
    match value:
        case None:
            return "not set"
        case bool():
            return "on" if value else "off"
        case list():
            return ", ".join(map(str, value)) or "none"
        case {"type": kind, "floor": floor}:
            return f"{kind}:{floor}"
        case _:
            return str(value)
