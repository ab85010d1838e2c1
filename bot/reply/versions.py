"""A reply as a channel can say it: whole, or with what is least needed left out and told on demand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.knowledge.base import KnowledgeBase
from bot.knowledge.schema import Answer
from bot.reply.check import ASKS
from bot.reply.reply import Kind, Part, Reply
from bot.reply.rows import Row

WARNS: tuple[Kind, ...] = ("signs", "warning", "reminder")  # what no reply leaves out
TOLD: tuple[Kind, ...] = (
    "words",
    "table",
    "do",
    "more",
)  # what is told on demand; the sources have a word of their own
FOLLOWS: tuple[Kind, ...] = ("words", "progress", "more")  # a guided talk's question or another one, and what is folded
TITLE: Kind = "title"
DO: Kind = "do"
MORE: Kind = "more"
SOURCES: Kind = "sources"


@dataclass(frozen=True)
class Version:
    """A reply, whole or shortened.

    Attributes:
        said: What it says.
        after: The question that follows an answer.
        left: What it leaves out and can be told on demand.
        sources: Whether it leaves out the sources.
    """

    said: tuple[Part, ...]
    after: tuple[Part, ...] = ()
    left: tuple[Part, ...] = ()
    sources: bool = False


def versions(reply: Reply, row: Row, base: KnowledgeBase, *, before_check: bool = False) -> list[Version]:
    """Return the versions of a reply for a channel, the fullest first.

    Args:
        reply: The reply.
        row: The channel.
        base: The knowledge base, to know the answers whose sources can be asked for.
        before_check: Whether a check follows it, so that an answer is no more than its lead.
    """
    if reply.urgent or reply.asks == ASKS:
        return [Version(reply.parts)]
    # Where an answer must be short, and where a question must stand last.
    folded = {MORE} if row.short or reply.asks else set[Kind]()
    if row.short and isinstance(base.replies.get(reply.answer or ""), Answer):
        folded.add(SOURCES)
    title = next((place for place, part in enumerate(reply.parts) if part.kind == TITLE), None)
    if title is None:
        return [_without(reply, len(reply.parts), kinds) for kinds in (folded, folded | {MORE})]
    end = max(place for place, part in enumerate(reply.parts, start=1) if part.kind not in FOLLOWS)
    if before_check:
        kept = [part for part in reply.parts[title:end] if part.kind in ("lead", "reminder")]
        return [_version(reply, (*reply.parts[:title], *kept), ())]
    if not row.short:
        return [_without(reply, end, kinds) for kinds in (folded, folded | {MORE})]
    found = [_without(reply, end, folded | kinds) for kinds in ({TITLE}, {TITLE, DO})]
    if reply.short:
        warnings = [part for part in reply.parts[title:end] if part.kind in WARNS]
        said = (*reply.parts[:title], Part(reply.short, "lead"), *warnings)
        found.append(_version(reply, said, found[0].after))
    return found


def _without(reply: Reply, end: int, kinds: set[Kind]) -> Version:
    """Return a reply without some kinds of parts; what follows the answer begins at `end`."""
    said, after = ([part for part in one if part.kind not in kinds] for one in (reply.parts[:end], reply.parts[end:]))
    return _version(reply, said, after)


def _version(reply: Reply, said: Iterable[Part], after: Iterable[Part]) -> Version:
    kept = (*said, *after)
    left = tuple(part for part in reply.parts if part.kind in TOLD and part not in kept)
    sources = any(part.kind == SOURCES and part not in kept for part in reply.parts)
    return Version(tuple(said), tuple(after), left, sources)
