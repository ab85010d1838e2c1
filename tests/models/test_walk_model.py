"""Whether a message reports a walk."""

from pathlib import Path

import numpy as np
import pytest

from bot.datafile import DataError
from bot.models.walk_model import WalkModel, lessons

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
def model() -> WalkModel:
    """A model of a few messages, whose embeddings tell nothing."""
    texts, dense = [*REPORTS, *OTHERS], np.zeros((8, 3), np.float32)
    return WalkModel.train(texts, dense, [True] * 4 + [False] * 4, strength=10.0, dense_weight=1.0)


def test_tells_reports_from_others(model: WalkModel) -> None:
    """What is worded like the reports is likelier one than what is worded like the others."""
    nothing = np.zeros(3, np.float32)

    assert model("walked two blocks this morning", nothing) > 0.5 > model("my limit is two minutes", nothing)


def test_saved_model_is_the_same(model: WalkModel, tmp_path: Path) -> None:
    """A model that was written and read says the same."""
    model.save(tmp_path)
    nothing = np.zeros(3, np.float32)

    assert WalkModel.load(tmp_path)("walked today", nothing) == pytest.approx(model("walked today", nothing))


def test_lessons_are_of_many_writers() -> None:
    """Each lesson has its writer, who wrote both kinds, and none stands twice."""
    texts = [text for writer in lessons() for text in (*writer.reports, *writer.others)]

    assert len({writer.writer for writer in lessons()}) == len(lessons()) > 5
    assert all(writer.reports and writer.others for writer in lessons())
    assert len({*texts}) == len(texts)


def test_wrong_lesson_is_told(tmp_path: Path) -> None:
    """A lesson without its writer is refused by file, line and key."""
    file = tmp_path / "walks.yml"
    file.write_text("lessons:\n  - reports: [x]\n    others: [y]\n")

    with pytest.raises(DataError, match=r"walks\.yml:2: lessons\.0\.writer"):
        lessons(file)
