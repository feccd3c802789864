"""Whom a transaction is about: what rows say of devices and identities, or are believed to say."""

from collections import Counter, OrderedDict
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from msgspec.structs import replace
from psycopg.rows import tuple_row

from openbook.collect.counts import count_cache
from openbook.collect.observation import Prepared
from openbook.collect.request import Sent
from openbook.contacts.again import Believed, Key, Row, SaidRow, again, believe, device_of
from openbook.contacts.assertions import Claim
from openbook.contacts.said import believe_said, is_held, said_again
from openbook.contacts.store import DeviceFacts
from openbook.contacts.values import email_key
from openbook.db import Connection

REMEMBERED = 32_768
DOUBTED = timedelta(minutes=10)
Named = dict[tuple[UUID, str, str], UUID]
"""Workspace, field and value of a verified identity -> its contact."""


class Known(msgspec.Struct):
    """A device row, as far as storing goes."""

    contact_id: UUID
    birth: bytes
    is_new: bool
    made_by: Sent | None = None
    """The request in hand that made it: who sent that needs no other proof of the past."""


def key_of(sent: Sent, prepared: Prepared) -> Key:
    return sent.admitted.workspace_id.int, prepared.device_id.int


async def known_devices(conn: Connection, keys: set[Key]) -> dict[Key, Known]:
    # Arrays, not a join: whatever the planner believes of the table's size, the key answers.
    # Keys travel as text and come back as bytes: UUIDs of them are dearer than all the rest.
    cursor = conn.cursor(binary=True, row_factory=tuple_row)
    await cursor.execute(
        "SELECT uuid_send(workspace_id), uuid_send(id), contact_id, birth FROM devices "
        "WHERE workspace_id = ANY(%s::uuid[]) AND id = ANY(%s::uuid[])",
        (
            _uuid_array(sorted({key[0] for key in keys})),
            _uuid_array(sorted(key[1] for key in keys)),
        ),
        prepare=True,
    )
    number = int.from_bytes
    return {
        (number(workspace_id), number(device_id)): Known(contact_id, birth or b"", False)
        for workspace_id, device_id, contact_id, birth in await cursor.fetchall()
    }


async def named_contacts(conn: Connection, items: Iterable[tuple[UUID, Prepared]]) -> Named:
    """Whose the verified identities are that these messages, of workspaces, show."""
    asked: set[tuple[UUID, str, str]] = set()
    for workspace_id, prepared in items:
        if prepared.signed is None:
            continue
        if prepared.signed.user_id is not None:
            asked.add((workspace_id, "user_id", prepared.signed.user_id))
        if prepared.signed.email is not None and (key := email_key(prepared.signed.email)):
            asked.add((workspace_id, "email", key))
    if not asked:
        return {}
    cursor = await conn.execute(
        "SELECT workspace_id, field, value, contact_id FROM identities "
        "WHERE workspace_id = ANY(%s) AND field = ANY(%s) AND value = ANY(%s)",
        [sorted(set(column)) for column in zip(*asked, strict=True)],
    )
    return {
        (row["workspace_id"], row["field"], row["value"]): row["contact_id"]
        for row in await cursor.fetchall()
    }


class Remembered:
    """What this process stored last of each device: bounded, and believed, not known.

    Whatever is stored by it is held against the rows in the statement that stores.
    """

    def __init__(self) -> None:
        self._held: OrderedDict[Key, Believed | datetime] = OrderedDict()
        """A moment: until then nothing is believed."""
        count_cache("collect.known.remembered", lambda: (len(self._held), REMEMBERED))

    def recall(self, keys: Iterable[Key]) -> dict[Key, Known]:
        """Those of the devices that are remembered."""
        found: dict[Key, Known] = {}
        for key in keys:
            believed = self._held.get(key)
            if isinstance(believed, Believed):
                self._held.move_to_end(key)
                found[key] = Known(believed.contact_id, believed.birth, False)
        return found

    def vouches(self, key: Key, prepared: Prepared, version: int) -> UUID | None:
        """The contact that the device is believed to have, and to be named as the message says."""
        believed, signed = self._held.get(key), prepared.signed
        if not isinstance(believed, Believed) or believed.version != version or signed is None:
            return None
        if signed.user_id is None or prepared.push is not None:
            return None
        for field, value in (("user_id", signed.user_id), ("email", signed.email)):
            if value is not None and not is_held(field, value, signed.trust, believed.said):
                return None
        fields = {said.field for said in prepared.said if said.trust == signed.trust}
        named = "user_id" in fields and (signed.email is None or "email" in fields)
        return believed.contact_id if named else None

    def part(
        self,
        devices: Sequence[DeviceFacts],
        versions: Mapping[UUID, int],
        written: Container[Key] = (),
    ) -> tuple[list[Row], list[DeviceFacts]]:
        """Of those whose row is believed to hold all else that was observed, what a further view
        changes; and the other devices.

        `written`: devices that this transaction has written already, of which nothing is believed
        until it commits.
        """
        owners = Counter([device.contact_id.int for device in devices])
        rows, others = [], []
        for device in devices:
            key = device.workspace_id.int, device.id.int
            believed = self._held.get(key)
            row = None
            if (
                isinstance(believed, Believed)
                and key not in written
                and owners[device.contact_id.int] == 1
                and believed.contact_id == device.contact_id
                and believed.version == versions[device.workspace_id]
            ):
                row = again(device, believed)
            if row is None:
                others.append(device)
            else:
                rows.append(row)
        return rows, others

    def part_said(
        self, rows: Sequence[Row], claims: dict[Key, list[Claim]]
    ) -> tuple[list[Row], list[SaidRow]]:
        """Of the rows of `part`, those of whom no value is claimed, or one that is to be asserted;
        and those who say again what is known, whose claims are taken out.
        """
        if not claims:
            return list(rows), []
        others, saying = [], []
        for row in rows:
            key = device_of(row)
            believed, said = self._held.get(key), claims.get(key)
            found = None
            if said is not None and isinstance(believed, Believed):
                found = said_again(row, said, believed.said)
            if found is None:
                others.append(row)
            else:
                saying.append((row, *found))
                del claims[key]
        return others, saying

    def learn_said(self, key: Key, contact_id: UUID, claims: Sequence[Claim]) -> None:
        """These claims of a device are kept."""
        believed = self._held.get(key)
        if isinstance(believed, Believed) and believed.contact_id == contact_id:
            self._held[key] = replace(believed, said=believe_said(claims, believed.said))

    def learn(self, device: DeviceFacts, birth: bytes, version: int, moment: datetime) -> None:
        """These facts are in the rows of the device and its contact."""
        key = device.workspace_id.int, device.id.int
        before = self._held.get(key)
        if isinstance(before, datetime):
            if moment < before:
                return
            before = None
        self._held[key] = believe(device, birth, version, before)
        while len(self._held) > REMEMBERED:
            self._held.popitem(last=False)

    def forget(self, keys: Iterable[Key]) -> None:
        for key in keys:
            self._held.pop(key, None)

    def doubt(self, keys: Iterable[Key], moment: datetime) -> None:
        """Believe nothing of these for a while: a device that others write as well, or that sends
        in no order, would have one transaction after the other undone."""
        for key in keys:
            self._held[key] = moment + DOUBTED


def _uuid_array(numbers: Sequence[int]) -> str:
    return "{" + ",".join([f"{number:032x}" for number in numbers]) + "}"
