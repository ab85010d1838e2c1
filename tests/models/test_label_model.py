"""A small classifier: does a message report a walk?"""

from pathlib import Path

import numpy as np
import pytest

from bot.models.label_model import LabelModel

REPORTS = [
    "walked ten minutes today",
    "did ten minutes this morning",
    "walked to the shop today",
    "did two blocks today",
]
OTHERS = [
    "how many minutes should I walk",
    "my limit is ten minutes",
    "should I walk two blocks",
    "my limit is two blocks",
]


@pytest.fixture
def model() -> LabelModel:
    """A model of a few messages, whose embeddings tell nothing."""
    texts, dense = [*REPORTS, *OTHERS], np.zeros((8, 3), np.float32)
    return LabelModel.train(texts, dense, ["report"] * 4 + ["other"] * 4, strength=10.0, dense_weight=1.0)


def test_tells_reports_from_others(model: LabelModel) -> None:
    """What is worded like the reports is likelier one than what is worded like the others."""
    nothing = np.zeros(3, np.float32)

    assert model("walked two blocks this morning", nothing)["report"] > 0.5
    assert model("my limit is two minutes", nothing)["report"] < 0.5


def test_saved_model_is_the_same(model: LabelModel, tmp_path: Path) -> None:
    """A model that was written and read says the same."""
    model.save(tmp_path)
    nothing = np.zeros(3, np.float32)

    assert LabelModel.load(tmp_path)("walked today", nothing) == pytest.approx(model("walked today", nothing))


def test_tells_many_labels() -> None:
    """Of three labels each gets its probability, and their sum is one."""
    texts, dense = ["one fish", "a fish", "two birds", "a bird", "red cat", "the cat"], np.zeros((6, 3), np.float32)
    labels = ["fish", "fish", "bird", "bird", "cat", "cat"]
    model = LabelModel.train(texts, dense, labels, strength=10.0, dense_weight=1.0)

    found = model("a red cat", np.zeros(3, np.float32))
    assert max(found, key=lambda label: found[label]) == "cat"
    assert sum(found.values()) == pytest.approx(1.0)
