"""The calibrated linear model, on hand-made features."""

from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from bot.models.answer_model import AnswerModel, CrossValidation, fit
from bot.models.ngrams import Row

LABELS = ["a", "b", "c"]
NOTHING: Row = (np.array([], np.int64), np.array([], np.float32))


def probabilities(model: AnswerModel, counts: list[csr_matrix], dense: np.ndarray) -> np.ndarray:
    """Return each message's probabilities."""
    [block] = counts
    rows = (block[place] for place in range(block.shape[0]))
    return np.vstack(
        [model.probabilities([(row.indices, row.data)], one) for row, one in zip(rows, dense, strict=True)]
    )


@pytest.fixture(scope="module")
def trained() -> tuple[AnswerModel, CrossValidation, list[csr_matrix], np.ndarray]:
    """A model of three labels whose messages overlap somewhat."""
    random = np.random.default_rng(1)
    truth = np.repeat(np.arange(3), 60)
    counts = np.zeros((180, 12))
    for row, label in enumerate(truth):
        counts[row, random.choice(4, 2, replace=False) + 4 * label] = 1
        counts[row, random.integers(12)] += 1
    dense = np.eye(3)[truth] + random.normal(0, 0.9, (180, 3))
    block = csr_matrix(counts)
    labels = [LABELS[label] for label in truth]
    model, checked = fit([block], dense, labels, strength=0.3, dense_weight=1.0, precision=0.99)
    return model, checked, [block], dense


def test_probabilities_add_up(trained: tuple) -> None:
    """Every row of probabilities adds up to one, over the labels in their order."""
    model, _, counts, dense = trained

    assert model.labels == LABELS
    assert probabilities(model, counts, dense).sum(axis=1) == pytest.approx(np.ones(180))


def test_threshold_keeps_the_precision(trained: tuple) -> None:
    """Above the threshold the wanted share of held-back messages is right, and something is answered."""
    _, checked, *_ = trained
    sure = checked.probabilities.max(axis=1) >= checked.threshold

    assert (checked.probabilities.argmax(axis=1) == checked.truth)[sure].mean() >= 0.99
    assert sure.any()


def test_confidence_is_calibrated(trained: tuple) -> None:
    """The mean confidence of the first answer is near the share that is right."""
    _, checked, *_ = trained
    right = (checked.probabilities.argmax(axis=1) == checked.truth).mean()

    assert checked.probabilities.max(axis=1).mean() == pytest.approx(right, abs=0.05)


def test_scores_are_those_it_was_trained_with(trained: tuple) -> None:
    """A message's probabilities are the linear model's over the features that it was fitted to."""
    model, _, counts, dense = trained
    tfidf = (1 + np.log(np.maximum(counts[0].toarray(), 1))) * (counts[0].toarray() > 0) * model.inverse_frequency[0]
    features = np.hstack([tfidf / np.linalg.norm(tfidf, axis=1, keepdims=True), dense])
    scores = (features @ model.weights.T + model.bias) / model.temperature
    expected = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)

    assert probabilities(model, counts, dense) == pytest.approx(expected, abs=1e-5)


def test_survives_saving(trained: tuple, tmp_path: Path) -> None:
    """A saved model says the same when it is read again."""
    model, checked, counts, dense = trained
    model.save(tmp_path / "model.npz")
    checked.save(tmp_path / "checked.npz")

    again = AnswerModel.load(tmp_path / "model.npz")
    with (tmp_path / "checked.npz").open("rb") as file:
        checked_again = CrossValidation.load(file)

    assert probabilities(again, counts, dense) == pytest.approx(probabilities(model, counts, dense))
    assert (checked_again.labels, checked_again.threshold) == (checked.labels, checked.threshold)


def test_message_without_known_words_has_probabilities(trained: tuple) -> None:
    """A message of which no n-gram is known gets finite probabilities."""
    model, *_ = trained

    assert np.isfinite(model.probabilities([NOTHING], np.zeros(3))).all()
