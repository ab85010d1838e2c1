"""The desk: what it was handed is on the disk and on its way to the clinic, or it tells that it is not."""

import fcntl
import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.alarm import desk as module
from bot.alarm.desk import AlarmDesk
from bot.alarm.record import Alarm, AlarmRecord
from bot.alarm.record_lines import FILE, HEAD, SENT, lines
from bot.alarm.record_verify import verify
from bot.clinic import Clinic
from bot.settings import Settings

SECRET = "a secret that nobody guesses soon"
WORDS = "I am numb between my legs"
Until = Callable[..., None]


def kept(folder: Path) -> list[dict]:
    """The lines of a record."""
    return [line for _, line in lines(folder)]


@pytest.fixture
def open_desk(tmp_path: Path, clinic: Clinic) -> Iterator[Callable[..., AlarmDesk]]:
    """Open desks that try again soon; they are closed at the end."""
    opened = []

    def make(webhook: str | None = None, words: bool = False, **given: Any) -> AlarmDesk:
        config = Settings(var=tmp_path, alarm_webhook=webhook, alarm_webhook_secret=SECRET)
        details = clinic.copy(update={"keep_words_of_alarms": words})
        opened.append(AlarmDesk(config, details, **{"retry": 0.02, **given}))
        return opened[-1]

    yield make
    for desk in opened:
        desk.close()


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> dict[str, Exception | None]:
    """What the next attempts to write a line end with: `error` None writes it."""
    state: dict[str, Exception | None] = {"error": None}
    append = AlarmRecord.append

    def maybe(record: AlarmRecord, entry: dict) -> None:
        if state["error"]:
            raise state["error"]
        append(record, entry)

    monkeypatch.setattr(AlarmRecord, "append", maybe)
    return state


@pytest.mark.parametrize("words", [True, False])
def test_alarm_is_recorded(tmp_path: Path, open_desk: Callable, alarm: Alarm, words: bool, wait_until: Until) -> None:
    """An alarm soon stands in the record, with the patient's words only where the clinic wants them."""
    desk = open_desk(words=words)
    desk(alarm, "p", "rest", WORDS)
    wait_until(lambda: kept(tmp_path))

    assert [line.get("words") for line in kept(tmp_path)] == [WORDS if words else None]
    assert desk.trouble() is None


@pytest.mark.parametrize("error", [OSError(28, "no space"), PermissionError("read-only"), ValueError("a bug")])
def test_alarm_that_cannot_be_written_is_told_kept_and_written_later(
    tmp_path: Path,
    open_desk: Callable,
    alarm: Alarm,
    broken: dict,
    error: Exception,
    caplog: pytest.LogCaptureFixture,
    wait_until: Until,
) -> None:
    """Whatever the error, log and health tell its type, and once it is over the alarms are written in order."""
    desk = open_desk()
    broken["error"] = error
    for name in "pqr":
        desk(alarm, name, "rest", WORDS)
    told = f"alarms: 3 not recorded: {type(error).__name__}"
    wait_until(lambda: desk.trouble() == told)
    wait_until(lambda: f"Alarms that are not recorded yet: 3 ({type(error).__name__})" in caplog.text)
    errors = [record.message for record in caplog.records if record.levelno == logging.ERROR]
    broken["error"] = None
    wait_until(lambda: desk.trouble() is None)

    assert len(errors) <= 3  # not one for every attempt
    names = [AlarmRecord(tmp_path, tmp_path / "alarms.key").seal.name(name) for name in "pqr"]
    assert [(line["number"], line["conversation"]) for line in kept(tmp_path)] == [*enumerate(names, start=1)]
    assert verify(tmp_path, tmp_path / "alarms.key") == (3, [])
    assert WORDS not in caplog.text


def test_alarm_that_is_refused_by_a_bug_keeps_no_other_back(
    tmp_path: Path, open_desk: Callable, alarm: Alarm, monkeypatch: pytest.MonkeyPatch, wait_until: Until
) -> None:
    """An alarm that cannot be written whatever the disk is told, and those behind it are written."""
    append = AlarmRecord.append

    def picky(record: AlarmRecord, entry: dict) -> None:
        if entry["kind"] == "crisis":
            raise TypeError
        append(record, entry)

    monkeypatch.setattr(AlarmRecord, "append", picky)
    desk = open_desk()
    for kind in ("crisis", "emergency", "same_day"):
        desk(replace(alarm, kind=kind), "p", "rest", "")
    wait_until(lambda: len(kept(tmp_path)) == 2)

    wait_until(lambda: desk.trouble() == "alarms: 1 not recorded: TypeError")


