"""What a workspace allows, for whoever handles contacts."""

from uuid import UUID

from openbook.accounts.queries import workspace
from openbook.catalogue.policy import Policy
from openbook.db import Connection
from openbook.errors import NotFound


async def policy_of(conn: Connection, workspace_id: UUID) -> Policy:
    """The settings in force."""
    found = await workspace(conn, workspace_id)
    if found is None:
        raise NotFound("There is no such workspace.")
    return found.policy
