"""`stride alarms`: the record, shown and checked."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.alarm.record import Alarm, AlarmRecord
from bot.alarm.record_lines import FILE, SENT
from bot.cli import main
from bot.settings import settings

WORDS = "I am numb between my legs"


@pytest.fixture
def alarms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Result]]:
    """Run the command on a record with two alarms, the second one repeated."""
    monkeypatch.setenv("STRIDE_VAR", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")  # of a wide terminal
    settings.cache_clear()
    record = AlarmRecord(tmp_path, tmp_path / "alarms.key")
    record.begin()
    for kind, repeats in (("cauda_equina", {}), ("crisis", {"repeats": 17})):
        alarm = Alarm(kind, "rules", ("numb saddle area",), ((5, 9),), "2")
        record.append({**record.entry(alarm, "p", "rest", WORDS), **repeats})
    yield lambda *given: CliRunner().invoke(main, ["alarms", *given])
    settings.cache_clear()


def test_shows_the_alarms_without_words(alarms: Callable[..., Result]) -> None:
    """Each alarm has a row, with its repeats; the patient's words are not shown, though they are kept."""
    shown = alarms()

    assert shown.exit_code == 0
    told = ("cauda_equina", "crisis (×17)", "rest", "2 lines; the record is whole.")
    assert all(word in shown.output for word in told)
    assert "between" not in shown.output
    assert "sent" not in shown.output


@pytest.mark.parametrize(("sent", "not_yet"), [("1", 1), ("", 2), ("2", 0)])
def test_shows_what_is_not_sent(
    alarms: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sent: str, not_yet: int
) -> None:
    """Where there is a webhook, each alarm that it has not taken says so."""
    monkeypatch.setenv("STRIDE_ALARM_WEBHOOK", "https://clinic.example/alarms")
    monkeypatch.setenv("STRIDE_ALARM_WEBHOOK_SECRET", "x" * 32)
    (tmp_path / SENT).write_text(sent)

    assert alarms().output.count("not yet") == not_yet


def test_verifies(alarms: Callable[..., Result], tmp_path: Path) -> None:
    """A whole record passes, without being shown; a changed line fails the command and is told."""
    whole = alarms("--verify")
    changed = (tmp_path / FILE).read_text().replace("crisis", "emergency")
    (tmp_path / FILE).write_text(changed)
    broken = alarms("--verify")

    assert (whole.exit_code, whole.output) == (0, "2 lines; the record is whole.\n")
    assert broken.exit_code == 1
    assert f"{FILE}:2: was changed" in broken.output


def test_garbage_is_told_and_not_shown(alarms: Callable[..., Result], tmp_path: Path) -> None:
    """What is no line of the record breaks no table; of many problems the first are told."""
    with (tmp_path / FILE).open("a") as file:
        file.write('{"number": 3}\n' * 100)
    shown = alarms()

    assert "cauda_equina" in shown.output
    assert f"{FILE}:3: is no line of the record" in shown.output
    assert "… and 80 more" in shown.output
    assert shown.exit_code == 1


def test_empty_record_is_whole(alarms: Callable[..., Result], tmp_path: Path) -> None:
    """A bot that was never started has a whole record; one whose record was deleted has not."""
    (tmp_path / FILE).unlink()
    deleted = alarms("--verify")
    for file in tmp_path.iterdir():
        file.unlink()

    assert f"{FILE}: is missing" in deleted.output
    assert alarms("--verify").output == "0 lines; the record is whole.\n"


def test_record_that_may_not_be_read_is_told(alarms: Callable[..., Result], tmp_path: Path) -> None:
    """A record that cannot be opened is a message that names the file, not a stack trace."""
    (tmp_path / FILE).unlink()
    (tmp_path / FILE).mkdir()

    refused = alarms("--verify")

    assert refused.exit_code == 1
    assert refused.output.startswith("Error: ")
    assert str(tmp_path / FILE) in refused.output


def test_wrong_key_is_told(alarms: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that is not where it should be is a message to the operator, and no key is made there."""
    monkeypatch.setenv("STRIDE_ALARM_KEY", str(tmp_path / "elsewhere"))
    settings.cache_clear()
    refused = alarms("--verify")

    assert refused.exit_code == 1
    assert "STRIDE_ALARM_KEY" in refused.output
    assert not (tmp_path / "elsewhere").exists()
