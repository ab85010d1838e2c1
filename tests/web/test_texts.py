"""The words of the chat on the website."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.clinic import Clinic
from bot.datafile import DataError, read
from bot.knowledge.base import KnowledgeBase
from bot.web.texts import FILE, Texts, filled, texts
from workshop.style import grade

HARDEST = 8  # school grade


def test_placeholders_are_filled(clinic: Clinic) -> None:
    """The clinic's details and the days stand in the texts, and no placeholder is left."""
    words = filled(texts(), clinic, days=3)

    assert "{" not in str(words["consent"]) + str(words["disclaimer"]) + words["pages"]["privacy"][0]["text"]
    assert "999" in words["disclaimer"]
    assert "3 days" in words["consent"]


@pytest.mark.parametrize("name", ["consent", "disclaimer", "intro", "delete_sure"])
def test_words_are_easy(clinic: Clinic, name: str) -> None:
    """What a patient reads before the first message is easy to read."""
    assert grade(filled(texts(), clinic, days=7)[name]) <= HARDEST


def test_privacy_text_is_easy(clinic: Clinic) -> None:
    """The privacy text is easy to read, each paragraph of it."""
    for paragraph in filled(texts(), clinic, days=7)["pages"]["privacy"]:
        assert grade(paragraph["text"]) <= HARDEST, paragraph


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("{first_words}", "{telephone}", "disclaimer: unknown placeholder ['telephone']"),
        ("condition.mechanism", "condition.magic", "no answer has the id condition.magic"),
        ("placeholder: ", "plaeholder: ", "plaeholder: extra fields not permitted"),
    ],
)
def test_mistake_is_told(tmp_path: Path, old: str, new: str, problem: str) -> None:
    """A mistake in texts.yml is told with file, line and key."""
    file = tmp_path / "texts.yml"
    file.write_text(FILE.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")

    with pytest.raises(DataError) as told:
        read(file, Texts)

    assert problem in str(told.value)
    assert "texts.yml:" in str(told.value)


@pytest.mark.rasa
@pytest.mark.parametrize("name", texts().first_questions)
def test_first_questions_get_their_answers(say: Callable[..., dict[str, Any]], base: KnowledgeBase, name: str) -> None:
    """A question to begin with is sent in words, and its own answer comes back."""
    assert say(base[name].title)["answers"][0] == name
