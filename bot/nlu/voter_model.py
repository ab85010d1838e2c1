"""The alarm's second voter, and the judge: texts in, probabilities of alarms out.

The voter knows nothing of the rules: it reads word 1–3-grams, character n-grams and the embedding. The judge reads the
same, and besides what the rules saw, sure or not: it says whether suspicions that add up are enough. N-grams are
hashed, so that no vocabulary has to be kept; these models are of the answer classifier's kind, with the alarms and
`none` for labels. Each is pooled with the encoder that was fine-tuned to these labels, which heeds the words' order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import HashingVectorizer

from bot.nlu.answer_model import AnswerModel, fit, softmax
from bot.nlu.encoder import Encoder
from bot.safety.detector import detector
from bot.safety.labelled import Example, examples
from bot.safety.rules import ORDER, AlarmKind
from bot.settings import ROOT

LESSONS = ROOT / "data" / "safety"
NONE = "none"
LABELS = sorted([NONE, *ORDER])  # the columns of all probabilities here
WINDOW, STEP = 80, 60  # words: the encoder reads no more than 128 word pieces, and a sign may come last
TINY = 1e-9
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
    """All three."""

    voter: AnswerModel
    judge: AnswerModel
    encoder: Encoder

    @classmethod
    def train(
        cls, inputs: Inputs, labels: Sequence[str], encoder: Encoder, *, strength: float, dense_weight: float
    ) -> "VoterModel":
        """Fit voter and judge.

        Args:
            inputs: The messages.
            labels: The alarm that each must raise, or `none`.
            encoder: The encoder that was fine-tuned to LABELS.
            strength: Inverse regularisation strength.
            dense_weight: The embedding's weight beside a block of n-grams.
        """
        settings = {"strength": strength, "dense_weight": dense_weight, "precision": 1.0}
        voter, _ = fit(inputs.voters, inputs.dense, labels, **settings)
        judge, _ = fit(inputs.judges, inputs.dense, labels, **settings)
        return cls(voter, judge, encoder)

    def __call__(self, inputs: Inputs) -> list[Suspicions]:
        """Say how likely each alarm is, for each message."""
        read = np.vstack([_read(self.encoder, text) for text in inputs.normal])
        voted = _pooled(self.voter.probabilities(inputs.voters, inputs.dense), read)
        judged = _pooled(self.judge.probabilities(inputs.judges, inputs.dense), read)
        return [Suspicions(*pair) for pair in zip(voted, judged, strict=True)]

    def save(self, folder: Path) -> None:
        """Write voter and judge into a folder, where the encoder lies already."""
        self.voter.save(folder / "voter.npz")
        self.judge.save(folder / "judge.npz")

    @classmethod
    def load(cls, folder: Path) -> "VoterModel":
        """Read what was written there."""
        return cls(AnswerModel.load(folder / "voter.npz"), AnswerModel.load(folder / "judge.npz"), Encoder(folder))


def _read(encoder: Encoder, text: str) -> np.ndarray:
    """Return the probability of each label, by the part of the text that is most like an alarm."""
    words = text.split()
    starts = range(0, max(1, len(words) - WINDOW + STEP), STEP)
    parts = softmax(encoder([" ".join(words[start : start + WINDOW]) for start in starts]))
    return parts[parts[:, LABELS.index(NONE)].argmin()]


def _pooled(one: np.ndarray, other: np.ndarray) -> list[Probabilities]:
    """Pool two opinions: their geometric mean, scaled (Genest and Zidek, Statistical Science 1, 1986)."""
    mean = softmax((np.log(one + TINY) + np.log(other + TINY)) / 2)
    return [{kind: float(row[LABELS.index(kind)]) for kind in ORDER} for row in mean]
