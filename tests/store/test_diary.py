"""The diary's file: nothing without consent, and nothing left after it is deleted."""

import datetime
import sqlite3
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from bot.store.diary import FILE, VERSIONS, Diary, Entry

TODAY = datetime.date(2026, 11, 21)
WALK = Entry(TODAY, 8.0, 2.0, "blocks", "sitting", 1.0)
WRITES = 20
PROGRAM = f"""
import datetime, sys
from pathlib import Path
from bot.store.diary import Diary, Entry
diary = Diary(Path(sys.argv[1]))
for number in range({WRITES}):
    diary.add("p", Entry(datetime.date(2026, 11, 21), number, None, None, None, None))
"""


@pytest.fixture
def diary(tmp_path: Path) -> Diary:
    """A diary to which one patient, "p", has agreed."""
    diary = Diary(tmp_path)
    diary.agree("p", TODAY)
    return diary


def left(folder: Path) -> bytes:
    """All bytes of all files in a folder."""
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_nothing_without_consent(tmp_path: Path, diary: Diary) -> None:
    """An entry of a patient who has not agreed is refused, and nothing of it comes into the file."""
    with pytest.raises(PermissionError):
        diary.add("somebody-else", WALK)

    assert not diary.agreed("somebody-else")
    assert diary.entries("somebody-else") == []
    assert b"somebody-else" not in left(tmp_path)


def test_consent_lasts(tmp_path: Path, diary: Diary) -> None:
    """Consent is asked for once: it outlives a restart, and agreeing again changes nothing."""
    diary.add("p", WALK)
    diary.agree("p", TODAY + datetime.timedelta(days=1))

    again = Diary(tmp_path)

    assert again.agreed("p")
    assert again.entries("p") == [WALK]


@pytest.mark.parametrize(
    "entry",
    [
        WALK,
        Entry(TODAY, 8.5, None, None, None, None),
        Entry(TODAY, None, 300.0, "meters", None, None),
        Entry(TODAY, 0.0, None, None, "bending", 0.5),
        Entry(datetime.date(2024, 2, 29), None, None, None, "standing", None),
    ],
)
def test_round_trip(diary: Diary, entry: Entry) -> None:
    """An entry comes back as it was, whatever of it the patient did not tell."""
    diary.add("p", entry)

    assert diary.entries("p") == [entry]


def test_in_order(diary: Diary) -> None:
    """Entries come by their days, those of one day as they were told."""
    for days, minutes in ((0, 1.0), (3, 2.0), (0, 3.0), (1, 4.0)):
        diary.add("p", replace(WALK, day=TODAY - datetime.timedelta(days=days), minutes=minutes))

    assert [entry.minutes for entry in diary.entries("p")] == [2, 4, 1, 3]


def test_conversations_are_apart(diary: Diary) -> None:
    """Nobody sees, agrees to or deletes another's diary."""
    other = replace(WALK, minutes=30.0)
    diary.agree("q", TODAY)
    diary.add("p", WALK)
    diary.add("q", other)

    diary.delete("p")

    assert (diary.agreed("p"), diary.entries("p")) == (False, [])
    assert (diary.agreed("q"), diary.entries("q")) == (True, [other])


@pytest.mark.parametrize("number", [1, 400])
def test_deleted_is_gone(tmp_path: Path, number: int) -> None:
    """Neither the entries, nor the consent, nor the conversation's name are left in any file's bytes."""
    diary = Diary(tmp_path)
    diary.agree("conversation-of-p", datetime.date(2031, 7, 9))
    for _ in range(number):
        diary.add("conversation-of-p", Entry(datetime.date(2031, 7, 8), 8, 2, "furlongs", "bending", 1))
    told = (b"conversation-of-p", b"2031-07-0", b"furlongs", b"bending")
    before = left(tmp_path)

    diary.delete("conversation-of-p")

    assert all(words in before for words in told)
    assert not any(words in left(tmp_path) for words in told)
    with pytest.raises(PermissionError):
        diary.add("conversation-of-p", WALK)


def test_deleting_nothing(tmp_path: Path) -> None:
    """Who has no diary can delete it all the same."""
    diary = Diary(tmp_path / "var")

    diary.delete("p")

    assert not diary.agreed("p")


def test_folder_is_nobody_elses_business(tmp_path: Path) -> None:
    """Only the bot's own user gets into the folder that is made for the file."""
    Diary(tmp_path / "var").agree("p", TODAY)

    assert (tmp_path / "var" / FILE).is_file()
    assert (tmp_path / "var").stat().st_mode & 0o077 == 0


def test_several_processes_share_a_diary(tmp_path: Path, diary: Diary) -> None:
    """Two servers that write at the same time lose no entry."""
    processes = [subprocess.Popen([sys.executable, "-c", PROGRAM, str(tmp_path)]) for _ in range(2)]

    assert [process.wait(timeout=60) for process in processes] == [0, 0]
    assert sorted(entry.minutes or 0 for entry in diary.entries("p")) == sorted([*range(WRITES)] * 2)


