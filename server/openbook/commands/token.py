"""`openbook token`: API tokens, made, listed and revoked."""

from typing import Annotated
from uuid import UUID

from cyclopts import App, Parameter

from openbook import clock
from openbook.accounts import actions, queries
from openbook.accounts.schemas import Token, Workspace
from openbook.commands.opening import in_workspace
from openbook.commands.options import Data, Json
from openbook.commands.output import answer, answer_json, say
from openbook.db import Connection
from openbook.settings import read_settings

app = App(name="token", help="API tokens: for the REST interface and for servers that send data.")


@app.command
def create(
    *,
    name: Annotated[str, Parameter(help="What it is for, so that you can tell it apart.")],
    role: Annotated[str | None, Parameter(help="admin, agent or viewer.")] = None,
    scope: Annotated[
        list[str] | None,
        Parameter(negative="", help="One thing it may do, beside its role; repeatable."),
    ] = None,
    json: Json = False,
    data: Data = None,
) -> None:
    """Make a token. It is shown this once and is not kept: only its digest is."""

    async def work(conn: Connection, workspace: Workspace) -> tuple[Token, str]:
        scopes = tuple(scope or ())
        return await actions.create_token(conn, workspace.id, name, role, scopes, clock.now())

    token, secret = in_workspace(read_settings(data=data), work)
    if json:
        answer_json({"token": secret, "id": token.id, "role": token.role, "scopes": token.scopes})
        return
    say(f"Keep it now; it cannot be shown again. It may: {', '.join(token.scopes)}.")
    answer(secret)


@app.command(name="list")
def list_(*, json: Json = False, data: Data = None) -> None:
    """The tokens there are and what each may do, revoked ones too."""

    async def work(conn: Connection, workspace: Workspace) -> list[Token]:
        return await queries.tokens(conn, workspace.id)

    tokens = in_workspace(read_settings(data=data), work)
    if json:
        answer_json(tokens)
        return
    if not tokens:
        say("There are no tokens yet. Make one: openbook token create --name NAME --role admin")
    for token in tokens:
        state = f"revoked {token.revoked_at:%Y-%m-%d}" if token.revoked_at else "in force"
        made = f"{token.created_at:%Y-%m-%d}"
        answer(f"{token.id}  {made}  {token.role:<7} {state:<18} {token.name}")
        answer(f"{'':<38}{', '.join(token.scopes)}")


@app.command
def revoke(token_id: UUID, /, *, data: Data = None) -> None:
    """Make a token worthless, from now on. `openbook token list` shows the ids."""

    async def work(conn: Connection, workspace: Workspace) -> None:
        await actions.revoke_token(conn, workspace.id, token_id, clock.now())

    in_workspace(read_settings(data=data), work)
    say("The token is revoked: it opens nothing any more.")
