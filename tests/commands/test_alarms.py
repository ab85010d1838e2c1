"""`stride alarms`: the record, shown and checked."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.alarms.record import FILE, Alarm, AlarmRecord
from bot.cli import main
from bot.settings import settings

WORDS = "I am numb between my legs"


@pytest.fixture
def alarms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Result]]:
    """Run the command on a record with two alarms."""
    monkeypatch.setenv("STRIDE_VAR", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")  # of a wide terminal
    settings.cache_clear()
    record = AlarmRecord(tmp_path, words=True)
    for kind in ("cauda_equina", "crisis"):
        record.add(Alarm(kind, "rules", ("numb saddle area",), ((5, 9),), "2"), "p", "rest", WORDS).result(timeout=10)
    yield lambda *given: CliRunner().invoke(main, ["alarms", *given])
    settings.cache_clear()


def test_shows_the_alarms_without_words(alarms: Callable[..., Result]) -> None:
    """Each alarm has a row; the patient's words are not shown, though they are kept."""
    shown = alarms()

    assert shown.exit_code == 0
    assert all(word in shown.output for word in ("cauda_equina", "crisis", "rest", "2 alarms; the record is whole."))
    assert "between" not in shown.output


def test_verifies(alarms: Callable[..., Result], tmp_path: Path) -> None:
    """A whole record passes, without being shown; a changed line fails the command and is told."""
    whole = alarms("--verify")
    changed = (tmp_path / FILE).read_text().replace("crisis", "emergency")
    (tmp_path / FILE).write_text(changed)
    broken = alarms("--verify")

    assert (whole.exit_code, whole.output) == (0, "2 alarms; the record is whole.\n")
    assert broken.exit_code == 1
    assert f"{FILE}:2: was changed" in broken.output


def test_empty_record_is_whole(alarms: Callable[..., Result], tmp_path: Path) -> None:
    """A bot that never raised an alarm has a whole record."""
    for file in tmp_path.iterdir():
        file.unlink()

    assert alarms("--verify").output == "0 alarms; the record is whole.\n"
