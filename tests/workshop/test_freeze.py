"""Replies are recorded and compared."""

import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from bot.datafile import DataError
from workshop.freeze import asked, differences, lasting, record


def file(folder: Path, name: str, *replies: dict[str, Any]) -> Path:
    """Write a file as `record` does."""
    path = folder / name
    path.write_text("".join(f"{lasting(json.dumps(reply))}\n" for reply in replies), encoding="utf-8")
    return path


def test_messages_are_of_every_set(tmp_path: Path) -> None:
    """Dialogues, benchmark and held-out questions of both kinds are asked, and other files' texts."""
    own = tmp_path / "own.jsonl"
    own.write_text('{"text": "my legs ache"}\n')

    lines = list(asked([own]))

    assert {line["conversation"].split("/")[0] for line in lines} == {
        *("dialogues", "held_out", "open", "set_aside", "held_out.yml", "own.jsonl")
    }
    assert lines[-1] == {"conversation": "own.jsonl/0", "text": "my legs ache"}


def test_line_without_text_is_named(tmp_path: Path) -> None:
    """A line of another file that holds no text is told with the file's name and its number."""
    own = tmp_path / "own.jsonl"
    own.write_text('{"text": "my legs ache"}\n{"txt": "oops"}\n')

    with pytest.raises(DataError, match=r"own\.jsonl:2: "):
        list(asked([own]))


def test_what_changes_from_run_to_run_is_left_out(tmp_path: Path) -> None:
    """Times and papers' addresses make no difference."""
    before = file(tmp_path, "1", {"conversation": "a/1", "ms": 5, "replies": [{"text": "/visit/AbC_-9 is yours"}]})
    after = file(tmp_path, "2", {"conversation": "a/1", "ms": 9, "replies": [{"text": "/visit/xyz is yours"}]})

    assert differences(before, after) == []


def test_difference_names_its_message(tmp_path: Path) -> None:
    """The second message of a conversation differs, and the difference shows both replies."""
    same = {"conversation": "dialogues/a", "text": "hello", "urgent": False}
    before = file(tmp_path, "1", same, {**same, "text": "I fell"})
    after = file(tmp_path, "2", same, {**same, "text": "I fell", "urgent": True})

    assert differences(before, after) == ["dialogues/a, message 2: 'I fell': {'urgent': (False, True)}"]


def test_message_that_is_missing_differs(tmp_path: Path) -> None:
    """A message that only one file has is a difference."""
    one = {"conversation": "open/1", "text": "hello"}

    assert differences(file(tmp_path, "1", one), file(tmp_path, "2")) != []


@pytest.mark.parametrize("conversation", ["set_aside/4", "held_out/a-talk", "held_out.yml/77"])
def test_words_that_nobody_reads_are_not_shown(conversation: str, tmp_path: Path) -> None:
    """Of a message that is set aside, only the place and what differs are told."""
    one = {"conversation": conversation, "text": "a secret", "answers": ["a"]}
    before, after = file(tmp_path, "1", one), file(tmp_path, "2", {**one, "answers": ["b"]})

    assert differences(before, after) == [f"{conversation}, message 1: ['answers']"]


def test_unknown_commit_is_named() -> None:
    """A commit that does not exist is told by its name."""
    with pytest.raises(DataError, match="nowhere: is no commit"):
        record([], "nowhere", Console(quiet=True))


@pytest.mark.rasa
def test_checkout_is_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The checkout's own bot replies, message by message."""
    monkeypatch.setattr("workshop.freeze.FOLDER", tmp_path)
    lines = [
        {"conversation": f"own/{number}", "text": text} for number, text in enumerate(["what is a laminectomy?"] * 2)
    ]

    kept = record(lines, None, Console(quiet=True))

    assert [json.loads(line)["answers"] for line in kept.read_text().splitlines()] == [["surgery.laminectomy"]] * 2
