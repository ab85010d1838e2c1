"""Finds phrases of the data files in a sequence of words.

spaCy's Matcher does the same, but evaluates sets of words in Python for every pattern at every token. On these rules
it took 3 ms per token; looking phrases up by their first word takes microseconds.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

Words = dict[str, list[str]]
GAP = re.compile(r"(?<!\S)~(\d+)(?!\S)")  # up to so many other words
YEAR = "####"
NUMBER = "#"  # the key of phrases that begin with a number
AT_LEAST = re.compile(r"(\d+)\+")


@dataclass(frozen=True)
class Element:
    """One place of a phrase: needs one of the words (`absent`: none of them), or takes up to `gap` words of any kind.

    A number in digits, `least` or more, also counts as one of the words.
    """

    words: frozenset[str] = frozenset()
    least: int | None = None
    optional: bool = False
    absent: bool = False
    gap: int = 0

    @property
    def needed(self) -> bool:
        """Whether a text must have one of these words to contain the phrase."""
        return not (self.optional or self.absent or self.gap)


Phrase = tuple[Element, ...]


def parse(text: str, words: Words) -> Phrase:
    """Parse a phrase in the form that words.yml explains.

    Args:
        text: The phrase, its tokens separated by spaces.
        words: The sets of words by their `<name>`.

    Raises:
        ValueError: The phrase names a set that does not exist, or does not begin with a word.
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
    """Parse a phrase as patients write it, with `~4` for up to four other words.

    Args:
        text: The phrase.
        words: Gives a text's words in their normal forms.

    Raises:
        ValueError: The phrase does not begin with a word.
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
    """Finds named phrases with one look-up per word, however many phrases there are."""

    def __init__(self, phrases: Iterable[tuple[str, Phrase]]) -> None:
        self._by_first: dict[str, list[tuple[str, Phrase, list[frozenset[str]]]]] = {}
        self.vocabulary: set[str] = set()
        for name, phrase in phrases:
            needed = [_choices(element) for element in phrase[1:] if element.needed]
            for word in _choices(phrase[0]):
                self._by_first.setdefault(word, []).append((name, phrase, needed))
            # Words that must be absent do not count as correct spellings.
            self.vocabulary.update(*(element.words for element in phrase if not element.absent))
        self._numbers = not self._by_first.keys().isdisjoint((YEAR, NUMBER))

    def __call__(self, words: Sequence[str]) -> Iterator[tuple[str, int, int]]:
        """Yield (name, start, end) for each phrase at each place where it begins; gaps are as short as possible."""
        if not self._numbers and self._by_first.keys().isdisjoint(words):  # the usual case
            return
        present = set(words)
        if any(word.isdecimal() for word in words):
            present |= {YEAR, NUMBER}
        # Skip phrases with a needed word that is nowhere in the text, so that "no no no no" costs little.
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
    """Return the words that may fill an element, with NUMBER for all numbers in digits."""
    return element.words if element.least is None else element.words | {NUMBER}


def _fits(word: str, element: Element) -> bool:
    """Return whether a word is one of an element's."""
    if word in element.words:
        return True
    if not word.isdecimal():
        return False
    return (len(word) == 4 and YEAR in element.words) or (element.least is not None and int(word) >= element.least)


def _end(phrase: Phrase, place: int, words: Sequence[str], at: int) -> int | None:
    """Return where the rest of a phrase ends if it continues at a word, else None."""
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
