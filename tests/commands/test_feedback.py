"""`stride feedback`: what patients said of answers, shown."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.commands.feedback import tables
from bot.settings import settings
from bot.store.feedback import Feedback, keep

SAID = [
    Feedback("2026-11-20", "surgery.when", True),
    Feedback("2026-11-20", "aids.brace", True),
    Feedback("2026-11-21", "aids.brace", False),
    Feedback("2026-11-21", "aids.brace", None, "how long to wear it"),
    Feedback("2026-11-21", "aids.brace", True),
    Feedback("2026-11-21", None, False),
]


@pytest.fixture
def feedback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Result]]:
    """Run the command on what was said."""
    monkeypatch.setenv("STRIDE_VAR", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")  # of a wide terminal
    settings.cache_clear()

    def run(*said: Feedback) -> Result:
        for one in said:
            keep(tmp_path, one)
        return CliRunner().invoke(main, ["feedback"])

    yield run
    settings.cache_clear()


def test_shows_what_was_said(feedback: Callable[..., Result]) -> None:
    """Each answer has a row, and so has each word on what was missing."""
    shown = feedback(*SAID)

    assert shown.exit_code == 0
    assert all(words in shown.output for words in ("surgery.when", "aids.brace", "how long to wear it", "2026-11-21"))


def test_nothing_said(feedback: Callable[..., Result]) -> None:
    """Before anybody has said anything the tables are empty."""
    shown = feedback()

    assert shown.exit_code == 0
    assert "What was missing" in shown.output


def test_counts() -> None:
    """Answers are counted by their ids; what was missing is neither a yes nor a no."""
    counts, missing = tables(iter(SAID))

    assert [list(column.cells) for column in counts.columns] == [
        ["-", "aids.brace", "surgery.when"],
        ["0", "2", "1"],
        ["1", "1", "0"],
    ]
    assert missing.row_count == 1


@pytest.mark.parametrize("words", ["the dose [/b]", "[red]when[/red]"])
def test_brackets_are_the_patients_own(feedback: Callable[..., Result], words: str) -> None:
    """Square brackets in a patient's words are shown as they are, and stop nothing."""
    shown = feedback(Feedback("2026-11-21", "aids.brace", None, words))

    assert shown.exit_code == 0
    assert words in shown.output
