"""Patients' feedback on answers, kept for the nurses who look after them, without conversation or time of day."""

import datetime
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = "feedback.jsonl"


@dataclass(frozen=True)
class Feedback:
    """Feedback on an answer.

    Attributes:
        day: The day, as YYYY-MM-DD.
        answer: The answer's id.
        helped: Whether it helped; None in a line that only says what was missing.
        missing: What was missing, in the patient's words.
    """

    day: str
    answer: str | None
    helped: bool | None
    missing: str | None = None


def keep(folder: Path, said: Feedback) -> None:
    """Append to the file in a folder; create both when missing, readable by their owner only."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = os.open(folder / FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(file, "a", encoding="utf-8") as lines:
        lines.write(json.dumps(asdict(said)) + "\n")


def kept(folder: Path) -> Iterator[Feedback]:
    """Yield the feedback, the oldest first."""
    path = folder / FILE
    if path.is_file():
        for line in path.read_text(encoding="ascii").split("\n")[:-1]:
            yield Feedback(**json.loads(line))


def today() -> str:
    """Return today in the file's format."""
    return datetime.date.today().isoformat()
