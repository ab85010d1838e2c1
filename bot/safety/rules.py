"""The alarm's data files and their schema."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, validator

from bot.knowledge.ids import urgent
from bot.safety.phrases import Words, parse
from bot.yamlfile import DataError, Strict, read

FOLDER = Path(__file__).parent
AlarmKind = Literal["crisis", "emergency", "cauda_equina", "same_day"]
ORDER: tuple[AlarmKind, ...] = ("crisis", "emergency", "cauda_equina", "same_day")
ALARMS: dict[str, AlarmKind] = {urgent(kind): kind for kind in ORDER}  # by the ids of their messages


class WordsFile(Strict):
    """The file `words.yml`: what all files of signs share."""

    version: str
    not_misspellings: list[str]
    contractions: dict[str, list[str]]
    words: Words


class Rule(Strict):
    """A sign: the concepts that must stand near each other in one sentence."""

    sign: str
    name: str
    all: list[str] = Field(min_items=1)
    within: int = Field(0, description="greatest number of tokens between two of the concepts")
    sure: bool = Field(
        True, description="false: a suspicion, which raises the alarm only together with another voter's"
    )


class Across(Strict):
    """A sign told in two messages: `now` counts when `earlier` was spoken of before, by the patient or by the bot."""

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
    """A file of `signs/`, one for each alarm; what it means for phrases to stand for signs is told in `words.yml`."""

    alarm: AlarmKind
    concepts: dict[str, list[str]]
    rules: list[Rule]
    across: list[Across] = []

    @validator("rules", each_item=True)
    def _known_in_rule(cls, rule: Rule, values: dict[str, Any]) -> Rule:
        return _known(rule, rule.all, values)

    @validator("across", each_item=True)
    def _known_in_across(cls, across: Across, values: dict[str, Any]) -> Across:
        return _known(across, [across.earlier, across.now, *([across.unless] if across.unless else [])], values)


def _known(rule: Any, names: list[str], values: dict[str, Any]) -> Any:
    unknown = set(names) - set(values.get("concepts", {}))
    if unknown:
        raise ValueError(f"{rule.name}: no such concept: {sorted(unknown)}")
    return rule


class Cue(Strict):
    """Words that silence signs: which ones they reach, and under which conditions."""

    reaches: Literal["after", "before", "rest", "sentence", "message", "nothing"]
    phrases: list[str]
    not_these: list[str] = []
    needs: str | None = Field(None, description="another cue that must stand in the message too")
    leads: int = Field(0, description="counts only among that many first words of a sentence or clause; 0: anywhere")
    only: list[str] = Field([], description="the signs that it silences; all when empty")
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
    clause_ends: list[str]
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
    context: ContextFile


def load(folder: Path = FOLDER) -> Rules:
    """Read all files; raises DataError with file, line or key when one breaks its schema."""
    words = read(folder / "words.yml", WordsFile)
    context = read(folder / "context.yml", ContextFile)
    files = {path: read(path, SignsFile) for path in sorted((folder / "signs").glob("*.yml"))}
    problems = [
        f"{path}: {key}: {error}"
        for path, key, phrases in [
            *((path, f"concepts.{name}", some) for path, file in files.items() for name, some in file.concepts.items()),
            *(
                (folder / "context.yml", f"cues.{name}", [*cue.phrases, *cue.not_these])
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
    known = {rule.sign for file in files.values() for rule in file.rules}
    unknown = {sign for cue in context.cues.values() for sign in cue.only} - known
    if unknown:
        problems.append(f"{folder / 'context.yml'}: cues: only: no rule has the sign {', '.join(sorted(unknown))}")
    problems += [
        f"{folder / 'signs'}: no file for the alarm {kind}"
        for kind in ORDER
        if kind not in {f.alarm for f in files.values()}
    ]
    if problems:
        raise DataError("\n".join(problems))
    return Rules(words=words, signs=list(files.values()), context=context)


def _unreadable(phrases: list[str], words: Words) -> Iterator[str]:
    for phrase in phrases:
        try:
            parse(phrase, words)
        except ValueError as error:
            yield str(error)
