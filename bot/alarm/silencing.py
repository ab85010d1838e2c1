"""Finds signs that the words around them silence, after the ConText algorithm; see `bot.alarm.detector`."""

from bisect import bisect_right
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from bot.alarm.reading import Match, Reading, Span
from bot.alarm.rules import ContextFile, Cue

REACH = 15  # tokens between a sign and a cue that reaches beyond its sentence


@dataclass(frozen=True)
class _Placed:
    """A cue, with the places in one text from which it may silence signs: all, and by sentence.

    The places in a sentence are sorted by end, or by start when the cue silences words before it.
    """

    name: str
    cue: Cue
    places: list[Span]
    by_sentence: dict[int, list[Span]]


class Silencer:
    """Finds the cue of a text that silences a sign in it.

    It sorts the places of all cues once per text. A sign then looks up the nearest ones only, so that the time grows
    with the text and not with its square.
    """

    def __init__(self, context: ContextFile, reading: Reading, own_words: Collection[int] = ()) -> None:
        """Place the cues of a text; in `own_words`, tokens of signs, a directed cue does not count."""
        self._reading = reading
        self._inner = set(context.inner_negations)
        self._cues = list(_placed(context, reading, own_words))
        clause_ends = {*context.terminate, *context.sentence_ends}
        self._clause_end = [-1]  # for each token, the end of the last clause before it
        for place, word in enumerate(reading.words):
            self._clause_end.append(place if word in clause_ends else self._clause_end[-1])

    def __call__(self, sign: str, match: Match) -> tuple[str | None, bool]:
        """Return the cue that silences a sign, or None, and whether a cue weakens it.

        Args:
            sign: Its name in `signs/`.
            match: Where it is.
        """
        weakened = False
        words = self._reading.words
        loss = any(not self._inner.isdisjoint(words[part.start : part.end]) for part in match)
        sentences = {self._reading.sentences[part.start] for part in match}
        for placed in self._cues:
            cue = placed.cue
            if (cue.allowed_types and sign not in cue.allowed_types) or sign in cue.excluded_types:
                continue
            if loss and _directed(cue):
                continue
            if self._reaches(placed, match, sentences):
                yields = bool(cue.yields_to and self._reading.cues.get(cue.yields_to))
                if not (cue.weakens or yields):
                    return placed.name, True
                weakened |= not (cue.weakens and yields)
        return None, weakened

    def _reaches(self, placed: _Placed, match: Match, sentences: set[int]) -> bool:
        """Return whether a cue silences a sign from one of its places, outside of the sign's own words."""
        direction = placed.cue.direction
        if direction == "message":
            apart = _untouched if placed.cue.weakens else _apart
            return any(_near(place, match) and apart(place, match) for place in placed.places)
        for sentence in sentences:
            places = placed.by_sentence.get(sentence)
            if not places:
                continue
            if direction == "bidirectional" and any(_apart(place, match) for place in places):
                return True
            if direction == "forward_sentence" and places[0].end <= min(match).start:
                return True
            if direction == "backward" and places[-1].start >= max(part.end for part in match):
                return True
            if direction == "forward" and any(self._leads_to(part, places, match) for part in match):
                return True
        return False

    def _leads_to(self, part: Span, places: list[Span], match: Match) -> bool:
        """Return whether no clause ends between a part of a sign and the nearest cue before it."""
        for number in reversed(range(bisect_right(places, part.start, key=_end))):
            if _apart(places[number], match):
                return self._clause_end[part.start] < places[number].end
        return False


def _placed(context: ContextFile, reading: Reading, own_words: Collection[int]) -> Iterator[_Placed]:
    """Yield the cues that may silence something in a text, in the file's order."""
    links = set(context.links)
    for name, cue in context.cues.items():
        if cue.direction == "none" or (cue.needs and not reading.cues.get(cue.needs)):
            continue
        places = [place for place in reading.meant(name) if not (_directed(cue) and place.start in own_words)]
        by_sentence: dict[int, list[Span]] = {}
        if cue.direction != "message":
            for place in places:
                sentence = reading.sentences[place.start]
                leads = not cue.leads or reading.leads(place, cue.leads, links)
                if leads and not (cue.impersonal and sentence in reading.personal):
                    by_sentence.setdefault(sentence, []).append(place)
        for some in by_sentence.values():
            some.sort(key=None if cue.direction == "backward" else _end)
        if places:
            yield _Placed(name, cue, places, by_sentence)


def _end(place: Span) -> int:
    return place.end


def _directed(cue: Cue) -> bool:
    return cue.direction in ("forward", "backward")


def _near(place: Span, match: Match) -> bool:
    """Return whether a place is near enough to be about a sign: in a long story, what is over may be something else."""
    return place.start - max(part.end for part in match) <= REACH and min(match).start - place.end <= REACH


def _apart(place: Span, match: Match) -> bool:
    """Return whether a cue is more than words of the sign; "give way sign" is more than "give way"."""
    return not any(place.lies_in(part) for part in match)


def _untouched(place: Span, match: Match) -> bool:
    """Return whether a cue has none of the sign's words."""
    return not any(place.start < part.end and part.start < place.end for part in match)
