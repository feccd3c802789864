"""`openbook identity-key`: the keys with which your backend signs who a visitor is."""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter

from openbook import clock
from openbook.accounts import actions, queries
from openbook.accounts.keys import IdentityKey, new_identity_key, read_public_key
from openbook.accounts.schemas import ListedKey, Workspace
from openbook.commands.opening import in_workspace
from openbook.commands.options import Data, Json
from openbook.commands.output import answer, answer_json, say
from openbook.db import Connection
from openbook.errors import BadInput
from openbook.settings import read_settings

app = App(name="identity-key", help="Keys with which your backend signs who a visitor is.")


@app.command
def create(
    *,
    algorithm: Annotated[
        Literal["HS256", "EdDSA"],
        Parameter(help="HS256: a secret that both sides hold. EdDSA: a pair of keys."),
    ] = "HS256",
    public_key: Annotated[
        Path | None,
        Parameter(help="A file with an Ed25519 public key of your own, as PEM or JWK."),
    ] = None,
    json: Json = False,
    data: Data = None,
) -> None:
    """Make a key, or take the public half of yours. What is secret is shown this once."""
    settings = read_settings(data=data)
    key, secret = _key(algorithm, public_key)

    async def work(conn: Connection, workspace: Workspace) -> Workspace:
        await actions.add_identity_key(conn, workspace.id, key, settings.secret(), clock.now())
        return workspace

    workspace = in_workspace(settings, work)
    shown = {"kid": key.kid, "algorithm": key.algorithm, "audience": str(workspace.id)}
    if secret is not None:
        shown["secret" if key.algorithm == "HS256" else "private_key"] = secret
    if json:
        answer_json(shown)
        return
    for name, value in shown.items():
        answer(f"{name:<12}{value}" if "\n" not in value else f"{name}\n{value.rstrip()}")
    say(
        f"Sign a JWT with it: header kid={key.kid}; claims sub (your user id), "
        f"aud={workspace.id}, iat, exp at most 24 hours later."
    )
    if secret is not None:
        say("Keep the secret in your backend only. It cannot be shown again.")


@app.command(name="list")
def list_(*, json: Json = False, data: Data = None) -> None:
    """The keys there are, revoked ones too. Two at most are in force."""

    async def work(conn: Connection, workspace: Workspace) -> list[ListedKey]:
        return await queries.listed_identity_keys(conn, workspace.id)

    keys = in_workspace(read_settings(data=data), work)
    if json:
        answer_json(keys)
        return
    if not keys:
        say("There are no identity keys yet. Make one: openbook identity-key create")
    for key in keys:
        state = f"revoked {key.revoked_at:%Y-%m-%d}" if key.revoked_at else "in force"
        answer(f"{key.kid:<18}{key.algorithm:<7} {key.created_at:%Y-%m-%d}  {state}")


@app.command
def revoke(kid: str, /, *, data: Data = None) -> None:
    """Believe nothing signed with this key any more, from now on."""

    async def work(conn: Connection, workspace: Workspace) -> None:
        await actions.revoke_identity_key(conn, workspace.id, kid, clock.now())

    in_workspace(read_settings(data=data), work)
    say("The identity key is revoked: what is signed with it is not believed any more.")


def _key(algorithm: str, public_key: Path | None) -> tuple[IdentityKey, str | None]:
    """(the key to keep, what its owner must keep)."""
    if public_key is None:
        return new_identity_key(algorithm)
    try:
        return read_public_key(public_key.read_text()), None
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"The public key cannot be read: {error}") from None
