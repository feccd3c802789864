"""Messages whose contact is decided: folded into the rows of devices and contacts, then claimed."""

from collections.abc import Mapping, Sequence, Set
from datetime import datetime
from uuid import UUID

from psycopg.errors import LockNotAvailable

from openbook.collect.known import Known, Named, Remembered, named_contacts
from openbook.collect.observation import Prepared
from openbook.contacts.again import Key, Row, SaidRow, device_of, see_again
from openbook.contacts.assertions import Claim, assert_many
from openbook.contacts.fold import fold
from openbook.contacts.identity import Moved
from openbook.contacts.staging import stage
from openbook.contacts.store import (
    MOBILE,
    ContactFacts,
    DeviceFacts,
    Installation,
    Written,
    upsert_contacts,
    upsert_devices,
)
from openbook.contacts.values import email_key
from openbook.db import Connection


class Decided:
    """What one transaction has decided, and has written of it."""

    def __init__(
        self, remembered: Remembered, versions: Mapping[UUID, int], vouched: Mapping[Key, UUID]
    ):
        """`versions` are those of the workspaces' settings. `vouched`: devices of which it is
        believed, not known, that they belong to whom their messages name.
        """
        self.items: list[tuple[UUID, Prepared]] = []
        """Not written yet: each message with its workspace."""
        self.stored: list[DeviceFacts] = []
        self._whole: list[DeviceFacts] = []
        self._asserted: dict[Key, list[Claim]] = {}
        self._remembered = remembered
        self._versions = versions
        self._vouched = vouched

    async def write(
        self,
        conn: Connection,
        known: dict[Key, Known],
        moment: datetime,
        *,
        is_last: bool = False,
    ) -> None:
        """Fold what is pending into the rows of its devices and contacts, then its claims.

        With `is_last`, those of whom no more than a further view is new come after all others.
        """
        if not self.items:
            return
        by_device: dict[Key, list[Prepared]] = {}
        workspaces: dict[int, UUID] = {}
        for workspace_id, prepared in self.items:
            key = workspace_id.int, prepared.device_id.int
            workspaces[workspace_id.int] = workspace_id
            by_device.setdefault(key, []).append(prepared)
        devices = [
            DeviceFacts(
                workspace_id=workspaces[key[0]],
                id=many[0].device_id,
                contact_id=known[key].contact_id,
                anonymous_id=many[0].anonymous_id,
                platform=many[0].platform,
                device_key=many[0].device_key,
                birth=many[0].birth,
                facts=fold(prepared.facts for prepared in many),
                is_new=known[key].is_new,
                shows_last_seen=many[0].keeps_last_seen,
                shows_platform=many[0].keeps_platform_seen,
            )
            for key, many in sorted(by_device.items())
        ]
        claims = _claims(self.items)
        rows, saying, anew = [], [], devices
        if is_last:
            written = {(one.workspace_id.int, one.id.int) for one in self._whole}
            rows, anew = self._remembered.part(devices, self._versions, written)
            rows, saying = self._remembered.part_said(rows, claims)
        await self._require_named(conn, known, {device_of(row) for row, *_ in saying})
        await self._write_whole(conn, anew, moment, again=bool(self.stored))
        for device in anew:
            known[device.workspace_id.int, device.id.int].is_new = False
        self._whole += anew
        self.stored += devices
        await assert_many(
            conn,
            [
                (workspaces[key[0]], known[key].contact_id, claim)
                for key, many in claims.items()
                for claim in many
            ],
            moment,
        )
        for key, many in claims.items():
            self._asserted.setdefault(key, []).extend(many)
        self.items.clear()
        await self._see_again(conn, rows, saying, moment)

    async def _require_named(
        self, conn: Connection, known: Mapping[Key, Known], saying: Set[Key]
    ) -> None:
        """Ask whether devices belong to whom their messages name, where that is only believed and
        no statement's condition holds it against the rows, as for those `saying` it again.
        """
        keys = self._vouched.keys() - saying
        items = [it for it in self.items if (it[0].int, it[1].device_id.int) in keys]
        if not items:
            return
        named = await named_contacts(conn, items)
        for workspace_id, prepared in items:
            device = known[workspace_id.int, prepared.device_id.int]
            if prepared.signed and not is_settled(workspace_id, prepared, device, named):
                self._remembered.forget(keys)
                raise Moved

    async def _write_whole(
        self, conn: Connection, devices: Sequence[DeviceFacts], moment: datetime, *, again: bool
    ) -> None:
        """`again`: this transaction has written before."""
        if not devices:
            return
        if len({device.contact_id.int for device in devices}) == len(devices):
            if await stage(conn, devices, moment, again=again):
                return
        elif await _write_apart(conn, devices, moment):
            return
        self._remembered.forget((one.workspace_id.int, one.id.int) for one in devices)
        raise Moved

    async def _see_again(
        self, conn: Connection, rows: Sequence[Row], saying: Sequence[SaidRow], moment: datetime
    ) -> None:
        try:
            unlike = await see_again(conn, rows, moment, saying)
        except LockNotAvailable:
            self._remembered.forget(map(device_of, (*rows, *(row for row, *_ in saying))))
            raise Moved from None
        if unlike:
            self._remembered.doubt(unlike, moment)
            raise Moved

    def learn(self, known: Mapping[Key, Known], moment: datetime) -> None:
        """Remember what was written: the next transaction goes by it."""
        for device in self._whole:
            birth = known[device.workspace_id.int, device.id.int].birth
            self._remembered.learn(device, birth, self._versions[device.workspace_id], moment)
        for key, claims in self._asserted.items():
            self._remembered.learn_said(key, known[key].contact_id, claims)


