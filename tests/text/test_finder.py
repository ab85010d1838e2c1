"""Finding phrases in a message."""

import pytest

from bot.text.finder import Finder

PHRASES = {
    "work": ["does ~4 work"],
    "last": ["how long", "last"],
    "better": ["better"],
    "compare": ["better than"],
    "stop": ["no more"],
    "plus": ["c++"],
    "nothing": [],
}
FIND = Finder(PHRASES, str.split)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("how long", ["last"]),
        ("how long does it last", ["last", "last"]),
        ("does work", ["work"]),
        ("does that shot really work", ["work"]),
        ("does that shot in the back work", []),
        ("is it better", ["better"]),
        ("is it better than that", ["compare"]),
        ("last and better than last", ["last", "compare", "last"]),
        ("lasting", []),
        ("ballast", []),
        ("no more", ["stop"]),
        ("no  more", ["stop"]),
        ("is c++ better", ["plus", "better"]),
        ("ccc", []),
        ("", []),
    ],
)
def test_finds_whole_phrases(text: str, found: list[str]) -> None:
    """Phrases are found as whole words, with up to four words in a gap; of those that overlap the longest counts."""
    assert [label for label, _, _ in FIND(text)] == found


def test_tells_the_places() -> None:
    """Each match tells where it begins and ends, in the text's order."""
    text = "better how long does it work"

    assert [(label, text[start:end]) for label, start, end in FIND(text)] == [
        ("better", "better"),
        ("last", "how long"),
        ("work", "does it work"),
    ]


def test_brings_phrases_to_normal_forms() -> None:
    """Phrases are brought to the same normal forms as the text."""
    find = Finder({"pain": ["HURTS ~4 Back"]}, lambda text: text.lower().split())

    assert find("it hurts my back") == [("pain", 3, 16)]


def test_finds_nothing_without_phrases() -> None:
    """Without phrases nothing is found."""
    assert Finder({}, str.split)("anything") == []


def test_refuses_a_phrase_that_begins_with_a_gap() -> None:
    """A phrase must begin with a word; the error names it."""
    with pytest.raises(ValueError, match="a phrase begins with a word that must be there"):
        Finder({"pain": ["~4 hurts"]}, str.split)
