"""Push tokens on their way from messages to rows: whose word they are."""

from uuid import UUID

from openbook.catalogue.field import Source
from openbook.collect.observation import Prepared
from openbook.collect.request import Sent
from openbook.contacts.push_tokens import Handed


def is_own(prepared: Prepared, birth: bytes) -> bool:
    """Whether it is sure, without a proof, that the device sent it whose birth this is: a server or
    a signature says so, or it is the message that made the device."""
    vouched = prepared.source == Source.SERVER or prepared.signed is not None
    return vouched or prepared.made(birth)


def told_of(contact_id: UUID, told: tuple[Sent, Prepared, bool]) -> Handed:
    """`told`: what came in which request, and whether it is the device's own word."""
    sent, prepared, proved = told
    return Handed(
        workspace_id=sent.admitted.workspace_id,
        device_id=prepared.device_id,
        contact_id=contact_id,
        platform=prepared.platform,
        token=prepared.push or "",
        proved=proved,
        at=prepared.occurred_at,
    )
