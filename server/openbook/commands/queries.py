"""What `doctor` asks the database about itself."""

from datetime import datetime

import msgspec

from openbook.db import Connection

STATE = """
SELECT current_setting('server_version') AS version,
       current_setting('fsync') AS fsync,
       current_setting('full_page_writes') AS full_page_writes,
       current_setting('synchronous_commit') AS synchronous_commit,
       clock_timestamp() AS clock,
       (SELECT version_num FROM alembic_version) AS schema,
       (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user) AS unbound
"""
DURABILITY = ("fsync", "full_page_writes", "synchronous_commit")


class DatabaseState(msgspec.Struct, frozen=True):
    """A database as the application sees it. `unbound`: row-level security does not bind it."""

    version: str
    fsync: str
    full_page_writes: str
    synchronous_commit: str
    clock: datetime
    schema: str
    unbound: bool

    @property
    def careless(self) -> tuple[str, ...]:
        """The settings that let a commit be lost with the power."""
        return tuple(name for name in DURABILITY if getattr(self, name) == "off")


async def database_state(conn: Connection) -> DatabaseState:
    """Versions, clock and the settings that decide whether what is answered is stored."""
    found = await (await conn.execute(STATE)).fetchone()
    return DatabaseState(**(found or {}))
