"""The spellings of a text that occur among contacts: case does not count, and an index answers.

Row-level security keeps `lower()` out of every index, since it is not leakproof; comparisons of
bytes are. So the spellings of what is asked are looked for in the index, by leaps: from each value
found to the least spelling behind it. Mostly there is one, found by the second or third leap.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from uuid import UUID

from openbook.contacts.asked import MAX_LIST, MAX_TEXT, storable
from openbook.contacts.filters import Condition, Filter, Group
from openbook.db import Connection, built
from openbook.tables.contacts import contacts

LED = ("city", "country_code")
"""Fields that an index begins with, behind the workspace; the one with most values first."""
LEADER, BESIDE = "country_code", "browser_name"
"""The index of countries holds the browser beside them."""
MAX_LEADERS = 4
"""Countries, at most, that are walked through for their browsers."""
ASKED = frozenset({"eq", "in"})
MAX_LEAPS = 40
"""More are a sign that many values differ from what is asked only in odd letters."""
_LEAPS = {
    field: built(
        "SELECT asked.text, found.spelling, lower(found.spelling) = lower(asked.text) AS same "
        "FROM unnest(%(texts)s::text[], %(least)s::text[]) AS asked(text, least) "
        f"CROSS JOIN LATERAL (SELECT c.{field} AS spelling FROM {contacts.name} c "
        f"WHERE c.workspace_id = %(workspace_id)s AND c.{field} ~>=~ asked.least "
        f"ORDER BY c.{field} USING ~<~ LIMIT 1) AS found"
    )
    for field in LED
}
_WALK = built(
    "WITH RECURSIVE found AS ("
    "SELECT asked.leader, one.spelling FROM unnest(%(leaders)s::text[]) AS asked(leader) "
    f"CROSS JOIN LATERAL (SELECT c.{BESIDE} AS spelling FROM {contacts.name} c "
    f"WHERE c.workspace_id = %(workspace_id)s AND c.{LEADER} = asked.leader "
    f"AND c.{BESIDE} IS NOT NULL ORDER BY c.{BESIDE} LIMIT 1) AS one "
    "UNION ALL SELECT found.leader, one.spelling FROM found "
    f"CROSS JOIN LATERAL (SELECT c.{BESIDE} AS spelling FROM {contacts.name} c "
    f"WHERE c.workspace_id = %(workspace_id)s AND c.{LEADER} = found.leader "
    f"AND c.{BESIDE} > found.spelling ORDER BY c.{BESIDE} LIMIT 1) AS one) "
    "SELECT DISTINCT asked.text, found.spelling FROM found "
    "JOIN unnest(%(texts)s::text[]) AS asked(text) ON lower(asked.text) = lower(found.spelling)"
)
"""From one browser of a country to the next: there are twenty, mostly."""
_LARGEST_CASED = 0x1E943
_DOTTED = "iI\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}\N{LATIN SMALL LETTER DOTLESS I}"
_OF_TWO_LETTERS = "\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}\N{COMBINING DOT ABOVE}"
"""Some locales make two letters of one, and one of two."""

Spelled = Mapping[tuple[str, str], Sequence[str]]
"""Field and text -> the spellings of the text that occur."""
Letters = Sequence[str]
"""For each place of a text the letters that may stand there, in the order of their bytes."""


def always(filter: Filter) -> list[Condition]:
    """The conditions that whatever meets a filter must meet, as far as they can be told at once."""
    parts = filter.parts if isinstance(filter, Group) and filter.join == "and" else (filter,)
    return [part for part in parts if isinstance(part, Condition)]


async def spellings(conn: Connection, workspace_id: UUID, filter: Filter | None) -> Spelled:
    """The spellings of the texts that a filter asks of fields that an index holds.

    All that a contact may have that meets the filter. What is too odd to be looked for is left out.
    """
    wanted: dict[str, set[str]] = {}
    waiting = [] if filter is None else [filter]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Group):
            waiting.extend(part.parts)
        elif part.op in ASKED and part.field in (*LED, BESIDE):
            wanted.setdefault(part.field, set()).update(_texts(part))
    found: dict[tuple[str, str], Sequence[str]] = {}
    for field in LED:
        if field in wanted:
            occurring = await _occurring(conn, workspace_id, field, wanted[field])
            found |= {(field, text): spelled for text, spelled in occurring.items()}
    if filter is not None and BESIDE in wanted:
        leaders = _leaders(filter, found)
        if leaders is not None:
            occurring = await _beside(conn, workspace_id, leaders, wanted[BESIDE])
            found |= {(BESIDE, text): spelled for text, spelled in occurring.items()}
    return found


def _leaders(filter: Filter, found: Spelled) -> list[str] | None:
    """The countries, as they are spelled, of which one must be that of every answer."""
    for part in always(filter):
        known = of_condition(part, found) if part.field == LEADER else None
        if known is not None and len(known) <= MAX_LEADERS:
            return known
    return None


async def _beside(
    conn: Connection, workspace_id: UUID, leaders: list[str], texts: set[str]
) -> dict[str, list[str]]:
    """The spellings of each text that occur in these countries."""
    found: dict[str, list[str]] = {text: [] for text in texts}
    cursor = await conn.execute(
        _WALK, {"workspace_id": workspace_id, "leaders": leaders, "texts": list(texts)}
    )
    for one in await cursor.fetchall():
        found[one["text"]].append(one["spelling"])
    return found


def of_condition(condition: Condition, spelled: Spelled) -> list[str] | None:
    """The spellings that meet a condition; None where they are not known."""
    if condition.op not in ASKED or condition.field not in (*LED, BESIDE):
        return None
    sets = [spelled.get((condition.field, text)) for text in _texts(condition)]
    return None if None in sets else sorted({one for some in sets for one in some or ()})


def next_spelling(letters: Letters, after: str) -> str | None:
    """The least text of these letters that is greater than `after`, in the order of bytes."""
    same = 0
    while same < min(len(letters), len(after)) and after[same] in letters[same]:
        same += 1
    if same == len(after) and same < len(letters):
        return after + _least(letters[same:])
    # The last place that can grow; what stands behind it begins anew.
    for place in range(min(same, len(letters) - 1), -1, -1):
        greater = [letter for letter in letters[place] if letter > after[place]]
        if greater:
            return after[:place] + greater[0] + _least(letters[place + 1 :])
    return None


def letters_of(text: str) -> Letters | None:
    """The letters that some locale may take for those of the text; None where it may be longer."""
    if any(letter in _OF_TWO_LETTERS for letter in text):
        return None
    return [_alike().get(letter, letter) for letter in text]


def _least(letters: Letters) -> str:
    return "".join(some[0] for some in letters)


@cache
def _alike() -> Mapping[str, str]:
    """Letter -> it and all that differ from it in case alone, by any rule."""
    sets: dict[str, set[str]] = {letter: set(_DOTTED) for letter in _DOTTED}
    for letter in map(chr, range(_LARGEST_CASED + 1)):
        for other in (letter.lower(), letter.upper(), letter.title()):
            if other != letter and len(other) == 1:
                joined = sets.get(letter, {letter}) | sets.get(other, {other})
                sets.update(dict.fromkeys(joined, joined))
    return {letter: "".join(sorted(some)) for letter, some in sets.items()}


async def _occurring(
    conn: Connection, workspace_id: UUID, field: str, texts: set[str]
) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    letters: dict[str, Letters] = {}
    for text in texts:
        known = letters_of(text)
        if known is not None:
            found[text], letters[text] = [], known
    leaps = {text: _least(letters[text]) for text in letters}
    for _ in range(MAX_LEAPS):
        if not leaps:
            return found
        cursor = await conn.execute(
            _LEAPS[field],
            {
                "workspace_id": workspace_id,
                "texts": list(leaps),
                "least": list(leaps.values()),
            },
        )
        leaps = {}
        for one in await cursor.fetchall():
            text, spelling = one["text"], one["spelling"]
            if one["same"]:
                found[text].append(spelling)
            least = next_spelling(letters[text], spelling)
            if least is not None:
                leaps[text] = least
    return {text: occurring for text, occurring in found.items() if text not in leaps}


def _texts(condition: Condition) -> list[str]:
    """What is asked for; what cannot be asked is refused when the filter is read as SQL."""
    values = condition.value if condition.op == "in" else [condition.value]
    if not isinstance(values, list):
        return []
    return [
        one
        for one in values[:MAX_LIST]
        if isinstance(one, str) and len(one) <= MAX_TEXT and storable(one)
    ]
