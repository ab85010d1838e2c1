"""Whether the record is whole: what somebody did to it shows, unless they have its key."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.alarm import record_verify as module
from bot.alarm.record import Alarm, AlarmRecord
from bot.alarm.record_lines import FILE, FIRST, HEAD, SENT, Head, Seal, write_head
from bot.alarm.record_verify import verify

Filled = Callable[..., AlarmRecord]
FORGER = Seal("a key of somebody else's, of many characters")


def test_whole_record_is_whole(tmp_path: Path, filled: Filled) -> None:
    """A record that nobody touched has no problems: before the first start, without a line, and after a restart."""
    key = tmp_path / "alarms.key"

    assert verify(tmp_path, key) == (0, [])
    filled(tmp_path, 0)
    assert verify(tmp_path, key) == (0, [])
    filled(tmp_path)
    filled(tmp_path)

    assert verify(tmp_path, key) == (8, [])


def chained(texts: list[str]) -> list[str]:
    """Lines numbered and chained anew, with signatures made without the key."""
    made, previous = [], FIRST
    for number, text in enumerate(texts, start=1):
        line = {**json.loads(text), "number": number, "previous": previous}
        line.pop("mac")
        previous = line["mac"] = FORGER.line(line)
        made.append(json.dumps(line))
    return made


def without(text: str, key: str) -> str:
    """A line without one of its values."""
    line = json.loads(text)
    line.pop(key)
    return json.dumps(line)


@pytest.mark.parametrize(
    ("tamper", "said"),
    [
        (lambda texts: [texts[0], texts[1].replace("cauda_equina", "same_day"), *texts[2:]], ":2: was changed"),
        (lambda texts: [texts[0], *texts[2:]], ":2: does not follow the line before"),
        (lambda texts: texts[1:], ":1: does not follow the line before"),
        (lambda texts: texts[:-1], "should have a line 4"),
        (lambda texts: [], "should have a line 4"),
        (lambda texts: [texts[0], texts[0], *texts[1:]], ":2: does not follow the line before"),
        (lambda texts: [texts[1], texts[0], *texts[2:]], ":1: does not follow the line before"),
        (lambda texts: [*texts[:2], "garbage", *texts[2:]], ":3: is no line of the record"),
        (lambda texts: [*texts[:2], "\udcff", *texts[2:]], ":3: is no line of the record"),
        (lambda texts: [*texts[:2], "[" * 100_000, *texts[2:]], ":3: is no line of the record"),
        (lambda texts: [*texts[:3], texts[3][:-1] + ', "kind": "crisis"}'], ":4: is no line of the record"),
        (lambda texts: [*texts[:3], '{"kind": "crisis", ' + texts[3][1:]], ":4: is no line of the record"),
        (lambda texts: [texts[0], without(texts[1], "previous"), *texts[2:]], ":2: was changed"),
        (lambda texts: [texts[0], without(texts[1], "mac"), *texts[2:]], ":2: is not signed"),
        (lambda texts: [texts[0], without(texts[1], "number"), *texts[2:]], ":2: is no line of the record"),
        (lambda texts: chained(texts), ":1: was changed, or signed with another key"),
        (lambda texts: chained([texts[0], *texts[2:]]), ":1: was changed, or signed with another key"),
        (lambda texts: [*texts, chained(texts)[0]], ":5: was changed, or signed with another key"),
    ],
)
def test_tampering_shows(tmp_path: Path, filled: Filled, tamper: Callable[[list[str]], list[str]], said: str) -> None:
    """A line that was changed, removed, added, moved, doubled or signed by another shows, with its place."""
    filled(tmp_path)
    path = tmp_path / FILE
    texts = tamper(path.read_text().splitlines())
    path.write_bytes("".join(f"{text}\n" for text in texts).encode("utf-8", "surrogateescape"))

    _, problems = verify(tmp_path, tmp_path / "alarms.key")

    assert any(said in problem for problem in problems)


def own_head(folder: Path) -> None:
    """A head for three lines, signed without the key."""
    mac = json.loads((folder / FILE).read_text().splitlines()[2])["mac"]
    write_head(folder, Head(3, mac), FORGER)


def other_number(folder: Path) -> None:
    """The right head, with another number of lines."""
    head = json.loads((folder / HEAD).read_text())
    (folder / HEAD).write_text(json.dumps({**head, "lines": 999}))


def early_head(folder: Path) -> None:
    """A head of the form of an earlier version, which nobody had to sign."""
    mac = json.loads((folder / FILE).read_text().splitlines()[2])["mac"]
    (folder / HEAD).write_text(json.dumps({"lines": 3, "hash": mac}))


@pytest.mark.parametrize("made", [own_head, other_number, early_head, lambda folder: (folder / HEAD).unlink()])
@pytest.mark.parametrize("goes_on", [False, True])
def test_shortened_record_shows(tmp_path: Path, filled: Filled, made: Callable[[Path], None], goes_on: bool) -> None:
    """A record that was cut shows with any head that its cutter can make, also once the bot has gone on with it."""
    filled(tmp_path)
    made(tmp_path)
    path = tmp_path / FILE
    path.write_text("".join(f"{text}\n" for text in path.read_text().splitlines()[:3]))
    if goes_on:
        filled(tmp_path, 2)

    assert verify(tmp_path, tmp_path / "alarms.key")[1]


@pytest.mark.parametrize("gone", [[FILE], [HEAD], [FILE, HEAD], ["alarms.key"], [FILE, HEAD, SENT]])
@pytest.mark.parametrize("emptied", [False, True])
@pytest.mark.parametrize("goes_on", [False, True])
def test_deleted_record_shows(tmp_path: Path, filled: Filled, gone: list[str], emptied: bool, goes_on: bool) -> None:
    """Files that were deleted or emptied show as long as anything is left, also once the bot has gone on."""
    filled(tmp_path)
    (tmp_path / SENT).write_text("4")
    for name in gone:
        os.truncate(tmp_path / name, 0) if emptied else (tmp_path / name).unlink()
    if goes_on:
        filled(tmp_path, 1)

    assert verify(tmp_path, tmp_path / "alarms.key")[1]


def test_older_copy_shows_by_what_was_sent(tmp_path: Path, filled: Filled) -> None:
    """A record put back from an older copy shows where later lines were sent already."""
    filled(tmp_path, 2)
    old = {name: (tmp_path / name).read_bytes() for name in (FILE, HEAD)}
    filled(tmp_path, 2)
    (tmp_path / SENT).write_text("4")
    for name, text in old.items():
        (tmp_path / name).write_bytes(text)

    assert verify(tmp_path, tmp_path / "alarms.key")[1] == [
        f"{tmp_path / SENT}: line 4 was sent, but the record ends with line 2"
    ]


def test_check_that_is_stopped_holds_up_no_alarm(
    tmp_path: Path, filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alarms are written while the lines are checked, and do not show as a breach."""
    filled(tmp_path, 2)
    parse = module.parse

    def slowly(text: bytes) -> object:
        if len((tmp_path / FILE).read_bytes().splitlines()) == 2:
            filled(tmp_path, 1)
        return parse(text)

    monkeypatch.setattr(module, "parse", slowly)

    assert verify(tmp_path, tmp_path / "alarms.key") == (2, [])
    assert verify(tmp_path, tmp_path / "alarms.key") == (3, [])


def test_key_may_lie_elsewhere(tmp_path: Path, alarm: Alarm) -> None:
    """With the key elsewhere, whoever can write everything beside the record cannot sign a line of it."""
    (tmp_path / "safe").write_text("a key that the record's folder does not hold\n")
    record = AlarmRecord(tmp_path / "var", tmp_path / "safe")
    record.begin()
    record.append(record.entry(alarm, "p", "rest", None))

    record = AlarmRecord(tmp_path / "var", tmp_path / "safe")
    record.begin()

    assert verify(tmp_path / "var", tmp_path / "safe") == (1, [])
    assert not (tmp_path / "var" / "alarms.key").exists()
    path = tmp_path / "var" / FILE
    path.write_text("".join(f"{text}\n" for text in chained(path.read_text().splitlines())))
    assert verify(tmp_path / "var", tmp_path / "safe")[1]


def test_every_purpose_has_its_own_key() -> None:
    """One text has other signatures as a line, as a head and as a conversation's name."""
    seal = Seal("secret")
    told = {"lines": 1}

    assert len({seal.line(told)[:32], seal.head(told)[:32], seal.name(json.dumps(told))}) == 3
