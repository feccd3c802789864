"""The catalogue's sentences in other languages: English is the source, and the key, of each.

A sentence that is changed in English has no translation any more, which a test says; none can go
stale unseen. Another language is another file in words/.
"""

import re
from collections.abc import Mapping
from pathlib import Path

import msgspec

LONGEST_HEADER = 200
_TAG = re.compile(r"\s*([A-Za-z]{2,3})(?:-[\w-]*)?\s*(?:;\s*q=([01](?:\.\d{0,3})?)\s*)?")


class Words(msgspec.Struct, frozen=True):
    """The words of one language; what they do not have is said in English."""

    language: str
    """BCP 47, its first part alone."""
    known: Mapping[str, str]

    def __call__(self, sentence: str) -> str:
        return self.known.get(sentence) or sentence


ENGLISH = Words("en", {})
LANGUAGES: dict[str, Words] = {"en": ENGLISH} | {
    file.stem: Words(file.stem, msgspec.json.decode(file.read_bytes(), type=dict[str, str]))
    for file in sorted(Path(__file__).with_name("words").glob("*.json"))
}
NAMES = {"en": "English", "it": "Italiano"}
"""What each language calls itself."""


def words_for(asked: str | None, accepted: str | None) -> Words:
    """The words of the language asked for, else of the one that an Accept-Language header likes
    best among those there are, else English."""
    if asked and (found := LANGUAGES.get(asked[:2].lower())):
        return found
    wanted: list[tuple[float, str]] = []
    for part in (accepted or "")[:LONGEST_HEADER].split(","):
        if (tag := _TAG.fullmatch(part)) and tag[1].lower() in LANGUAGES:
            wanted.append((float(tag[2] or 1), tag[1].lower()))
    liked = max(wanted, key=lambda one: one[0], default=(0.0, "en"))
    return LANGUAGES[liked[1] if liked[0] > 0 else "en"]
