"""Messages and dialogues labelled with the alarm that they must raise: the benchmark and the voter's lessons."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field, root_validator

from bot.alarm.rules import AlarmKind
from bot.datafile import Strict, read

Sign = Literal["saddle", "bladder", "bowel", "sexual", "legs", "emergency", "crisis", "same_day"]
Reason = Literal[
    "denial", "learning", "future_fear", "past_over", "other_meaning", "ordinary_claudication", "everyday",
    "not_emergency", "not_crisis", "not_same_day",
]  # fmt: skip
Style = Literal[
    "plain", "euphemism", "slang", "typos", "sms", "capitals", "carer", "uncertain", "minimising", "buried",
    "mixed_negation", "fragment", "explained_away", "gradual", "no_back_pain", "conditional", "question",
    "second_language", "contrast", "long", "polite", "mixed",
]  # fmt: skip


class MessagesFile(Strict):
    """A file of labelled messages, by the alarm to raise or the reason for none, and by style."""

    alarms: dict[AlarmKind, dict[Sign, dict[Style, list[str]]]] = {}
    look_alikes: dict[Reason, dict[Style, list[str]]] = {}


@dataclass(frozen=True)
class Example:
    """A labelled message.

    Attributes:
        text: The message.
        alarm: The alarm that it must raise; None for a look-alike.
        label: The sign, or the reason why it is not a sign.
        style: How it is written.
    """

    text: str
    alarm: AlarmKind | None
    label: str
    style: str


class Turn(Strict):
    """A turn of a dialogue: the bot's words, or the patient's and what the bot must do with them."""

    patient: str | None
    bot: str | None
    alarm: AlarmKind | Literal["none", "stand_down"] | None = None
    reminder: bool | None = Field(
        None, description="whether the reply must carry the reminder; not looked at when missing"
    )

    @root_validator
    def _one_speaker(cls, values: dict[str, object]) -> dict[str, object]:
        if (values.get("patient") is None) == (values.get("bot") is None):
            raise ValueError("a turn has either `patient` or `bot`")
        if values.get("patient") is not None and values.get("alarm") is None:
            raise ValueError("a patient's turn says which `alarm` it must raise, or none")
        return values


class Dialogue(Strict):
    """A conversation in which signs add up, or something happens after an alarm."""

    dialogue: str
    why: str
    turns: list[Turn]


class DialoguesFile(Strict):
    """A file of dialogues."""

    dialogues: list[Dialogue]


def examples(files: Iterable[Path]) -> list[Example]:
    """Read labelled messages in the files' order; raise DataError with file, line and key for a wrong one."""
    found = []
    for path in files:
        file = read(path, MessagesFile)
        found += [
            Example(text, kind, sign, style)
            for kind, signs in file.alarms.items()
            for sign, styles in signs.items()
            for style, texts in styles.items()
            for text in texts
        ]
        found += [
            Example(text, None, reason, style)
            for reason, styles in file.look_alikes.items()
            for style, texts in styles.items()
            for text in texts
        ]
    return found


def dialogues(path: Path) -> list[Dialogue]:
    """Read dialogues; raise DataError with file, line and key for a wrong one."""
    return read(path, DialoguesFile).dialogues
