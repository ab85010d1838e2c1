"""Phrases of the alarm's data files, found in a row of words.

spaCy's own Matcher does the same, but evaluates sets of words in Python for every pattern at every token: on these
rules it took 3 ms a token, where looking the phrases up by their first word takes microseconds.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

Words = dict[str, list[str]]
YEAR = "####"


@dataclass(frozen=True)
class Element:
    """One place of a phrase: words of which one (`absent`: none) must stand there, or up to `gap` words of any kind."""

    words: frozenset[str] = frozenset()
    optional: bool = False
    absent: bool = False
    gap: int = 0


Phrase = tuple[Element, ...]


def parse(text: str, words: Words) -> Phrase:
    """Read a phrase in the form that signs.yml explains.

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
        for choice in token.removesuffix("?" if optional else "").removeprefix("!" if absent else "").split("|"):
            if choice.startswith("<") and choice[1:-1] not in words:
                raise ValueError(f"{text!r}: there is no set of words {choice}")
            choices.update(words[choice[1:-1]] if choice.startswith("<") else [choice])
        elements.append(Element(frozenset(choices), optional, absent))
    if not elements or not elements[0].words or elements[0].optional or elements[0].absent:
        raise ValueError(f"{text!r}: a phrase begins with a word that must be there")
    return tuple(elements)


class PhraseFinder:
    """Finds named phrases; one look-up a word, however many phrases there are."""

    def __init__(self, phrases: Iterable[tuple[str, Phrase]]) -> None:
        self._by_first: dict[str, list[tuple[str, Phrase]]] = {}
        self.vocabulary: set[str] = set()
        for name, phrase in phrases:
            for word in phrase[0].words:
                self._by_first.setdefault(word, []).append((name, phrase))
            self.vocabulary.update(*(element.words for element in phrase))

    def __call__(self, words: Sequence[str]) -> Iterator[tuple[str, int, int]]:
        """Yield (name, start, end) for each phrase at each place that it begins; a gap is as short as it can be."""
        for start, word in enumerate(words):
            for first in (word, YEAR) if _is_year(word) else (word,):
                for name, phrase in self._by_first.get(first, ()):
                    end = _end(phrase, 1, words, start + 1)
                    if end is not None:
                        yield name, start, end


def _is_year(word: str) -> bool:
    return len(word) == 4 and word.isdigit()


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
        return None if at < len(words) and words[at] in element.words else _end(phrase, place + 1, words, at)
    if at < len(words) and (words[at] in element.words or (YEAR in element.words and _is_year(words[at]))):
        end = _end(phrase, place + 1, words, at + 1)
        if end is not None:
            return end
    return _end(phrase, place + 1, words, at) if element.optional else None
