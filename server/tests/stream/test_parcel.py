"""What travels through the stream: the same on the other side, and nothing to read on the way."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openbook.collect.observation import Prepared
from openbook.collect.stream.parcel import NAMES, Sealer, Unreadable
from openbook.collect.stream.sharing import share
from openbook.collect.stream.subjects import PARTITIONS, partition, subject
from openbook.contacts.fold import register
from openbook.ids import device_id
from tests.stream.test_narrowing import SENT, WIDE, prepared, tools

SECRET = b"an instance's secret of 32 bytes."
SUBJECT = subject(UUID(int=7), 3)
TIMES = st.datetimes(
    min_value=datetime(1970, 1, 1), max_value=datetime(9000, 1, 1), timezones=st.just(UTC)
)


def carried(what: str) -> Prepared:
    found = prepared(what, tools(WIDE))
    assert isinstance(found, Prepared)
    return found


def through(one: Prepared) -> Prepared:
    sealer = Sealer(SECRET)
    payload = sealer.seal(SUBJECT, [sealer.pack(b"digest", 3, [one])])
    [part] = Sealer(SECRET).open(SUBJECT, payload)
    assert (part.credential, part.version) == (b"digest", 3)
    [found] = part.prepared
    return found


@pytest.mark.parametrize("what", SENT)
def test_a_message_is_the_same_on_the_other_side_but_for_the_address(what: str) -> None:
    before = carried(what)
    after = through(before)
    assert msgspec.structs.replace(after, address=before.address) == before
    assert after.address != before.address


@given(TIMES, st.text(max_size=50), st.floats(allow_nan=False) | st.booleans() | st.integers(0, 9))
def test_whatever_a_value_is_it_comes_back(at: datetime, text: str, value: object) -> None:
    one = carried("claims")
    said = tuple(msgspec.structs.replace(said, value=value) for said in one.said)
    cleaned = text.encode("utf-8", "replace").decode()
    one = msgspec.structs.replace(one, said=said, occurred_at=at, anonymous_id=cleaned)
    assert msgspec.structs.replace(through(one), address=one.address) == one


def test_nothing_of_a_message_can_be_read_on_the_way() -> None:
    one = carried("a signed identity")
    sealer = Sealer(SECRET)
    packed = sealer.pack(b"digest", 3, [one])
    payload = sealer.seal(SUBJECT, [packed])
    for secret in (b"anna", b"signed-user", b"signed@example.org", b"shop.example", b"203.0.113"):
        assert secret not in payload
    # Inside the seal there is no address beside the one that the policy lets be kept.
    masked = prepared("a view", tools(WIDE | {"ip.mode": "none"}))
    assert isinstance(masked, Prepared) and masked.address is not None
    assert masked.address.encode() not in sealer.pack(b"digest", 3, [masked])


def test_a_parcel_opens_only_unharmed_with_its_secret_and_on_its_subject() -> None:
    sealer = Sealer(SECRET)
    payload = sealer.seal(SUBJECT, [sealer.pack(b"digest", 3, [carried("a view")])])
    other = subject(UUID(int=8), 3)
    harmed = payload[:-1] + bytes([payload[-1] ^ 1])
    for opener, where, what in (
        (Sealer(b"another secret of thirty two bytes"), SUBJECT, payload),
        (sealer, other, payload),
        (sealer, SUBJECT, harmed),
        (sealer, SUBJECT, payload[:20]),
        (sealer, SUBJECT, b"\x02" + payload[1:]),
        (sealer, SUBJECT, b""),
    ):
        with pytest.raises(Unreadable):
            opener.open(where, what)


def test_a_release_with_more_fields_reads_what_the_last_one_wrote() -> None:
    one = carried("a view")
    sealer = Sealer(SECRET)
    payload = sealer.seal(SUBJECT, [sealer.pack(b"digest", 3, [one])])
    held = one.facts.registers["page"]
    more = {**NAMES, "page": ("new_field", *NAMES["page"])}
    del more["language"]
    [part] = Sealer(SECRET, more).open(SUBJECT, payload)
    found = part.prepared[0].facts.registers
    assert found["page"] == register(held.at, held.origin, (None, *held.values))
    assert "language" not in found and "language" in one.facts.registers
    assert found["browser"] == one.facts.registers["browser"]


@pytest.mark.parametrize("many", [1, 2, 3, 5, PARTITIONS, PARTITIONS + 1, 3 * PARTITIONS])
def test_every_partition_is_somebodys_and_nobody_is_idle(many: int) -> None:
    names = [f"{number:02x}" for number in range(many)]
    shares = [share(name, set(names) - {name}) for name in names]
    assert set().union(*shares) == set(range(PARTITIONS))
    assert all(shares)
    sizes = [len(mine) for mine in shares]
    assert max(sizes) - min(sizes) <= 1
    if many <= PARTITIONS:
        assert sum(sizes) == PARTITIONS


def test_visitors_are_spread_over_the_partitions() -> None:
    found = [partition(device_id(f"visitor-{number}", "web", "")) for number in range(4_000)]
    for number in range(PARTITIONS):
        assert 0.8 < found.count(number) * PARTITIONS / len(found) < 1.2
