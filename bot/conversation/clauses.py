"""Splits a reply into clauses and finds what it denies ("not uphill", "sitting makes it worse")."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from bot.conversation.forms import Phrases
from bot.text.finder import Finder, Match, Words

PAUSE, STOP, ASK = ",", ".", "?"  # marks for a comma, any other stop, and a question mark
PIECE = re.compile(r"([.,](?![0-9])|[;:!?…()—–\n]|\s-\s)")
MARKS = {PAUSE, STOP, ASK}


def in_clauses(text: str, words: Words, correct: Callable[[str], str] = str) -> str:
    """Return a text's words in their normal forms, with a mark at each stop: "no , only the bladder"."""
    said: list[str] = []
    for piece in PIECE.split(text):
        if PIECE.fullmatch(piece):
            if said and said[-1] not in MARKS:
                said.append(piece if piece in MARKS else STOP)
        elif piece.strip():
            said += [correct(word) for word in words(piece) if word.strip()]
    while said and said[-1] in MARKS:
        said.pop()
    return " ".join(said)


def unmarked(said: str) -> str:
    """Return a text without its marks."""
    return " ".join(word for word in said.split() if word not in MARKS)


def without(said: str, spans: Iterable[Match]) -> str:
    """Return a text without some spans."""
    for _, start, end in sorted(spans, key=lambda span: span[1], reverse=True):
        said = f"{said[:start]} {said[end:]}"
    return " ".join(said.split())


class Clauses:
    """Splits replies into clauses. Holds no state between messages."""

    def __init__(self, phrases: Phrases, words: Words) -> None:
        """Build the finders for denials and breaks; `words` gives a text's words in their normal forms."""
        cues = {"denies": phrases.negations, "denies not": phrases.no_negations}
        # Cached: each phrase in a reply queries the same reply.
        self._cues, self._breaks = (
            lru_cache(maxsize=8)(Finder(some, words)) for some in (cues, {"break": phrases.breaks})
        )
        self._ends = lru_cache(maxsize=8)(self._clause_ends)
        self._refused = re.compile(rf"\{ASK} (?:{'|'.join(map(re.escape, phrases.refusal))})(?= [^\w ]|$)")
        self._opens = {word for form in phrases.opens for word in words(form)}
        self._because = Finder({"break": phrases.because}, words)

    def around(self, said: str, span: Match) -> tuple[int, int]:
        """Return the start and end of a span's clause: it lies between marks, "and" and breaks."""
        _, first, last = span
        ends = self._ends(said)
        before, after = bisect_left(ends, first), bisect_left(ends, last)
        return ends[before - 1] if before else 0, ends[after] if after < len(ends) else len(said)

    def _clause_ends(self, said: str) -> list[int]:
        return sorted(_marks(said, {*MARKS, "and"}) + [start for _, start, _ in self._breaks(said)])

    def cues(self, said: str) -> list[Match]:
        """Return the words that deny other words."""
        return [cue for cue in self._cues(said) if cue[0] == "denies"]

    def denied(
        self, said: str, spans: Sequence[Match], denials: Finder, own: Sequence[Match], *, far: bool = False
    ) -> set[Match]:
        """Return the spans that are denied.

        Args:
            said: The text, with its marks.
            spans: Spans of the text.
            denials: Phrases that deny what precedes them.
            own: Spans whose own words, including negations, deny nothing else.
            far: Whether a negation reaches over commas and "and", as in "no numbness, pain or weakness".

        Returns:
            The denied ones of `spans`.
        """
        cues = [cue for cue in self.cues(said) if not any(holds(one, cue) for one in own)]
        breaks = sorted([start for _, start, _ in self._breaks(said)] + _marks(said, {STOP, ASK}))
        near = sorted(breaks + _marks(said, {PAUSE, "and"}))
        because = [start for _, start, _ in self._because(said)]
        # A negated denial does not deny: "not strong" is not "strong".
        between = sorted([*near, *because, *(last for _, _, last in cues)])
        # A "no" before a comma is a reply and denies nothing after the comma.
        reaching = {end for _, _, end in cues if far and not said[end:].startswith(f" {PAUSE}")}
        some = [other for other in denials(said) if not any(holds(one, other) for one in own)]
        # A denial that opens its clause reaches ahead: "worse when I sit", not "when it hurts I sit".
        opening = sorted(end for _, start, end in some if self._opening(said, start, end))
        refused = [found.start() for found in self._refused.finditer(said)]  # "Weakness? No."
        before = [
            (sorted(reaching), breaks, 1),
            (sorted({end for _, _, end in cues} - reaching), near, 1),
            (opening, near, 0),
        ]
        behind = [(sorted(start for _, start, _ in some), between), (refused, near)]
        return {
            one
            for one in spans
            if any(_reached(one[1], places, ends, more) for places, ends, more in before)
            or any(_reached_back(one[2], places, ends) for places, ends in behind)
        }

    def _opening(self, said: str, start: int, end: int) -> bool:
        """Return whether a phrase opens its clause."""
        return set(said[self.around(said, ("", start, end))[0] : start].split()) - MARKS <= self._opens


def _reached(place: int, places: list[int], ends: list[int], more: int) -> bool:
    """Return whether no clause ends from the nearest of `places` before a place to `more` characters after the place.

    If a farther place is free, so is the nearest. All lists are sorted.
    """
    nearest = bisect_right(places, place)
    return nearest > 0 and _free(ends, places[nearest - 1], place + more)


def _reached_back(place: int, places: list[int], ends: list[int]) -> bool:
    """Return whether no clause ends between a place and the nearest of `places` after it."""
    nearest = bisect_left(places, place)
    return nearest < len(places) and _free(ends, place, places[nearest])


def _free(ends: list[int], start: int, end: int) -> bool:
    """Return whether no clause ends between two places; `ends` is sorted."""
    return bisect_left(ends, start) == bisect_left(ends, end)


def _marks(said: str, marks: set[str]) -> list[int]:
    """Return the starts of marks, or of words that separate clauses."""
    return [found.start() for found in re.finditer(r"\S+", said) if found[0] in marks]


def holds(span: Match, part: Match) -> bool:
    """Return whether a span contains another one."""
    return span[1] <= part[1] and part[2] <= span[2]
