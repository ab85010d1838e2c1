"""A scripted dialogue: one YAML file that anybody can write."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import Field, validator

from bot.datafile import DataError, Strict, line_of, read

Texts = str | list[str]


class Expected(Strict):
    """What the bot must do; what is not stated is not checked.

    Attributes:
        answer: The id that a reply must have, `one or another`, or a list of which each must occur.
        says: Words that the replies must contain, in upper or lower case.
        never_says: Words that they must not contain.
        urgent: Whether an alarm must be raised.
        reminder: Whether the replies must have the reminder.
        buttons: Titles or ids of buttons that must exist.
        asks_back: Whether the bot must ask the patient something: which answer is meant, or a form's question.
    """

    answer: Texts | None
    says: Texts = []
    never_says: Texts = Field([], alias="never says")
    urgent: bool | None
    reminder: bool | None
    buttons: Texts = []
    asks_back: bool | None = Field(None, alias="asks back")


class Line(Strict):
    """A line of the dialogue: the patient's words, or what the bot must do."""

    patient: str | None
    bot: Expected | None


class ScriptFile(Strict):
    """A file of `tests/dialogues/`."""

    dialogue: str
    why: str
    turns: list[Line] = Field(min_items=2)

    @validator("turns")
    def _by_turns(cls, turns: list[Line]) -> list[Line]:
        for place, line in enumerate(turns):
            wanted, other = ("patient", "bot") if place % 2 == 0 else ("bot", "patient")
            if getattr(line, wanted) is None or getattr(line, other) is not None:
                raise ValueError(f"line {place + 1} of the dialogue must be `{wanted}:`; patient and bot take turns")
        if len(turns) % 2:
            raise ValueError("the last `patient:` has no `bot:`")
        return turns


@dataclass(frozen=True)
class Turn:
    """What the patient says, what the bot must do, and its line in the file."""

    patient: str
    expected: Expected
    line: int


@dataclass(frozen=True)
class Script:
    """A dialogue and its file."""

    name: str
    path: Path
    turns: tuple[Turn, ...]


def load(path: Path) -> Script:
    """Read a dialogue; raise DataError with file, line and key if it is wrong."""
    file = read(path, ScriptFile)
    root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    turns = tuple(_turns(file.turns, root))
    return Script(file.dialogue, path, turns)


def _turns(lines: list[Line], root: yaml.Node | None) -> Iterator[Turn]:
    for place in range(0, len(lines), 2):
        patient, bot = lines[place].patient, lines[place + 1].bot
        assert patient is not None, "the schema has seen to it"
        assert bot is not None, "the schema has seen to it"
        yield Turn(patient, bot, line_of(root, ("turns", place + 1)))


def load_all(folder: Path) -> list[Script]:
    """Read a folder's dialogues; raise DataError with all problems, including two of the same name."""
    scripts, problems = [], []
    names: dict[str, Path] = {}
    for path in sorted(folder.glob("*.yml")):
        try:
            script = load(path)
        except DataError as error:
            problems.append(str(error))
            continue
        if script.name in names:
            problems.append(f"{path}:1: dialogue: {names[script.name]} has the same name")
        names[script.name] = path
        scripts.append(script)
    if problems:
        raise DataError("\n".join(problems))
    if not scripts:
        raise DataError(f"{folder}:1: has no dialogues (*.yml)")
    return scripts
