"""The lessons that the alarm's models learn from, beside data/nlu/: each with its outcome and its writer."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bot.alarm.decide import CHECK
from bot.alarm.labelled import Sign, examples
from bot.alarm.rules import AlarmKind
from bot.datafile import Strict, read
from bot.knowledge.ids import OUT_OF_SCOPE
from bot.settings import ROOT

FOLDER = ROOT / "data" / "safety"
WRITERS = "writers"  # the folder with a file for each writer; of the older lessons the writers are not known
OUTSIDE = "outside"  # in place of an answer's id: no answer covers it
Outcome = AlarmKind | Literal["check"] | None


class WriterFile(Strict):
    """One writer's lessons.

    Attributes:
        writer: The writer's name, which is the file's.
        voice: Whose voice it is.
        answers: Whether the ids under `quiet` teach the answers' classifier too.
        alarms: Messages that must raise an alarm, by the alarm and the sign.
        checks: Messages that leave open whether they tell a sign, by the sign.
        falls: Messages about a fall that tell no harm.
        quiet: Messages that call for nothing, by the id of the answer that fits, or `outside`.
    """

    writer: str
    voice: str
    answers: bool = True
    alarms: dict[AlarmKind, dict[Sign, list[str]]]
    checks: dict[Sign, list[str]]
    falls: list[str] = []
    quiet: dict[str, list[str]]


@dataclass(frozen=True)
class Lesson:
    """A message to learn from.

    Attributes:
        text: The message.
        outcome: The alarm that it must raise, `check`, or None.
        writer: Who wrote it; None if not known.
        answer: The id of the answer that fits, which may be one that is not written yet; None if not known.
    """

    text: str
    outcome: Outcome
    writer: str | None = None
    answer: str | None = None


def lessons(folder: Path = FOLDER) -> list[Lesson]:
    """Read all lessons, those of named writers last; raise DataError with file, line and key for a wrong file."""
    older = [Lesson(one.text, one.alarm) for one in examples(sorted(folder.glob("*.yml")))]
    return older + [one for path in sorted((folder / WRITERS).glob("*.yml")) for one in _of_writer(path)]


def _of_writer(path: Path) -> Iterator[Lesson]:
    file = read(path, WriterFile)
    for kind, signs in file.alarms.items():
        yield from (Lesson(text, kind, file.writer) for texts in signs.values() for text in texts)
    yield from (Lesson(text, CHECK, file.writer) for texts in file.checks.values() for text in texts)
    # The rules alone ask about falls: for the models they are nothing.
    yield from (Lesson(text, None, file.writer) for text in file.falls)
    for name, texts in file.quiet.items():
        answer = (OUT_OF_SCOPE if name == OUTSIDE else name) if file.answers else None
        yield from (Lesson(text, None, file.writer, answer) for text in texts)
