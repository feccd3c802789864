"""The chat's button as the collector's script shows it."""

from uuid import UUID

from openbook.collect.script import Launcher
from openbook.conversations.appearance.colour import ink
from openbook.conversations.appearance.queries import chat_settings
from openbook.db import Database


async def launcher_of(db: Database, workspace_id: UUID) -> Launcher | None:
    """How the button looks on the pages of a workspace; None where the chat is off."""
    async with db.transaction(workspace_id) as conn:
        settings = (await chat_settings(conn, workspace_id)).settings
    if not settings.enabled:
        return None
    return Launcher(settings.colour, ink(settings.colour), settings.position)
