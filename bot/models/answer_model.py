"""The calibrated linear model of the answer classifier: counts and embeddings in, probabilities of answer ids out.

It does not depend on Rasa, so that reports and experiments call the same code as the bot.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix, hstack
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.svm import LinearSVC

from bot.models.ngrams import Row

FOLDS = 5
SEED = 0


@dataclass(frozen=True)
class AnswerModel:
    """One linear support vector machine per answer; the scores, divided by a temperature, give probabilities.

    Attributes:
        labels: The answer ids, in the order of the weights' rows (n).
        weights: n × features.
        bias: n.
        inverse_frequency: How informative each n-gram is, one row per block of counts.
        dense_weight: The embedding's weight beside a block of n-grams.
        temperature: Fitted on held-back folds, so that a probability of 0.9 is right nine times in ten
            (Guo et al., "On Calibration of Modern Neural Networks", 2017).
        threshold: Minimum probability at which the bot answers without asking back.
    """

    labels: list[str]
    weights: npt.NDArray[Any]
    bias: npt.NDArray[Any]
    inverse_frequency: list[npt.NDArray[Any]]
    dense_weight: float
    temperature: float
    threshold: float

    def probabilities(self, counts: Sequence[Row], dense: npt.NDArray[Any] | None = None) -> npt.NDArray[Any]:
        """Return a message's probability of each label; the sum is one.

        Args:
            counts: The message's n-grams, per block.
            dense: Its embedding; None if the model was trained without.
        """
        by_feature, scores, first = self.weights.T, self.bias, 0
        for (places, numbers), row in zip(counts, self.inverse_frequency, strict=True):
            weighed = _tfidf(places, numbers, row)
            length = np.sqrt(weighed @ weighed) or 1.0
            scores = scores + (weighed / length) @ by_feature[first + places]
            first += len(row)
        if dense is not None:
            scores = scores + (self.dense_weight * dense) @ by_feature[first:]
        return softmax(scores / self.temperature)

    def save(self, file: Path) -> None:
        """Write the model as an npz file, which can be read without pickle."""
        blocks = {f"inverse_frequency_{place}": row for place, row in enumerate(self.inverse_frequency)}
        rest = {name: value for name, value in vars(self).items() if name != "inverse_frequency"}
        np.savez_compressed(file, **rest, **blocks)

    @classmethod
    def load(cls, file: Path) -> "AnswerModel":
        """Read what `save` wrote."""
        with np.load(file) as data:
            blocks = [data[name] for name in sorted(data.files) if name.startswith("inverse_frequency_")]
            numbers = {name: float(data[name]) for name in ("dense_weight", "temperature", "threshold")}
            # Store each feature's weights side by side, because a message has few features.
            weights = np.asfortranarray(data["weights"])
            return cls([str(label) for label in data["labels"]], weights, data["bias"], blocks, **numbers)


@dataclass(frozen=True)
class CrossValidation:
    """What models predict for messages that they have not seen.

    Attributes:
        probabilities: Messages × labels.
        truth: The true label's column of each message.
        labels: The answer ids, in the order of the columns.
        temperature: The divisor of the scores.
        threshold: The lowest probability above which the wanted share of first answers is right.
    """

    probabilities: npt.NDArray[Any]
    truth: npt.NDArray[Any]
    labels: list[str]
    temperature: float
    threshold: float

    def save(self, file: Path) -> None:
        """Write it as an npz file."""
        np.savez_compressed(file, **vars(self))

    @classmethod
    def load(cls, file: IO[bytes]) -> "CrossValidation":
        """Read what `save` wrote."""
        with np.load(file) as data:
            labels = [str(label) for label in data["labels"]]
            return cls(
                data["probabilities"], data["truth"], labels, float(data["temperature"]), float(data["threshold"])
            )


def softmax(scores: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Convert each row of scores, or a single row, to probabilities."""
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    probabilities: npt.NDArray[Any] = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return probabilities


