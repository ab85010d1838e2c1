"""Where the concepts of a rule stand near each other."""

import pytest

from bot.alarm.matching import ENOUGH, alone, combined
from bot.alarm.reading import Reading, Span
from bot.alarm.rules import Rule

WITHIN = 3


def reading(text: str) -> Reading:
    """A text in which each capital letter is a concept of that name, and a sentence ends with a stop."""
    words = text.split()
    sentences, number = [], 0
    concepts: dict[str, list[Span]] = {}
    for place, word in enumerate(words):
        sentences.append(number)
        number += word == "."
        if word.isupper():
            concepts.setdefault(word, []).append(Span(place, place + 1))
    return Reading([], words, sentences, set(), concepts, {})


@pytest.mark.parametrize(
    ("all_", "text", "expected"),
    [
        ("A", "x A x A", [[1], [3]]),
        ("AB", "A B", [[0, 1]]),
        ("AB", "B x x x A", [[4, 0]]),
        ("AB", "A x x x x B", []),
        ("AB", "A . B", []),
        ("ABC", "C A x B", [[1, 3, 0]]),
        ("AB", "A", []),
        ("AB", "A B B B B B", [[0, 1], [0, 2], [0, 3], [0, 4]]),
    ],
)
def test_nearest_places_are_combined(all_: str, text: str, expected: list[list[int]]) -> None:
    """The concepts match where they stand near each other in a sentence, each with the nearest of the next."""
    rule = Rule(sign="legs", name="rule", all=list(all_), within=WITHIN)

    found = combined(rule, reading(text))

    assert [[part.start for part in match] for match in found.matches] == expected
    assert found.crowded == []


def test_sentences_do_not_matter_where_the_rule_says_so() -> None:
    """A rule for concepts anywhere matches over the end of a sentence."""
    rule = Rule(sign="legs", name="rule", all=["A", "B"], within=WITHIN, anywhere=True)

    assert len(combined(rule, reading("A . B")).matches) == 1


def test_a_sentence_has_so_many_matches() -> None:
    """Of more matches than anybody tells in a sentence the closest are kept, and the sentence is said to be crowded."""
    rule = Rule(sign="legs", name="rule", all=["A", "B"], within=WITHIN)

    found = combined(rule, reading("A x x B " + "A B " * 2 * ENOUGH + ". A B"))

    assert len(found.matches) == ENOUGH + 1
    assert (Span(0, 1), Span(3, 4)) not in found.matches
    assert len(found.crowded) == 1


def test_alone_leaves_out_sentences_with_the_other_concept() -> None:
    """A concept counts in sentences that do not hold another one."""
    assert [match[0].start for match in alone("A", "B", reading("A x . A B . A")).matches] == [0, 6]
    assert len(alone("A", None, reading("A x . A B . A")).matches) == 3
