"""The validation on whole writers."""

import pytest

from bot.models.adapter import LABELS, NONE, Lessons
from workshop.benchmark import left_out

SIGN, QUIET, OTHER = (LABELS.index(label) for label in ("cauda_equina", NONE, "crisis"))


def test_judges_each_writer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each writer has a row of its own; messages without a writer are judged nowhere."""
    texts, labels, writers = [], [], []
    for writer in ("a", "b", "c", "d", "e", None):
        for number in range(8):
            texts += [f"numb down there {number}", f"how do I walk {number}", f"own{writer} no more life"]
            labels += [SIGN, QUIET, OTHER]
            writers += [writer] * 3
    monkeypatch.setattr(left_out.adapter, "lessons", lambda: Lessons(texts, labels, texts, writers))

    lines = left_out.left_out(0.3).splitlines()

    assert [line.split("|")[1].strip() for line in lines[2:]] == ["**all**", "a", "b", "c", "d", "e"]
    assert all("| 16 | 100.0" in line and "| 8 | 100.0" in line for line in lines[3:])
    assert "| 80 | 100.0" in lines[2]
