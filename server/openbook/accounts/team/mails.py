"""The mail that invites somebody."""

from datetime import datetime

from openbook.accounts.people.schemas import Person
from openbook.accounts.team.schemas import INVITATION_LIFE, Invitation
from openbook.mailer import Mail, Mailer

TEXT = """\
{inviter} invites you to a team on openbook. Open this to join, within {hours} hours:

{url}

It is for this address alone and works once. If you expected nothing of the kind, do nothing.
"""


async def send_invitation(
    mailer: Mailer, invitation: Invitation, url: str, inviter: Person, moment: datetime
) -> None:
    """Send the link. Who invites is told by address: a name can be anything."""
    hours = int(INVITATION_LIFE.total_seconds()) // 3600
    text = TEXT.format(inviter=inviter.email, hours=hours, url=url)
    await mailer.send(Mail(invitation.email, "You are invited to openbook", text), moment)
