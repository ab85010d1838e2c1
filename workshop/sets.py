"""The test sets: their paths, and how to read the benchmark's halves."""

from pathlib import Path

from bot.alarm.labelled import Dialogue, Example, dialogues, examples
from bot.settings import ROOT

BENCHMARK = ROOT / "tests" / "benchmark"
HALVES = {"set aside (never looked at while rules were written)": BENCHMARK / "set_aside", "open": BENCHMARK / "open"}
DIALOGUES = "dialogues.yml"
WALKS = ROOT / "tests" / "conversation" / "held_out" / "walks.jsonl"
HELD_OUT = ROOT / "tests" / "nlu" / "held_out.yml"
SCRIPTS = ROOT / "tests" / "dialogues"


def messages(half: Path) -> list[Example]:
    """Read the messages of a half of the benchmark; raise DataError if a file is wrong."""
    return examples(path for path in sorted(half.glob("*.yml")) if path.name != DIALOGUES)


def talks(half: Path) -> list[Dialogue]:
    """Read the dialogues of a half of the benchmark; raise DataError if the file is wrong."""
    return dialogues(half / DIALOGUES)
