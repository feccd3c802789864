"""What one transaction does with the requests it holds: check, resolve, fold into rows, claim.

The order is fixed, so that writers cannot wait for each other in a circle: the policy of each
workspace (shared), then devices, then contacts, each in the order of their keys.
"""

import hmac
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from openbook.accounts.queries import policy_lock_key
from openbook.catalogue.field import Trust
from openbook.clock import Clock
from openbook.collect.announcing import announce
from openbook.collect.budget import Budget
from openbook.collect.decided import Decided, contacts_of, is_settled
from openbook.collect.gate import Admitted
from openbook.collect.handing import is_own, told_of
from openbook.collect.known import (
    Known,
    Remembered,
    key_of,
    known_devices,
    named_contacts,
)
from openbook.collect.observation import Prepared
from openbook.collect.proof import device_proof
from openbook.collect.request import Answer, Sent, prepare_request
from openbook.contacts.again import Key
from openbook.contacts.identity import link
from openbook.contacts.push_tokens import hand_over
from openbook.db import Connection
from openbook.errors import Forbidden, NotAllowed
from openbook.ids import new_id

PrepareAgain = Callable[[Sent, Admitted], None]


class Renewing(Protocol):
    """Says what a credential is good for as things are now."""

    async def renew(self, credential: str) -> Admitted | None: ...


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
        asked, vouched = self._asked_for(items, versions)
        known = self._remembered.recall(keys - asked)
        if unknown := keys - known.keys():
            known |= await known_devices(conn, unknown)
        named = await named_contacts(conn, _of_workspaces(items, asked))
        answers = [Answer(dropped=dict(sent.answer.dropped)) for sent in requests]
        answer_of = {id(sent): answer for sent, answer in zip(requests, answers, strict=True)}
        decided = Decided(self._remembered, versions, vouched)
        handed: list[tuple[Sent, Prepared, bool]] = []
        for sent, prepared in items:
            answer = answer_of[id(sent)]
            key = key_of(sent, prepared)
            device = known.get(key)
            if (
                prepared.signed is not None
                and (device is None or vouched.get(key) != device.contact_id)
                and not is_settled(sent.admitted.workspace_id, prepared, device, named)
            ):
                await decided.write(conn, known, moment)
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
            decided.items.append((sent.admitted.workspace_id, prepared))
            answer.stored += prepared.messages
            if prepared.push is not None:
                own = is_own(prepared, device.birth) or self._proves(sent, prepared, device)
                handed.append((sent, prepared, own))
            if prepared.wants_proof and prepared.made(device.birth):
                workspace_id = sent.admitted.workspace_id
                answer.proof = self._sign(workspace_id, prepared.device_id, device.birth).decode()
        await decided.write(conn, known, moment, is_last=True)
        decided.learn(known, moment)
        if handed:
            whose = [known[key_of(sent, prepared)].contact_id for sent, prepared, _ in handed]
            await hand_over(conn, map(told_of, whose, handed))
        if watched:
            await announce(conn, contacts_of(decided.stored).values(), watched, moment)
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

    def _asked_for(
        self, items: Sequence[tuple[Sent, Prepared]], versions: Mapping[UUID, int]
    ) -> tuple[set[Key], dict[Key, UUID]]:
        """Devices of which belief is not enough: whose history goes to whom hangs on their birth.

        And those that show who they are, and are believed to have that contact.
        """
        asked, vouched = set[Key](), dict[Key, UUID]()
        for sent, prepared in items:
            if prepared.signed is None and prepared.push is None:
                continue
            key = key_of(sent, prepared)
            version = versions[sent.admitted.workspace_id]
            contact_id = self._remembered.vouches(key, prepared, version)
            if contact_id is None:
                asked.add(key)
            else:
                vouched[key] = contact_id
        for key in asked:
            vouched.pop(key, None)
        return asked, vouched


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


def _of_workspaces(
    items: Sequence[tuple[Sent, Prepared]], keys: set[Key]
) -> list[tuple[UUID, Prepared]]:
    """The messages of these devices, each with its workspace."""
    return [
        (sent.admitted.workspace_id, prepared)
        for sent, prepared in items
        if key_of(sent, prepared) in keys
    ]
