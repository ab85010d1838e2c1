"""`stride ask`: the interface for scripts."""

import json
import subprocess
import sys
from typing import Any

import pytest

from bot.settings import ROOT

pytestmark = pytest.mark.rasa
KEYS = {"conversation", "text", "replies", "answers", "urgent", "check", "reminder", "sources", "confidence", "ms"}


@pytest.fixture(scope="module")
def lines() -> list[dict[str, Any]]:
    """What one start of the command prints for good and bad lines."""
    questions = [
        json.dumps({"conversation": "a", "text": "What is a laminectomy?"}).encode(),
        b"not json",
        b"",
        b"\xff\xfe",
        b"[1]",
        b'{"conversation": "a"}',
        b'{"conversation": "a", "text": 5}',
        b'{"conversation": "", "text": "hello"}',
        b"[" * 100_000,
        json.dumps({"conversation": "a", "text": "x" * 100_000}).encode(),
        json.dumps({"conversation": "b", "text": "I can't pee \ud83d\ude00"}).encode(),
        json.dumps({"conversation": "b", "text": "does a back brace help?"}).encode(),
        json.dumps({"conversation": "a", "text": "does a back brace help?"}).encode(),
    ]
    command = [sys.executable, "-m", "bot.cli", "ask"]
    done = subprocess.run(command, input=b"\n".join(questions), capture_output=True, cwd=ROOT, timeout=300, check=True)
    # Every line of the output is JSON: nothing of Rasa's comes between.
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_one_line_for_each(lines: list[dict[str, Any]]) -> None:
    """Every line that is not blank gets one, in order."""
    assert [line.get("conversation") for line in lines if "error" not in line] == ["a", "a", "b", "b", "a"]
    assert len(lines) == 12


def test_answer_has_all_keys(lines: list[dict[str, Any]]) -> None:
    """An answer tells everything that scripts need."""
    assert set(lines[0]) == KEYS
    assert lines[0]["answers"] == ["surgery.laminectomy"]
    assert set(lines[0]["replies"][0]["buttons"][0]) == {"title", "payload", "answer"}
    assert lines[0]["ms"] > 0


def test_malformed_line_gets_an_error(lines: list[dict[str, Any]]) -> None:
    """A malformed line is told with its number, and the run goes on."""
    errors = [line["error"] for line in lines if "error" in line]

    assert [error.split(":")[0] for error in errors] == [f"line {number}" for number in (2, 4, 5, 6, 7, 8, 9)]


def test_conversations_keep_their_state(lines: list[dict[str, Any]]) -> None:
    """The reminder after an alarm comes in its conversation only."""
    alarm, after, other = lines[-3:]

    assert (alarm["urgent"], after["reminder"], other["reminder"]) == (True, True, False)
