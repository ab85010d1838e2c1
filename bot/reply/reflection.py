"""Says back the symptoms that a patient told, so that a story without a question does not only get a refusal."""

from collections.abc import Iterable, Mapping

from bot.conversation.symptom_context import Told
from bot.knowledge.beside import ReflectionFile

LEGS = "leg"  # the place whose name stands for all places of the legs


def reflected(file: ReflectionFile, told: Iterable[Told]) -> str:
    """Return the sentence that says symptoms back, and what the documents link them to.

    Args:
        file: The words.
        told: What the patient told, without what was denied.

    Returns:
        The sentences; empty unless a symptom, its place, and what brings or eases it can all be named.
    """
    told = list(told)
    symptoms, places = named(told, "symptom", file.symptoms), named(told, "place", file.places)
    triggers, reliefs = named(told, "trigger", file.triggers), named(told, "relief", file.reliefs)
    if not (symptoms and places and (triggers or reliefs)):
        return ""
    legs, sides = file.places[LEGS], named(told, "side", file.sides)
    where = [sides[0] if one == legs and len(sides) == 1 else one for one in places]
    join, choice = file.joins["and"], file.joins["or"]
    said = file.sentence.format(symptoms=_listed(symptoms, join), places=_listed(where, join))
    if triggers:
        said = f"{said} {file.when.format(triggers=_listed(triggers, choice))}"
    if reliefs:
        said = f"{said}, {file.easing.format(reliefs=_listed(reliefs, choice))}"
    return f"{said}. {file.link}" if triggers and legs in places else f"{said}."


def named(told: Iterable[Told], kind: str, names: Mapping[str, str]) -> list[str]:
    """Return the names of the things of a kind that have one, each once."""
    return list(dict.fromkeys(names[one.value] for one in told if one.kind == kind and one.value in names))


def _listed(names: list[str], join: str) -> str:
    """Return "pain, cramps and numbness"."""
    *others, last = names
    return f"{', '.join(others)} {join} {last}" if others else last
