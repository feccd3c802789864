"""What `doctor` asks the database about itself."""

from datetime import datetime

import msgspec

from openbook import durability
from openbook.db import MAY_STAGE, Connection, built

STATE = f"""
SELECT current_setting('server_version') AS version,
       {durability.COLUMNS},
       {MAY_STAGE},
       clock_timestamp() AS clock,
       (SELECT version_num FROM alembic_version) AS schema,
       (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user) AS unbound
"""


class DatabaseState(msgspec.Struct, frozen=True):
    """A database as the application sees it. `unbound`: row-level security does not bind it.

    `may_stage`: who connects may make temporary tables; `login` and `database` as SQL writes them.
    """

    version: str
    fsync: str
    full_page_writes: str
    synchronous_commit: str
    clock: datetime
    schema: str
    unbound: bool
    may_stage: bool
    login: str
    database: str

    @property
    def careless(self) -> tuple[str, ...]:
        """The settings that let a commit be lost with the power."""
        return durability.careless({name: getattr(self, name) for name in durability.SETTINGS})


async def database_state(conn: Connection) -> DatabaseState:
    """Versions, clock and the settings that decide whether what is answered is stored."""
    found = await (await conn.execute(built(STATE))).fetchone()
    return DatabaseState(**(found or {}))