@pytest.mark.parametrize("error", [OSError(30, "read-only"), ValueError("a bug")])
def test_record_that_cannot_be_begun_is_told_before_any_alarm(
    open_desk: Callable, monkeypatch: pytest.MonkeyPatch, error: Exception, wait_until: Until
) -> None:
    """A disk that takes nothing at the start is told, and is tried again though no alarm comes."""
    broken = [error] * 3
    begin = AlarmRecord.begin

    def later(record: AlarmRecord) -> None:
        if broken:
            raise broken.pop()
        begin(record)

    monkeypatch.setattr(AlarmRecord, "begin", later)
    desk = open_desk(retry=0.1)

    wait_until(lambda: desk.trouble() == f"alarms: new ones would not be recorded: {type(error).__name__}")
    wait_until(lambda: desk.trouble() is None)


FULL_DISK = """
import json, resource, sys, time
from dataclasses import replace
from pathlib import Path
from bot.alarm.desk import AlarmDesk
from bot.alarm.record import Alarm
from bot.clinic import clinic
from bot.settings import Settings

desk = AlarmDesk(Settings(), clinic(), retry=0.05)
def alarm(name):
    desk(Alarm("crisis", "rules", (), (), "7"), name, "rest", "")
def wait(wanted):
    end = time.monotonic() + 20
    while desk.trouble() != wanted and time.monotonic() < end:
        time.sleep(0.01)
    return desk.trouble()
alarm("before")
time.sleep(0.3)
size = (Path(sys.argv[1]) / "alarms.jsonl").stat().st_size
limits = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 50, limits[1]))
for place in range(40):
    alarm(str(place))
told = wait("alarms: 40 not recorded: OSError")
time.sleep(0.3)
resource.setrlimit(resource.RLIMIT_FSIZE, limits)
print(json.dumps([told, wait(None)]))
"""


def test_full_disk_loses_nothing(tmp_path: Path) -> None:
    """On a disk that is really full, alarms are told as not recorded; with space again all are in a whole record."""
    environment = {**os.environ, "STRIDE_VAR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path)], env=environment, capture_output=True, timeout=60, check=True
    )

    assert json.loads(done.stdout) == ["alarms: 40 not recorded: OSError", None]
    assert b"Alarms that are not recorded yet: 40 (OSError)" in done.stderr
    assert [line["number"] for line in kept(tmp_path)] == list(range(1, 42))
    assert verify(tmp_path, tmp_path / "alarms.key") == (41, [])


def test_clinic_is_told_while_the_disk_is_full(
    open_desk: Callable, alarm: Alarm, broken: dict, receiver: Any, wait_until: Until
) -> None:
    """What is not on the disk is on its way all the same, once; recorded, it is sent again, with number and same id."""
    desk = open_desk(receiver.url)
    broken["error"] = OSError(28, "no space")
    for name in ("p", "q"):
        desk(alarm, name, "rest", "")
        receiver.wait_for(1)
    early = receiver.wait_for(2)
    broken["error"] = None
    later = receiver.wait_for(4)[2:]

    assert [told["number"] for told in early + later] == [None, None, 1, 2]
    assert [told["id"] for told in early] == [told["id"] for told in later]