def fit(
    counts: list[csr_matrix],
    dense: npt.NDArray[Any] | None,
    labels: Sequence[str],
    *,
    strength: float,
    dense_weight: float = 1.0,
    precision: float,
    writers: Sequence[str | None] | None = None,
) -> tuple[AnswerModel, CrossValidation]:
    """Train the model and calibrate it by cross-validation.

    Args:
        counts: Messages × n-grams, per block of n-grams.
        dense: Messages × dimensions of the embedding; None for n-grams alone.
        labels: The answer id of each message.
        strength: Inverse regularisation strength (scikit-learn's C).
        dense_weight: The embedding's weight beside a block of n-grams.
        precision: The share of answers given without asking back that must be right on held-back folds.
        writers: Who wrote each message: a fold has all messages of a writer or none, because a classifier knows a
            writer again; None where that is not known.
    """
    inverse_frequency = [inverse_frequency_of(block) for block in counts]
    features = features_of(counts, dense, inverse_frequency, dense_weight)
    groups = [writer or str(place) for place, writer in enumerate(writers or [None] * len(labels))]
    checked = _cross_validate(features, labels, groups, strength, precision)
    machine = LinearSVC(C=strength, random_state=SEED).fit(features, np.asarray(labels))
    model = AnswerModel(
        [str(label) for label in machine.classes_],
        machine.coef_.astype(np.float32),
        machine.intercept_.astype(np.float32),
        inverse_frequency,
        dense_weight,
        checked.temperature,
        checked.threshold,
    )
    return model, checked


def features_of(
    counts: list[csr_matrix],
    dense: npt.NDArray[Any] | None,
    inverse_frequency: list[npt.NDArray[Any]],
    dense_weight: float,
) -> csr_matrix:
    """Weigh the counts and append the embedding."""
    blocks = [_weighed(block, row) for block, row in zip(counts, inverse_frequency, strict=True)]
    beside = [] if dense is None else [csr_matrix(dense * dense_weight)]
    return hstack([*blocks, *beside], format="csr", dtype=np.float32)


def _weighed(block: csr_matrix, inverse_frequency: npt.NDArray[Any]) -> csr_matrix:
    """Weigh counts and scale each message's row to length one."""
    messages, _ = block.shape
    weighed = _tfidf(block.indices, block.data, inverse_frequency)
    owner = np.repeat(np.arange(messages), np.diff(block.indptr))
    lengths = np.sqrt(np.bincount(owner, weighed**2, messages)).astype(np.float32)
    return csr_matrix((weighed / lengths[owner], block.indices, block.indptr), block.shape)


def _tfidf(
    places: npt.NDArray[Any], numbers: npt.NDArray[Any], inverse_frequency: npt.NDArray[Any]
) -> npt.NDArray[Any]:
    """Weigh the counts of n-grams as TF-IDF (sublinear)."""
    weighed: npt.NDArray[Any] = (1 + np.log(numbers.astype(np.float32))) * inverse_frequency[places]
    return weighed


def inverse_frequency_of(block: csr_matrix) -> npt.NDArray[Any]:
    """Return how telling each n-gram of a block of counts, messages × n-grams, is."""
    messages, _ = block.shape
    frequency: npt.NDArray[Any] = np.log((1 + messages) / (1 + block.getnnz(axis=0))) + 1
    return frequency.astype(np.float32)


def _cross_validate(
    features: csr_matrix, labels: Sequence[str], groups: Sequence[str], strength: float, precision: float
) -> CrossValidation:
    names, truth = np.unique(np.asarray(labels), return_inverse=True)
    scores = np.zeros((features.shape[0], len(names)))

    def check(fold: tuple[npt.NDArray[Any], npt.NDArray[Any]]) -> None:
        train, test = fold
        machine = LinearSVC(C=strength, random_state=SEED).fit(features[train], truth[train])
        scores[test] = machine.decision_function(features[test])

    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=SEED).split(features, truth, groups)
    with ThreadPoolExecutor(os.cpu_count()) as threads:  # liblinear releases the GIL
        list(threads.map(check, folds))
    temperature = _temperature(scores, truth)
    probabilities = softmax(scores / temperature).astype(np.float32)
    threshold = _threshold(probabilities, truth, precision)
    return CrossValidation(probabilities, truth, [str(name) for name in names], temperature, threshold)


def _temperature(scores: npt.NDArray[Any], truth: npt.NDArray[Any]) -> float:
    """Find the temperature with the smallest log loss."""

    def loss(log_temperature: float) -> float:
        likelihood = softmax(scores / np.exp(log_temperature))[np.arange(len(truth)), truth]
        return -float(np.log(np.maximum(likelihood, 1e-12)).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-5.0, 3.0), method="bounded").x))


def _threshold(probabilities: npt.NDArray[Any], truth: npt.NDArray[Any], precision: float) -> float:
    """Find the lowest probability above which at least the share `precision` of first answers is right."""
    confidence = probabilities.max(axis=1)
    order = np.argsort(-confidence)
    right = np.cumsum(probabilities.argmax(axis=1)[order] == truth[order])
    precise = np.flatnonzero(right / np.arange(1, len(order) + 1) >= precision)
    return float(confidence[order][precise[-1]]) if len(precise) else 1.0
