"""Measures of walking."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.text.measures import Measure, bare_number, measures


@pytest.mark.parametrize(
    ("text", "amount", "unit", "to"),
    [
        ("10 minutes", 10, "minutes", None),
        ("about 10 mins or so", 10, "minutes", None),
        ("10min", 10, "minutes", None),
        ("１０ minutes", 10, "minutes", None),
        ("10 mintues", 10, "minutes", None),
        ("twenty-five minutes", 25, "minutes", None),
        ("twenty five minutes", 25, "minutes", None),
        ("a ten-minute walk", 10, "minutes", None),
        ("a good ten minutes", 10, "minutes", None),
        ("10+ minutes", 10, "minutes", None),
        ("ten-ish minutes", 10, "minutes", None),
        ("a minute", 1, "minutes", None),
        ("a few minutes", 3, "minutes", None),
        ("a couple more minutes", 2, "minutes", None),
        ("10 to 15 minutes", 10, "minutes", 15),
        ("5-10 min", 5, "minutes", 10),
        ("5 – 10 min", 5, "minutes", 10),
        ("five or six minutes", 5, "minutes", 6),
        ("ten, maybe fifteen minutes", 10, "minutes", 15),
        ("between five and ten minutes", 5, "minutes", 10),
        ("5 minutes or 10 minutes", 5, "minutes", 10),
        ("15 or 10 minutes", 10, "minutes", 15),
        ("a minute or two", 1, "minutes", 2),
        ("30 seconds", 0.5, "minutes", None),
        ("30 seconds to a minute", 0.5, "minutes", 1),
        ("a minute and thirty seconds", 1.5, "minutes", None),
        ("half an hour", 30, "minutes", None),
        ("a half hour", 30, "minutes", None),
        ("half-hour", 30, "minutes", None),
        ("an hour and a half", 90, "minutes", None),
        ("1½ hours", 90, "minutes", None),
        ("quarter of an hour", 15, "minutes", None),
        ("three quarters of an hour", 45, "minutes", None),
        ("an hour and ten minutes", 70, "minutes", None),
        ("1 hr 20 min", 80, "minutes", None),
        ("10 minutes an hour", 10, "minutes", None),
        ("one block", 1, "blocks", None),
        ("a city block", 1, "blocks", None),
        ("a couple of blocks", 2, "blocks", None),
        ("a block and a half", 1.5, "blocks", None),
        ("two and a half blocks", 2.5, "blocks", None),
        ("half a dozen blocks", 6, "blocks", None),
        ("200m", 200, "meters", None),
        ("a hundred and fifty metres", 150, "meters", None),
        ("a few hundred yards", 300, "yards", None),
        ("two or three hundred yards", 200, "yards", 300),
        ("fifty to a hundred yards", 50, "yards", 100),
        ("50 foot", 50, "feet", None),
        ("half a mile", 0.5, "miles", None),
        ("a quarter mile", 0.25, "miles", None),
        ("2/3 of a mile", 0.67, "miles", None),
        ("1 1/2 miles", 1.5, "miles", None),
        ("a mile or two", 1, "miles", 2),
        ("3 miles an hour", 3, "miles", None),
        ("1.5 km", 1.5, "kilometers", None),
        ("1,5 km", 1.5, "kilometers", None),
        ("5k", 5, "kilometers", None),
        ("1,000 steps", 1000, "steps", None),
        ("10k steps", 10000, "steps", None),
        ("two thousand five hundred steps", 2500, "steps", None),
    ],
)
def test_reads_a_measure(text: str, amount: float, unit: str, to: float | None) -> None:
    """Numbers, number words, parts and ranges are read with their unit."""
    assert [(found.amount, found.unit, found.to) for found in measures(text)] == [(amount, unit, to)]


@pytest.mark.parametrize(
    "text",
    [
        "several minutes",
        "several hundred yards",
        "quite a few blocks",
        "ten minutes ago",
        "an hour and a half ago",
        "twice an hour",
        "wait a second",
        "my two feet",
        "one step at a time",
        "a bench in a yard",
        "at 10 am",
        "I am 70",
        "10",
        "every minute counts",
        "I had a nerve block",
        "",
    ],
)
def test_reads_no_measure(text: str) -> None:
    """What is unclear, or only looks like a measure, is none."""
    assert measures(text) == []


def test_keeps_the_order() -> None:
    """Measures come in the order of the text, and different units are no range."""
    assert measures("two blocks or 10 minutes, then a mile or 2 blocks") == [
        Measure(2, "blocks"),
        Measure(10, "minutes"),
        Measure(1, "miles"),
        Measure(2, "blocks"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10", 10),
        ("10.", 10),
        ("about ten", 10),
        ("ten or so", 10),
        ("Oh, I'd say a couple", 2),
        ("a few", 3),
        ("twenty five I think", 25),
        ("5 or 6", 5),
        ("one and a half", 1.5),
        ("zero", 0),
        ("10 minutes", None),
        ("70 years", None),
        ("not 10", None),
        ("10%", None),
        ("several", None),
        ("07700900123", None),
        ("my legs hurt", None),
        ("", None),
    ],
)
def test_reads_a_bare_number(text: str, expected: float | None) -> None:
    """A number counts alone or among hedges, not in a longer message."""
    assert bare_number(text) == expected


PIECES = ["10", "1/2", "½", " ", "\n", ",", "a", "half", "hundred", "minutes", "block", "or", "walked", "sat", "after"]


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.text(), st.lists(st.sampled_from(PIECES)).map(" ".join), st.lists(st.sampled_from(PIECES)).map("".join)
    )
)
def test_never_raises(text: str) -> None:
    """Any text at all is read, to something or to nothing."""
    assert all(found.amount >= 0 and (found.to is None or found.to > found.amount) for found in measures(text))
    assert isinstance(bare_number(text), float | None)


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "10 ",
        "a ",
        "hundred ",
        "twenty ",
        "walked ",
        " ",
        "10 minutes or ",
        "sat , ",
        "no more than ",
        "so ",
        ".",
        "today ",
    ],
)
def test_takes_linear_time(piece: str) -> None:
    """No repetition makes a long message slow to read."""
    began = time.perf_counter()

    measures(piece * 5_000)
    bare_number(piece * 5_000)

    assert time.perf_counter() - began < 5
