"""Whether a message reports a walk that was done, for the walking diary: texts in, a probability out.

A logistic regression over n-grams and the sentence embedding. It learns from data/diary/walks.yml, and from the
questions that have a time or a way in them. No Rasa in here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from bot.datafile import Strict, read
from bot.models.answer_model import AnswerModel, features_of, inverse_frequency_of
from bot.models.ngrams import Ngrams
from bot.settings import ROOT

LESSONS = ROOT / "data" / "diary" / "walks.yml"
FILE = "walks.npz"
OTHER, REPORT = "other", "report"
Vectors = npt.NDArray[np.float32]


class Writer(Strict):
    """What one writer wrote: messages that report a walk, and others with a time or a way in them."""

    writer: str
    reports: list[str]
    others: list[str]


class WalksFile(Strict):
    """The file `walks.yml`."""

    lessons: list[Writer]


@dataclass(frozen=True)
class WalkModel:
    """The model, with the n-grams that it counts."""

    model: AnswerModel
    ngrams: Ngrams

    @classmethod
    def train(
        cls, texts: Sequence[str], dense: Vectors, reports: Sequence[bool], *, strength: float, dense_weight: float
    ) -> "WalkModel":
        """Fit the model.

        Args:
            texts: The messages in their normal form.
            dense: Their embeddings, messages × dimensions.
            reports: Whether each reports a walk; as much weight goes to those that do as to those that do not.
            strength: Inverse regularisation strength.
            dense_weight: The embedding's weight beside a block of n-grams.
        """
        ngrams, counts = Ngrams.fit(texts)
        inverse = [inverse_frequency_of(block) for block in counts]
        machine = LogisticRegression(C=strength, max_iter=2000, class_weight="balanced")
        machine.fit(features_of(counts, dense, inverse, dense_weight), np.asarray(reports))
        # Two scores whose softmax is the logistic function, so that one model's code serves both.
        half, bias = machine.coef_[0] / 2, machine.intercept_[0] / 2
        weights = np.vstack([-half, half]).astype(np.float32)
        both = np.array([-bias, bias], np.float32)
        return cls(AnswerModel([OTHER, REPORT], weights, both, inverse, dense_weight, 1.0, 0.5), ngrams)

    def __call__(self, text: str, dense: Vectors) -> float:
        """Return how likely a message, in its normal form, reports a walk; `dense` is its embedding."""
        return float(self.model.probabilities(self.ngrams(text), dense)[1])

    def save(self, folder: Path) -> None:
        """Write it into a folder."""
        self.model.save(folder / FILE)
        self.ngrams.save(folder)

    @classmethod
    def load(cls, folder: Path) -> "WalkModel":
        """Read what was written there."""
        return cls(AnswerModel.load(folder / FILE), Ngrams.load(folder))


def lessons(path: Path = LESSONS) -> list[Writer]:
    """Read the lessons; raises DataError when the file is wrong."""
    return read(path, WalksFile).lessons