def test_clinic_is_told_while_the_record_cannot_be_read(
    open_desk: Callable,
    alarm: Alarm,
    receiver: Any,
    tmp_path: Path,
    wait_until: Until,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """An alarm is on its way also where something else stands in the record's place, and the log says which it is."""
    (tmp_path / "alarms.jsonl").mkdir()
    desk = open_desk(receiver.url)
    desk(alarm, "p", "rest", "")

    [told] = receiver.wait_for(1)

    assert told["number"] is None
    wait_until(lambda: "The record of alarms could not be read for the webhook: IsADirectoryError" in caplog.text)
    assert "did not take" not in caplog.text


def test_what_waits_is_bounded_and_the_rest_is_told(
    open_desk: Callable,
    alarm: Alarm,
    broken: dict,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    wait_until: Until,
) -> None:
    """While the disk takes nothing, no more alarms are kept than fit; what is lost is counted, logged and told."""
    monkeypatch.setattr(module, "MOST", 3)
    broken["error"] = OSError(28, "no space")
    desk = open_desk()
    for place in range(5):
        desk(alarm, str(place), "rest", "")

    wait_until(
        lambda: desk.trouble() == "alarms: 3 not recorded: OSError; alarms: 2 lost: too many waited for the disk"
    )
    assert caplog.text.count("An alarm was lost") == 2


def test_disk_that_hangs_is_told(
    open_desk: Callable, alarm: Alarm, monkeypatch: pytest.MonkeyPatch, wait_until: Until
) -> None:
    """A disk that never answers holds up no patient, and is told after some seconds."""
    answers = threading.Event()
    monkeypatch.setattr(AlarmRecord, "append", lambda *_: answers.wait(20))
    monkeypatch.setattr(module, "SLOW", 0.05)
    desk = open_desk()
    desk(alarm, "p", "rest", "")

    wait_until(lambda: desk.trouble() == "alarms: 1 not recorded: the disk is slow")
    answers.set()


def test_clinic_is_told_while_another_process_holds_the_lock(
    tmp_path: Path,
    open_desk: Callable,
    alarm: Alarm,
    receiver: Any,
    monkeypatch: pytest.MonkeyPatch,
    wait_until: Until,
) -> None:
    """A lock that is never released holds up neither the start nor the webhook; freed, all is recorded."""
    monkeypatch.setattr(module, "SLOW", 0.05)
    monkeypatch.setattr("bot.alarm.webhook.LOOK", 0.05)
    with (tmp_path / FILE).open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        desk = open_desk(receiver.url)
        desk(alarm, "p", "rest", "")
        [told] = receiver.wait_for(1)
        assert (told["number"], kept(tmp_path)) == (None, [])
        wait_until(lambda: desk.trouble() == "alarms: 1 not recorded: the disk is slow")
    receiver.wait_for(2)

    assert [line["id"] for line in kept(tmp_path)] == [told["id"]]


def test_start_does_not_wait_for_its_check(
    tmp_path: Path, open_desk: Callable, alarm: Alarm, receiver: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a long record is checked, alarms are taken and the clinic gets them."""
    monkeypatch.setattr(module, "SLOW", 0.05)
    monkeypatch.setattr("bot.alarm.webhook.LOOK", 0.05)
    done = threading.Event()
    monkeypatch.setattr(module, "verify", lambda *_: (0, [] if done.wait(20) else ["never"]))
    desk = open_desk(receiver.url)
    desk(alarm, "p", "rest", "")

    assert [told["number"] for told in receiver.wait_for(1)] == [None]
    done.set()
    assert [told["number"] for told in receiver.wait_for(2)] == [None, 1]


def test_what_the_clinic_has_makes_room(
    open_desk: Callable,
    alarm: Alarm,
    broken: dict,
    receiver: Any,
    monkeypatch: pytest.MonkeyPatch,
    wait_until: Until,
) -> None:
    """However many alarms wait for the disk, a webhook that is well gets each of them."""
    monkeypatch.setattr(module, "MOST", 3)
    broken["error"] = OSError(28, "no space")
    desk = open_desk(receiver.url)
    for number in range(1, 7):
        desk(alarm, str(number), "rest", "")
        receiver.wait_for(number)

    assert len({told["id"] for told in receiver.alarms}) == 6
    wait_until(lambda: "alarms: 3 not recorded: OSError" in str(desk.trouble()))
    assert "alarms: 3 told to the clinic, not recorded: too many waited for the disk" in str(desk.trouble())
    assert "lost" not in str(desk.trouble())


def loop(path: Path) -> None:
    """A link to itself."""
    path.symlink_to(path)


@pytest.mark.parametrize(
    "make",
    [Path.mkdir, loop, os.mkfifo, lambda path: path.write_bytes(b"\xff" * 64), lambda path: path.write_text("short")],
)
def test_key_that_cannot_be_used_is_told_and_stops_nothing(
    tmp_path: Path,
    open_desk: Callable,
    alarm: Alarm,
    receiver: Any,
    make: Callable[[Path], Any],
    caplog: pytest.LogCaptureFixture,
    wait_until: Until,
) -> None:
    """Whatever stands in the key's place, the clinic is told; without it, the alarm is recorded."""
    key = tmp_path / "alarms.key"
    make(key)
    desk = open_desk(receiver.url)
    desk(alarm, "p", "rest", "")
    [told] = receiver.wait_for(1)
    wait_until(lambda: desk.trouble() == "alarms: 1 not recorded: KeyFileError")
    key.rename(tmp_path / "away")
    receiver.wait_for(2)

    assert [line["id"] for line in kept(tmp_path)] == [told["id"]]
    assert f"No alarm can be recorded: {key}: " in caplog.text
    assert verify(tmp_path, key) == (1, [])


@pytest.mark.parametrize("name", ["SIGHUP", "SIGTERM"])
def test_signals_that_end_the_process_lose_no_count(tmp_path: Path, name: str) -> None:
    """A process that is told to end, or whose terminal is closed, records what it has counted."""
    program = (
        "import os, signal, sys, time; from bot import cli; from bot.alarm.desk import desk\n"
        "from bot.alarm.record import Alarm\n"
        "@cli.main.command()\n"
        "def count():\n"
        "    for _ in range(3): desk()(Alarm('crisis', 'rules', (), (), '7'), 'p', 'rest', '')\n"
        f"    os.kill(os.getpid(), signal.{name}); time.sleep(20)\n"
        "cli.main(['count'])"
    )
    subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, "STRIDE_VAR": str(tmp_path)}, timeout=60, check=False
    )

    assert [line.get("repeats") for line in kept(tmp_path)] == [None, 2]


