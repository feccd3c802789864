"""What changes the team. The caller holds the transaction."""

from datetime import datetime
from uuid import UUID

from openbook.accounts.people import queries
from openbook.accounts.people.schemas import Person, read_email, read_name
from openbook.db import Connection
from openbook.errors import Conflict
from openbook.ids import new_id


async def create_person(conn: Connection, email: str, name: str, moment: datetime) -> Person:
    """Somebody new. Conflict if the address is somebody's already."""
    shown, key = read_email(email)
    kept = read_name(name or shown.partition("@")[0])
    new = Person(new_id(moment), shown, key, kept, None, moment)
    if not await queries.insert_person(conn, new):
        raise Conflict("There is an account with this address already.", "address_taken")
    return new


async def rename_person(conn: Connection, user_id: UUID, name: str) -> str:
    """Give a person another name; the name as it is kept."""
    kept = read_name(name)
    await queries.update_person(conn, user_id, name=kept)
    return kept
