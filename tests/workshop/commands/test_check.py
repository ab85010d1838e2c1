"""`stride check` on the project's own data."""

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from bot.cli import main
from bot.clinic import clinic
from bot.knowledge.base import knowledge
from bot.settings import settings
from workshop.commands import check
from workshop.review.state import listed

TODAY = datetime.date(2026, 11, 21)


def test_own_data_has_no_problems() -> None:
    """The knowledge base and the training data that ship keep all the rules; what is not signed is listed."""
    console = Console(record=True, width=120)

    assert check.check_all(None, TODAY, console) == []
    told = console.export_text()
    assert "condition.definition" in told
    assert all(f"\n{state}: " in told for state in listed(knowledge()))


def test_tells_old_reviews() -> None:
    """Years later every review is overdue."""
    told = check.check_all(None, datetime.date(2036, 1, 1), Console(quiet=True))

    assert len([line for line in told if "its review was due" in line]) == len(knowledge().replies)


def test_counts_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Too few messages are told with file and id."""
    monkeypatch.setattr(check, "OUT_OF_SCOPE", 10_000)

    told = check.check_all(None, TODAY, Console(quiet=True))

    assert any(line.startswith("data/nlu/decline.yml: decline.out_of_scope") for line in told)


def test_command_fails_on_a_breach(tmp_path: Path) -> None:
    """The command ends with an error when a document's reviewed copy is not there."""
    result = CliRunner().invoke(main, ["check", "--documents", str(tmp_path)])

    assert result.exit_code == 1
    assert "sources.yml: A: no file in" in result.output


@pytest.fixture
def check_with(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str], Result]]:
    """Run the command with an environment variable set; settings are read anew before and after."""

    def forget() -> None:
        settings.cache_clear()
        clinic.cache_clear()

    def run(variable: str, value: str) -> Result:
        monkeypatch.setenv(variable, value)
        forget()
        return CliRunner().invoke(main, ["check"])

    yield run
    forget()


def test_command_tells_a_wrong_variable(check_with: Callable[[str, str], Result]) -> None:
    """An environment variable that is no number is told, without a stack trace."""
    result = check_with("STRIDE_PORT", "abc")

    assert result.exit_code == 1
    assert "value is not a valid integer" in result.output


def test_command_tells_a_wrong_file(tmp_path: Path, check_with: Callable[[str, str], Result]) -> None:
    """A data file that breaks its schema is told with file, line and key, without a stack trace."""
    (tmp_path / "clinic.yml").write_text("name: x\n")

    result = check_with("STRIDE_CLINIC_FILE", str(tmp_path / "clinic.yml"))

    assert result.exit_code == 1
    assert "clinic.yml:1: emergency_number: field required" in result.output
    assert "Traceback" not in result.output


LESSON = "alarms: {cauda_equina: {saddle: {plain: [my seat has gone quite numb today]}}}"


@pytest.mark.parametrize(
    ("lessons", "asked", "said"),
    [
        (LESSON, "look_alikes: {}", None),
        (LESSON.replace("]", ", today my seat has gone quite numb]"), "look_alikes: {}", "near-duplicates"),
        (
            LESSON + "\nlook_alikes: {denial: {plain: [My seat has gone quite numb today!]}}",
            "look_alikes: {}",
            "stands under cauda_equina and no alarm",
        ),
        (
            LESSON,
            LESSON.replace("my seat", "MY SEAT"),
            "benchmark/open: 'MY SEAT has gone quite numb today': is trained",
        ),
        (LESSON, "look_alikes: {denial: {plain: [what is a brace]}}", "is trained on"),
    ],
)
def test_holds_lessons_against_the_benchmark(tmp_path: Path, lessons: str, asked: str, said: str | None) -> None:
    """The voter learns nothing twice, nothing contrary, and nothing that the benchmark asks."""
    half = tmp_path / "benchmark" / "open"
    half.mkdir(parents=True)
    (half / "messages.yml").write_text(asked)
    (half / "dialogues.yml").write_text("dialogues: []")
    taught = tmp_path / "lessons"
    taught.mkdir()
    (taught / "lessons.yml").write_text(lessons)

    found = list(check.lesson_problems(taught, {"aids.brace": ["What is a brace?"]}, tmp_path / "benchmark"))

    assert (len(found) == 0) if said is None else (len(found) == 1 and said in found[0])


@pytest.mark.parametrize(
    ("old", "release", "code"), [(None, True, 0), ("lessons have changed", False, 0), ("lessons have changed", True, 1)]
)
def test_old_adapter_is_told_and_stops_a_release(
    old: str | None, release: bool, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An encoder that was learnt from other lessons is always told, and fails the check of a release."""
    monkeypatch.setattr("bot.models.adapter.stale", lambda: old)
    monkeypatch.setattr("workshop.commands.check.check_all", lambda *_: [])

    done = CliRunner().invoke(main, ["check", *(["--release"] if release else [])])

    assert done.exit_code == code
    assert ("lessons have changed" in done.output) is bool(old)
