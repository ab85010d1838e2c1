"""The labelled messages of data/nlu/ and of the held-out set, read without Rasa."""

import re
from itertools import combinations
from pathlib import Path

import numpy as np
from rapidfuzz import fuzz, process

from bot.datafile import Strict, read

NEAR = 90  # token sort ratio from which on two messages count as the same with other words
ALIKE_BY_NATURE = 2  # words: "hi there" and "hello there" cannot differ by more


class Labelled(Strict):
    """An answer id and its messages, in Rasa's form: one a line, each behind a dash."""

    intent: str
    examples: str

    @property
    def messages(self) -> list[str]:
        """The messages alone."""
        return [line.removeprefix("- ") for line in self.examples.splitlines()]


class DatasetFile(Strict):
    """A file of labelled messages."""

    version: str
    nlu: list[Labelled]


Dataset = dict[str, list[str]]


def load(*files: Path) -> Dataset:
    """Read labelled messages by their answer id, in the order of the files; DataError when one is wrong."""
    messages: Dataset = {}
    for file in files:
        for labelled in read(file, DatasetFile).nlu:
            messages.setdefault(labelled.intent, []).extend(labelled.messages)
    return messages


def plain(message: str) -> str:
    """Return a message without case and punctuation; one that is nothing else stays as it is."""
    return " ".join(re.findall(r"\w+", message.lower())) or message


def near_duplicates(messages: Dataset) -> list[tuple[str, str, str]]:
    """Find messages of one answer that say the same in nearly the same words: (answer id, one, other)."""
    found = []
    for name, every in messages.items():
        texts = [text for text in every if len(plain(text).split()) > ALIKE_BY_NATURE]
        # The ratio of sorted words is rapidfuzz's token_sort_ratio, which would sort them anew for each pair.
        in_order = [" ".join(sorted(plain(text).split())) for text in texts]
        likeness = process.cdist(in_order, in_order, scorer=fuzz.ratio, score_cutoff=NEAR, workers=-1)
        found += [(name, texts[i], texts[j]) for i, j in zip(*np.nonzero(np.triu(likeness, k=1)), strict=True)]
    return found


def contradictions(messages: Dataset) -> list[tuple[str, str, str]]:
    """Find messages that stand under two answers: (message, one id, other id)."""
    owners: dict[str, list[str]] = {}
    for name, texts in messages.items():
        for text in texts:
            owners.setdefault(plain(text), []).append(name)
    return [(text, *pair) for text, names in owners.items() for pair in combinations(sorted(set(names)), 2)]


def leaks(training: Dataset, held_out: Dataset) -> list[str]:
    """Find held-out messages that are trained on."""
    trained = {plain(text) for texts in training.values() for text in texts}
    return [text for texts in held_out.values() for text in texts if plain(text) in trained]