def test_repeats_are_counted(tmp_path: Path, open_desk: Callable, alarm: Alarm, wait_until: Until) -> None:
    """An alarm's repeats are one line, written when the minute is over though nothing else happens."""
    desk = open_desk(minute=0.2)
    for _ in range(10):
        desk(alarm, "p", "rest", "")
    wait_until(lambda: len(kept(tmp_path)) == 2)

    assert [line.get("repeats") for line in kept(tmp_path)] == [None, 9]


def test_close_writes_and_sends_what_is_left(tmp_path: Path, open_desk: Callable, alarm: Alarm, receiver: Any) -> None:
    """At the end of the process no count is left in memory, and the clinic has it."""
    desk = open_desk(receiver.url)
    for _ in range(3):
        desk(alarm, "p", "rest", "")
    desk.close()

    assert [line.get("repeats") for line in kept(tmp_path)] == [None, 2]
    assert [told.get("repeats") for told in receiver.alarms] == [None, 2]


def test_close_tells_what_is_lost(
    open_desk: Callable, alarm: Alarm, broken: dict, caplog: pytest.LogCaptureFixture
) -> None:
    """What the disk did not take until the end is told in the log."""
    broken["error"] = OSError(28, "no space")
    desk = open_desk()
    desk(alarm, "p", "rest", "")
    desk.close()

    assert "Alarms that were not recorded before the end: 1" in caplog.text


def test_process_that_ends_closes_its_desk(tmp_path: Path) -> None:
    """Alarms that were handed in just before a process ends are recorded, with their counts."""
    program = (
        "from bot.alarm.desk import desk; from bot.alarm.record import Alarm\n"
        "for _ in range(3): desk()(Alarm('crisis', 'rules', (), (), '7'), 'p', 'rest', '')"
    )
    subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, "STRIDE_VAR": str(tmp_path)}, timeout=60, check=True
    )

    assert [line.get("repeats") for line in kept(tmp_path)] == [None, 2]


def test_first_start_has_nothing_to_tell(
    open_desk: Callable, alarm: Alarm, receiver: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """A new installation, and its first restart, log nothing."""
    for name in ("p", "q"):
        desk = open_desk(receiver.url)
        desk(alarm, name, "rest", "")
        desk.close()

    assert len(receiver.alarms) == 2
    assert caplog.text == ""


@pytest.mark.parametrize("gone", [FILE, HEAD])
def test_start_tells_what_is_not_whole(
    tmp_path: Path,
    open_desk: Callable,
    filled: Callable,
    gone: str,
    caplog: pytest.LogCaptureFixture,
    wait_until: Until,
) -> None:
    """A record that lost something is an error in the log of the next start."""
    filled(tmp_path)
    (tmp_path / gone).unlink()
    open_desk()

    wait_until(lambda: "The record of alarms is not whole" in caplog.text)
    assert f"{tmp_path / gone}: is missing" in caplog.text


def test_start_tells_what_was_not_sent(
    tmp_path: Path,
    open_desk: Callable,
    filled: Callable,
    receiver: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Alarms that the clinic has not got are a warning in the log of the next start, and are sent."""
    filled(tmp_path, 3)
    (tmp_path / SENT).write_text("1")
    open_desk(receiver.url)

    assert [told["number"] for told in receiver.wait_for(2)] == [2, 3]
    assert "Alarms of before the start that the clinic's webhook has not taken: 2" in caplog.text


def test_trouble_tells_of_the_webhook(
    open_desk: Callable, alarm: Alarm, receiver: Any, monkeypatch: pytest.MonkeyPatch, wait_until: Until
) -> None:
    """The health address can tell that the clinic's system does not take alarms, and since it does, nothing."""
    monkeypatch.setattr("bot.alarm.webhook.PATIENCE", 0.05)
    monkeypatch.setattr("bot.alarm.webhook.PAUSES", (0.01,))
    monkeypatch.setattr("bot.alarm.webhook.LATER", 0.02)
    receiver.down = True
    desk = open_desk(receiver.url)
    for name in ("p", "q"):
        desk(alarm, name, "rest", "")

    wait_until(lambda: str(desk.trouble()).startswith("webhook: 2 alarms not taken: HTTP 503"))
    receiver.down = False
    wait_until(lambda: desk.trouble() is None)


def test_terminal_does_not_tell_the_clinic(open_desk: Callable, alarm: Alarm, receiver: Any) -> None:
    """A desk of somebody who tries the bot records, and tells nobody."""
    desk = open_desk(receiver.url, tells=False)
    desk(alarm, "p", "rest", "")
    desk.close()

    assert receiver.asked == 0
