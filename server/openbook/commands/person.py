"""`openbook person`: the team, from the machine itself: who there is, a way in, a lost phone."""

from typing import Annotated

from cyclopts import App, Parameter

from openbook import clock
from openbook.accounts.passkeys.queries import delete_passkeys
from openbook.accounts.people import queries as people
from openbook.accounts.people.schemas import Person, read_email
from openbook.accounts.provider.queries import unbind_subjects
from openbook.accounts.schemas import Workspace
from openbook.accounts.second_factor.queries import delete_recovery_codes, delete_totp
from openbook.accounts.sessions.queries import delete_sessions
from openbook.accounts.sign_in.actions import link_url, make_one_time_token
from openbook.accounts.sign_in.schemas import OWNER_LINK_LIFE
from openbook.accounts.team.queries import members
from openbook.accounts.team.schemas import Member
from openbook.audit.noting import note
from openbook.audit.schemas import COMMAND, Action
from openbook.commands.opening import in_workspace
from openbook.commands.options import Data, Json
from openbook.commands.output import answer, answer_json, say
from openbook.db import Connection
from openbook.errors import NotFound
from openbook.ids import new_id
from openbook.settings import read_settings

app = App(name="person", help="The people who sign in: list them, let one in.")


@app.command(name="list")
def list_(*, json: Json = False, data: Data = None) -> None:
    """Who is in the team, and as what."""

    async def work(conn: Connection, workspace: Workspace) -> list[Member]:
        return await members(conn, workspace.id, new_id(clock.now()))

    found = in_workspace(read_settings(data=data), work)
    if json:
        answer_json(found)
        return
    if not found:
        say("Nobody yet. A link that makes the owner: openbook owner-link")
    for member in found:
        factor = "second factor" if member.second_factor else ""
        answer(f"{member.role:<7} {member.email:<40} {member.name:<30} {factor}".rstrip())


@app.command
def link(
    email: str,
    /,
    *,
    url: Annotated[
        str | None, Parameter(help="Where people open this openbook (OPENBOOK_PUBLIC_URL).")
    ] = None,
    json: Json = False,
    data: Data = None,
) -> None:
    """A link that signs a person in, once, within an hour; for who forgot the password."""
    settings = read_settings(data=data)

    async def work(conn: Connection, workspace: Workspace) -> str:
        person = await _person(conn, email)
        return await make_one_time_token(conn, "link", person.id, OWNER_LINK_LIFE, clock.now())

    made = link_url(url or settings.address, in_workspace(settings, work))
    if json:
        answer_json({"url": made})
        return
    say("Works once, within an hour. Hand it to this person and to nobody else.")
    answer(made)


@app.command(name="reset-second-factor")
def reset_second_factor(email: str, /, *, data: Data = None) -> None:
    """Ask a person for no second proof any more, whose phone, keys and recovery codes are lost."""

    async def work(conn: Connection, workspace: Workspace) -> bool:
        person = await _person(conn, email)
        await delete_sessions(conn, person.id)
        had_app = await delete_totp(conn, person.id)
        had_keys = await delete_passkeys(conn, person.id)
        await delete_recovery_codes(conn, person.id)
        await note(conn, workspace.id, COMMAND, "member.factors_reset", person.id, clock.now())
        return had_app or had_keys

    if in_workspace(read_settings(data=data), work):
        say("No second factor is asked of them any more, and they are signed out everywhere.")
    else:
        say("They had no second factor. They are signed out everywhere.")


@app.command(name="forget-provider")
def forget_provider(email: str, /, *, data: Data = None) -> None:
    """Forget who a person is at the sign-in service: the next one with the address counts."""

    async def work(conn: Connection, workspace: Workspace) -> bool:
        person = await _person(conn, email)
        await delete_sessions(conn, person.id)
        action: Action = "member.provider_forgotten"
        await note(conn, workspace.id, COMMAND, action, person.id, clock.now())
        return await unbind_subjects(conn, person.id)

    if in_workspace(read_settings(data=data), work):
        say("Whoever signs in there next with this address is this person. They are signed out.")
    else:
        say("They never signed in there. They are signed out everywhere.")


async def _person(conn: Connection, email: str) -> Person:
    found = await people.person_by_email(conn, read_email(email)[1])
    if found is None:
        raise NotFound("Nobody signs in with this address. openbook person list shows who does.")
    return found
