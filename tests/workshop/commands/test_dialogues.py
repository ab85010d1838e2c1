"""`stride dialogues`."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import main
from workshop.dialogues.play import Outcome
from workshop.dialogues.script import Expected, Script, Turn

pytestmark = pytest.mark.rasa


def outcome(path: Path, *, urgent: bool, right: bool) -> Outcome:
    """A turn that was played."""
    turn = Turn("words", Expected(urgent=urgent), 5)
    return Outcome(Script(path.stem, path, (turn,)), turn, () if right else (f"{path}:5: answer: is wrong",))


def test_counts(tmp_path: Path) -> None:
    """The table counts dialogues, turns, and the alarms that must be raised."""
    from workshop.commands.dialogues import counted

    first, second = tmp_path / "a.yml", tmp_path / "b.yml"
    outcomes = [outcome(first, urgent=True, right=True), outcome(second, urgent=False, right=False)]

    table = counted([tmp_path], [outcomes])

    assert f"| {tmp_path.name} | 2 | 1 of 2: 50.0" in table
    assert "| 1 of 1: 100.0" in table


def test_wrong_file_is_told_before_anything_starts(tmp_path: Path) -> None:
    """A file that is wrong is named with its line and key, in seconds, and nothing is played."""
    (tmp_path / "a.yml").write_text("dialogue: A\nwhy: B\nturns:\n  - patient: hello\n  - bot: {anser: x}\n")

    result = CliRunner().invoke(main, ["dialogues", str(tmp_path)])

    assert result.exit_code == 1
    assert f"{tmp_path / 'a.yml'}:5: turns.1.bot.anser: extra fields not permitted" in result.output
