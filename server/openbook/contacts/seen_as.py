"""Devices by an anonymous id: their own ids are made from it, so mostly the key finds them."""

from collections.abc import Sequence

from sqlalchemy import ARRAY, ColumnElement, Text, Uuid, and_, any_, literal, or_

from openbook.ids import device_id
from openbook.tables.contacts import devices

PLATFORMS = ("web", "android", "ios", "server")


def seen_as(anonymous_ids: Sequence[str]) -> ColumnElement[bool]:
    """The condition on `devices` that one bears one of these ids.

    What has no device key has an id that can be worked out; for the others there is an index.
    """
    made = [device_id(one, platform, "") for one in anonymous_ids for platform in PLATFORMS]
    bears = devices.c.anonymous_id == any_(literal(list(anonymous_ids), ARRAY(Text)))
    return or_(
        and_(devices.c.id == any_(literal(made, ARRAY(Uuid))), bears),
        and_(devices.c.device_key != "", devices.c.anonymous_id != "", bears),
    )
