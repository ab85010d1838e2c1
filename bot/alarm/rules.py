"""The alarm's data files and their schema."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import Field, validator

from bot.datafile import DataError, Strict, read
from bot.knowledge.ids import urgent
from bot.text.phrases import Words, parse

FOLDER = Path(__file__).parent
AlarmKind = Literal["crisis", "emergency", "cauda_equina", "same_day"]
CheckKind = Literal["fall", "cauda_equina"]
Concepts = dict[str, list[str]]  # phrases, by the concept's name
ORDER: tuple[AlarmKind, ...] = ("crisis", "emergency", "cauda_equina", "same_day")
# Of two checks the first is asked: the signs after a fall include new numbness.
CHECKS: tuple[CheckKind, ...] = ("fall", "cauda_equina")
ALARMS: dict[str, AlarmKind] = {urgent(kind): kind for kind in ORDER}  # by the ids of their urgent messages


class WordsFile(Strict):
    """The file `words.yml`, which all files of signs share."""

    version: str
    not_misspellings: list[str]
    misspellings: dict[str, list[str]]
    contractions: dict[str, list[str]]
    words: Words


class Rule(Strict):
    """A sign: the concepts, from any file, that must be near each other in one sentence."""

    sign: str
    name: str
    all: list[str] = Field(min_items=1)
    within: int = Field(0, description="greatest number of tokens between two of the concepts")
    anywhere: bool = Field(False, description="the concepts may stand in different sentences")
    sure: bool = Field(
        True, description="false: a suspicion, which raises the alarm only together with another voter's"
    )
    denies: bool = Field(False, description="what it finds tells that there is no sign")


class Across(Strict):
    """A sign in two messages: `now` counts when the patient or the bot mentioned `earlier` before."""

    sign: str
    name: str
    earlier: str
    now: str
    unless: str | None = Field(
        None, description="a concept in the same sentence that shows that something else is meant"
    )
    by: Literal["anybody", "bot", "asked"] = Field(
        "anybody",
        description="who spoke of `earlier`: `bot` counts the bot's last question only, `asked` that and the patient",
    )


class SignsFile(Strict):
    """A file of `signs/`, one or more for each alarm; `words.yml` explains how to write phrases.

    Attributes:
        anchors: Concepts; the voter needs one of them to raise this alarm.
        anchors_beside_falls: The anchors where the bot can ask instead; empty: the same ones.
    """

    alarm: AlarmKind
    concepts: Concepts
    anchors: list[str] = []
    anchors_beside_falls: list[str] = []
    rules: list[Rule]
    across: list[Across] = []

    def names(self) -> Iterator[tuple[str, list[str]]]:
        """Yield each place that names concepts, and the concepts."""
        yield "anchors", [*self.anchors, *self.anchors_beside_falls]
        for rule in self.rules:
            yield f"rules: {rule.name}", rule.all
        for one in self.across:
            yield f"across: {one.name}", [one.earlier, one.now, *([one.unless] if one.unless else [])]


class Check(Strict):
    """What the bot asks about: the concepts that must stand near each other in one sentence."""

    check: CheckKind
    sign: str = Field(description="what it may be; the cues of this sign silence it")
    name: str
    all: list[str] = Field(min_items=1)
    within: int = 0
    anywhere: bool = False


class ChecksFile(Strict):
    """The file `checks.yml`: what may be a sign, and the words leave open whether it is one."""

    concepts: Concepts
    checks: list[Check]

    def names(self) -> Iterator[tuple[str, list[str]]]:
        """Yield each place that names concepts, and the concepts."""
        for one in self.checks:
            yield f"checks: {one.name}", one.all


class Cue(Strict):
    """Words that silence signs: which ones they reach, and under which conditions.

    The words are those of ConText (Harkema and others, 2009) and of medspaCy; two directions more were needed:
    `forward_sentence`, which no clause ends, and `message`.
    """

    direction: Literal["forward", "forward_sentence", "backward", "bidirectional", "message", "none"]
    phrases: list[str]
    pseudo: list[str] = Field([], description="phrases that hold its words, and are no cue")
    needs: str | None = Field(None, description="another cue that must stand in the message too")
    leads: int = Field(0, description="counts only among that many first words of a sentence or clause; 0: anywhere")
    allowed_types: list[str] = Field([], description="the signs that it silences; all when empty")
    excluded_types: list[str] = Field([], description="the signs that it does not silence")
    impersonal: bool = Field(False, description="does not silence when somebody's own body is spoken of")
    yields_to: str | None = Field(
        None, description="a cue that stands against it: then it weakens instead of silencing"
    )
    weakens: bool = Field(False, description="makes a suspicion of what it reaches instead of silencing it")
    erases: bool = Field(False, description="a sign that it silences is not remembered for the next messages either")


class ContextFile(Strict):
    """The file `context.yml`."""

    inner_negations: list[str]
    sentence_ends: list[str]
    terminate: list[str]
    links: list[str]
    unfinished: list[str]
    cues: dict[str, Cue]

    @validator("cues")
    def _consistent(cls, cues: dict[str, Cue]) -> dict[str, Cue]:
        for name, cue in cues.items():
            for other in (cue.needs, cue.yields_to):
                if other and other not in cues:
                    raise ValueError(f"{name}: there is no cue {other}")
        return cues


class Rules(Strict):
    """All of the alarm's data."""

    words: WordsFile
    signs: list[SignsFile]
    checks: ChecksFile
    context: ContextFile

    def anchors(self, kind: AlarmKind, beside_falls: bool = False) -> set[str]:
        """Return the anchors of an alarm, from all of its files; `beside_falls`: where the bot can ask."""
        files = [file for file in self.signs if file.alarm == kind]
        return {name for file in files for name in (beside_falls and file.anchors_beside_falls) or file.anchors}

    @property
    def concepts(self) -> Iterator[tuple[str, list[str]]]:
        """All concepts with their phrases."""
        files: list[SignsFile | ChecksFile] = [*self.signs, self.checks]
        for file in files:
            yield from file.concepts.items()


