"""Place names: cleaned for showing, folded for comparing."""

import re
import unicodedata
from functools import lru_cache

_BRACKETED = re.compile(r"\s*[(\[][^)\]]*[)\]]?\s*")
_NOT_WORD = re.compile(r"[^\w]+")
# What `NFKD` does not take apart.
_LETTERS = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
        "ß": "ss",
    }
)
_ABBREVIATED = {"st": "saint", "ste": "sainte", "mt": "mount", "ft": "fort"}


def clean_city(name: str | None) -> str | None:
    """`London (Shadwell)` -> `London`: databases put the district in brackets."""
    if name is None or ("(" not in name and "[" not in name):
        return name
    return _BRACKETED.sub(" ", name).strip() or None


@lru_cache(4096)
def fold(name: str) -> str:
    """Lower case, without accents and punctuation: `Saint-Étienne` and `St Etienne` agree."""
    text = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    words = _NOT_WORD.sub(" ", text.translate(_LETTERS)).split()
    return " ".join(_ABBREVIATED.get(word, word) for word in words)
