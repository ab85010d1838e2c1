"""Counting a message's n-grams."""

from pathlib import Path

import pytest

from bot.models.ngrams import KINDS, Ngrams

TEXTS = ["does a brace help", "a brace helps me walk 100 steps", "walk 20 steps", "numb", "can't walk, can't sit"]


@pytest.fixture(scope="module")
def ngrams() -> Ngrams:
    """What these texts hold, each at least twice."""
    return Ngrams.fit(TEXTS)[0]


def test_counts_as_it_learnt(ngrams: Ngrams) -> None:
    """One text at a time gives the counts that the vocabularies were learnt with."""
    _, counts = Ngrams.fit(TEXTS)

    for place, text in enumerate(TEXTS):
        for block, (places, numbers) in zip(counts, ngrams(text), strict=True):
            row = block[place].toarray()[0]
            assert {at: row[at] for at in row.nonzero()[0]} == dict(zip(places, numbers, strict=True))


def test_all_numbers_are_alike(ngrams: Ngrams) -> None:
    """A number that was never seen counts as the others do, whatever its length."""
    words, others = (ngrams(f"walk {number} steps")[0] for number in ("7", "2500"))

    assert len(words[0]) > len(ngrams("walk some steps")[0][0])
    assert [list(part) for part in words] == [list(part) for part in others]


@pytest.mark.parametrize("text", ["", "xyzzy", "🙂", "1"])
def test_nothing_known_counts_nothing(text: str) -> None:
    """A text of which nothing is known has an empty row for each kind."""
    rows = Ngrams([{"brace": 0}, {"bra": 0}])(text)

    assert [(places.size, numbers.size) for places, numbers in rows] == [(0, 0)] * len(KINDS)


def test_survives_saving(ngrams: Ngrams, tmp_path: Path) -> None:
    """What was written counts the same when it is read again."""
    ngrams.save(tmp_path)

    again = Ngrams.load(tmp_path)

    assert [[list(part) for part in row] for row in again("a brace to walk")] == [
        [list(part) for part in row] for row in ngrams("a brace to walk")
    ]
