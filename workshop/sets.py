"""The test sets: their paths, and how to read the benchmark's halves."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.alarm.labelled import Dialogue, Example, dialogues, examples
from bot.datafile import DataError
from bot.settings import ROOT

BENCHMARK = ROOT / "tests" / "benchmark"
HALVES = {"set aside (never looked at while rules were written)": BENCHMARK / "set_aside", "open": BENCHMARK / "open"}
DIALOGUES = "dialogues.yml"
# Long messages, with the question in them and the ids that answer it fairly.
LONG = BENCHMARK / "long.jsonl"
# Real patients' messages, retold, with the labels of one reader; hospitals' cards; signs with something added.
REAL, CARD, PERTURBATIONS = (BENCHMARK / f"{name}.jsonl" for name in ("real", "card", "perturbations"))
OUTCOMES = BENCHMARK / "outcomes.yml"  # which messages the last measured version had right
AFTER_ALARM = ROOT / "tests" / "conversation" / "held_out" / "after_alarm.jsonl"
OUTSIDE = ROOT / "tests" / "conversation" / "held_out" / "outside.jsonl"
# Messages whose symptoms others labelled before they were extracted.
SYMPTOMS = {
    "open": ROOT / "tests" / "conversation" / "symptoms.jsonl",
    "held out": ROOT / "tests" / "conversation" / "held_out" / "symptoms.jsonl",
}
WALKS = ROOT / "tests" / "conversation" / "held_out" / "walks.jsonl"
HELD_OUT = ROOT / "tests" / "nlu" / "held_out.yml"
SCRIPTS = ROOT / "tests" / "dialogues"


def messages(half: Path) -> list[Example]:
    """Read the messages of a half of the benchmark; raise DataError if a file is wrong."""
    return examples(path for path in sorted(half.glob("*.yml")) if path.name != DIALOGUES)


def talks(half: Path) -> list[Dialogue]:
    """Read the dialogues of a half of the benchmark; raise DataError if the file is wrong."""
    return dialogues(half / DIALOGUES)


def rows(path: Path, *keys: str) -> Iterator[dict[str, Any]]:
    """Yield those keys of each object in a file of JSON lines; raise DataError if a line lacks one."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            yield {key: row[key] for key in keys}
        except (ValueError, KeyError, TypeError) as error:
            raise DataError(
                f"{path}:{number}: is no JSON object with a {' and a '.join(f'`{key}`' for key in keys)}"
            ) from error
