"""What one transaction does with the requests it holds: check, resolve, fold into rows, claim.

The order is fixed, so that writers cannot wait for each other in a circle: the policy of each
workspace (shared), then devices, then contacts, each in the order of their keys.
"""

import hmac
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec
from psycopg.errors import LockNotAvailable

from openbook.accounts.queries import policy_lock_key
from openbook.catalogue.field import Trust
from openbook.clock import Clock
from openbook.collect.announcing import announce
from openbook.collect.budget import Budget
from openbook.collect.gate import Admitted
from openbook.collect.handing import is_own, told_of
from openbook.collect.known import (
    Known,
    Named,
    Remembered,
    key_of,
    known_devices,
    named_contacts,
)
from openbook.collect.observation import Prepared
from openbook.collect.proof import device_proof
from openbook.collect.request import Answer, Sent, prepare_request
from openbook.contacts.again import Key, Row, device_of, see_again
from openbook.contacts.assertions import Claim, assert_many
from openbook.contacts.fold import fold
from openbook.contacts.identity import Moved, link
from openbook.contacts.push_tokens import hand_over
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
from openbook.errors import Forbidden, NotAllowed
from openbook.ids import new_id

PrepareAgain = Callable[[Sent, Admitted], None]


class Renewing(Protocol):
    """Says what a credential is good for as things are now."""

    async def renew(self, credential: str) -> Admitted | None: ...


class _Pending(msgspec.Struct):
    """Prepared messages whose contact is decided, not yet written."""

    versions: dict[UUID, int]
    """Of the workspaces' settings."""
    items: list[tuple[UUID, Prepared]] = []
    stored: list[DeviceFacts] = []
    whole: list[DeviceFacts] = []
    """Those of them that were written whole."""


