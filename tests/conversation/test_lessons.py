"""What the conversation's small classifiers learn from."""

from pathlib import Path

import pytest

from bot.conversation.lessons import after_alarm, walks
from bot.datafile import DataError
from bot.knowledge.base import KnowledgeBase


def test_walks_are_of_many_writers() -> None:
    """Each lesson has its writer, who wrote both kinds, and none stands twice."""
    texts = [text for writer in walks() for text in (*writer.reports, *writer.others)]

    assert len({writer.writer for writer in walks()}) == len(walks()) > 5
    assert all(writer.reports and writer.others for writer in walks())
    assert len({*texts}) == len(texts)


def test_wrong_lesson_is_told(tmp_path: Path) -> None:
    """A lesson without its writer is refused by file, line and key."""
    file = tmp_path / "walks.yml"
    file.write_text("lessons:\n  - reports: [x]\n    others: [y]\n")

    with pytest.raises(DataError, match=r"walks\.yml:2: lessons\.0\.writer"):
        walks(file)


def test_lessons_after_an_alarm_cover_each_reason(base: KnowledgeBase) -> None:
    """Each writer knows every reason and every question that the bot has words for, and no other; none stands twice."""
    texts = [text for writer in after_alarm() for text, _ in writer.labelled()]

    for writer in after_alarm():
        assert set(writer.said["hesitation"]) == set(base["urgent.hesitation"].reasons)
        assert set(writer.said["how"]) == set(base["urgent.how"].reasons)
    assert len({*texts}) == len(texts)
