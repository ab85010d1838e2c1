"""A process that is killed at any moment of its work loses no alarm that it had recorded."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.alarm.record import Alarm, AlarmRecord
from bot.alarm.record_lines import FILE, lines
from bot.alarm.record_verify import verify

# Starts anew and adds alarms, each of which it notes once it is recorded; is killed before the nth thing that it does
# to the disk, or in its middle when it writes a line. Exits with 0 when there is no nth.
PROGRAM = """
import itertools, os, sys, tempfile
from pathlib import Path
from bot.alarm.record import Alarm, AlarmRecord

write, count = os.write, itertools.count(1)

def deadly(does):
    def act(*given, **named):
        last = next(count) == int(sys.argv[2])
        if last and sys.argv[3] == "middle" and does is write:
            does(given[0], given[1][: len(given[1]) // 2])
        if last:
            os.kill(os.getpid(), 9)
        return does(*given, **named)
    return act

noted = os.open(sys.argv[4], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
for module, name in ((os, "write"), (os, "fsync"), (os, "replace"), (os, "ftruncate"), (tempfile, "mkstemp")):
    setattr(module, name, deadly(getattr(module, name)))
record = AlarmRecord(Path(sys.argv[1]), Path(sys.argv[1]) / "alarms.key")
record.begin()
for _ in range(2):
    entry = record.entry(Alarm("crisis", "rules", (), (), "7"), "p", "rest", None)
    record.append(entry)
    write(noted, entry["id"].encode() + b"\\n")
"""
WRITES = [14, 20]  # the steps that write a line
STEPS = 25  # what a start and two alarms do to the disk


def killed(folder: Path, step: int, when: str) -> int:
    """Run the program until it is killed; returns its exit status."""
    given = [str(folder / "var"), str(step), when, str(folder / "noted")]
    return subprocess.run([sys.executable, "-c", PROGRAM, *given], timeout=60, check=False).returncode


@pytest.mark.parametrize(
    ("step", "when", "status"),
    [
        *((step, "before", -9) for step in range(1, STEPS + 1)),
        *((step, "middle", -9) for step in WRITES),
        (STEPS + 1, "before", 0),
    ],
)
def test_kill_at_any_step_loses_no_alarm(tmp_path: Path, step: int, when: str, status: int) -> None:
    """After a kill in any gap the record goes on: nothing is lost or numbered twice, and only half a line shows."""
    assert killed(tmp_path, step, when) == status
    folder = tmp_path / "var"
    record = AlarmRecord(folder, folder / "alarms.key")
    record.begin()
    last = record.entry(Alarm("crisis", "rules", (), (), "7"), "p", "rest", None)
    record.append(last)

    kept = [line for _, line in lines(folder)]
    noted = (tmp_path / "noted").read_text().split()
    assert [line["number"] for line in kept] == list(range(1, len(kept) + 1))
    assert {*noted, last["id"]} <= {line["id"] for line in kept}
    assert len({line["id"] for line in kept}) == len(kept)
    halves = [text for text in (folder / FILE).read_bytes().splitlines() if not whole(text)]
    assert len(halves) == (when == "middle")
    wrong = verify(folder, folder / "alarms.key")[1]
    assert [problem.split(": ", 1)[1] for problem in wrong] == ["is no line of the record"] * len(halves)


def whole(text: bytes) -> bool:
    """Whether a text is JSON."""
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
