"""Phrases of the data files, found in a row of words.

spaCy's own Matcher does the same, but evaluates sets of words in Python for every pattern at every token: on these
rules it took 3 ms a token, where looking the phrases up by their first word takes microseconds.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

Words = dict[str, list[str]]
GAP = re.compile(r"(?<!\S)~(\d+)(?!\S)")  # up to so many other words
YEAR = "####"
NUMBER = "#"  # stands for the first word of phrases that begin with a number
AT_LEAST = re.compile(r"(\d+)\+")


@dataclass(frozen=True)
class Element:
    """One place of a phrase: words of which one (`absent`: none) must stand there, or up to `gap` words of any kind.

    A number in digits, `least` or more, may stand for one of the words.
    """

    words: frozenset[str] = frozenset()
    least: int | None = None
    optional: bool = False
    absent: bool = False
    gap: int = 0

    @property
    def needed(self) -> bool:
        """Whether a text without one of these words cannot hold the phrase."""
        return not (self.optional or self.absent or self.gap)


Phrase = tuple[Element, ...]


def parse(text: str, words: Words) -> Phrase:
    """Read a phrase in the form that words.yml explains.

    Args:
        text: The phrase, its tokens separated by spaces.
        words: The sets that `<name>` stands for.

    Raises:
        ValueError: It names a set that does not exist, or does not begin with a word.
    """
    elements = []
    for token in text.split():
        if token.startswith("~"):
            elements.append(Element(gap=int(token[1:])))
            continue
        optional = len(token) > 1 and token.endswith("?")
        absent = len(token) > 1 and token.startswith("!")
        choices: set[str] = set()
        least: int | None = None
        for choice in token.removesuffix("?" if optional else "").removeprefix("!" if absent else "").split("|"):
            if choice.startswith("<") and choice[1:-1] not in words:
                raise ValueError(f"{text!r}: there is no set of words {choice}")
            for word in words[choice[1:-1]] if choice.startswith("<") else [choice]:
                if number := AT_LEAST.fullmatch(word):
                    least = int(number.group(1))
                else:
                    choices.add(word)
        elements.append(Element(frozenset(choices), least, optional, absent))
    if not elements or elements[0].gap or elements[0].optional or elements[0].absent:
        raise ValueError(f"{text!r}: a phrase begins with a word that must be there")
    return tuple(elements)


def spoken(text: str, words: Callable[[str], list[str]]) -> Phrase:
    """Read a phrase of words as patients write them, with `~4` for up to four others.

    Args:
        text: The phrase.
        words: Gives a text's words in their normal forms.

    Raises:
        ValueError: It does not begin with a word.
    """
    elements: list[Element] = []
    for place, part in enumerate(GAP.split(text)):
        if place % 2:
            elements.append(Element(gap=int(part)))
            continue
        elements += [Element(frozenset([word])) for word in words(part)]
        if not elements:
            raise ValueError(f"{text!r}: a phrase begins with a word that must be there")
    return tuple(elements)


class PhraseFinder:
    """Finds named phrases; one look-up a word, however many phrases there are."""

    def __init__(self, phrases: Iterable[tuple[str, Phrase]]) -> None:
        self._by_first: dict[str, list[tuple[str, Phrase, list[frozenset[str]]]]] = {}
        self.vocabulary: set[str] = set()
        for name, phrase in phrases:
            needed = [_choices(element) for element in phrase[1:] if element.needed]
            for word in _choices(phrase[0]):
                self._by_first.setdefault(word, []).append((name, phrase, needed))
            # Words that must not follow are no words that somebody may have misspelt.
            self.vocabulary.update(*(element.words for element in phrase if not element.absent))
        self._numbers = not self._by_first.keys().isdisjoint((YEAR, NUMBER))

    def __call__(self, words: Sequence[str]) -> Iterator[tuple[str, int, int]]:
        """Yield (name, start, end) for each phrase at each place that it begins; a gap is as short as it can be."""
        if not self._numbers and self._by_first.keys().isdisjoint(words):  # as often
            return
        present = set(words)
        if any(word.isdecimal() for word in words):
            present |= {YEAR, NUMBER}
        # Phrases of which a word is nowhere in the text are not looked for at each place: "no no no no" costs little.
        possible = {
            first: [
                (name, phrase)
                for name, phrase, needed in self._by_first[first]
                if not any(present.isdisjoint(choices) for choices in needed)
            ]
            for first in present & self._by_first.keys()
        }
        for start, word in enumerate(words):
            for first in (word, YEAR, NUMBER) if word.isdecimal() else (word,):
                for name, phrase in possible.get(first, ()):
                    end = _end(phrase, 0, words, start)
                    if end is not None:
                        yield name, start, end


def _choices(element: Element) -> frozenset[str]:
    """Return the words that may stand in an element's place, with NUMBER for all numbers in digits."""
    return element.words if element.least is None else element.words | {NUMBER}


def _fits(word: str, element: Element) -> bool:
    """Whether a word is one of those that an element names."""
    if word in element.words:
        return True
    if not word.isdecimal():
        return False
    return (len(word) == 4 and YEAR in element.words) or (element.least is not None and int(word) >= element.least)


def _end(phrase: Phrase, place: int, words: Sequence[str], at: int) -> int | None:
    """Return where the rest of a phrase ends when it goes on at a word, or None when it does not."""
    if place == len(phrase):
        return at
    element = phrase[place]
    if element.gap:
        for skipped in range(element.gap + 1):
            end = _end(phrase, place + 1, words, at + skipped) if at + skipped <= len(words) else None
            if end is not None:
                return end
        return None
    if element.absent:
        return None if at < len(words) and _fits(words[at], element) else _end(phrase, place + 1, words, at)
    if at < len(words) and _fits(words[at], element):
        end = _end(phrase, place + 1, words, at + 1)
        if end is not None:
            return end
    return _end(phrase, place + 1, words, at) if element.optional else None
