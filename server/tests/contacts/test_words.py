"""Names become words that are found without their case, accents and marks."""

import pytest

from openbook.words import MAX_LENGTH, MAX_WORDS, asked_words, words_of

NAMES = {
    "Ada King": ["ada", "king"],
    "  Ada   ADA ": ["ada"],
    "José O'Neil-Király": ["jose", "o", "neil", "kiraly", "oneil"],
    "D\u2019Angelo": ["d", "angelo", "dangelo"],
    "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627": [
        "\u0639\u0644\u06cc",
        "\u0631\u0636\u0627",
        "\u0639\u0644\u06cc\u0631\u0636\u0627",
    ],
    "Straße": ["strasse"],
    "İpek Y\N{LATIN SMALL LETTER DOTLESS I}lmaz": ["ipek", "yilmaz"],
    "Łukasz Ørsted": ["lukasz", "orsted"],
    "Ævar Þórsson": ["aevar", "thorsson"],
    "Ελένη Παπαδοπούλου": ["ελενη", "παπαδοπουλου"],
    "Артём": ["артем"],
    "田中太郎": ["田中太郎", "中太郎", "太郎", "郎"],
    "रोहन शर्मा": ["रोहन", "शरमा"],
    "R2-D2 & co.": ["r2", "d2", "co"],
    "!?": [],
    "": [],
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_has_these_words(name: str) -> None:
    assert words_of(name) == NAMES[name]


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("jose", "José"), ("JOSÉ", "jose"), ("oneil", "O'Neil"), ("o'neil", "O'Neil"),
        ("太郎", "田中太郎"), ("strass", "Straße"), ("김민", "김민준"), ("ΣΊΣΥΦΟΣ", "Σίσυφος"),
        ("mull", "Müller"), ("Müll", "MULLER"),
    ],
)  # fmt: skip
def test_what_is_asked_begins_a_word_of_the_name(asked: str, name: str) -> None:
    words = words_of(name)
    assert all(any(word.startswith(one) for word in words) for one in asked_words(asked))


def test_a_long_name_has_few_and_short_words() -> None:
    words = words_of(" ".join(f"{number}{'x' * 60}" for number in range(50)))
    assert len(words) == MAX_WORDS
    assert {len(word) for word in words} == {MAX_LENGTH}
