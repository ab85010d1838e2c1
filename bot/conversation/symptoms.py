"""Extracts what a message tells of symptoms: what, where, what brings it, what eases it, since when, whose.

Phrases name the things (symptoms.yml); words around them say whether a thing is so, after the ConText algorithm
(Harkema et al., Journal of Biomedical Informatics 42, 2009).
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from bot.conversation.clauses import ASK, PAUSE, STOP, in_clauses
from bot.datafile import Strict, read
from bot.text.finder import Words
from bot.text.measures import measures
from bot.text.parts import SENTENCE
from bot.text.phrases import PhraseFinder, parse
from bot.text.phrases import Words as Sets
from bot.text.spelling import corrector, english
from bot.text.terms import plain_words

FILE = Path(__file__).with_name("symptoms.yml")
Kind = Literal["symptom", "place", "side", "trigger", "relief", "onset", "whose", "distance", "duration"]
CUES = (
    "no_places",
    "no_triggers",
    "gone",
    "eases",
    "does_not_ease",
    "when",
    "hurts",
    "does_not_hurt",
    "denials",
    "no_denials",
    "breaks",
    "not_told",
)
POSTURES = ("sitting", "lying", "bending_forward")  # mostly they ease, but they may bring a symptom too
OWN = {"i", "my", "me", "am"}  # words by which patients speak of themselves
SHORTEST = 5  # letters of a word that is corrected when misspelt
REACH = 7  # words between a denial and what it denies
BESIDE = 2  # words between a cue and the thing right after it
OPENING = 12  # words at the start, which may say whom a message is about
Place = tuple[str, int, int]  # a name, the first word, and the one after the last


class SymptomsFile(Strict):
    """The file `symptoms.yml`."""

    words: Sets
    symptoms: dict[str, list[str]]
    places: dict[str, list[str]]
    no_places: list[str]
    no_triggers: list[str]
    gone: list[str]
    sides: dict[str, list[str]]
    triggers: dict[str, list[str]]
    reliefs: dict[str, list[str]]
    onsets: list[str]
    whose: dict[str, list[str]]
    eases: list[str]
    does_not_ease: list[str]
    when: list[str]
    hurts: list[str]
    does_not_hurt: list[str]
    denials: list[str]
    no_denials: list[str]
    breaks: list[str]
    not_told: list[str]


@dataclass(frozen=True)
class Told:
    """One thing that a message tells.

    Attributes:
        kind: What kind of thing.
        value: Its name in symptoms.yml; the words of an onset, a distance or a duration.
        denied: Whether the message says that it is not so.
    """

    kind: Kind
    value: str
    denied: bool = False


class SymptomReader:
    """Reads messages. Started once; holds no state between messages."""

    def __init__(self, file: SymptomsFile, words: Words) -> None:
        """Make a reader; `words` gives a text's words in their normal forms."""
        named: dict[Kind, dict[str, list[str]]] = {
            "symptom": file.symptoms,
            "place": file.places,
            "side": file.sides,
            "trigger": file.triggers,
            "relief": file.reliefs,
            "whose": file.whose,
            "onset": {"": file.onsets},
        }
        self._things = {
            kind: PhraseFinder((name, parse(phrase, file.words)) for name, some in phrases.items() for phrase in some)
            for kind, phrases in named.items()
        }
        self._cues = {
            cue: PhraseFinder((cue, parse(phrase, file.words)) for phrase in getattr(file, cue)) for cue in CUES
        }
        vocabulary = {word for finder in self._things.values() for word in finder.vocabulary if word.isalpha()}
        self._correct: Callable[[str], str] = corrector(vocabulary, english(), SHORTEST)
        self._words = words

    def __call__(self, text: str) -> list[Told]:
        """Return what a message tells, each thing once; what is denied here and told there counts as told."""
        tokens = in_clauses(text, self._words, self._correct).split()
        found = {kind: _longest(finder(tokens)) for kind, finder in self._things.items()}
        # "I lean on the cart" names the cart; a phrase for what eases is longer than one for what brings.
        both = {(start, end) for _, start, end in _longest([*found["trigger"], *found["relief"]])}
        for kind in ("trigger", "relief"):
            found[kind] = [one for one in found[kind] if one[1:] in both]
        cues = {cue: _longest(finder(tokens)) for cue, finder in self._cues.items()}
        found["trigger"] = [one for one in found["trigger"] if not _inside(one, cues["no_triggers"])]
        other = [*found["trigger"], *found["relief"], *cues["no_places"]]  # "on my feet", "hands on my knees"
        found["place"] = [
            one
            for one in found["place"]
            if not _inside(one, other)
            and not (one[0] == "foot" and one[1] > 0 and tokens[one[1] - 1].isdigit())  # nor are "100 feet"
        ]
        around = _Around(tokens, cues, found)
        told = [*around.told(), *_measured(text)]
        sure = {(one.kind, one.value) for one in told if not one.denied}
        return [one for one in dict.fromkeys(told) if not (one.denied and (one.kind, one.value) in sure)]

    def plainly(self, text: str) -> tuple[Told, ...]:
        """Return what the sentences tell that each name a symptom, its place, and what brings or eases it.

        What is denied is left out. In a long story, a symptom in one sentence and a posture in another may have nothing
        to do with each other.
        """
        told: list[Told] = []
        for sentence in SENTENCE.split(text):
            here = [one for one in self(sentence) if not one.denied]
            kinds = {one.kind for one in here}
            if {"symptom", "place"} <= kinds and not kinds.isdisjoint(("trigger", "relief")):
                told += here
        return tuple(dict.fromkeys(told))


