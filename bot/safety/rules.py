"""The alarm's data files and their schema."""

from pathlib import Path
from typing import Any, Literal

from pydantic import Field, validator

from bot.safety.phrases import Words, parse
from bot.yamlfile import DataError, Strict, read

FOLDER = Path(__file__).parent
AlarmKind = Literal["crisis", "emergency", "cauda_equina", "same_day"]
ORDER: tuple[AlarmKind, ...] = ("crisis", "emergency", "cauda_equina", "same_day")


class Rule(Strict):
    """A sign: the concepts that must stand near each other in one sentence."""

    alarm: AlarmKind
    sign: str
    name: str
    all: list[str] = Field(min_items=1)
    within: int = Field(0, description="greatest number of tokens between two of the concepts")


class SignsFile(Strict):
    """The file `signs.yml`: what it means for phrases to stand for signs is told at its top."""

    version: str
    not_misspellings: list[str]
    words: Words
    concepts: dict[str, list[str]]
    rules: list[Rule]

    @validator("concepts")
    def _readable(cls, concepts: dict[str, list[str]], values: dict[str, Any]) -> dict[str, list[str]]:
        for phrases in concepts.values():
            for phrase in phrases:
                parse(phrase, values.get("words", {}))
        return concepts

    @validator("rules", each_item=True)
    def _known_concepts(cls, rule: Rule, values: dict[str, Any]) -> Rule:
        unknown = set(rule.all) - set(values.get("concepts", {}))
        if unknown:
            raise ValueError(f"{rule.name}: no such concept: {sorted(unknown)}")
        return rule


class Cue(Strict):
    """Words that silence signs: which ones they reach, and under which conditions."""

    reaches: Literal["after", "before", "sentence", "message", "nothing"]
    phrases: list[str]
    not_these: list[str] = []
    needs: str | None = Field(None, description="another cue that must stand in the message too")
    leads: int = Field(0, description="counts only among that many first words of a sentence or clause; 0: anywhere")
    only: list[str] = Field([], description="the signs that it silences; all when empty")
    impersonal: bool = Field(False, description="does not silence when somebody's own body is spoken of")


class ContextFile(Strict):
    """The file `context.yml`."""

    inner_negations: list[str]
    sentence_ends: list[str]
    clause_ends: list[str]
    words: Words
    cues: dict[str, Cue]

    @validator("cues")
    def _consistent(cls, cues: dict[str, Cue], values: dict[str, Any]) -> dict[str, Cue]:
        for name, cue in cues.items():
            for phrase in [*cue.phrases, *cue.not_these]:
                parse(phrase, values.get("words", {}))
            if cue.needs and cue.needs not in cues:
                raise ValueError(f"{name}: needs: there is no cue {cue.needs}")
        return cues


def load(folder: Path = FOLDER) -> tuple[SignsFile, ContextFile]:
    """Read both files; raises DataError with file, line and key when one breaks its schema."""
    signs, context = read(folder / "signs.yml", SignsFile), read(folder / "context.yml", ContextFile)
    known = {rule.sign for rule in signs.rules}
    unknown = {sign for cue in context.cues.values() for sign in cue.only} - known
    if unknown:
        raise DataError(f"{folder / 'context.yml'}: cues: only: no rule has the sign {', '.join(sorted(unknown))}")
    return signs, context
