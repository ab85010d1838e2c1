"""Decides by the words around a symptom, and around what brings or eases it, whether a message tells it or denies it.

After the ConText algorithm (Harkema et al., Journal of Biomedical Informatics 42, 2009).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from bot.conversation.clauses import ASK, PAUSE, STOP

POSTURES = ("sitting", "lying", "bending_forward")  # mostly they ease, but they may bring a symptom too
OWN = {"i", "my", "me", "am"}  # words by which patients speak of themselves
HAS = {"has", "had", "is", "was", "gets", "got"}
REACH = 7  # words between a denial and what it denies
BESIDE = 2  # words between a cue and the thing right after it
OPENING = 12  # words at the start, which may say whom a message is about
Place = tuple[str, int, int]  # a name, the first word, and the one after the last
Kind = Literal["symptom", "place", "side", "trigger", "relief", "onset", "whose"]
LINKS = {PAUSE, "and", "or", "nor", "no", "not", "any"}  # may stand between a denial and the items of its list


@dataclass(frozen=True)
class Told:
    """One thing that a message tells.

    Attributes:
        kind: What kind of thing.
        value: Its name in symptoms.yml, or the words of an onset.
        denied: Whether the message says that it is not so.
    """

    kind: Kind
    value: str
    denied: bool = False


class Around:
    """Decides by the words around each thing whether it is told, denied, or neither.

    Only the nearest cue on each side counts, so that the time grows with the text and not with its square.
    """

    def __init__(self, tokens: list[str], cues: dict[str, list[Place]], found: dict[Kind, list[Place]]) -> None:
        self._tokens, self._found = tokens, found
        no_denials = covered(cues["no_denials"])
        cues = {**cues, "denials": [one for one in cues["denials"] if one[1] not in no_denials]}
        self._starts = {name: [start for _, start, _ in some] for name, some in cues.items()}
        self._ends = {name: [end for _, _, end in some] for name, some in cues.items()}
        self._stops = [place for place, token in enumerate(tokens) if token in (STOP, ASK)]
        self._breaks = sorted([*self._stops, *self._starts["breaks"]])
        self._sore = sorted(start for kind in ("symptom", "place") for _, start, _ in found[kind])
        self._eased = [start for _, start, _ in found["relief"]]
        named = covered(one for some in found.values() for one in some)
        # For each token, how many before it are neither named nor a link in a list.
        self._others = [0]
        for place, token in enumerate(tokens):
            self._others.append(self._others[-1] + (place not in named and token not in LINKS))

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
        if value in POSTURES and ((hurts and (not eases or hurts < eases)) or when or self._hurts_when(start)):
            yield Told("trigger", value, harmless or self._denied(start))
        elif eases or self._near(start, self._sore):
            yield Told("relief", value, self._denied(start))

    def _hurts_when(self, start: int) -> bool:
        """Return whether a posture follows "hurts when", rather than "eases when"."""
        when = self._before("when", start)
        if when is None or start - when > BESIDE:
            return False
        sore, eased = (bisect_left(places, when) for places in (self._sore, self._starts["eases"]))
        last_sore = self._sore[sore - 1] if sore else -1
        last_eased = self._starts["eases"][eased - 1] if eased else -1
        return last_sore > last_eased and self._same(self._stops, last_sore, start)

    def _whose(self) -> Iterator[Told]:
        """Yield whose body it is: the first relative of whom something is told, where the patient does not cut in."""
        others = [some for kind, some in self._found.items() if kind not in ("whose", "onset")]
        things = sorted(start for some in others for _, start, _ in some)
        for value, start, end in self._found["whose"]:
            before = self._tokens[max(0, start - 3) : start]
            about = start <= OPENING and not {"for", "about", "behalf"}.isdisjoint(before)
            after = things[bisect_left(things, end) :][:1]
            near = bool(after) and self._same(self._stops, start, after[0])
            if about or self._opens_with(start, end) or (near and OWN.isdisjoint(self._tokens[end : after[0]])):
                yield Told("whose", value)
                return

    def _opens_with(self, start: int, end: int) -> bool:
        """Return whether a message begins with what somebody has or is, and goes on with that body.

        "My husband (82) has stenosis. The leg is weak" does; "my wife is worried. My leg is weak" does not.
        """
        before, after = self._tokens[:start], self._tokens[end : end + REACH]
        first = start <= OPENING and before[-1:] in ([], ["my"], ["our"]) and before[-2:-1] in ([], [STOP], [PAUSE])
        things = self._sore[bisect_left(self._sore, end) :][:1]
        own = not things or not OWN.isdisjoint(self._tokens[end : things[0]])
        return first and not own and not HAS.isdisjoint(after)

    def _only_feared(self, start: int) -> bool:
        """Return whether a thing is only feared, asked about, or over."""
        feared = self._before("not_told", start)
        if feared is not None and self._same(self._stops, feared, start):
            return True
        return self._near(start, self._starts["gone"]) and not self._near(start, self._eased)

    def _denied(self, start: int) -> bool:
        """Return whether a denial reaches a thing: nearby, or through the list that follows it, over no other break."""
        end = self._before("denials", start)
        if end is None or not self._same(self._breaks, end, start):
            return False
        between = self._tokens[end : min(start, end + REACH + 1)]
        near = len(between) <= REACH and PAUSE not in between and "and" not in between
        return near or self._others[end] == self._others[start]

    def _far(self, start: int, end: int, cue: str) -> int:
        """Return how many words a thing is away from the nearest cue in its sentence, from 1; 0 without one."""
        before, after = self._before(cue, start), self._after(cue, end)
        inside = self._after(cue, start)
        found = [
            *([start - before] if before is not None and self._same(self._stops, before, start) else []),
            *([after - end] if after is not None and self._same(self._stops, after, start) else []),
            *([0] if inside is not None and inside < end else []),
        ]
        return 1 + min(found, default=-1)

    def _belongs(self, start: int, end: int, cue: str) -> bool:
        """Return whether a cue stands right before a thing, or after it in the same clause."""
        after = self._after(cue, end)
        close = after is not None and self._same(self._breaks, start, after)
        return self._follows(start, cue) or (close and PAUSE not in self._tokens[end:after])

    def _follows(self, start: int, cue: str) -> bool:
        before = self._before(cue, start)
        return before is not None and start - before <= BESIDE

    def _before(self, cue: str, place: int) -> int | None:
        """Return where the last cue before a place ends."""
        ends = self._ends[cue]
        nearest = bisect_right(ends, place)
        return ends[nearest - 1] if nearest else None

    def _after(self, cue: str, place: int) -> int | None:
        """Return where the next cue from a place on begins."""
        starts = self._starts[cue]
        nearest = bisect_left(starts, place)
        return starts[nearest] if nearest < len(starts) else None

    def _near(self, start: int, places: list[int]) -> bool:
        """Return whether one of some places, which are sorted, is in the same sentence."""
        nearest = bisect_left(places, start)
        return any(self._same(self._stops, place, start) for place in places[max(0, nearest - 1) : nearest + 1])

    @staticmethod
    def _same(ends: list[int], one: int, other: int) -> bool:
        return bisect_right(ends, one) == bisect_right(ends, other)


def covered(places: Iterable[Place]) -> set[int]:
    """Return the words that some places cover."""
    return {word for _, start, end in places for word in range(start, end)}
