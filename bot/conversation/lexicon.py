"""Reads what a message says about topics: which it names, which side it asks for, and how it refers back."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal, cast

from spacy.lang.en.stop_words import STOP_WORDS

from bot.conversation.topics import Side, TopicsFile, topics
from bot.datafile import Strict, read
from bot.knowledge.base import knowledge
from bot.knowledge.beside import OutsideFile
from bot.text.finder import LATEST, Finder, Match, Words

FILE = Path(__file__).with_name("follow_ups.yml")
Opener = Literal["correction", "compare", "back", "also"]


class Wider(Strict):
    """Sides that another topic covers if the one in focus does not."""

    topic: str
    sides: list[Side]


class FollowUpsFile(Strict):
    """The file `follow_ups.yml`."""

    sides: dict[Side, list[str]]
    openers: dict[Opener, list[str]]
    more: list[str]
    between: list[str]
    other: list[str]
    ordinals: list[list[str]]
    last: list[str]
    pronouns: list[str]
    nothing_in_focus: list[str]
    wider: list[Wider]
    filler: list[str]


@dataclass(frozen=True)
class Mentions:
    """What a message mentions, and how it refers back.

    Attributes:
        topics: The topics that it names, in its order.
        outside: What no document covers that it names, the most often named first; keys of outside.yml.
        sides: The sides that it asks for, in its order.
        openers: How it begins.
        more: Whether it asks for more of the same.
        between: Whether it compares the last two topics.
        other: Whether it asks for the other one.
        ordinal: Which item of a list it chooses, from 0; -1 is the last; None if it chooses none.
        pronoun: Whether a pronoun refers to something said before.
        content: The other words that carry a meaning.
        words: How many words it has.
        places: Positions of topics, sides and ordinals: kind, label, the first word, and the one after the last.
    """

    topics: tuple[str, ...]
    outside: tuple[str, ...]
    sides: tuple[Side, ...]
    openers: frozenset[Opener]
    more: bool
    between: bool
    other: bool
    ordinal: int | None
    pronoun: bool
    content: tuple[str, ...]
    words: int
    places: tuple[tuple[str, str, int, int], ...] = field(default=(), compare=False)

    @property
    def leans(self) -> bool:
        """Whether it is clear only from what was said before, because it names nothing itself."""
        pointing = self.pronoun or self.sides or self.more or self.other or self.between or self.openers
        return not self.topics and not self.outside and not self.content and bool(pointing)


class Lexicon:
    """Reads messages. Started once; holds no state between messages."""

    def __init__(self, topics: TopicsFile, outside: OutsideFile, follow_ups: FollowUpsFile, words: Words) -> None:
        """Make a lexicon; `words` gives a text's words in their normal forms."""
        self.topics = topics
        self.nothing_in_focus = follow_ups.nothing_in_focus
        self.wider = {side: wider.topic for wider in follow_ups.wider for side in wider.sides}
        self._words = words
        self._topics = Finder({name: one.words for name, one in topics.topics.items()}, words)
        self._outside = Finder({name: one.words for name, one in outside.subjects.items()}, words)
        self._sides = Finder(follow_ups.sides, words)
        self._openers = Finder(follow_ups.openers, words)
        pointers = {name: getattr(follow_ups, name) for name in ("more", "between", "other")}
        pointers |= {str(place): forms for place, forms in enumerate(follow_ups.ordinals)} | {"-1": follow_ups.last}
        self._pointers = Finder(pointers, words)
        self._pronouns = {word for form in follow_ups.pronouns for word in words(form)}
        self._empty = STOP_WORDS | self._pronouns | {word for form in follow_ups.filler for word in words(form)}

        self.read: Callable[[str], Mentions] = lru_cache(LATEST)(self._read)

    def _read(self, text: str) -> Mentions:
        """Read a message; `read` caches the latest calls."""
        words = self._words(text)
        joined = " ".join(words)
        topics, openers, pointers = self._topics(joined), self._openers(joined), self._pointers(joined)
        # "No wait" does not ask for a time, nor "the first one" for what comes first.
        taken = [*openers, *(one for one in pointers if " " in joined[one[1] : one[2]])]
        sides = [one for one in self._sides(joined) if not any(_overlap(one, other) for other in taken)]
        # "What are the side effects" asks for the side effects only.
        sides = [one for one in sides if one[0] != "what"] or sides
        covered = bytearray(len(joined))
        for _, start, end in (*topics, *sides, *openers, *pointers):
            covered[start:end] = b"x" * (end - start)
        content, place = [], 0
        for word in words:
            end = place + len(word)
            if not covered[place] and word not in self._empty and any(map(str.isalnum, word)) and len(word) > 1:
                content.append(word)
            place = end + 1
        labels = [label for label, _, _ in pointers]
        ordinal = next((int(label) for label in labels if label.lstrip("-").isdigit()), None)
        return Mentions(
            topics=tuple(dict.fromkeys(label for label, _, _ in topics)),
            outside=_often(label for label, _, _ in self._outside(joined)),
            sides=cast(tuple[Side, ...], tuple(dict.fromkeys(label for label, _, _ in sides))),
            openers=cast(frozenset[Opener], frozenset(label for label, _, _ in openers)),
            more="more" in labels,
            between="between" in labels,
            other="other" in labels,
            ordinal=ordinal,
            pronoun=not self._pronouns.isdisjoint(words),
            content=tuple(content),
            words=len(words),
            places=tuple(
                (kind, label, joined[:start].count(" "), joined[:end].count(" ") + 1)
                for kind, some in (("topic", topics), ("side", sides), ("ordinal", pointers))
                for label, start, end in some
                if kind != "ordinal" or label.lstrip("-").isdigit()
            ),
        )


def _often(labels: Iterable[str]) -> tuple[str, ...]:
    """Return the labels, the most frequent first, and of equals the first."""
    return tuple(label for label, _ in Counter(labels).most_common())


def _overlap(one: Match, other: Match) -> bool:
    return one[1] < other[2] and other[1] < one[2]


@cache
def load(words: Words) -> Lexicon:
    """Read the project's topics and follow-ups; raise DataError if a file is wrong."""
    return Lexicon(topics(), knowledge().outside, read(FILE, FollowUpsFile), words)
