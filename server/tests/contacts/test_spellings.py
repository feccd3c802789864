"""Spellings of a text, leapt to in the order of their bytes."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openbook.contacts.spellings import letters_of, next_spelling

LETTERS = st.sampled_from("aAiIßsS9é\N{KELVIN SIGN}kK \N{GREEK SMALL LETTER FINAL SIGMA}z")


@given(text=st.text(LETTERS, max_size=4), after=st.text(LETTERS, max_size=6))
def test_the_next_spelling_is_the_least_that_is_greater(text: str, after: str) -> None:
    letters = letters_of(text)
    assert letters is not None
    every = sorted("".join(some) for some in product(*letters))
    greater = [one for one in every if one > after]
    assert next_spelling(letters, after) == (greater[0] if greater else None)


@given(text=st.text(max_size=12))
def test_a_text_is_among_its_own_spellings_in_any_case(text: str) -> None:
    letters = letters_of(text)
    for other in (text, text.lower(), text.upper(), text.title(), text.swapcase()):
        if letters is not None and len(other) == len(text):
            assert all(letter in some for letter, some in zip(other, letters, strict=True))


@pytest.mark.parametrize("text", ["\u0130stanbul", "i\u0307stanbul"])
def test_what_some_locale_writes_with_one_letter_more_is_not_leapt_to(text: str) -> None:
    assert letters_of(text) is None
