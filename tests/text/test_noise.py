"""What is taken out of a text before it is cut into words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.noise import without_noise


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I can't pee!", "I can't pee!"),
        ("what?!?!", "what?!?!"),
        ("what?!?!?!?!", "what?!?!    "),
        ("😀😀😀😀😀😀 ok", "😀😀😀😀   ok"),
        ("numb.....", "numb.... "),
        ("a" * 50, "a" * 40 + " " * 10),
        ("my.legs.are.numb.and.i.can't.pee.since.monday", "my legs are numb and i can't pee since monday"),
        ("well, " * 20, "well, " * 20),
    ],
)
def test_blanks_what_is_no_word(text: str, expected: str) -> None:
    """Signs beyond four in a row, signs within what is longer than any word, and the rest of that are blanked."""
    assert without_noise(text) == expected


@given(st.text())
def test_everything_else_stays_in_its_place(text: str) -> None:
    """The text stays as long as it was, and characters are only ever blanked."""
    calm = without_noise(text)

    assert len(calm) == len(text)
    assert all(after in (before, " ") for before, after in zip(text, calm, strict=True))