def is_settled(workspace_id: UUID, prepared: Prepared, device: Known | None, named: Named) -> bool:
    """The device belongs already to whom the verified identity names: nothing to decide."""
    signed = prepared.signed
    if device is None or signed is None or signed.user_id is None:
        return False
    key = email_key(signed.email) if signed.email else None
    return named.get((workspace_id, "user_id", signed.user_id)) == device.contact_id and (
        key is None or (workspace_id, "email", key) in named
    )


def _claims(items: Sequence[tuple[UUID, Prepared]]) -> dict[Key, list[Claim]]:
    """What is claimed, by the devices on which it was said."""
    found: dict[Key, list[Claim]] = {}
    for workspace_id, prepared in items:
        for said in prepared.said:
            claim = Claim(
                device_id=prepared.device_id,
                field=said.field,
                value=said.value,
                trust=said.trust,
                source=prepared.source,
                occurred_at=prepared.occurred_at,
                received_at=prepared.received_at,
            )
            found.setdefault((workspace_id.int, prepared.device_id.int), []).append(claim)
    return found


async def _write_apart(conn: Connection, devices: Sequence[DeviceFacts], moment: datetime) -> bool:
    """Where several of the devices have one contact: the devices, then what that changed.

    Whether all was as expected; where not, the transaction is to be undone.
    """
    written: Written = {}
    rows = await upsert_devices(conn, devices, moment, written)
    rows_of = {(row["workspace_id"].int, row["id"].int): row for row in rows}
    contacts = contacts_of(devices)
    for device in devices:
        row = rows_of[device.workspace_id.int, device.id.int]
        if row["contact_id"] != device.contact_id or row["is_new"] != device.is_new:
            return False
        contact = contacts[device.workspace_id.int, device.contact_id.int]
        if device.platform == "web":
            contact.web_sessions += row["sessions_gained"]
        elif device.platform in MOBILE and row["last_seen_at"] and device.shows_platform:
            seen = Installation(row["last_seen_at"], row["id"], row["session_count"])
            held = contact.installations.get(device.platform)
            contact.installations[device.platform] = max(held, seen) if held else seen
    await upsert_contacts(conn, [contacts[key] for key in sorted(contacts)], written)
    return True


def contacts_of(devices: Sequence[DeviceFacts]) -> dict[Key, ContactFacts]:
    """What was observed on the devices, as facts of their contacts."""
    contacts: dict[Key, ContactFacts] = {}
    for device in devices:
        key = device.workspace_id.int, device.contact_id.int
        contact = contacts.get(key)
        if contact is None:
            contacts[key] = ContactFacts(
                workspace_id=device.workspace_id,
                id=device.contact_id,
                facts=device.facts,
                keeps_last_seen=device.shows_last_seen,
                installations={},
            )
        else:
            contact.facts = fold((contact.facts, device.facts))
    return contacts
