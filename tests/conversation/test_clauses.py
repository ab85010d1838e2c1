"""Replies in clauses, and what is denied in them."""

import pytest

from bot.conversation.clauses import Clauses, in_clauses, unmarked, without
from bot.conversation.forms import forms
from bot.text.finder import Finder
from bot.text.terms import words

CLAUSES = Clauses(forms().phrases, words)
PLACES = Finder({"up": ["uphill"], "down": ["downhill"]}, words)
DENIALS = Finder({"": ["is fine", "worse"]}, words)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("No, only the bladder!", "no , only the bladder"),
        ("2.5 miles. Then I sit", "2.5 miles . then i sit"),
        ("weakness? no", "weakness ? no"),
        ("it's (sort of) 1,000 steps", "it 's . sort of . 1,000 steps"),
        ("...", ""),
        ("", ""),
    ],
)
def test_marks_where_a_text_stops(text: str, said: str) -> None:
    """A comma, a question mark and any other stop stand between the words; numbers are left whole."""
    assert in_clauses(text, words) == said


def test_leaves_out() -> None:
    """Marks can be left out, and phrases taken out."""
    assert unmarked("no , only uphill") == "no only uphill"
    assert without("no , only uphill", [("up", 10, 16)]) == "no , only"


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("uphill", set()),
        ("not uphill", {"up"}),
        ("not uphill downhill", {"up", "down"}),
        ("not uphill, downhill", {"up"}),
        ("not uphill but downhill", {"up"}),
        ("uphill not downhill", {"down"}),
        ("no, uphill", set()),
        ("uphill is fine", {"up"}),
        ("uphill is not fine", set()),
        ("uphill, downhill is fine", {"down"}),
        ("it is worse uphill", {"up"}),
        ("when it is worse uphill", set()),
        ("uphill? no", {"up"}),
        ("no doubt uphill", set()),
        ("not only uphill", set()),
    ],
)
def test_denied(text: str, denied: set[str]) -> None:
    """A negation denies what stands behind it in its clause, a denial what stands before it."""
    said = in_clauses(text, words)

    assert {label for label, _, _ in CLAUSES.denied(said, PLACES(said), DENIALS, [])} == denied


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("no uphill, downhill", {"up", "down"}),
        ("no uphill and downhill", {"up", "down"}),
        ("no uphill just downhill", {"up"}),
        ("no, downhill", set()),
    ],
)
def test_denied_far(text: str, denied: set[str]) -> None:
    """A negation of a list reaches over its commas, unless it stands by itself."""
    said = in_clauses(text, words)

    assert {label for label, _, _ in CLAUSES.denied(said, PLACES(said), DENIALS, [], far=True)} == denied


def test_own_negation_denies_nothing_else() -> None:
    """A negation in the own words of another phrase denies nothing."""
    said = in_clauses("no difference uphill", words)

    assert CLAUSES.denied(said, PLACES(said), DENIALS, [("same", 0, 13)]) == set()
