"""Measures what is extracted from messages about symptoms, against labels."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.conversation.symptom_context import Told
from bot.knowledge.beside import ReflectionFile
from bot.reply.reflection import named, reflected

KINDS = ("symptom", "place", "side", "trigger", "relief", "whose")  # those with a closed list of values


@dataclass(frozen=True)
class Labelled:
    """A message with what it tells.

    Attributes:
        wanted: What a reader labelled.
        found: What was extracted.
        said: What of that is to be said back.
    """

    wanted: frozenset[Told]
    found: frozenset[Told]
    said: tuple[Told, ...]


def table(title: str, some: Sequence[Labelled], words: ReflectionFile) -> list[str]:
    """Return the lines of a table: how well each kind is extracted, which denials are read, and what is said back."""
    rows = [f"### {title}: {len(some)} messages", "", "| | told | precision | recall | F1 |", "|---|---|---|---|---|"]
    for kind in KINDS:
        pairs = [(_values(one.wanted, kind), _values(one.found, kind)) for one in some]
        hits = sum(len(wanted & found) for wanted, found in pairs)
        wanted, found = (sum(len(pair[place]) for pair in pairs) for place in (0, 1))
        ratios = (_share(hits, found), _share(hits, wanted), _share(2 * hits, wanted + found))
        rows.append(f"| {kind} | {wanted} | {' | '.join(ratios)} |")
    heard = [
        (one, other)
        for labelled in some
        for one in labelled.wanted
        for other in labelled.found
        if one.kind in KINDS and (one.kind, one.value) == (other.kind, other.value)
    ]
    right = sum(one.denied == other.denied for one, other in heard)
    said = [one for one in some if reflected(words, one.said)]
    untold = sum(not _names(one.said, words) <= _names(one.wanted, words) for one in said)
    told = f"Told or denied as labelled: {_share(right, len(heard))} of {len(heard)}."
    back = f"Said back: {len(said)} messages, {untold} of them with something that was not told."
    return [*rows, "", f"{told} {back}", ""]


def _values(told: Iterable[Told], kind: str) -> set[str]:
    return {one.value for one in told if one.kind == kind and one.value != "self"}


def _names(told: Iterable[Told], words: ReflectionFile) -> set[str]:
    sure = [one for one in told if not one.denied]
    kinds = {"symptom": words.symptoms, "place": words.places, "trigger": words.triggers, "relief": words.reliefs}
    return {name for kind, names in kinds.items() for name in named(sure, kind, names)}


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "none"
