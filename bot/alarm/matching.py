"""Where the concepts of a rule stand near each other in a text.

Their number is bounded, so that a text of nothing but a sign's words costs no more than any other of its length.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from heapq import nsmallest

from bot.alarm.reading import Match, Reading, Span
from bot.alarm.rules import Check, Rule

LONGEST = 12  # words: no phrase of a concept is longer
NEAREST = 4  # places of a rule's next concept that are tried beside those of the ones before
ENOUGH = 20  # matches of one rule in one sentence: no patient tells the same sign more often


@dataclass(frozen=True)
class Matches:
    """The places of one rule.

    Attributes:
        matches: Those to be looked at, in the text's order.
        crowded: One for each sentence that has more than are looked at.
    """

    matches: list[Match]
    crowded: list[Match]


def combined(rule: Rule | Check, reading: Reading) -> Matches:
    """Return the places where all the rule's concepts stand near each other, in any order; most in one sentence."""
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
    """Return a concept's places in sentences that do not hold another one."""
    others = {reading.sentences[span.start] for span in reading.concepts.get(unless or "", [])}
    spans = reading.concepts.get(concept, [])
    return _enough(((span,) for span in spans if reading.sentences[span.start] not in others), reading)


def _enough(matches: Iterable[Match], reading: Reading) -> Matches:
    """Keep so many matches of each sentence, those whose words stand closest together."""
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
    """Return how many words a match spans, and where it begins."""
    first = min(match)
    return max(part.end for part in match) - first.start, first
