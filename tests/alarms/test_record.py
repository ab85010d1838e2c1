"""The record of alarms: only added to, chained, and without the patient's words unless the clinic wants them."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.alarms.record import FILE, HEAD, Alarm, AlarmRecord, lines, verify

ALARM = Alarm("cauda_equina", "rules", ("numb saddle area",), ((2, 9),), "7", 0.4)


def filled(folder: Path, number: int = 4, words: bool = False) -> AlarmRecord:
    """A record with some alarms."""
    record = AlarmRecord(folder, words=words)
    for place in range(number):
        record.add(ALARM, f"+1555010{place}", "rest", "I am numb").result(timeout=10)
    return record


def test_line_tells_what_was_found_and_nothing_of_the_patient(tmp_path: Path) -> None:
    """A line has the alarm, the rule, the places and the version, but neither words nor the conversation's id."""
    filled(tmp_path, 1)

    [line] = lines(tmp_path)

    assert (line["number"], line["kind"], line["rules"], line["spans"]) == (1, "cauda_equina", [*ALARM.rules], [[2, 9]])
    assert (line["version"], line["by"], line["suspicion"], line["channel"]) == ("7", "rules", 0.4, "rest")
    text = (tmp_path / FILE).read_text(encoding="utf-8")
    assert 'numb"' not in text
    assert "I am" not in text
    assert "+1555" not in text  # the plus, because hashes may hold the digits by chance


def test_words_only_where_the_clinic_wants_them(tmp_path: Path) -> None:
    """The patient's words are kept when that is turned on."""
    filled(tmp_path, 1, words=True)

    assert [line["words"] for line in lines(tmp_path)] == ["I am numb"]


def test_one_conversation_has_one_hash(tmp_path: Path) -> None:
    """Alarms of one conversation can be told to belong together, in this record only."""
    for name in ("one", "one", "other"):
        AlarmRecord(tmp_path / "a").add(ALARM, name, "rest", "").result(timeout=10)
    AlarmRecord(tmp_path / "b").add(ALARM, "one", "rest", "").result(timeout=10)

    first, second, other = (line["conversation"] for line in lines(tmp_path / "a"))

    assert first == second != other
    assert [line["conversation"] for line in lines(tmp_path / "b")] != [first]


def test_whole_record_is_whole(tmp_path: Path) -> None:
    """A record that nobody touched has no problems, before its first line and after a restart."""
    assert verify(tmp_path) == (0, [])
    filled(tmp_path)
    filled(tmp_path)

    assert verify(tmp_path) == (8, [])
    assert [line["number"] for line in lines(tmp_path)] == list(range(1, 9))


def changed(texts: list[str]) -> list[str]:
    """Another alarm in the second line."""
    return [texts[0], texts[1].replace("cauda_equina", "same_day"), *texts[2:]]


def forged(texts: list[str]) -> list[str]:
    """The second line taken out, and the third renumbered with a hash of its own."""
    import hashlib

    line = json.loads(texts[2])
    line.pop("hash")
    line["number"] = 2
    line["hash"] = hashlib.sha256(json.dumps(line, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    return [texts[0], json.dumps(line), texts[3]]


@pytest.mark.parametrize(
    ("tamper", "said"),
    [
        (changed, ":2: was changed"),
        (forged, ":2: does not follow the line before"),
        (lambda texts: [texts[0], *texts[2:]], ":2: does not follow the line before"),
        (lambda texts: texts[1:], ":1: does not follow the line before"),
        (lambda texts: texts[:-1], "should end with line 4"),
        (lambda texts: [], "should end with line 4"),
        (lambda texts: [texts[0], texts[0], *texts[1:]], ":2: does not follow the line before"),
        (lambda texts: [texts[1], texts[0], *texts[2:]], ":1: does not follow the line before"),
        (lambda texts: [*texts[:2], "garbage", *texts[2:]], ":3: is no line of the record"),
    ],
)
def test_tampering_shows(tmp_path: Path, tamper: Callable[[list[str]], list[str]], said: str) -> None:
    """A line that was changed, removed, added or moved shows, with its place."""
    filled(tmp_path)
    path = tmp_path / FILE
    path.write_text("".join(f"{text}\n" for text in tamper(path.read_text().splitlines())))

    _, problems = verify(tmp_path)

    assert any(said in problem for problem in problems)


def test_deleted_record_shows(tmp_path: Path) -> None:
    """A record that is gone leaves its head behind."""
    filled(tmp_path)
    (tmp_path / FILE).unlink()

    assert verify(tmp_path)[1]


@pytest.mark.parametrize("torn", ['{"number": 5, "time', "\n"])
def test_torn_line_swallows_no_other(tmp_path: Path, torn: str) -> None:
    """What a crash left half written shows, and the next alarm is recorded on a line of its own."""
    filled(tmp_path)
    with (tmp_path / FILE).open("a") as file:
        file.write(torn)

    filled(tmp_path, 1)

    assert [line["number"] for line in lines(tmp_path)] == [1, 2, 3, 4, 5]
    assert len(verify(tmp_path)[1]) == 1


def test_several_processes_share_a_record(tmp_path: Path) -> None:
    """Two servers that write at the same time leave one whole chain."""
    program = (
        "import sys; from pathlib import Path; from bot.alarms.record import Alarm, AlarmRecord\n"
        "record = AlarmRecord(Path(sys.argv[1]))\n"
        "for _ in range(25): record.add(Alarm('crisis', 'rules', (), (), '7'), 'p', 'rest', '').result()"
    )
    processes = [subprocess.Popen([sys.executable, "-c", program, str(tmp_path)]) for _ in range(2)]

    assert [process.wait(timeout=60) for process in processes] == [0, 0]
    assert verify(tmp_path) == (50, [])


def test_files_are_nobody_elses_business(tmp_path: Path) -> None:
    """Only the bot's own user may read the record."""
    filled(tmp_path / "var", 1)

    assert (tmp_path / "var").stat().st_mode & 0o077 == 0
    assert (tmp_path / "var" / FILE).stat().st_mode & 0o077 == 0


def test_unreadable_head_shows(tmp_path: Path) -> None:
    """A head that is broken is told, not taken for whole."""
    filled(tmp_path)
    (tmp_path / HEAD).write_text("{")

    assert any("cannot be read" in problem for problem in verify(tmp_path)[1])
