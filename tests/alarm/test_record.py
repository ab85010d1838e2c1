"""The record of alarms: only added to, bounded, and without the patient's words unless the clinic wants them."""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.alarm import record as module
from bot.alarm.record import LONGEST_WORDS, MOST, Alarm, AlarmRecord
from bot.alarm.record_lines import FILE, HEAD, SENT, lines
from bot.alarm.record_verify import REBUILT, verify

Filled = Callable[..., AlarmRecord]


def kept(folder: Path) -> list[dict]:
    """The lines of a record."""
    return [line for _, line in lines(folder)]


def problems(folder: Path) -> list[str]:
    """What is wrong with a record."""
    return verify(folder, folder / "alarms.key")[1]


def test_line_tells_what_was_found_and_nothing_of_the_patient(tmp_path: Path, filled: Filled) -> None:
    """A line has the alarm, the rule, the places and the version, but neither words nor the conversation's id."""
    filled(tmp_path, 1)

    [line] = kept(tmp_path)

    assert (line["number"], line["kind"], line["rules"]) == (1, "cauda_equina", ["numb saddle area"])
    assert (line["spans"], line["version"], line["by"]) == ([[2, 9]], "7", "rules")
    assert (line["suspicion"], line["channel"]) == (0.4, "rest")
    assert "words" not in line
    assert "+1555" not in (tmp_path / FILE).read_text(encoding="utf-8")  # the plus: hashes may hold the digits


def test_one_conversation_has_one_hash(tmp_path: Path, alarm: Alarm) -> None:
    """Alarms of one conversation can be told to belong together, in this record only, also after a restart."""
    names = []
    for folder, name in (("a", "one"), ("a", "one"), ("a", "other"), ("b", "one")):
        record = AlarmRecord(tmp_path / folder, tmp_path / folder / "alarms.key")
        record.begin()
        names.append(record.entry(alarm, name, "rest", None)["conversation"])

    first, again, other, elsewhere = names

    assert first == again
    assert len({first, other, elsewhere}) == 3


def test_line_is_of_bounded_size_whatever_the_message(tmp_path: Path) -> None:
    """Thousands of findings in a very long message make a short line: each rule once, some spans, some words."""
    many = Alarm("k" * 10_000, "b" * 10_000, ("rule", "other") * 30_000, ((1, 2),) * 60_000, "7" * 10_000)
    record = AlarmRecord(tmp_path, tmp_path / "alarms.key")

    record.append(record.entry(many, "p" * 1_000_000, "c" * 10_000, "\N{PILE OF POO}" * 20_000))

    [line] = kept(tmp_path)
    assert line["rules"] == ["rule", "other"]
    assert len(line["spans"]) == MOST
    assert line["words"] == "\N{PILE OF POO}" * LONGEST_WORDS
    assert (tmp_path / FILE).stat().st_size < 12_000


@pytest.mark.parametrize("odd", ["\ud800", "a\u2028b", "a\x85b", 'a\n"b', "\0", "\N{PILE OF POO}"])
def test_odd_characters_break_nothing(tmp_path: Path, alarm: Alarm, odd: str) -> None:
    """Whatever a message, a conversation's name or a channel holds, its alarm is one whole line."""
    record = AlarmRecord(tmp_path, tmp_path / "alarms.key")

    record.append(record.entry(alarm, odd, odd, odd))
    record.append(record.entry(alarm, "p", "rest", None))

    assert [line["number"] for line in kept(tmp_path)] == [1, 2]
    assert problems(tmp_path) == []