def load(folder: Path = FOLDER) -> Rules:
    """Read all files; raises DataError with file, line or key when one breaks its schema."""
    words = read(folder / "words.yml", WordsFile)
    context = read(folder / "context.yml", ContextFile)
    signs = {path: read(path, SignsFile) for path in sorted((folder / "signs").glob("*.yml"))}
    checks = read(folder / "checks.yml", ChecksFile)
    files: dict[Path, SignsFile | ChecksFile] = {**signs, folder / "checks.yml": checks}
    problems = [
        f"{path}: {key}: {error}"
        for path, key, phrases in [
            *((path, f"concepts.{name}", some) for path, file in files.items() for name, some in file.concepts.items()),
            *(
                (folder / "context.yml", f"cues.{name}", [*cue.phrases, *cue.pseudo])
                for name, cue in context.cues.items()
            ),
        ]
        for error in _unreadable(phrases, words.words)
    ]
    seen: set[str] = set()
    for path, file in files.items():
        problems += [
            f"{path}: concepts: {name}: stands in another file too" for name in seen.intersection(file.concepts)
        ]
        seen.update(file.concepts)
    problems += [
        f"{path}: {key}: no such concept: {unknown}"
        for path, file in files.items()
        for key, names in file.names()
        if (unknown := sorted(set(names) - seen))
    ]
    known = {rule.sign for file in signs.values() for rule in file.rules} | {one.sign for one in checks.checks}
    strange = {sign for cue in context.cues.values() for sign in (*cue.allowed_types, *cue.excluded_types)} - known
    if strange:
        problems.append(f"{folder / 'context.yml'}: cues: no rule has the sign {', '.join(sorted(strange))}")
    problems += [
        f"{folder / 'signs'}: no file for the alarm {kind}"
        for kind in ORDER
        if kind not in {file.alarm for file in signs.values()}
    ]
    if problems:
        raise DataError("\n".join(problems))
    return Rules(words=words, signs=list(signs.values()), checks=checks, context=context)


def _unreadable(phrases: list[str], words: Words) -> Iterator[str]:
    for phrase in phrases:
        try:
            parse(phrase, words)
        except ValueError as error:
            yield str(error)
