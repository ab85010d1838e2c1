"""The alarm's second voter, and the judge: texts in, probabilities of alarms out.

The voter knows nothing of the rules: it reads word 1–3-grams, character n-grams and the embedding. The judge reads the
same, and besides what the rules saw, sure or not: it says whether suspicions that add up are enough. N-grams are
hashed, so that no vocabulary has to be kept; the models are of the answer classifier's kind, with the alarms and `none`
for labels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import HashingVectorizer

from bot.nlu.answer_model import AnswerModel, CrossValidation, fit
from bot.safety.detector import detector
from bot.safety.labelled import Example, examples
from bot.safety.rules import ORDER, AlarmKind
from bot.settings import ROOT

LESSONS = ROOT / "data" / "safety"
NONE = "none"
URGENT = {f"urgent.{kind}": kind for kind in ORDER}
_HASHED = {"norm": None, "alternate_sign": False}
_WORDS = HashingVectorizer(token_pattern=r"[\w']+", ngram_range=(1, 3), n_features=2**18, **_HASHED)
_CHARACTERS = HashingVectorizer(analyzer="char_wb", ngram_range=(2, 5), n_features=2**18, **_HASHED)
_EVIDENCE = HashingVectorizer(token_pattern=r"\S+", n_features=2**12, **_HASHED)
Probabilities = dict[AlarmKind, float]


@dataclass(frozen=True)
class Suspicions:
    """How likely each alarm is: to the voter, who read the text alone, and to the judge, who knows the rules too."""

    voter: Probabilities
    judge: Probabilities


@dataclass(frozen=True)
class Inputs:
    """Messages as the models read them.

    Attributes:
        texts: The messages as they were written.
        normal: In their normal form.
        dense: Their embeddings, messages × dimensions.
    """

    texts: Sequence[str]
    normal: Sequence[str]
    dense: np.ndarray

    @property
    def voters(self) -> list[csr_matrix]:
        """What the voter counts: blocks of messages × buckets."""
        return [_WORDS.transform(self.normal), _CHARACTERS.transform(self.normal)]

    @property
    def judges(self) -> list[csr_matrix]:
        """What the judge counts."""
        return [*self.voters, _EVIDENCE.transform([_evidence(text) for text in self.texts])]


def _evidence(text: str) -> str:
    return " ".join([*sorted(detector()(text).evidence), *(["question"] if "?" in text else [])])


def lessons() -> list[Example]:
    """Read the messages that only these models learn from, beside data/nlu/; DataError when one is wrong."""
    return examples(sorted(LESSONS.glob("*.yml")))


@dataclass(frozen=True)
class VoterModel:
    """Both models."""

    voter: AnswerModel
    judge: AnswerModel

    @classmethod
    def train(
        cls, inputs: Inputs, labels: Sequence[str], *, strength: float, dense_weight: float
    ) -> tuple["VoterModel", CrossValidation]:
        """Fit both.

        Args:
            inputs: The messages.
            labels: The alarm that each must raise, or `none`.
            strength: Inverse regularisation strength.
            dense_weight: The embedding's weight beside a block of n-grams.

        Returns:
            The models, and the judge's cross-validation.
        """
        settings = {"strength": strength, "dense_weight": dense_weight, "precision": 1.0}
        voter, _ = fit(inputs.voters, inputs.dense, labels, **settings)
        judge, checked = fit(inputs.judges, inputs.dense, labels, **settings)
        return cls(voter, judge), checked

    def __call__(self, inputs: Inputs) -> list[Suspicions]:
        """Say how likely each alarm is, for each message."""
        voted = _by_alarm(self.voter, self.voter.probabilities(inputs.voters, inputs.dense))
        judged = _by_alarm(self.judge, self.judge.probabilities(inputs.judges, inputs.dense))
        return [Suspicions(*pair) for pair in zip(voted, judged, strict=True)]

    def save(self, folder: Path) -> None:
        """Write both into a folder."""
        for name, model in vars(self).items():
            model.save(folder / f"{name}.npz")

    @classmethod
    def load(cls, folder: Path) -> "VoterModel":
        """Read what `save` wrote."""
        return cls(AnswerModel.load(folder / "voter.npz"), AnswerModel.load(folder / "judge.npz"))


def _by_alarm(model: AnswerModel, rows: np.ndarray) -> list[Probabilities]:
    return [{kind: float(row[model.labels.index(kind)]) for kind in ORDER} for row in rows]
