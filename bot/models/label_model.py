"""A small classifier: texts in, a probability of each label out.

A logistic regression over n-grams and the sentence embedding, for tasks with few lessons. No Rasa in here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from bot.models.answer_model import AnswerModel, features_of, inverse_frequency_of
from bot.models.ngrams import Ngrams

FILE = "labels.npz"
Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True)
class LabelModel:
    """The model, with the n-grams that it counts."""

    model: AnswerModel
    ngrams: Ngrams

    @classmethod
    def train(
        cls, texts: Sequence[str], dense: Vectors, labels: Sequence[str], *, strength: float, dense_weight: float
    ) -> "LabelModel":
        """Fit the model.

        Args:
            texts: The messages in their normal form.
            dense: Their embeddings, messages × dimensions.
            labels: The label of each; each label weighs as much as any other, however many messages it has.
            strength: Inverse regularisation strength.
            dense_weight: The embedding's weight beside a block of n-grams.
        """
        ngrams, counts = Ngrams.fit(texts)
        inverse = [inverse_frequency_of(block) for block in counts]
        machine = LogisticRegression(C=strength, max_iter=2000, class_weight="balanced")
        machine.fit(features_of(counts, dense, inverse, dense_weight), np.asarray(labels))
        weights, bias = machine.coef_, machine.intercept_
        if len(weights) == 1:  # of two labels it has one score; the softmax of its halves is the logistic function
            weights, bias = np.vstack([-weights, weights]) / 2, np.append(-bias, bias) / 2
        names = [str(label) for label in machine.classes_]
        model = AnswerModel(names, weights.astype(np.float32), bias.astype(np.float32), inverse, dense_weight, 1.0, 0.5)
        return cls(model, ngrams)

    def __call__(self, text: str, dense: Vectors) -> dict[str, float]:
        """Return the probability of each label for a message in its normal form; `dense` is its embedding."""
        probabilities = self.model.probabilities(self.ngrams(text), dense)
        return dict(zip(self.model.labels, map(float, probabilities), strict=True))

    def save(self, folder: Path) -> None:
        """Write it into a folder."""
        self.model.save(folder / FILE)
        self.ngrams.save(folder)

    @classmethod
    def load(cls, folder: Path) -> "LabelModel":
        """Read what was written there."""
        return cls(AnswerModel.load(folder / FILE), Ngrams.load(folder))
