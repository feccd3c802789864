"""What the steps look things up in."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from openbook.accounts.keys import IdentityKey
from openbook.catalogue.policy import Policy
from openbook.collect.enrich.place import Places


class Tools(msgspec.Struct, frozen=True, eq=False):
    """One workspace's policy and keys, and the local databases. The same only as itself."""

    workspace_id: UUID
    policy: Policy
    identity_keys: Sequence[IdentityKey]
    places: Places
    own_hosts: frozenset[str] = frozenset()
    apple_names: dict[str, str] = {}
