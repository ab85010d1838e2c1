"""Reads the labelled messages of data/nlu/ and of the held-out set without Rasa."""

import re
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

from bot.datafile import Strict, read

NEAR = 90  # minimum token sort ratio at which two messages count as near-duplicates
ALIKE_BY_NATURE = 2  # maximum words of messages that may be alike, such as "hi there" and "hello there"


class Labelled(Strict):
    """An answer id and its messages in Rasa's form: one per line, after a dash."""

    intent: str
    examples: str

    @property
    def messages(self) -> list[str]:
        """The messages without dashes."""
        return [line.removeprefix("- ") for line in self.examples.splitlines()]


class DatasetFile(Strict):
    """A file of labelled messages."""

    version: str
    nlu: list[Labelled]


Dataset = dict[str, list[str]]


def load(*files: Path) -> Dataset:
    """Read labelled messages by answer id, in the order of the files; raise DataError if one is wrong."""
    messages: Dataset = {}
    for file in files:
        for labelled in read(file, DatasetFile).nlu:
            messages.setdefault(labelled.intent, []).extend(labelled.messages)
    return messages


def plain(message: str) -> str:
    """Return a message without case and punctuation; one of punctuation alone stays as it is."""
    return " ".join(re.findall(r"\w+", message.lower())) or message


def near_duplicates(messages: Dataset) -> list[tuple[str, str, str]]:
    """Return messages of one answer with nearly the same words: (answer id, one, other)."""
    found = []
    for name, every in messages.items():
        texts = _long(every)
        likeness = np.triu(_likeness(texts, texts), k=1)
        found += [(name, texts[i], texts[j]) for i, j in zip(*np.nonzero(likeness), strict=True)]
    return found


def near(some: list[str], others: list[str]) -> list[tuple[str, str]]:
    """Return messages of two lists that have nearly the same words: (one, other)."""
    one, other = _long(some), _long(others)
    return [(one[i], other[j]) for i, j in zip(*np.nonzero(_likeness(one, other)), strict=True)]


def _long(texts: list[str]) -> list[str]:
    """Leave out what is alike by nature."""
    return [text for text in texts if len(plain(text).split()) > ALIKE_BY_NATURE]


def _likeness(some: list[str], others: list[str]) -> npt.NDArray[Any]:
    """Return how alike each pair of messages is, some × others; 0 for what is not near."""
    # The ratio of sorted words equals rapidfuzz's token_sort_ratio, which would sort them anew for each pair.
    one, other = ([" ".join(sorted(plain(text).split())) for text in texts] for texts in (some, others))
    found: npt.NDArray[Any] = process.cdist(one, other, scorer=fuzz.ratio, score_cutoff=NEAR, workers=-1)
    return found


def contradictions(messages: Dataset) -> list[tuple[str, str, str]]:
    """Return messages that two answers have: (message, one id, other id)."""
    owners: dict[str, list[str]] = {}
    for name, texts in messages.items():
        for text in texts:
            owners.setdefault(plain(text), []).append(name)
    return [(text, *pair) for text, names in owners.items() for pair in combinations(sorted(set(names)), 2)]


def leaks(training: Dataset, held_out: Dataset) -> list[str]:
    """Return held-out messages that are also trained on."""
    trained = {plain(text) for texts in training.values() for text in texts}
    return [text for texts in held_out.values() for text in texts if plain(text) in trained]
