"""What a process keeps of the notices: names that every process knows, and a bound on memory."""

from uuid import UUID, uuid4

import pytest

from openbook.listening.feed import MOST_BYTES, MOST_IDS, Feed
from openbook.live.notices import Notice, Told, read_notice, write_notice

PLACE = uuid4()
ONE, TWO = uuid4(), uuid4()


def notice(**told: list[UUID]) -> Notice:
    text = write_notice(PLACE, told)
    assert text is not None
    return read_notice(text)


def feed(*notices: Notice, since: str = "now") -> Feed:
    made = Feed(PLACE)
    made.since = since
    for one in notices:
        made.take(one, 0.0)
    return made


@pytest.mark.parametrize(
    ("happened", "told"),
    [
        ([{"m": [ONE]}, {"s": [ONE]}], {"made": [ONE]}),
        ([{"a": [ONE]}, {"c": [ONE]}], {"made": [ONE]}),
        ([{"s": [ONE]}, {"c": [ONE]}], {"seen": [ONE]}),
        ([{"c": [ONE]}, {"c": [ONE]}], {"changed": [ONE]}),
        ([{"m": [ONE]}, {"g": [ONE]}], {"gone": [ONE]}),
        ([{"j": [ONE, TWO], "c": [TWO]}], {"changed": [TWO], "merged": [(ONE, TWO)]}),
        ([{"j": [ONE, TWO]}, {"m": [ONE]}], {"made": [ONE]}),
    ],
)
def test_what_happened_to_a_contact_is_told_once(happened: list[Told], told: dict[str, object]):
    made = feed()
    begin = made.head
    for one in happened:
        made.take(notice(**one), 0.0)  # type: ignore[arg-type]
    news = made.news(begin, 0.0)
    found = {
        "made": news.made, "seen": news.seen, "changed": news.changed, "gone": news.gone,
        "merged": [(pair.gone, pair.kept) for pair in news.merged],
    }  # fmt: skip
    assert {kind: ids for kind, ids in found.items() if ids} == told
    assert not news.anew


def test_two_processes_call_the_same_moment_by_the_same_name():
    notices = [notice(c=[uuid4()]) for _ in range(3)]
    early, late = feed(*notices), feed(*notices[1:])
    assert early.version(early.head) == late.version(late.head)
    known = early.version(2)
    assert late.news(late.position(known), 0.0).changed == early.news(2, 0.0).changed


def test_a_version_from_before_an_interruption_is_not_taken_up():
    notices = [notice(c=[ONE])]
    version = feed(*notices, since="earlier").version(1)
    assert feed(*notices).position(version) is None
    interrupted = feed(*notices)
    held, version = interrupted.head, interrupted.version(1)
    interrupted.begin_anew("now")
    assert interrupted.position(version) is None
    assert interrupted.news(held, 0.0).anew


def test_memory_is_bounded_and_what_fell_out_is_said_to():
    full = feed()
    first = full.version(0)
    for _ in range(400):
        full.take(notice(s=[uuid4() for _ in range(100)]), 0.0)
    assert full.size <= MOST_BYTES
    assert full.position(first) is None and full.news(0, 0.0).anew
    last = full.news(full.head - 1, 0.0)
    assert len(last.seen) == 100 and not last.anew


def test_more_than_a_message_holds_is_not_told_one_by_one():
    many = feed()
    for _ in range(6):
        many.take(notice(c=[uuid4() for _ in range(100)]), 0.0)
    assert MOST_IDS < 600 and many.news(0, 0.0).anew
    assert notice(c=[uuid4() for _ in range(300)]).told.keys() == {"x"}


def test_who_is_online_is_counted_for_five_minutes():
    here = feed(notice(a=[ONE]), notice(s=[TWO]))
    assert here.online is not None
    assert here.online.count(299.0) == (2, False)
    here.take(notice(s=[ONE]), 299.0)
    assert here.online.count(301.0) == (1, False)
    here.take(notice(j=[ONE, TWO]), 302.0)
    assert here.online.count(303.0) == (1, False)
    assert here.online.count(599.0) == (0, False)
