"""Finds the phrases of the conversation's data files in a message."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

LATEST = 64  # texts of which readers remember what they read: each part of the conversation asks again
GAP = "..."  # in a phrase: up to four other words
Match = tuple[str, int, int]  # a label, and where its phrase begins and ends
Words = Callable[[str], list[str]]  # a text's words in their normal forms
Label = TypeVar("Label", bound=str)


def any_of(words: Iterable[str]) -> str:
    """Return a regular expression for one of the words, the longest first."""
    return "(?:" + "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) + ")"


class Finder:
    """Finds labelled phrases in a text of normal forms; of matches that overlap the longest counts."""

    def __init__(self, phrases: Mapping[Label, Iterable[str]], words: Words) -> None:
        """Take the phrases by their labels; `words` gives a text's words in their normal forms."""

        def pattern(parts: list[list[str]]) -> str:
            return r"(?: \S+){0,4} ".join(" ".join(map(re.escape, part)) for part in parts)

        # Each label's pattern, and with which words its phrases begin: without one of them it need not be tried.
        self._patterns: list[tuple[str, frozenset[str], re.Pattern[str]]] = []
        for label, some in phrases.items():
            normal = [[words(part) for part in phrase.split(GAP)] for phrase in some]
            if not all(parts[0] for parts in normal):
                raise ValueError(f"{label}: a phrase begins with no word")
            longest_first = "|".join(sorted(map(pattern, normal), key=len, reverse=True))
            if longest_first:
                begins = frozenset(parts[0][0] for parts in normal)
                self._patterns.append((label, begins, re.compile(rf"(?<!\S)(?:{longest_first})(?!\S)")))

    def __call__(self, text: str) -> list[Match]:
        """Return the label, beginning and end of each match, in the text's order."""
        words = text.split()
        found = [
            (match.start(), match.end(), label)
            for label, begins, pattern in self._patterns
            if not begins.isdisjoint(words)
            for match in pattern.finditer(text)
        ]
        kept: list[tuple[int, int, str]] = []
        taken = bytearray(len(text))
        for start, end, label in sorted(found, key=lambda one: (one[0] - one[1], one[0])):
            if not any(taken[start:end]):
                taken[start:end] = b"x" * (end - start)
                kept.append((start, end, label))
        return [(label, start, end) for start, end, label in sorted(kept)]
