"""What patients say of answers, as it is kept."""

import json
import re
from pathlib import Path

import pytest

from bot.store.feedback import FILE, Feedback, keep, kept, today

SAID = [
    Feedback("2026-11-20", "surgery.when", True),
    Feedback("2026-11-21", "aids.brace", False),
    Feedback("2026-11-21", "aids.brace", None, 'it says "maybe",\nnot how long – naïve'),
    Feedback("2026-11-21", None, False),
]


def test_round_trip(tmp_path: Path) -> None:
    """All that was said comes back, the oldest first."""
    for said in SAID:
        keep(tmp_path / "var", said)

    assert list(kept(tmp_path / "var")) == SAID


def test_nothing_said(tmp_path: Path) -> None:
    """Before anybody has said anything there is nothing, and no file is made by looking."""
    assert list(kept(tmp_path)) == []
    assert list(tmp_path.iterdir()) == []


def test_neither_who_nor_when(tmp_path: Path) -> None:
    """A line has the day, the answer and what was said of it: no conversation, and no time of day."""
    keep(tmp_path, Feedback(today(), "aids.brace", False))

    [line] = (tmp_path / FILE).read_text(encoding="utf-8").splitlines()

    assert set(json.loads(line)) == {"day", "answer", "helped", "missing"}
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", json.loads(line)["day"])
    assert ":" not in "".join(str(value) for value in json.loads(line).values())


def test_files_are_nobody_elses_business(tmp_path: Path) -> None:
    """Only the bot's own user may read the file, in a folder that is there as in one that is made."""
    for folder in (tmp_path, tmp_path / "var"):
        keep(folder, SAID[0])

    assert [(folder / FILE).stat().st_mode & 0o777 for folder in (tmp_path, tmp_path / "var")] == [0o600, 0o600]
    assert (tmp_path / "var").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("words", ["a\nb", '"a" {b}', "naïve 한국어"])
def test_own_words(tmp_path: Path, words: str) -> None:
    """A patient's words come back as they were written, whatever they hold."""
    keep(tmp_path, Feedback("2026-11-21", None, None, words))

    assert [one.missing for one in kept(tmp_path)] == [words]


@pytest.mark.parametrize("words", ["a\u2028b", "a\u0085b", "a\ud800b"])
def test_odd_characters(tmp_path: Path, words: str) -> None:
    """Odd characters in a patient's words stop neither the keeping nor the reading of what others said."""
    for said in (SAID[0], Feedback("2026-11-21", None, None, words), SAID[1]):
        keep(tmp_path, said)

    assert [one.answer for one in kept(tmp_path)] == [SAID[0].answer, None, SAID[1].answer]
