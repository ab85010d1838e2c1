"""Finds the phrases of the conversation's data files in a message."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from bot.text.phrases import PhraseFinder, spoken

WORD = re.compile(r"\S+")
LATEST = 64  # texts that readers cache, because each part of the conversation asks again
Match = tuple[str, int, int]  # a label, and its phrase's start and end
Words = Callable[[str], list[str]]  # a text's words in their normal forms
Label = TypeVar("Label", bound=str)


def any_of(words: Iterable[str]) -> str:
    """Return a regular expression for one of the words, longest first."""
    return "(?:" + "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) + ")"


class Finder:
    """Finds labelled phrases in a text of normal forms; of overlapping matches, the one with most letters counts."""

    def __init__(self, phrases: Mapping[Label, Iterable[str]], words: Words) -> None:
        """Build a finder of phrases by label; `words` gives a text's words in their normal forms."""
        named = [(label, spoken(phrase, words)) for label, some in phrases.items() for phrase in some]
        self._find = PhraseFinder(named)

    def __call__(self, text: str) -> list[Match]:
        """Return the label, start and end of each match, in the text's order."""
        words = text.split()
        places = [*self._find(words)]
        if not places:  # the usual case
            return []
        spans = [word.span() for word in WORD.finditer(text)]
        found = [(label, spans[start][0], spans[end - 1][1]) for label, start, end in places]
        kept: list[Match] = []
        taken = bytearray(len(text))
        for label, start, end in sorted(found, key=lambda one: (one[1] - one[2], one[1])):
            if not any(taken[start:end]):
                taken[start:end] = b"x" * (end - start)
                kept.append((label, start, end))
        return sorted(kept, key=lambda one: one[1])
