"""Reads which item of a shown list a short message chooses: by number, by place, or by its words."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import regex
from pydantic import Field
from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from bot.datafile import Strict, read
from bot.text.spelling import english

FILE = Path(__file__).with_name("choosing.yml")
MARKS = regex.compile(r"['’]|\p{M}")  # stand within a word, or make a keycap of a digit
MEANT = regex.compile(r"[%&@]|[\p{S}--[`´^]]", regex.V1)  # signs that say something: 2 %, $2, 👍
WORD = regex.compile(r"[\p{L}\p{N}]+")
MISSPELT_FROM, TWO_MISTAKES_FROM = 4, 8  # letters of a word
ALIKE = 90  # per cent of a title's letters that a misspelt one has in order
MOST = 3  # words that name a place: "the first one"
APART = 5  # by how much the next title must be less alike


class ChoosingFile(Strict):
    """The file `choosing.yml`; words are in lower case."""

    numbers: list[str] = Field(min_items=1)
    ordinals: list[list[str]] = Field(min_items=1)
    last: list[str]
    before: list[str]
    article: list[str]
    behind: list[str]
    polite: list[str]
    answers: list[list[str]]

    @property
    def known(self) -> list[str]:
        """All words of more than one letter, each of which may be misspelt."""
        places = [word for words in self.ordinals for word in words]
        return [*self.numbers, *places, *self.last, *self.before, *self.article, *self.behind, *self.polite]


@cache
def _file() -> ChoosingFile:
    return read(FILE, ChoosingFile)


def choose(text: str, titles: Sequence[str], numbered: bool) -> int | None:
    """Return the place, from 0, of the title that a message chooses; None if it says anything else.

    Args:
        text: The message.
        titles: The titles, in the order shown.
        numbered: Whether a number, or a place such as "the first", chooses too.
    """
    words = _without_politeness(_words(text) or [])
    if not words:
        return None
    all_words = [_words(title) or [] for title in titles]
    if words in all_words:
        return all_words.index(words)
    for answers in _file().answers:
        if len(words) == 1 and words[0] in answers:
            return next((place for place, title in enumerate(all_words) if title[:1] and title[0] in answers), None)
    if numbered and len(words) <= MOST:
        place = _place([_known(word) for word in words], len(titles))
        if place is not None:
            return place if place < len(titles) else None
    return _misspelt(words, all_words)


def _words(text: str) -> list[str] | None:
    """Return a text's words in lower case without punctuation; None if it has a sign with a meaning of its own."""
    plain = MARKS.sub("", unicodedata.normalize("NFKC", text)).casefold()
    return None if MEANT.search(plain) else WORD.findall(plain)


def _without_politeness(words: list[str]) -> list[str]:
    while words and words[-1] in _file().polite:
        words = words[:-1]
    while words and words[0] in _file().polite:
        words = words[1:]
    return words


def _place(words: list[str], count: int) -> int | None:
    """Return the place that words name, which may be beyond the list; None if they name none."""
    file = _file()
    article = words[0] in file.article
    words = words[1:] if article else words
    if len(words) == 2 and words[0] in file.before:
        return _number(words[1])
    if len(words) == 1 and not article and (place := _number(words[0])) is not None:
        return place
    if len(words) != 1 and not (len(words) == 2 and words[1] in file.behind):
        return None
    if words[0] in file.last:
        return count - 1
    return next((place for place, ordinals in enumerate(file.ordinals) if words[0] in ordinals), None)


def _number(word: str) -> int | None:
    """Return the place of a number in digits of any script, or in words; None for any other word and for zero."""
    if word in _file().numbers:
        return _file().numbers.index(word)
    return int(word) - 1 if word.isdecimal() and len(word) <= 2 and int(word) else None


def _known(word: str) -> str:
    """Return the word of `choosing.yml` that a misspelt one stands for, else the word itself."""
    known = _file().known
    near = [(OSA.distance(word, one), place) for place, one in enumerate(known) if _typo_of(word, one)]
    return word if word in known or not near else known[min(near)[1]]


def _typo_of(word: str, meant: str) -> bool:
    """Return whether a word is, or looks like, another one misspelt; a real word is not."""
    if word == meant:
        return True
    mistakes = 2 if len(meant) >= TWO_MISTAKES_FROM else 1
    alike = len(meant) >= MISSPELT_FROM and meant.isalpha() and OSA.distance(word, meant) <= mistakes
    return alike and word.isalpha() and word not in english()


def _misspelt(words: list[str], titles: Sequence[list[str]]) -> int | None:
    """Return the only title that words misspell: word by word, or by its letters with all short words right."""
    typos = [
        place for place, title in enumerate(titles) if len(title) == len(words) and all(map(_typo_of, words, title))
    ]
    if len(typos) == 1:
        return typos[0]
    ranked = sorted(((fuzz.ratio(" ".join(words), " ".join(title)), -place) for place, title in enumerate(titles)))
    best, place = ranked[-1] if ranked else (0.0, 0)
    clear = best >= ALIKE and (len(ranked) == 1 or best - ranked[-2][0] >= APART)
    return -place if clear and _short(words) == _short(titles[-place]) else None


def _short(words: Iterable[str]) -> list[str]:
    """Return the words in which one letter makes another meaning: the short ones, and numbers."""
    return [word for word in words if len(word) < MISSPELT_FROM or not word.isalpha()]