class Storing:
    """Stores requests on a connection that is in a transaction for their workspaces."""

    def __init__(
        self,
        gate: Renewing,
        budget: Budget,
        secret: bytes,
        clock: Clock,
        prepare_again: PrepareAgain = prepare_request,
    ):
        self._gate = gate
        self._prepare_again = prepare_again
        self._remembered = Remembered()
        self._budget = budget
        self._secret = secret
        self._clock = clock

    async def store(self, conn: Connection, requests: Sequence[Sent]) -> list[Answer]:
        """Store what the requests carry; their answers, valid once the transaction commits."""
        versions, watched = await self._check_policy(conn, requests)
        moment = self._clock()
        items = [(sent, prepared) for sent in requests for prepared in sent.prepared]
        keys = {key_of(sent, prepared) for sent, prepared in items}
        known = self._remembered.recall(keys - _asked_for(items))
        if asked := keys - known.keys():
            known |= await known_devices(conn, asked)
        named = await named_contacts(conn, items)
        answers = [Answer(dropped=dict(sent.answer.dropped)) for sent in requests]
        answer_of = {id(sent): answer for sent, answer in zip(requests, answers, strict=True)}
        pending = _Pending(versions, [], [], [])
        handed: list[tuple[Sent, Prepared, bool]] = []
        for sent, prepared in items:
            answer = answer_of[id(sent)]
            key = key_of(sent, prepared)
            device = known.get(key)
            if prepared.signed is not None and not _is_settled(sent, prepared, device, named):
                await self._write(conn, pending, known, moment)
                device = await self._link(conn, sent, prepared, known, moment)
            elif device is None:
                if prepared.withdraws:
                    continue  # whom nobody knows has nothing to take back
                if prepared.budgeted and not self._budget.take(
                    sent.admitted.workspace_id, prepared.address, sent.admitted.tools.policy
                ):
                    answer.drop("budget", prepared.messages)
                    continue
                device = known[key] = Known(new_id(moment), prepared.birth, True, sent)
            pending.items.append((sent.admitted.workspace_id, prepared))
            answer.stored += prepared.messages
            if prepared.push is not None:
                own = is_own(prepared, device.birth) or self._proves(sent, prepared, device)
                handed.append((sent, prepared, own))
            if prepared.wants_proof and prepared.made(device.birth):
                workspace_id = sent.admitted.workspace_id
                answer.proof = self._sign(workspace_id, prepared.device_id, device.birth).decode()
        await self._write(conn, pending, known, moment, is_last=True)
        for device in pending.whole:
            birth = known[device.workspace_id.int, device.id.int].birth
            self._remembered.learn(device, birth, versions[device.workspace_id], moment)
        if handed:
            whose = [known[key_of(sent, prepared)].contact_id for sent, prepared, _ in handed]
            await hand_over(conn, map(told_of, whose, handed))
        if watched:
            await announce(conn, _contacts(pending.stored).values(), watched, moment)
        return answers

    async def _check_policy(
        self, conn: Connection, requests: Sequence[Sent]
    ) -> tuple[dict[UUID, int], frozenset[UUID]]:
        """Hold every workspace's policy still, and prepare again what an older one allowed.

        The version of each, and the workspaces that somebody watches, come back.
        """
        ids = sorted({sent.admitted.workspace_id for sent in requests})
        # One plan for any number of keys, which is by the primary key: without statistics the
        # planner takes one by which all devices of a workspace are read for every batch.
        await conn.execute(
            "SELECT pg_advisory_xact_lock_shared(key), "
            "set_config('plan_cache_mode', 'force_generic_plan', true) "
            "FROM unnest(%s::bigint[]) AS key",
            (sorted(policy_lock_key(workspace_id) for workspace_id in ids),),
        )
        cursor = await conn.execute(
            "SELECT id, version, watched_until > now() AS watched FROM workspaces "
            "WHERE id = ANY(%s)",
            (ids,),
        )
        found = await cursor.fetchall()
        versions = {row["id"]: row["version"] for row in found}
        for sent in requests:
            if versions.get(sent.admitted.workspace_id) == sent.admitted.version:
                continue
            admitted = await self._gate.renew(sent.credential)
            if admitted is None:
                sent.prepared, sent.answer = [], Answer(dropped={REVOKED: len(sent.messages)})
            elif admitted.keeps_out(sent.origin):
                sent.prepared, sent.answer = [], Answer(dropped={ELSEWHERE: len(sent.messages)})
            else:
                self._prepare_again(sent, admitted)
        return versions, frozenset(row["id"] for row in found if row["watched"])

    async def _link(
        self,
        conn: Connection,
        sent: Sent,
        prepared: Prepared,
        known: dict[Key, Known],
        moment: datetime,
    ) -> Known:
        """Give the device to whom its verified message names; `known` is true again afterwards."""
        signed, key = prepared.signed, key_of(sent, prepared)
        assert signed is not None
        proven = signed.trust >= Trust.SERVER or self._proves(sent, prepared, known.get(key))
        contact_id = await link(
            conn,
            sent.admitted.workspace_id,
            prepared.device_id,
            user_id=signed.user_id,
            email=signed.email,
            trust=signed.trust,
            with_history=proven,
            moment=moment,
        )
        # A merge moves other devices too; a switch takes the row away, and a fresh one begins.
        found = await known_devices(conn, {key, *known})
        for other in known.keys() & found.keys():
            known[other].contact_id = found[other].contact_id
        if key not in found:
            known[key] = Known(contact_id, prepared.birth, True, sent)
        elif key not in known:
            known[key] = found[key]
        return known[key]

    def _proves(self, sent: Sent, prepared: Prepared, device: Known | None) -> bool:
        if device is not None and device.made_by is sent:
            return True
        if prepared.proof is None or device is None or not device.birth:
            return False
        expected = self._sign(sent.admitted.workspace_id, prepared.device_id, device.birth)
        return hmac.compare_digest(expected, prepared.proof.encode("utf-8", "replace"))

    def _sign(self, workspace_id: UUID, device_id: UUID, birth: bytes) -> bytes:
        return device_proof(self._secret, workspace_id, device_id, birth)

    async def _write(
        self,
        conn: Connection,
        pending: _Pending,
        known: dict[Key, Known],
        moment: datetime,
        *,
        is_last: bool = False,
    ) -> None:
        """Fold what is pending into the rows of its devices and contacts, then its claims.

        With `is_last`, those of whom no more than a further view is new come after all others.
        """
        if not pending.items:
            return
        by_device: dict[Key, list[Prepared]] = {}
        workspaces: dict[int, UUID] = {}
        for workspace_id, prepared in pending.items:
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
        rows, anew = [], devices
        if is_last:
            written = {(one.workspace_id.int, one.id.int) for one in pending.whole}
            rows, anew = self._remembered.part(devices, pending.versions, written)
        await self._write_whole(conn, anew, moment, again=bool(pending.stored))
        for device in anew:
            known[device.workspace_id.int, device.id.int].is_new = False
        pending.whole += anew
        pending.stored += devices
        await assert_many(
            conn,
            [
                (
                    workspace_id,
                    known[workspace_id.int, prepared.device_id.int].contact_id,
                    Claim(
                        device_id=prepared.device_id,
                        field=said.field,
                        value=said.value,
                        trust=said.trust,
                        source=prepared.source,
                        occurred_at=prepared.occurred_at,
                        received_at=prepared.received_at,
                    ),
                )
                for workspace_id, prepared in pending.items
                for said in prepared.said
            ],
            moment,
        )
        pending.items.clear()
        await self._see_again(conn, rows, moment)

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

    async def _see_again(self, conn: Connection, rows: Sequence[Row], moment: datetime) -> None:
        if not rows:
            return
        try:
            unlike = await see_again(conn, rows, moment)
        except LockNotAvailable:
            self._remembered.forget(map(device_of, rows))
            raise Moved from None
        if unlike:
            self._remembered.doubt(unlike, moment)
            raise Moved


