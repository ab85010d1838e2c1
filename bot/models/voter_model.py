"""The alarm's second voter: texts in, probabilities of alarms out. It knows nothing of the rules.

It pools two opinions. One is a linear model of the answer classifier's kind, which counts words and characters; its
labels are the alarms and `none`. The other is the scores of the encoder, which was fine-tuned to these labels and
respects word order. The linear model does not read the encoder's vectors, because they have memorised its lessons.
N-grams are hashed, so that no vocabulary is stored.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import HashingVectorizer

from bot.alarm.decide import CHECK, Probabilities
from bot.alarm.rules import ORDER
from bot.models.adapter import LABELS, NONE
from bot.models.answer_model import AnswerModel, CrossValidation, fit, softmax

TINY = 1e-9
ENCODER = 0.5  # the share of the encoder's opinion, chosen on the open and the real messages
_HASHED = {"norm": None, "alternate_sign": False}
_WORDS = HashingVectorizer(token_pattern=r"[\w']+", ngram_range=(1, 3), n_features=2**18, **_HASHED)
_CHARACTERS = HashingVectorizer(analyzer="char_wb", ngram_range=(2, 5), n_features=2**18, **_HASHED)
FILE, RARITY = "voter.npz", "rarity.npy"


@dataclass(frozen=True)
class VoterModel:
    """The voter.

    Attributes:
        model: The linear model.
        rarity: The odds that an everyday message calls for an alarm or a check, divided by the lessons' odds.
    """

    model: AnswerModel
    rarity: float

    @classmethod
    def train(cls, texts: Sequence[str], labels: Sequence[str], *, strength: float, everyday: float) -> "VoterModel":
        """Fit the linear model.

        Args:
            texts: The messages in their normal form.
            labels: Each message's alarm, or `none`.
            strength: Inverse regularisation strength.
            everyday: The share of everyday messages that are not `none`.
        """
        model, _ = fit(_counts(texts), None, labels, strength=strength, precision=1.0)
        quiet = sum(label == NONE for label in labels)
        return cls(model, everyday / (1 - everyday) / ((len(labels) - quiet) / quiet))

    def __call__(self, text: str, scores: npt.NDArray[Any]) -> Probabilities:
        """Return the probability of each alarm.

        Args:
            text: A message in its normal form.
            scores: The encoder's scores for each part of the message, parts × labels, before the softmax.
        """
        parts = softmax(scores)
        # A sign may be in any part, so the part that is most like an alarm counts.
        read = parts[parts[:, LABELS.index(NONE)].argmin()]
        linear = self.model.probabilities([(one.indices, one.data) for one in _counts([text])])
        return _pooled(linear, read, self.rarity)

    def save(self, folder: Path) -> None:
        """Write the voter into a folder."""
        self.model.save(folder / FILE)
        np.save(folder / RARITY, self.rarity)

    @classmethod
    def load(cls, folder: Path) -> "VoterModel":
        """Read a voter from a folder."""
        return cls(AnswerModel.load(folder / FILE), float(np.load(folder / RARITY)))


def cross_validated(
    texts: Sequence[str], labels: Sequence[str], *, strength: float, writers: Sequence[str | None]
) -> CrossValidation:
    """Return what linear models predict for messages whose writers they have not read; see `VoterModel.train`."""
    return fit(_counts(texts), None, labels, strength=strength, precision=1.0, writers=writers)[1]


def _counts(texts: Sequence[str]) -> list[csr_matrix]:
    """Count n-grams: blocks of messages × buckets."""
    return [_WORDS.transform(texts), _CHARACTERS.transform(texts)]


def _pooled(one: npt.NDArray[Any], other: npt.NDArray[Any], rarity: float) -> Probabilities:
    """Pool the linear model's opinion and the encoder's: their weighted geometric mean, scaled.

    Genest and Zidek, Statistical Science 1, 1986. The lessons have far more signs than everyday messages, so the odds
    of a sign are multiplied by `rarity` (Elkan, "The Foundations of Cost-Sensitive Learning", 2001).
    """
    logs = (1 - ENCODER) * np.log(one + TINY) + ENCODER * np.log(other + TINY)
    logs[LABELS.index(NONE)] -= np.log(rarity)
    mean = softmax(logs)
    return {kind: float(mean[LABELS.index(kind)]) for kind in (*ORDER, CHECK)}
