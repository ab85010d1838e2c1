"""The attacks that the probe has."""

import pytest

from workshop.probe.attacks import Attack, attacks
from workshop.probe.load import text
from workshop.probe.run import KINDS


@pytest.mark.parametrize("attack", attacks(short=False), ids=lambda attack: attack.name)
def test_there_is_who_carries_it_out(attack: Attack) -> None:
    """Every attack is of a kind that there is."""
    assert attack.kind in KINDS


def test_every_kind_is_used() -> None:
    """Nothing is written that no attack needs."""
    assert {attack.kind for attack in attacks(short=False)} == {*KINDS}


def test_short_form_is_a_part() -> None:
    """The short form leaves attacks out, and keeps the order."""
    short, all_of_them = attacks(short=True), attacks(short=False)

    assert len(short) < len(all_of_them)
    assert short == [attack for attack in all_of_them if attack in short]


@pytest.mark.parametrize(
    ("item", "length", "expected"),
    [("ab ", 7, "ab ab a"), ("x{n} ", 12, "xaaa xaab xa"), ("a", 3, "aaa"), ("\n", 2, "\n\n")],
)
def test_texts_are_repeated(item: str, length: int, expected: str) -> None:
    """A text is repeated up to its length, with other letters each time where it asks for them."""
    assert text(item, length) == expected