REVOKED = "revoked"
ELSEWHERE = "origin_not_allowed"


def refuse_revoked(answer: Answer) -> None:
    """A key that was revoked, or bound to sites, while its messages waited is refused the same."""
    if REVOKED in answer.dropped:
        raise NotAllowed("This write key or API token is not valid.", "unknown_key")
    if ELSEWHERE in answer.dropped:
        raise not_from_there()


def not_from_there() -> Forbidden:
    return Forbidden("This site may not send with this write key.", ELSEWHERE)


def _asked_for(items: Sequence[tuple[Sent, Prepared]]) -> set[Key]:
    """Devices of which belief is not enough: whose history goes to whom hangs on their birth."""
    return {
        key_of(sent, prepared)
        for sent, prepared in items
        if prepared.signed is not None or prepared.push is not None
    }


def _is_settled(sent: Sent, prepared: Prepared, device: Known | None, named: Named) -> bool:
    """The device belongs already to whom the verified identity names: nothing to decide."""
    signed = prepared.signed
    if device is None or signed is None or signed.user_id is None:
        return False
    workspace_id = sent.admitted.workspace_id
    key = email_key(signed.email) if signed.email else None
    return named.get((workspace_id, "user_id", signed.user_id)) == device.contact_id and (
        key is None or (workspace_id, "email", key) in named
    )


async def _write_apart(conn: Connection, devices: Sequence[DeviceFacts], moment: datetime) -> bool:
    """Where several of the devices have one contact: the devices, then what that changed.

    Whether all was as expected; where not, the transaction is to be undone.
    """
    written: Written = {}
    rows = await upsert_devices(conn, devices, moment, written)
    rows_of = {(row["workspace_id"].int, row["id"].int): row for row in rows}
    contacts = _contacts(devices)
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


def _contacts(devices: Sequence[DeviceFacts]) -> dict[Key, ContactFacts]:
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
