"""Counts a message's n-grams: of words, and of characters within words, which survive a typing mistake."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer

FILE = "ngrams.json"
# N-grams of only one message say nothing about others.
KINDS: tuple[dict[str, Any], ...] = (
    {"ngram_range": (1, 2), "token_pattern": r"(?u)\b\w+\b", "min_df": 2},
    {"ngram_range": (3, 5), "analyzer": "char_wb", "min_df": 2},
)
NUMBER = re.compile(r"\b[0-9]+\b")
Row = tuple[
    npt.NDArray[Any], npt.NDArray[Any]
]  # for one message: the places of its n-grams in the vocabulary, and their counts


class Ngrams:
    """Counts the n-grams of its vocabularies, one per kind in KINDS."""

    def __init__(self, vocabularies: Sequence[dict[str, int]]) -> None:
        """Take the n-grams' places for each kind."""
        self._vocabularies = vocabularies
        self._split = [CountVectorizer(**kind).build_analyzer() for kind in KINDS]

    @classmethod
    def fit(cls, texts: Sequence[str]) -> tuple["Ngrams", list[csr_matrix]]:
        """Learn the vocabularies; also return the counts, texts × n-grams for each kind."""
        counters = [CountVectorizer(**kind) for kind in KINDS]
        plain = [_plain(text) for text in texts]
        counts = [counter.fit_transform(plain) for counter in counters]
        return cls([{ngram: int(place) for ngram, place in one.vocabulary_.items()} for one in counters]), counts

    def __call__(self, text: str) -> list[Row]:
        """Count a text's n-grams of each kind."""
        plain = _plain(text)
        return [
            _row(Counter(vocabulary[ngram] for ngram in split(plain) if ngram in vocabulary))
            for split, vocabulary in zip(self._split, self._vocabularies, strict=True)
        ]

    def save(self, folder: Path) -> None:
        """Write the vocabularies."""
        (folder / FILE).write_text(json.dumps(self._vocabularies), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Ngrams":
        """Read what `save` wrote."""
        return cls(json.loads((folder / FILE).read_text(encoding="utf-8")))


def _plain(text: str) -> str:
    """Return a text with all numbers replaced by one word."""
    return NUMBER.sub("__NUMBER__", text)


def _row(counted: Counter[int]) -> Row:
    return np.fromiter(counted.keys(), np.int64, len(counted)), np.fromiter(counted.values(), np.float32, len(counted))
