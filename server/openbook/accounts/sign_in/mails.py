"""The mails that signing in sends. Nothing in them was written by whoever asked for them."""

from datetime import datetime

from litestar.datastructures import State

from openbook.accounts.people import queries as people
from openbook.accounts.people.schemas import Person
from openbook.accounts.sign_in.actions import link_url, make_one_time_token
from openbook.accounts.sign_in.schemas import LINK_LIFE
from openbook.db import Database
from openbook.mailer import Mail, Mailer
from openbook.settings import Settings

LINK_TEXT = """\
Open this to sign in to openbook. It works once, within {minutes} minutes:

{url}

If it was not you who asked for it, do nothing: nobody gets in without this mail.
"""
CHANGED_TEXT = """\
The {what} of your openbook account at {address} was changed just now, and every other browser was
signed out.

If it was not you, ask for a sign-in link there at once, set another password and look through what
is listed under your sessions.
"""


async def send_sign_in_link(
    db: Database, mailer: Mailer, settings: Settings, email_key: str, moment: datetime
) -> None:
    """Send a link to whoever has this address, if anybody has."""
    async with db.transaction() as conn:
        found = await people.person_by_email(conn, email_key)
        if found is None:
            return
        token = await make_one_time_token(conn, "link", found.id, LINK_LIFE, moment)
    url = link_url(settings.address, token)
    minutes = int(LINK_LIFE.total_seconds()) // 60
    text = LINK_TEXT.format(minutes=minutes, url=url)
    await mailer.send(Mail(found.email, "Sign in to openbook", text), moment)


async def send_changed(
    mailer: Mailer, settings: Settings, email: str, what: str, moment: datetime
) -> None:
    """Tell a person that how they sign in was changed, in case it was somebody else."""
    text = CHANGED_TEXT.format(what=what, address=settings.address)
    subject = f"The {what} of your openbook account was changed"
    await mailer.send(Mail(email, subject, text), moment)


def tell_changed(state: State, person: Person, what: str) -> None:
    """Say by mail, where it is set up, that how a person signs in was changed; after the answer."""
    if state.mailer.ready:
        now = state.clock()
        state.background.start(send_changed(state.mailer, state.settings, person.email, what, now))
