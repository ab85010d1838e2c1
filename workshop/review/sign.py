"""Takes signed lists back into `signatures.yml`."""

import datetime
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from bot.knowledge.base import KnowledgeBase
from bot.knowledge.signatures import Signature, sha256_of
from bot.knowledge.values import NAME
from bot.knowledge.words import words
from workshop.review.entries import code

ALL = "all"
HEAD = (
    "# Who has signed which text, and when: `stride review --sign` writes it, nobody else. `text` is what was signed.\n"
)


class _Dumper(yaml.SafeDumper):
    """Writes text of several lines as such."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def signed(
    base: KnowledgeBase, lines: Iterable[str], by: str, role: str, date: str, today: datetime.date
) -> dict[str, Signature]:
    """Return the new signatures of a signed list.

    Args:
        base: The knowledge base.
        lines: The list: an id a line, with the code that is printed beside it or without; `#` begins a comment.
        by: The name of the clinician who has signed.
        role: The clinician's role.
        date: The day that stands beside the signature, as ISO 8601.
        today: The day after whose morrow nobody can have signed.

    Returns:
        The signatures by id.

    Raises:
        ValueError: Something is wrong; each problem is a line.
    """
    by, role, date = by.strip(), role.strip(), date.strip()
    listed = [
        (number, parts) for number, line in enumerate(lines, start=1) if (parts := line.partition("#")[0].split())
    ]
    problems = [*_of_signer(by, role), *_of_date(date, today), *_of_list(base, listed)]
    if problems:
        raise ValueError("\n".join(problems))
    texts = {name: words(base, name) for _, (name, *_) in listed}
    return {
        name: Signature(by=by, role=role, date=date, sha256=sha256_of(text), text=text) for name, text in texts.items()
    }


def write(base: KnowledgeBase, new: dict[str, Signature], file: Path) -> None:
    """Write the file of signatures, in the texts' order: the base's, and the new ones."""
    kept = {**base.signatures, **new}
    data: dict[str, Any] = {"signatures": {name: kept[name].dict() for name in base.texts if name in kept}}
    text = yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120)
    file.write_text(HEAD + text, encoding="utf-8")


def _of_signer(by: str, role: str) -> Iterator[str]:
    for option, text in (("--name", by), ("--role", role)):
        if not text:
            yield f"{option}: is empty"
        elif "\n" in text or len(text) > NAME:
            yield f"{option}: is not one line of at most {NAME} characters"


def _of_date(date: str, today: datetime.date) -> Iterator[str]:
    try:
        day = datetime.date.fromisoformat(date)
    except ValueError:
        yield f"--date: {date!r} is no day, written as 2026-12-01"
        return
    # Where the clinic's day begins before this machine's, the date is tomorrow's.
    if day > today + datetime.timedelta(days=1):
        yield f"--date: {date} is in the future"


def _of_list(base: KnowledgeBase, listed: list[tuple[int, list[str]]]) -> Iterator[str]:
    if not listed:
        yield "the list names no text"
    seen: set[str] = set()
    for number, (name, *codes) in listed:
        if name == ALL:
            yield f"line {number}: `{ALL}` signs what nobody may have read; name each text by its id"
        elif name not in base.texts:
            yield f"line {number}: no text has the id {name}"
        elif name in seen:
            yield f"line {number}: {name} stands there twice"
        elif codes and codes != [code(base, name)]:
            yield f"line {number}: {name}: {' '.join(codes)} was printed, and {code(base, name)} are its words now"
        seen.add(name)
