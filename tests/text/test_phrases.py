"""Phrases as the alarm's data files write them."""

import pytest

from bot.text.phrases import PhraseFinder, parse

WORDS = {"leg": ["leg", "legs"]}


@pytest.mark.parametrize(
    ("phrase", "text", "expected"),
    [
        ("numb <leg>", "my numb legs hurt", ["numb legs"]),
        ("numb|dead <leg>", "a dead leg", ["dead leg"]),
        ("can not ~2 pee", "can not really ever pee", ["can not really ever pee"]),
        ("can not ~2 pee", "can not say when i pee", []),
        ("can not ~2 pee", "can not pee and pee", ["can not pee"]),
        ("had a? fall", "had fall or had a fall", ["had fall", "had a fall"]),
        ("in ####", "in 2015 in 215", ["in 2015"]),
        ("took 8+ pills", "took 7 pills took 8 pills took 120 pills", ["took 8 pills", "took 120 pills"]),
        ("8+|eight pills", "12 pills eight pills 3 pills", ["12 pills", "eight pills"]),
        ("took !8+ ~1 pills", "took 9 pills took two pills", ["took two pills"]),
        ("numb", "", []),
        ("numb ~3", "numb", ["numb"]),
        ("no feeling !in", "no feeling here", ["no feeling"]),
        ("no feeling !in", "no feeling in", []),
    ],
)
def test_finds(phrase: str, text: str, expected: list[str]) -> None:
    """A phrase is found wherever it begins, with gaps as short as they can be."""
    words = text.split()
    finder = PhraseFinder([("name", parse(phrase, WORDS))])

    assert [" ".join(words[start:end]) for _, start, end in finder(words)] == expected


@pytest.mark.parametrize("phrase", ["", "~2 pee", "a? pee", "!no pee", "numb <arm>"])
def test_refuses(phrase: str) -> None:
    """A phrase that begins with a gap, or names an unknown set, is refused."""
    with pytest.raises(ValueError, match=r"begins with a word|no set of words"):
        parse(phrase, WORDS)
