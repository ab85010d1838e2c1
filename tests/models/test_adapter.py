"""The encoder's adapter and its card, as they lie in the repository."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from bot.models import adapter
from bot.models.adapter import LABELS, NONE, Lessons
from bot.models.minilm import WEIGHTS_SHA256, WeightsError

MEGABYTE = 1_000_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the adapter and its card."""
    return Path(shutil.copytree(adapter.FOLDER, tmp_path / "encoder"))


def test_adapter_is_the_one_that_the_card_speaks_of() -> None:
    """It is whole, small, of the reviewed weights, and knows every label."""
    learnt, card = adapter.load(), adapter.card()

    assert card.published_sha256 == WEIGHTS_SHA256
    assert (adapter.FOLDER / adapter.FILE).stat().st_size <= 12 * MEGABYTE
    assert len(learnt["classifier.bias"]) == len(LABELS)
    assert card.command == "make encoder"


def test_other_adapter_is_refused(folder: Path) -> None:
    """A changed byte is told by the file's name."""
    with (folder / adapter.FILE).open("r+b") as file:
        file.seek(-1, 2)
        file.write(b"!")

    with pytest.raises(WeightsError, match=r"adapter\.safetensors: is not the adapter that card\.yml speaks of"):
        adapter.load(folder)


def test_missing_adapter_is_told(folder: Path) -> None:
    """A folder without it is told by name."""
    (folder / adapter.FILE).unlink()

    with pytest.raises(WeightsError, match=r"adapter\.safetensors: there is no such file"):
        adapter.load(folder)


def test_product_is_added_to_the_weights() -> None:
    """A linear layer's weights become their sum with the product; others stay, and the labels' layer comes beside."""
    published = {"a.weight": np.ones((2, 3)), "b.weight": np.ones((1, 1))}
    learnt = {"a.up": np.array([[1.0], [2.0]]), "a.down": np.array([[1.0, 0.0, 3.0]]), "classifier.bias": np.zeros(2)}

    whole = adapter.adapted(published, learnt)

    assert whole["a.weight"].tolist() == [[2.0, 1.0, 4.0], [3.0, 1.0, 7.0]]
    assert whole["b.weight"].tolist() == [[1.0]]
    assert set(whole) == {"a.weight", "b.weight", "classifier.bias"}


def test_learns_from_all_lessons() -> None:
    """Every label is among the lessons, and most call for nothing, as in life."""
    found = adapter.lessons()

    assert set(found.labels) == set(range(len(LABELS)))
    assert len(found.texts) == len(found.written) == len(found.labels)
    assert 0.5 < found.labels.count(LABELS.index(NONE)) / len(found.labels) < 1.0


def test_changed_lessons_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """When a lesson is another than the adapter was learnt from, it is told what to do; else nothing is."""
    known = adapter.lessons()
    monkeypatch.setattr(adapter, "card", lambda: adapter.Card(**{**CARD, "learnt_from": known.hash}))
    assert adapter.stale() is None

    monkeypatch.setattr(
        adapter, "lessons", lambda: Lessons([*known.texts[:-1], "another"], known.labels, known.written, known.writers)
    )

    assert "`make encoder` learns it anew" in (adapter.stale() or "")


CARD = {
    "file_sha256": "0",
    "published_sha256": "0",
    "learnt_from": "0",
    "messages": 3,
    "command": "make encoder",
    "schedule": {},
    "nearness": 1.0,
    "before": {},
    "after": {},
}