def test_several_threads_share_a_diary(diary: Diary) -> None:
    """Threads that write with one object lose no entry."""

    def write() -> None:
        for _ in range(WRITES):
            diary.add("p", WALK)

    threads = [threading.Thread(target=write) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert len(diary.entries("p")) == 2 * WRITES


def test_the_last_entry_is_the_one_that_was_added_last(diary: Diary) -> None:
    """The last entry is found, changed and taken out by when it was added, not by its day, and of one patient only."""
    yesterday = replace(WALK, day=TODAY - datetime.timedelta(days=1))
    diary.agree("q", TODAY)
    diary.add("p", WALK)
    diary.add("p", yesterday)
    diary.add("q", WALK)

    before = diary.last("p")
    diary.change_last("p", replace(yesterday, minutes=5.0))
    changed = diary.entries("p")
    diary.remove_last("p")

    assert before == yesterday
    assert changed == [replace(yesterday, minutes=5.0), WALK]
    assert (diary.entries("p"), diary.entries("q")) == ([WALK], [WALK])
    assert diary.agreed("p")


def test_nothing_is_last_in_an_empty_diary(diary: Diary) -> None:
    """In an empty diary nothing is last, and nothing happens to it."""
    diary.remove_last("p")

    assert diary.last("p") is None


def test_removes_a_day(tmp_path: Path, diary: Diary) -> None:
    """All entries of one day are taken out for good, and the others stay."""
    other = replace(WALK, day=TODAY - datetime.timedelta(days=1), unit="furlongs")
    diary.add("p", other)
    diary.add("p", other)
    diary.add("p", WALK)

    diary.remove_day("p", other.day)

    assert diary.entries("p") == [WALK]
    assert b"furlongs" not in left(tmp_path)


def test_later_conversation_shares_the_diary(tmp_path: Path, diary: Diary) -> None:
    """A later conversation of the patient reads and writes the same diary, and a third one may take it from there."""
    diary.add("p", WALK)

    assert diary.share("p", "second")
    assert diary.share("second", "third")
    diary.add("third", replace(WALK, minutes=9.0))

    assert [one.minutes for one in diary.entries("p")] == [8.0, 9.0]
    assert diary.entries("second") == diary.entries("third") == diary.entries("p")
    diary.change_last("second", replace(WALK, minutes=10.0))
    assert diary.last("p") == replace(WALK, minutes=10.0)


def test_nothing_to_share_without_consent(tmp_path: Path, diary: Diary) -> None:
    """A conversation whose patient has not agreed has no diary to share, and one without a file neither."""
    assert not diary.share("somebody-else", "second")
    assert not Diary(tmp_path / "empty").share("p", "second")
    assert not diary.agreed("second")


def test_deleted_for_all_that_share_it(tmp_path: Path, diary: Diary) -> None:
    """Whoever deletes a shared diary deletes it everywhere, and must agree anew to have one."""
    diary.share("p", "second")
    diary.add("second", WALK)

    diary.delete("second")

    assert not diary.agreed("p")
    assert not diary.agreed("second")
    assert b"sitting" not in left(tmp_path)
    diary.agree("second", TODAY)
    assert diary.entries("second") == []


@pytest.mark.parametrize(("days", "stays"), [(0, True), (-1, True), (1, False)])
def test_unused_diary_is_deleted(tmp_path: Path, diary: Diary, days: int, stays: bool) -> None:
    """A diary goes once it was not used for long; what counts is the last use, not the days of its walks."""
    diary.add("p", replace(WALK, day=TODAY - datetime.timedelta(days=900)))
    today = datetime.datetime.now(datetime.timezone.utc).date()

    diary.delete_unused(today + datetime.timedelta(days=days))

    assert diary.agreed("p") is stays


def test_diary_of_an_earlier_version_stays(tmp_path: Path) -> None:
    """A file that an earlier version has written keeps its diaries, and an unused one counts from its consent."""
    with sqlite3.connect(tmp_path / FILE) as old:
        for step in VERSIONS[0]:
            old.execute(step)
        old.execute("PRAGMA user_version = 1")
        old.execute("INSERT INTO consent VALUES ('p', '2026-11-21')")
    diary = Diary(tmp_path)

    assert diary.agreed("p")
    diary.delete_unused(TODAY + datetime.timedelta(days=1))
    assert not diary.agreed("p")


def test_old_consent_is_not_stretched(tmp_path: Path, diary: Diary) -> None:
    """Whoever agreed before diaries outlived their conversation had agreed to one that goes with it."""
    with sqlite3.connect(tmp_path / FILE) as file:
        file.execute("INSERT INTO consent (conversation, day) VALUES ('old', '2026-11-21')")

    for name in ("old", "p"):
        diary.delete(name, unknowing=True)

    assert (diary.agreed("old"), diary.agreed("p")) == (False, True)
