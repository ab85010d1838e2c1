"""Measures in words."""

import pytest

from bot.text.measures import measures
from bot.text.units import in_words


@pytest.mark.parametrize(
    ("amount", "unit", "to", "expected"),
    [
        (1, "minutes", None, "1 minute"),
        (10.0, "minutes", None, "10 minutes"),
        (0, "minutes", None, "0 minutes"),
        (2.5, "miles", None, "2.5 miles"),
        (1, "feet", None, "1 foot"),
        (3, "feet", None, "3 feet"),
        (10, "minutes", 15, "10 to 15 minutes"),
        (1, "blocks", 2, "1 to 2 blocks"),
        (400, "meters", None, "400 meters"),
    ],
)
def test_says_a_measure(amount: float, unit: str, to: float | None, expected: str) -> None:
    """One of a unit is said in the singular, more and ranges in the plural, without needless decimals."""
    assert in_words(amount, unit, to) == expected


@pytest.mark.parametrize(
    "text", ["1 minute", "2 blocks", "400 meters", "50 yards", "3 feet", "half a mile", "90 steps"]
)
def test_reads_back_what_it_says(text: str) -> None:
    """Every measure that is read can be said, and says the same."""
    found = measures(text)[0]

    assert measures(in_words(found.amount, found.unit, found.to)) == [found]
