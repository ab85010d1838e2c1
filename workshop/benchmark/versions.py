"""Compares a version of the bot with the one before, message by message."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml
from scipy.stats import binomtest

from bot.datafile import Strict, read

RIGHT, WRONG = "+", "-"


class Outcomes(Strict):
    """What a version made of the messages of one set.

    Attributes:
        messages: The hash of the messages and their labels.
        right: A character for each message, in their order: `+` where the version was right.
    """

    messages: str
    right: str


class OutcomesFile(Strict):
    """The outcomes of one version, by the name of the set.

    Attributes:
        version: The version of the rules, and the hash of what the model learns from.
        sets: The outcomes.
    """

    version: str
    sets: dict[str, Outcomes]


def outcomes(messages: Sequence[tuple[str, str | None]], right: Sequence[bool]) -> Outcomes:
    """Return the outcomes of a set's messages, each with its label."""
    digest = hashlib.sha256(json.dumps([list(one) for one in messages]).encode()).hexdigest()
    return Outcomes(messages=digest[:16], right="".join(RIGHT if hit else WRONG for hit in right))


def keep(file: Path, version: str, sets: Mapping[str, Outcomes]) -> None:
    """Write a version's outcomes, for the next one to be compared with."""
    text = yaml.safe_dump(OutcomesFile(version=version, sets=dict(sets)).dict(), sort_keys=False, width=1_000_000)
    head = "# Which messages the last measured version had right; `make bench-safety` writes it.\n"
    file.write_text(head + text, encoding="utf-8")


def kept(file: Path) -> OutcomesFile:
    """Return what `keep` wrote; raise DataError if the file is missing or wrong."""
    return read(file, OutcomesFile)


def compared(before: OutcomesFile, version: str, sets: Mapping[str, Outcomes]) -> str:
    """Return a table of the messages that only one of two versions has right, with McNemar's exact test.

    McNemar, Psychometrika 12, 1947. Sets whose messages have changed are left out.

    Args:
        before: The outcomes of the version before.
        version: The name of this version.
        sets: Its outcomes.
    """
    lines = [
        f"Before: {before.version}. Now: {version}.",
        "",
        "| messages | number | right only before | right only now | p |",
        "|---|---|---|---|---|",
    ]
    for name, now in sets.items():
        old = before.sets.get(name)
        if old is None or old.messages != now.messages:
            lines.append(f"| {name} | {len(now.right)} | – | – | other messages |")
            continue
        pairs = list(zip(old.right, now.right, strict=True))
        lost, won = pairs.count((RIGHT, WRONG)), pairs.count((WRONG, RIGHT))
        chance = binomtest(won, lost + won).pvalue if lost + won else 1.0
        lines.append(f"| {name} | {len(now.right)} | {lost} | {won} | {chance:.2f} |")
    return "\n".join(lines)
