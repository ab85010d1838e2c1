"""Finds where the concepts of a rule are near each other in a text.

The number of matches is bounded, so that a text full of a sign's words costs no more than another of its length.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from heapq import nsmallest

from bot.alarm.reading import Match, Reading, Span
from bot.alarm.rules import Check, Rule

LONGEST = 12  # words in a concept's longest phrase
NEAREST = 4  # places of a rule's next concept to try for each match so far
ENOUGH = 20  # matches of one rule in one sentence: no patient repeats a sign more often


@dataclass(frozen=True)
class Matches:
    """The places of one rule.

    Attributes:
        matches: The matches to check, in the text's order.
        crowded: One match for each sentence that has too many to check.
    """

    matches: list[Match]
    crowded: list[Match]


def combined(rule: Rule | Check, reading: Reading) -> Matches:
    """Return where all the rule's concepts are near each other, in any order; most rules want one sentence."""
    concepts = reading.concepts
    matches: set[Match] = {(span,) for span in concepts.get(rule.all[0], [])}
    for name in rule.all[1:]:
        others = concepts.get(name, [])
        starts = [other.start for other in others]
        longer: set[Match] = set()
        for match in matches:
            start, end = min(match).start, max(part.end for part in match)
            first, last = bisect_left(starts, start - rule.within - LONGEST), bisect_right(starts, end + rule.within)
            near = (
                (distance, other)
                for other in others[first:last]
                if (distance := max(other.start - end, start - other.end)) <= rule.within
                and (rule.anywhere or reading.sentences[other.start] == reading.sentences[start])
            )
            longer.update((*match, other) for _, other in nsmallest(NEAREST, near))
        matches = longer
    return _enough(matches, reading)


def alone(concept: str, unless: str | None, reading: Reading) -> Matches:
    """Return a concept's places in sentences without another concept."""
    others = {reading.sentences[span.start] for span in reading.concepts.get(unless or "", [])}
    spans = reading.concepts.get(concept, [])
    return _enough(((span,) for span in spans if reading.sentences[span.start] not in others), reading)


def _enough(matches: Iterable[Match], reading: Reading) -> Matches:
    """Keep a limited number of matches in each sentence, those whose words are closest together."""
    by_sentence: dict[int, list[Match]] = {}
    for match in matches:
        by_sentence.setdefault(reading.sentences[min(match).start], []).append(match)
    kept: list[Match] = []
    crowded: list[Match] = []
    for some in by_sentence.values():
        kept += nsmallest(ENOUGH, some, key=_extent)
        if len(some) > ENOUGH:
            crowded.append(max(some, key=_extent))
    return Matches(sorted(kept), crowded)


def _extent(match: Match) -> tuple[int, Span]:
    """Return the number of words that a match spans, and its first span."""
    first = min(match)
    return max(part.end for part in match) - first.start, first
