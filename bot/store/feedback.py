"""What patients say of answers, kept for the nurses who look after them: no conversation, no time of day."""

import datetime
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = "feedback.jsonl"


@dataclass(frozen=True)
class Feedback:
    """What was said of an answer.

    Attributes:
        day: When, as YYYY-MM-DD.
        answer: The answer's id.
        helped: Whether it helped; None in a line that only says what was missing.
        missing: What was missing, in the patient's words.
    """

    day: str
    answer: str | None
    helped: bool | None
    missing: str | None = None


def keep(folder: Path, said: Feedback) -> None:
    """Append to the file in a folder, making both when they are missing, readable by their owner only."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = os.open(folder / FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(file, "a", encoding="utf-8") as lines:
        lines.write(json.dumps(asdict(said)) + "\n")


def kept(folder: Path) -> Iterator[Feedback]:
    """Yield what was said, the oldest first."""
    path = folder / FILE
    if path.is_file():
        for line in path.read_text(encoding="ascii").split("\n")[:-1]:
            yield Feedback(**json.loads(line))


def today() -> str:
    """Return the day as the file has it."""
    return datetime.date.today().isoformat()
