"""Spelling: the known word that a misspelt one stands for."""

from collections.abc import Callable, Collection, Mapping
from functools import cache, lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA
from spellchecker import SpellChecker

MIN_LENGTH = 6  # below that, too many real words are one letter apart
TWO_MISTAKES_FROM = 9  # letters


@cache
def english() -> Mapping[str, int]:
    """Return the words of the English language, lower case, with how frequent they are: none of them is misspelt."""
    return SpellChecker(language="en").word_frequency.dictionary


def corrector(known: Collection[str], leave: Collection[str] = (), shortest: int = MIN_LENGTH) -> Callable[[str], str]:
    """Make a function that maps a misspelt word to the nearest known one.

    Args:
        known: Correctly spelt words, lower case.
        leave: Words that only look like misspellings of known ones.
        shortest: How many letters a known word must have to be misspelt; with few, `leave` must hold many words.

    Returns:
        A function from a lower-case word to a known word at an optimal string alignment distance of one (from 6
        letters on) or two (from 9 on), or to the word itself when it is known, to be left, or like none of them. Of
        words that are equally near, the most frequent in English is taken.
    """
    frequency = english()
    targets = sorted(
        (word for word in known if len(word) >= shortest), key=lambda word: (-frequency.get(word, 0), word)
    )
    settled = set(known) | set(leave)

    @lru_cache(maxsize=20_000)
    def correct(word: str) -> str:
        if word in settled or len(word) < shortest - 1 or not word.isalpha():
            return word
        reach = 2 if len(word) >= TWO_MISTAKES_FROM else 1
        found = process.extractOne(word, targets, scorer=OSA.distance, score_cutoff=reach)
        return found[0] if found else word

    return correct
