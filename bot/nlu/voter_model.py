"""The features of the alarm's second voter, and its lessons: texts in, probabilities of alarms out.

Word 1–3-grams and character n-grams are hashed, so that no vocabulary has to be kept; the model itself is the answer
classifier's kind, with the alarms and `none` for labels.
"""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import HashingVectorizer

from bot.nlu.answer_model import AnswerModel, CrossValidation, fit
from bot.safety.labelled import Example, examples
from bot.safety.rules import ORDER, AlarmKind
from bot.settings import ROOT

LESSONS = ROOT / "data" / "safety"
NONE = "none"
URGENT = {f"urgent.{kind}": kind for kind in ORDER}
_BUCKETS = 2**18
_WORDS = HashingVectorizer(
    token_pattern=r"[\w']+", ngram_range=(1, 3), n_features=_BUCKETS, norm=None, alternate_sign=False
)
_CHARACTERS = HashingVectorizer(
    analyzer="char_wb", ngram_range=(2, 5), n_features=_BUCKETS, norm=None, alternate_sign=False
)


def lessons() -> list[Example]:
    """Read the messages that only the voter learns from, beside data/nlu/; DataError when one is wrong."""
    return examples(sorted(LESSONS.glob("*.yml")))


def counts(texts: Sequence[str]) -> list[csr_matrix]:
    """Return two blocks of counts, each texts × buckets, of texts in their normal form."""
    return [_WORDS.transform(texts), _CHARACTERS.transform(texts)]


def train(
    texts: Sequence[str], dense: np.ndarray, labels: Sequence[str], *, strength: float, dense_weight: float
) -> tuple[AnswerModel, CrossValidation]:
    """Fit the voter.

    Args:
        texts: Messages in their normal form.
        dense: Their embeddings, messages × dimensions.
        labels: The alarm that each must raise, or `none`.
        strength: Inverse regularisation strength.
        dense_weight: The embedding's weight beside a block of n-grams.
    """
    return fit(counts(texts), dense, labels, strength=strength, dense_weight=dense_weight, precision=1.0)


def suspicions(model: AnswerModel, texts: Sequence[str], dense: np.ndarray) -> list[dict[AlarmKind, float]]:
    """Return each message's probability of each alarm."""
    rows = model.probabilities(counts(texts), dense)
    return [{kind: float(row[model.labels.index(kind)]) for kind in ORDER} for row in rows]
