"""The lessons of the alarm's models."""

from pathlib import Path

import pytest

from bot.alarm.decide import CHECK
from bot.alarm.lessons import Lesson, lessons
from bot.datafile import DataError

WRITER = """
writer: ann
voice: a test
alarms: {cauda_equina: {bladder: [I cannot pee]}}
checks: {saddle: [my bottom is numb]}
falls: [I fell]
quiet: {outside: [is it the moon]}
"""


def test_lesson_has_outcome_writer_and_answer(tmp_path: Path) -> None:
    """A writer's file gives lessons with what each must lead to; a fall is nothing to the models."""
    (tmp_path / "writers").mkdir()
    (tmp_path / "writers" / "ann.yml").write_text(WRITER)

    assert lessons(tmp_path) == [
        Lesson("I cannot pee", "cauda_equina", "ann"),
        Lesson("my bottom is numb", CHECK, "ann"),
        Lesson("I fell", None, "ann"),
        Lesson("is it the moon", None, "ann", "decline.out_of_scope"),
    ]


def test_answers_may_be_left_untaught(tmp_path: Path) -> None:
    """Where a writer's ids are not to be learned, the lessons name no answer."""
    (tmp_path / "writers").mkdir()
    (tmp_path / "writers" / "ann.yml").write_text(f"{WRITER}answers: false\n")

    assert [one.answer for one in lessons(tmp_path)] == [None] * 4


def test_wrong_file_is_told(tmp_path: Path) -> None:
    """A lesson under an alarm that does not exist is refused by file and key."""
    (tmp_path / "writers").mkdir()
    (tmp_path / "writers" / "ann.yml").write_text(WRITER.replace("cauda_equina", "horse"))

    with pytest.raises(DataError, match=r"ann\.yml:\d+: alarms"):
        lessons(tmp_path)


def test_many_hands() -> None:
    """At least ten writers wrote lessons that lie in the repository."""
    assert len({one.writer for one in lessons() if one.writer}) >= 10