def test_adding_a_line_does_not_read_the_record(
    tmp_path: Path, filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Adding to a record of 50 MB reads its end only."""
    filled(tmp_path, 1)
    line = (tmp_path / FILE).read_bytes()
    with (tmp_path / FILE).open("ab") as file:
        file.truncate(50_000_000)  # a hole in the file, which costs no disk
        file.write(b"\n" + line)
    read = []
    last_line = module.last_line

    def counted(file: object) -> object:
        before = reads()
        found = last_line(file)
        read.append(reads() - before)
        return found

    monkeypatch.setattr(module, "last_line", counted)
    filled(tmp_path, 1)

    assert max(read) <= 200_000


def reads() -> int:
    """How many bytes this process has read so far."""
    [text] = [text for text in Path("/proc/self/io").read_text().splitlines() if text.startswith("rchar")]
    return int(text.split()[1])


@pytest.mark.parametrize("torn", [b'{"number": 5, "time', b"\n", b"\xff\xfe", b"[1]\n", b"{" * 100_000])
def test_torn_line_swallows_no_other(tmp_path: Path, filled: Filled, torn: bytes) -> None:
    """What a crash left half written shows, and the next alarm is recorded on a line of its own."""
    filled(tmp_path)
    with (tmp_path / FILE).open("ab") as file:
        file.write(torn)

    filled(tmp_path, 1)

    assert [line["number"] for line in kept(tmp_path)] == [1, 2, 3, 4, 5]
    assert problems(tmp_path) == [f"{tmp_path / FILE}:5: is no line of the record"]


@pytest.mark.parametrize("head", [None, b"", b"{", b"garbage\xff", b"[]", b'{"lines": 9, "last": "0", "mac": "0"}'])
@pytest.mark.parametrize("restarted", [True, False])
def test_lost_head_loses_no_alarm(
    tmp_path: Path, filled: Filled, alarm: Alarm, head: bytes | None, restarted: bool
) -> None:
    """A head that is missing or broken is made anew from the record; that it was shows, as lines may have gone."""
    record = filled(tmp_path)
    if head is None:
        (tmp_path / HEAD).unlink()
    else:
        (tmp_path / HEAD).write_bytes(head)

    if restarted:
        filled(tmp_path, 2)
    else:
        for _ in range(2):
            record.append(record.entry(alarm, "p", "rest", None))

    assert [line["number"] for line in kept(tmp_path)] == [1, 2, 3, 4, 5, 6]
    assert problems(tmp_path) == [f"{tmp_path / FILE}:5: {REBUILT}"]


def test_head_that_is_behind_is_brought_up(tmp_path: Path, filled: Filled) -> None:
    """A crash between line and head loses nothing, numbers nothing twice, and is no breach of the chain."""
    filled(tmp_path, 2)
    behind = (tmp_path / HEAD).read_bytes()
    filled(tmp_path, 2)
    (tmp_path / HEAD).write_bytes(behind)

    assert problems(tmp_path) == []
    filled(tmp_path, 1)

    assert [line["number"] for line in kept(tmp_path)] == [1, 2, 3, 4, 5]
    assert problems(tmp_path) == []


@pytest.mark.parametrize("gone", [[FILE], [FILE, HEAD], [HEAD], [FILE, HEAD, SENT]])
def test_no_number_is_given_twice(tmp_path: Path, filled: Filled, alarm: Alarm, gone: list[str]) -> None:
    """Whatever is deleted meanwhile, the clinic's system gets no number again that it knows."""
    record = filled(tmp_path)
    (tmp_path / SENT).write_text("4")
    for name in gone:
        (tmp_path / name).unlink()

    record.append(record.entry(alarm, "p", "rest", None))

    assert kept(tmp_path)[-1]["number"] == 5
    assert problems(tmp_path)


def test_missing_folder_is_made_again(tmp_path: Path, filled: Filled, alarm: Alarm) -> None:
    """An alarm is recorded also when somebody has deleted the folder."""
    record = filled(tmp_path / "var", 1)
    for path in (tmp_path / "var").iterdir():
        path.unlink()
    (tmp_path / "var").rmdir()

    record.append(record.entry(alarm, "p", "rest", None))

    assert [line["number"] for line in kept(tmp_path / "var")] == [2]


def test_several_processes_share_a_record(tmp_path: Path) -> None:
    """Servers that start and write at the same time leave one whole chain."""
    program = (
        "import sys; from pathlib import Path; from bot.alarm.record import Alarm, AlarmRecord\n"
        "record = AlarmRecord(Path(sys.argv[1]), Path(sys.argv[1]) / 'alarms.key'); record.begin()\n"
        "for _ in range(25): record.append(record.entry(Alarm('crisis', 'rules', (), (), '7'), 'p', 'rest', None))"
    )
    processes = [subprocess.Popen([sys.executable, "-c", program, str(tmp_path)]) for _ in range(3)]

    assert [process.wait(timeout=60) for process in processes] == [0, 0, 0]
    assert verify(tmp_path, tmp_path / "alarms.key") == (75, [])


def test_files_are_nobody_elses_business(tmp_path: Path, filled: Filled) -> None:
    """Only the bot's own user may read the record and what belongs to it, also where an earlier version was laxer."""
    folder = tmp_path / "var"
    filled(folder, 1)
    for name in (FILE, HEAD, SENT):
        (folder / name).touch()
        (folder / name).chmod(0o644)

    filled(folder, 1)

    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()} == dict.fromkeys(
        (FILE, HEAD, SENT, "alarms.key"), 384
    )


