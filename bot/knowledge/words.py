"""The words of each text that a clinician signs, and the signature that holds for them."""

from collections.abc import Iterable, Iterator
from typing import Any

from bot.knowledge.base import KnowledgeBase
from bot.knowledge.ids import MESSAGING, NOTICES, OUTSIDE, REFLECTION
from bot.knowledge.schema import Answer, Curated, SourceUse, Table
from bot.knowledge.signatures import Signature, Words, sha256_of
from bot.knowledge.values import BULLET, PLACEHOLDER

# The fields of a text in the order in which patients read them.
OF_ANSWER = ["title", "lead", "paragraphs", "points", "table", "warning", "do"]
OF_ANSWER += ["pictures", "more", "short", "evidence", "sources"]
OF_REPLY = ["title", "answer", "points", "warning", "banner", "calls", "variants", "reasons", "closings", "short"]
CELL = " | "  # between the cells of a table's row


def signature(base: KnowledgeBase, text_id: str) -> Signature | None:
    """Return the signature under a text; None where nobody has signed, or the words have changed since."""
    found = base.signatures.get(text_id)
    return found if found and found.sha256 == sha256_of(words(base, text_id)) else None


def words(base: KnowledgeBase, text_id: str) -> Words:
    """Return what patients read of a text, with the canonical sentences that it refers to.

    Args:
        base: The knowledge base.
        text_id: One of the base's `texts`.

    Returns:
        The words by field, as in the files: placeholders stand for the clinic's details.

    Raises:
        KeyError: There is no such text.
    """
    found = dict(_words(base, text_id))
    used = {name for text in found.values() for name in PLACEHOLDER.findall(text)}
    return {**found, **{f"{{{name}}}": text for name, text in base.canonical.items() if name in used}}


def _words(base: KnowledgeBase, text_id: str) -> Iterator[tuple[str, str]]:
    kind, _, name = text_id.partition(".")
    if text_id in base.replies:
        return _of_reply(base, base[text_id])
    if kind == "boxes":
        return _flat("", base.boxes[name].dict(exclude={"beyond_sources"}))
    if kind == "languages":
        return _flat("", base.languages[name].dict(include={"declined", "urgent"}))
    around = {NOTICES: _of_notices, MESSAGING: _of_messaging, REFLECTION: _of_reflection, OUTSIDE: _of_outside}
    return around[text_id](base)


def _of_reply(base: KnowledgeBase, reply: Curated) -> Iterator[tuple[str, str]]:
    for field in OF_ANSWER if isinstance(reply, Answer) else OF_REPLY:
        value = getattr(reply, field)
        if field == "warning":
            yield from ((f"boxes.{name}", base.boxes[name].lines) for name in value)
        elif field == "pictures":
            yield from ((f"pictures.{name}", base.pictures[name].alt) for name in value)
        elif field == "sources":
            yield field, _sources(base, value)
        elif field == "calls":
            yield from _flat(field, "\n".join(base.notices.calls[callee] for callee in value))
        else:
            yield from _flat(field, _rows(value) if isinstance(value, Table) else value)


def _of_notices(base: KnowledgeBase) -> Iterator[tuple[str, str]]:
    return _flat("", base.notices.dict())


def _of_messaging(base: KnowledgeBase) -> Iterator[tuple[str, str]]:
    return _flat("", base.messaging.dict())


def _of_reflection(base: KnowledgeBase) -> Iterator[tuple[str, str]]:
    yield from _flat("", base.reflection.dict(exclude={"sources"}))
    yield "sources", _sources(base, base.reflection.sources)


def _of_outside(base: KnowledgeBase) -> Iterator[tuple[str, str]]:
    outside = base.outside
    yield from _flat("", outside.dict(include={"answer", "rest", "who"}))
    for who in [*outside.who, None]:
        named = sorted({one.name for one in outside.subjects.values() if one.who == who})
        yield from _flat(f"subjects.{who or 'nobody'}", "; ".join(named))


def _flat(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """Yield the texts in a value with the names that lead to them; a list is one text of points or paragraphs."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _flat(f"{name}.{key}" if name else key, one)
    elif value:
        yield name, value if isinstance(value, str) else _listed(name, value)


def _listed(name: str, texts: list[str]) -> str:
    return "\n".join(f"{BULLET}{text}" for text in texts) if name == "points" else "\n\n".join(texts)


def _rows(table: Table) -> str:
    """Return a comparison, a row a line; the first one names the columns."""
    return "\n".join(CELL.join(row) for row in (table.columns, *table.rows))


def _sources(base: KnowledgeBase, uses: Iterable[SourceUse]) -> str:
    return "\n".join(f"{base.sources[use.document].name}: {'; '.join(use.sections)}" for use in uses)
