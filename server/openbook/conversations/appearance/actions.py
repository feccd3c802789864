"""What changes the settings of the chat. The caller holds the transaction."""

from datetime import datetime
from typing import Any

import msgspec

from openbook.accounts.queries import workspace
from openbook.accounts.schemas import Caller
from openbook.audit.noting import note
from openbook.conversations.appearance import queries
from openbook.conversations.appearance.checking import check
from openbook.conversations.appearance.schemas import ChatSettings, ChatSettingsWrite, Kept
from openbook.db import Connection
from openbook.errors import BadInput, Conflict, NotFound

PREFIX = "chat."


async def change_chat_settings(
    conn: Connection, caller: Caller, written: ChatSettingsWrite, moment: datetime
) -> Kept:
    """Put these settings in place of those of the version they were read at."""
    workspace_id = caller.workspace_id
    found = await workspace(conn, workspace_id)
    if found is None:
        raise NotFound("There is no such workspace.")
    names = ChatSettings.__struct_fields__
    plain = ChatSettings(**{name: getattr(written, name) for name in names})
    settings = check(plain, found.policy)
    shown = await queries.names_of(conn, workspace_id, settings.team)
    if len(shown) < len(settings.team):
        raise BadInput("team names somebody who is not a member.", "bad_chat_settings")
    before = await queries.chat_settings(conn, workspace_id, lock=True)
    same = before.version == written.version
    if not same or not await queries.put_chat_settings(
        conn, workspace_id, settings, written.version, moment
    ):
        raise Conflict(
            "Somebody else has changed the settings of the chat meanwhile. Look at them, and then "
            "change them again.",
            "chat_settings_changed",
        )
    if told := differences(before.settings, settings):
        await note(
            conn, workspace_id, caller.actor, "settings.changed", None, moment, settings=told
        )
    return await queries.chat_settings(conn, workspace_id)


async def set_avatar(
    conn: Connection, caller: Caller, picture: bytes | None, moment: datetime
) -> Kept:
    """Show this picture, a small WebP of our own making; None for none."""
    workspace_id = caller.workspace_id
    before = await queries.chat_settings(conn, workspace_id, lock=True)
    await queries.put_avatar(conn, workspace_id, picture, moment)
    after = await queries.chat_settings(conn, workspace_id)
    if before.avatar != after.avatar:
        told = {f"{PREFIX}avatar": [before.avatar, after.avatar]}
        await note(
            conn, workspace_id, caller.actor, "settings.changed", None, moment, settings=told
        )
    return after


def differences(before: ChatSettings, after: ChatSettings) -> dict[str, list[Any]]:
    """`chat.NAME`, or `chat.NAME.PART` where it has parts -> [before, after]."""
    was, now = _flat(before), _flat(after)
    return {
        f"{PREFIX}{name}": [was.get(name), now.get(name)]
        for name in was | now
        if was.get(name) != now.get(name)
    }


def _flat(settings: ChatSettings) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in msgspec.to_builtins(settings).items():
        if isinstance(value, dict):
            flat |= {f"{name}.{part}": _plain(held) for part, held in value.items()}
        else:
            flat[name] = _plain(value)
    return flat


def _plain(value: Any) -> Any:
    """A list of things with parts as text, so that whoever reads the entry needs no shape of it."""
    if isinstance(value, list) and any(isinstance(one, dict) for one in value):
        return [msgspec.json.encode(one).decode() for one in value]
    return value