def test_start_clears_up_what_a_kill_left(tmp_path: Path, filled: Filled) -> None:
    """New files that never took an old one's place are deleted, once nobody can still be writing them."""
    filled(tmp_path, 1)
    kept_files = {FILE, HEAD, "alarms.key", "alarms.head.20260101", "alarms.sent.new.part"}
    for name in (HEAD, SENT, "alarms.key"):
        (tmp_path / f"{name}.abc.part").touch()
        os.utime(tmp_path / f"{name}.abc.part", (0, 0))
    (tmp_path / "alarms.sent.new.part").touch()
    (tmp_path / "alarms.head.20260101").touch()

    filled(tmp_path, 0)

    assert {path.name for path in tmp_path.iterdir()} == kept_files


def test_full_disk_leaves_no_part_of_a_line(tmp_path: Path, filled: Filled, alarm: Alarm) -> None:
    """A line that does not fit on the disk is an error, and nothing of it stays in the file."""
    record = filled(tmp_path, 1)
    before = (tmp_path / FILE).read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 100, limits[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            record.append(record.entry(alarm, "p", "rest", None))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    assert (tmp_path / FILE).read_bytes() == before
    record.append(record.entry(alarm, "p", "rest", None))
    assert problems(tmp_path) == []


def test_line_is_on_the_disk_before_the_head_names_it(
    tmp_path: Path, filled: Filled, alarm: Alarm, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line is forced to the disk, and only then the head is replaced."""
    record = filled(tmp_path, 1)
    done = []
    fsync, replace = os.fsync, os.replace
    monkeypatch.setattr(
        os, "fsync", lambda number: (done.append(os.readlink(f"/proc/self/fd/{number}")), fsync(number))
    )
    monkeypatch.setattr(os, "replace", lambda old, new: (done.append(f"replace {new}"), replace(old, new)))

    record.append(record.entry(alarm, "p", "rest", None))

    assert done[0] == str(tmp_path / FILE)
    assert done.index(f"replace {tmp_path / HEAD}") == 2  # after the head's own new file


def test_record_of_an_earlier_version_goes_on(tmp_path: Path, filled: Filled) -> None:
    """Lines that only had a hash stay and are followed; that nobody signed them shows."""
    old = {"number": 1, "time": "2026-01-01", "conversation": "c", "channel": "rest", "kind": "crisis", "by": "rules"}
    old |= {"rules": [], "spans": [], "version": "7", "suspicion": None, "previous": "0" * 64, "hash": "a" * 64}
    (tmp_path / FILE).write_text(json.dumps(old) + "\n")
    (tmp_path / HEAD).write_text(json.dumps({"lines": 1, "hash": "a" * 64}))
    (tmp_path / "alarms.key").write_text("0" * 64)

    filled(tmp_path, 1)

    assert [line["number"] for line in kept(tmp_path)] == [1, 2]
    assert kept(tmp_path)[1]["previous"] == "a" * 64
    assert any(problem.startswith(f"{tmp_path / FILE}:1: is not signed") for problem in problems(tmp_path))