class _Around:
    """Decides by the words around each thing whether it is told, denied, or neither."""

    def __init__(self, tokens: list[str], cues: dict[str, list[Place]], found: dict[Kind, list[Place]]) -> None:
        self._tokens, self._cues, self._found = tokens, cues, found
        self._stops = [place for place, token in enumerate(tokens) if token in (STOP, ASK)]
        self._breaks = sorted([*self._stops, *(start for _, start, _ in cues["breaks"])])
        named = [one for kind in ("symptom", "place") for one in found[kind]]
        self._sore = [start for _, start, _ in named]  # where symptoms and their places stand

    def told(self) -> Iterator[Told]:
        """Yield all that is told or denied."""
        yield from self._whose()
        for _, start, end in self._found["onset"]:
            yield Told("onset", " ".join(self._tokens[start:end]))
        for kind in ("symptom", "place", "side"):
            for value, start, _ in self._found[kind]:
                if not self._only_feared(start):
                    yield Told(kind, value, self._denied(start))
        for value, start, end in self._found["trigger"]:
            if not self._only_feared(start):
                yield from self._trigger(value, start, end)
        for value, start, end in self._found["relief"]:
            if not self._only_feared(start):
                yield from self._relief(value, start, end)

    def _trigger(self, value: str, start: int, end: int) -> Iterator[Told]:
        if self._belongs(start, end, "does_not_hurt"):
            yield Told("trigger", value, denied=True)
        elif self._near(start, self._sore) or self._far(start, end, "hurts") or self._follows(start, "when"):
            yield Told("trigger", value, self._denied(start))

    def _relief(self, value: str, start: int, end: int) -> Iterator[Told]:
        eases, hurts = self._far(start, end, "eases"), self._far(start, end, "hurts")
        if self._belongs(start, end, "does_not_ease"):
            yield Told("relief", value, denied=True)
            return
        harmless = self._belongs(start, end, "does_not_hurt")
        when = not eases and (harmless or self._follows(start, "when")) and self._near(start, self._sore)
        if value in POSTURES and ((hurts and (not eases or hurts < eases)) or when):
            yield Told("trigger", value, harmless or self._denied(start))
        elif eases or self._near(start, self._sore):
            yield Told("relief", value, self._denied(start))

    def _whose(self) -> Iterator[Told]:
        """Yield whose body it is: the first relative of whom something is told, where the patient does not cut in."""
        things = sorted(
            start for kind, some in self._found.items() if kind not in ("whose", "onset") for _, start, _ in some
        )
        for value, start, end in self._found["whose"]:
            before = self._tokens[max(0, start - 3) : start]
            about = start <= OPENING and not {"for", "about", "behalf"}.isdisjoint(before)
            after = next((place for place in things if place >= end), None)
            near = after is not None and self._same(self._stops, start, after)
            if about or (near and OWN.isdisjoint(self._tokens[end:after])):
                yield Told("whose", value)
                return

    def _only_feared(self, start: int) -> bool:
        """Return whether a thing is only feared, asked about, or of the past."""
        over = any(self._same(self._stops, first, start) for _, first, _ in self._cues["gone"])
        if over and not self._near(start, [place for _, place, _ in self._found["relief"]]):
            return True
        return any(end <= start and self._same(self._stops, end, start) for _, _, end in self._cues["not_told"])

    def _denied(self, start: int) -> bool:
        """Return whether a denial reaches a thing: through a list, but over no other break."""
        return any(
            end <= start
            and self._same(self._breaks, end, start)
            and not any(one <= first < last for _, one, last in self._cues["no_denials"])
            and self._listed(end, start)
            for _, first, end in self._cues["denials"]
        )

    def _listed(self, end: int, start: int) -> bool:
        """Return whether a thing is near a denial, or in the list that follows it."""
        between = self._tokens[end:start]
        if PAUSE not in between and "and" not in between:
            return len(between) <= REACH
        named = {place for some in self._found.values() for _, first, last in some for place in range(first, last)}
        return all(place in named or self._tokens[place] in LINKS for place in range(end, start))

    def _far(self, start: int, end: int, cue: str) -> int:
        """Return how many words a thing is away from the nearest cue in its sentence, from 1; 0 without one."""
        return 1 + min(
            (
                max(first - end, start - last, 0)
                for _, first, last in self._cues[cue]
                if self._same(self._stops, first, start)
            ),
            default=-1,
        )

    def _belongs(self, start: int, end: int, cue: str) -> bool:
        """Return whether a cue stands right before a thing, or after it in the same clause."""
        return self._follows(start, cue) or any(
            first >= end and PAUSE not in self._tokens[end:first] and self._same(self._breaks, start, first)
            for _, first, _ in self._cues[cue]
        )

    def _follows(self, start: int, cue: str) -> bool:
        return any(0 <= start - end <= BESIDE for _, _, end in self._cues[cue])

    def _near(self, start: int, places: Iterable[int]) -> bool:
        return any(self._same(self._stops, place, start) for place in places)

    @staticmethod
    def _same(ends: list[int], one: int, other: int) -> bool:
        return bisect_right(ends, one) == bisect_right(ends, other)


LINKS = {PAUSE, "and", "or", "nor", "no", "not", "any"}  # may stand between a denial and the items of its list


def _inside(one: Place, others: Iterable[Place]) -> bool:
    return any(start <= one[1] and one[2] <= end for _, start, end in others)


def _longest(found: Iterable[Place]) -> list[Place]:
    """Return the places that overlap no longer one, in the text's order; of equally long ones the first."""
    kept: list[Place] = []
    taken: set[int] = set()
    for one in sorted(found, key=lambda place: (place[1] - place[2], place[1])):
        if taken.isdisjoint(range(one[1], one[2])):
            taken.update(range(one[1], one[2]))
            kept.append(one)
    return sorted(kept, key=lambda place: place[1])


def _measured(text: str) -> Iterator[Told]:
    for measure in measures(text):
        yield Told("duration" if measure.unit == "minutes" else "distance", f"{measure.amount:g} {measure.unit}")


@cache
def symptom_reader() -> SymptomReader:
    """Return the reader of the project's symptoms, started once per process."""
    return SymptomReader(read(FILE, SymptomsFile), plain_words)
