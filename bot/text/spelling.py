"""Spelling: maps a misspelt word to a known one."""

from collections.abc import Callable, Collection, Mapping
from functools import cache, lru_cache

from rapidfuzz.distance import OSA
from spellchecker import SpellChecker

MIN_LENGTH = 6  # below this, too many real words are one letter apart
TWO_MISTAKES_FROM = 9  # letters


@cache
def english() -> Mapping[str, int]:
    """Return English words in lower case with their frequencies; none of them is misspelt."""
    words: Mapping[str, int] = SpellChecker(language="en").word_frequency.dictionary
    return words


def corrector(known: Collection[str], leave: Collection[str] = (), shortest: int = MIN_LENGTH) -> Callable[[str], str]:
    """Return a function that maps a misspelt word to the nearest known one.

    Similar words become equal when a letter or two of each are left out. The function looks these forms up (Garbe's
    symmetric deletion), so that its time does not grow with the number of known words.

    Args:
        known: Correctly spelt words, lower case.
        leave: Words that only look like misspellings of known ones.
        shortest: Minimum letters of a known word that may be misspelt; if low, `leave` must hold many words.

    Returns:
        A function from a lower-case word to a known word at an optimal string alignment distance of one (from 6
        letters on) or two (from 9 on), or to the word itself if it is known, in `leave`, or near none of them. Of
        equally near words, it takes the most frequent in English.
    """
    frequency = english()
    targets = sorted(
        (word for word in known if len(word) >= shortest), key=lambda word: (-frequency.get(word, 0), word)
    )
    settled = set(known) | set(leave)
    longest = max(map(len, targets), default=0) + 2
    places: dict[str, list[int]] = {}  # places in `targets`, by shortened form
    for place, target in enumerate(targets):
        for form in _shortened(target, 2 if len(target) >= TWO_MISTAKES_FROM - 2 else 1):
            places.setdefault(form, []).append(place)

    @lru_cache(maxsize=20_000)
    def correct(word: str) -> str:
        if word in settled or not shortest - 1 <= len(word) <= longest or not word.isalpha():
            return word
        reach = 2 if len(word) >= TWO_MISTAKES_FROM else 1
        near = {place for form in _shortened(word, reach) for place in places.get(form, ())}
        distance, place = min(((OSA.distance(word, targets[one]), one) for one in near), default=(reach + 1, 0))
        return targets[place] if distance <= reach else word

    return correct


def _shortened(word: str, letters: int) -> set[str]:
    """Return a word's forms with up to `letters` letters left out."""
    forms = {word}
    for _ in range(letters):
        forms |= {form[:place] + form[place + 1 :] for form in forms for place in range(len(form))}
    return forms
