"""The words of a name or a message, as they are looked for: without case, accents or marks."""

import unicodedata
from collections.abc import Iterable

MAX_WORDS = 24
"""Words kept of one name; a name has 255 characters at most."""
MAX_SAID = 500
"""Words kept of one message."""
MAX_LENGTH = 48
# Letters that a keyboard without them writes otherwise, and that no decomposition takes apart.
_PLAIN = str.maketrans(
    {
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
        "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h",
    }
)  # fmt: skip
# Without these a word is written as well, joiners of Persian and Indic words among them.
_APOSTROPHES = str.maketrans("", "", "'\u2019\u02bc\u200c\u200d")
# Scripts that write no spaces: Thai, Lao, Myanmar, Khmer, kana, Han. Every place may begin a word.
_UNSPACED = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF), (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF),
)  # fmt: skip


def words_of(name: str) -> list[str]:
    """The words to keep for a name, each once, in order.

    "José O'Neil-Király" gives jose, o, neil, kiraly, oneil. In scripts that write no spaces each
    place begins a word, so that a family name hides no given one.
    """
    both = (*asked_words(name), *asked_words(name.translate(_APOSTROPHES)))
    return _each_once(both)[:MAX_WORDS]


def asked_words(text: str) -> list[str]:
    """The words that a search asks for: each must begin a word of the name."""
    return _apart(text)[:MAX_WORDS]


def said_words(text: str) -> list[str]:
    """The words to keep for a message, each once, in order, by the same rule as for a name."""
    return _each_once((*_apart(text), *_apart(text.translate(_APOSTROPHES))))[:MAX_SAID]


def _each_once(words: Iterable[str]) -> list[str]:
    found: dict[str, None] = {}
    for word in words:
        found[word] = None
        if any(low <= ord(word[0]) <= high for low, high in _UNSPACED):
            for start in range(1, len(word)):
                found[word[start:]] = None
    return list(found)


def _apart(text: str) -> list[str]:
    spread = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(char for char in spread if not _is_mark(char)).translate(_PLAIN)
    apart = "".join(char if _is_part(char) else " " for char in bare)
    return [word[:MAX_LENGTH] for word in apart.split()]


def _is_part(char: str) -> bool:
    return char.isalnum() or unicodedata.category(char)[0] == "M"


def _is_mark(char: str) -> bool:
    """An accent, which counts for nothing; a vowel sign of an Indic script stays."""
    return unicodedata.combining(char) != 0 and unicodedata.category(char) == "Mn"
