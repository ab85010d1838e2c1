"""Reads what a message wants of a messaging channel itself: STOP, START, HELP, the patient's own data, how to go on."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Literal

from bot.datafile import Strict, read
from bot.text.clean import clean
from bot.text.finder import any_of
from bot.text.phrases import PhraseFinder, parse
from bot.text.spelling import corrector, english
from bot.text.terms import plain_words

FILE = Path(__file__).with_name("manners.yml")
Word = Literal["stop", "start", "yes", "help", "sources", "more", "back", "skip", "leave"]
Wish = Literal["delete", "known"]
Manner = Literal[Word, Wish]
ASKED = ("back", "skip", "leave")  # count only while a guided talk asks
LONGEST = 200  # characters of a message that can be one of these


class MannersFile(Strict):
    """The file `manners.yml`."""

    words: dict[Word, list[str]]
    polite: list[str]
    of_a_talk: list[str]
    heard: dict[Manner, str]
    sets: dict[str, list[str]]
    wishes: dict[Wish, list[str]]
    before: list[str]
    after: list[str]


class _Reader:
    """Reads messages. Started once; holds no state between messages."""

    def __init__(self, file: MannersFile) -> None:
        self._words = {phrase: name for name, some in file.words.items() for phrase in some}
        self._polite, self._of_a_talk = set(file.polite), set(file.of_a_talk)
        self.heard = file.heard
        self._wishes: dict[Wish, PhraseFinder] = {
            name: PhraseFinder((name, parse(one, file.sets)) for one in some) for name, some in file.wishes.items()
        }
        known = set[str]().union(*(one.vocabulary for one in self._wishes.values()))
        self._correct = corrector(known, english())
        self._before = re.compile(rf"(?:{any_of(file.before)} )*")
        self._after = re.compile(rf"(?: {any_of(file.after)})*")

    def __call__(self, text: str, *, carrier: bool, asked: bool) -> Manner | None:
        if len(text) > LONGEST:
            return None
        words = plain_words(clean(text))
        bare = " ".join(word for word in words if word not in self._polite)
        found = self._words.get(bare)
        if found is None:
            return self._wish([self._correct(word) for word in words])
        of_the_talk = bare in self._of_a_talk and not carrier
        return None if (found in ASKED and not asked) or (of_the_talk and asked) else found

    def _wish(self, words: list[str]) -> Wish | None:
        for name, find in self._wishes.items():
            for _, start, end in find(words):
                before, after = "".join(f"{word} " for word in words[:start]), "".join(f" {one}" for one in words[end:])
                if self._before.fullmatch(before) and self._after.fullmatch(after):
                    return name
        return None


@cache
def _reader() -> _Reader:
    return _Reader(read(FILE, MannersFile))


def manner(text: str, *, carrier: bool, asked: bool) -> Manner | None:
    """Read what a message wants of the channel itself.

    Args:
        text: What the patient wrote.
        carrier: Whether the channel's carrier takes words such as STOP for itself: then they always count. Elsewhere
            those that end a guided talk are left to the talk while it asks.
        asked: Whether a guided talk asks: `back`, `skip` and `leave` count only then.

    Returns:
        What it wants, if it says nothing else; otherwise None. `yes` counts only for who has opted out, and `more` only
        if something was left out: the caller knows.
    """
    return _reader()(text, carrier=carrier, asked=asked)


def wish(text: str) -> Wish | None:
    """Return what a message wants of the patient's own data: to have it deleted, or told. None if it says more."""
    found = manner(text, carrier=False, asked=False)
    return found if found in ("delete", "known") else None


def heard_as(found: Manner) -> str:
    """Return the words that the bot hears instead of one of `sources`, `more`, `back`, `skip` and `leave`."""
    return _reader().heard[found]
