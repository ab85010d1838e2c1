"""Spelling correction against known words."""

import pytest

from bot.text.spelling import corrector


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("bladder", "bladder"),
        ("blader", "bladder"),
        ("bladdder", "bladder"),
        ("bladedr", "bladder"),
        ("ladder", "ladder"),
        ("gabapenten", "gabapentin"),
        ("gabapentan", "gabapentin"),
        ("nub", "nub"),
        ("elephant", "elephant"),
        ("b1adder", "b1adder"),
        ("", ""),
    ],
)
def test_corrects_long_words_only(word: str, expected: str) -> None:
    """A long word with a mistake or two is corrected; short, unknown and protected words stay."""
    correct = corrector({"bladder", "gabapentin", "numb"}, leave={"ladder"})

    assert correct(word) == expected


def test_of_equally_near_words_the_frequent_one_is_meant() -> None:
    """A misspelling of two words is taken for the one that people write more often."""
    assert corrector({"walker", "weaker"})("waker") == "weaker"
