"""What the conversation's small classifiers learn from: walks, and what patients say after an alarm."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from bot.datafile import Strict, read
from bot.settings import ROOT

WALKS = ROOT / "data" / "diary" / "walks.yml"
AFTER_ALARM = ROOT / "data" / "after_alarm"
# What a message says after an alarm, beside the reasons to put it off and the questions how to get help.
Said = Literal["hesitation", "how", "going", "ok", "stand_down", "seen", "sign", "other"]
OTHER: Said = "other"
ANY = "any"  # in place of a reason


class Writer(Strict):
    """What one writer wrote: messages that report a walk, and others with a time or a way in them."""

    writer: str
    reports: list[str]
    others: list[str]


class WalksFile(Strict):
    """The file `walks.yml`."""

    lessons: list[Writer]


class AfterAlarmLessons(Strict):
    """A file of one writer's messages after an alarm: by what they say, and by the reason or the question.

    Attributes:
        writer: The writer's name, which is the file's.
        voice: Whose voice it is.
        said: The messages; the reason is `any` where none is told apart.
    """

    writer: str
    voice: str
    said: dict[Said, dict[str, list[str]]]

    def labelled(self) -> Iterator[tuple[str, str]]:
        """Yield each message with its label: what it says, and after a space the reason, if any."""
        for said, reasons in self.said.items():
            for reason, texts in reasons.items():
                yield from ((text, said if reason == ANY else f"{said} {reason}") for text in texts)


def walks(path: Path = WALKS) -> list[Writer]:
    """Read the lessons about walks; raises DataError when the file is wrong."""
    return read(path, WalksFile).lessons


def after_alarm(folder: Path = AFTER_ALARM) -> list[AfterAlarmLessons]:
    """Read the lessons of each writer; raises DataError when a file is wrong."""
    return [read(path, AfterAlarmLessons) for path in sorted(folder.glob("*.yml"))]
