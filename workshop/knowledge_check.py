"""Checks the knowledge base: titles, old reviews, the style of the texts, and what they share with the documents."""

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.knowledge.base import KnowledgeBase
from bot.knowledge.schema import Curated
from workshop.review.documents import copies, headed, missing, plain
from workshop.review.state import told
from workshop.style import breaches, grade, whole

COPIED = 8  # words in a row that count as copied from a document


@dataclass(frozen=True)
class Measure:
    """How an answer reads: its length in words, its reading grade, and the state of its review."""

    id: str
    words: int
    grade: float
    review: str


def measure(base: KnowledgeBase, reply: Curated, today: datetime.date) -> Measure:
    """Measure one answer or reply."""
    due = datetime.date.fromisoformat(reply.review_due) < today
    review = "overdue" if due else told(base, reply.id)
    text = whole(reply.texts)
    return Measure(reply.id, len(text.split()), grade(text), review)


def problems(base: KnowledgeBase, today: datetime.date) -> Iterator[str]:
    """Yield every breach of the knowledge base's rules.

    Args:
        base: The knowledge base.
        today: The day that decides which reviews are overdue.

    Yields:
        A line for each breach: `file: id: what`.
    """
    titles: dict[str, str] = {}
    for reply in base.replies.values():
        where = f"{base.files[reply.id]}: {reply.id}"
        if reply.title in titles:
            yield f"{where}: has the same title as {titles[reply.title]}"
        titles[reply.title] = reply.id
        if measure(base, reply, today).review == "overdue":
            yield f"{where}: its review was due on {reply.review_due}"
    for file, name, what in breaches(base):
        yield f"{file}: {name}: {what}"


def beyond_sources(base: KnowledgeBase) -> Iterator[tuple[str, str]]:
    """Yield what nobody vouches for yet, for those who sign: the id or file, and the words.

    No document carries it, or no native speaker has checked it.
    """
    for name, box in base.boxes.items():
        if box.beyond_sources:
            yield f"boxes.yml: {name}", " ".join([box.sentence, *box.points])
    for reply in base.replies.values():
        yield from ((reply.id, words) for words in reply.beyond_sources)
    yield from ((f"outside.yml: {who}", words) for who, words in base.outside.who.items())
    for language in base.languages.values():
        if not language.checked:
            yield f"languages.yml: {language.name}", f"unchecked by a native speaker: {language.urgent}"


def compare(base: KnowledgeBase, folder: Path) -> Iterator[str]:
    """Compare the answers with the documents themselves.

    Args:
        base: The knowledge base.
        folder: A folder of text files, including the reviewed copies of the documents.

    Yields:
        A line for each document whose reviewed copy is missing, each section heading that it lacks, and each run of
        eight words or more that an answer shares with a document.
    """
    runs: dict[tuple[str, ...], str] = {}
    yield from missing(base, folder)
    for name, text in copies(base, folder).items():
        flat = " ".join(plain(text).split())
        for section in base.sources[name].sections:
            if headed(section) and section not in flat:
                yield f"sources.yml: {name}: the document has no heading {section!r}"
        runs.update(dict.fromkeys(_runs(text), name))
    for reply in base.replies.values():
        for run in _runs(whole(reply.texts)):
            if run in runs:
                yield f"{base.files[reply.id]}: {reply.id}: has the words of document {runs[run]}: {' '.join(run)!r}"


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    words = re.findall(r"[\w'’]+", text.lower())
    return zip(*(words[start:] for start in range(COPIED)), strict=False)
