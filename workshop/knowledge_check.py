"""Checks the knowledge base for what patients notice: length, reading grade, old reviews, missing answers."""

import datetime
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import textstat
from pydantic import Field

from bot.datafile import Strict, read
from bot.knowledge.base import FOLDER, KnowledgeBase
from bot.knowledge.schema import Answer, Curated

WORDS = range(40, 121)  # of an answer
GRADE, MEAN_GRADE, URGENT_GRADE = 8.0, 6.5, 6.0  # Flesch-Kincaid
COPIED = 8  # words in a row that count as copied from a document


class Beginnings(Strict):
    """The file `beginnings.yml`: beginnings that no text may have."""

    refused: list[str] = Field(min_items=1)


@dataclass(frozen=True)
class Measure:
    """How an answer reads: its length in words, its reading grade, and the state of its review."""

    id: str
    words: int
    grade: float
    review: str


def grade(text: str) -> float:
    """Return the Flesch-Kincaid reading grade of a text (Kincaid et al., 1975), as textstat computes it."""
    return float(textstat.flesch_kincaid_grade(text))


def measure(reply: Curated, today: datetime.date) -> Measure:
    """Measure one answer or reply."""
    due = datetime.date.fromisoformat(reply.review_due) < today
    review = "overdue" if due else reply.reviewed.by or "not signed"
    return Measure(reply.id, len(reply.answer.split()), grade(_whole(reply)), review)


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
        result = measure(reply, today)
        limit = URGENT_GRADE if reply.urgent else GRADE
        if result.grade > limit:
            yield f"{where}: reading grade {result.grade:.1f}, more than {limit}"
        evidence = reply.evidence if isinstance(reply, Answer) else None
        for name, text in (("answer", reply.answer), ("short", reply.short), ("evidence", evidence)):
            if found := _leaning().match(text or ""):
                yield f"{where}: {name}: begins with {found[1]!r}, which answers only one way to ask"
        variants = ((f"variants.{name}", text) for name, text in reply.variants.items())
        spoken = (
            (f"reasons.{name} with closings.{alarm}", reply.for_reason(name, alarm))
            for name in reply.reasons
            for alarm in reply.closings
        )
        for name, text in (("short", reply.short), ("banner", reply.banner), *variants, *spoken):
            if text and grade(text) > limit:
                yield f"{where}: {name}: reading grade {grade(text):.1f}, more than {limit}"
        if isinstance(reply, Answer) and result.words not in WORDS:
            yield f"{where}: {result.words} words, not {WORDS.start} to {WORDS.stop - 1}"
        if result.review == "overdue":
            yield f"{where}: its review was due on {reply.review_due}"
    beside = {f"outside.yml: {subject}": base.outside.declined(subject) for subject in base.outside.subjects}
    for where, text in {**beside, "reflection.yml: link": base.reflection.link}.items():
        if grade(text) > GRADE:
            yield f"{FOLDER / where}: reading grade {grade(text):.1f}, more than {GRADE}"
    mean = mean_grade(base)
    if mean > MEAN_GRADE:
        yield f"all answers: mean reading grade {mean:.2f}, more than {MEAN_GRADE}"


def mean_grade(base: KnowledgeBase) -> float:
    """Return the mean reading grade of the answers that teach."""
    grades = [grade(_whole(answer)) for answer in base.answers]
    return sum(grades) / len(grades)


def compare(base: KnowledgeBase, folder: Path) -> Iterator[str]:
    """Compare the answers with the documents themselves.

    Args:
        base: The knowledge base.
        folder: A folder of text files, including the reviewed copies of the documents.

    Yields:
        A line for each document whose reviewed copy is missing, each section heading that it lacks, and each run of
        eight words or more that an answer shares with a document.
    """
    files = [file.read_bytes() for file in sorted(folder.glob("*.txt"))]
    texts = {hashlib.sha256(data).hexdigest(): data.decode("utf-8") for data in files}
    runs: dict[tuple[str, ...], str] = {}
    for source in base.sources.values():
        text = texts.get(source.sha256)
        if text is None:
            yield f"sources.yml: {source.id}: no file in {folder} has SHA-256 {source.sha256}"
            continue
        flat = " ".join(text.replace("\u2019", "'").split())
        for section in source.sections:
            if not section.startswith(("opening", "closing")) and section not in flat:
                yield f"sources.yml: {source.id}: the document has no heading {section!r}"
        runs.update(dict.fromkeys(_runs(text), source.id))
    for reply in base.replies.values():
        for run in _runs(_whole(reply)):
            if run in runs:
                yield f"{base.files[reply.id]}: {reply.id}: has the words of document {runs[run]}: {' '.join(run)!r}"


@cache
def _leaning() -> re.Pattern[str]:
    """Return an expression that matches a text that fits only one wording of the question."""
    refused = read(FOLDER / "beginnings.yml", Beginnings).refused
    return re.compile(rf"\W*({'|'.join(refused)})\b", re.IGNORECASE)


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    words = re.findall(r"[\w'’]+", text.lower())
    return zip(*(words[start:] for start in range(COPIED)), strict=False)


def _whole(reply: Curated) -> str:
    """Return all the text of a reply that a patient reads at once."""
    return " ".join([reply.answer, *(point if point[-1] in ".?!" else f"{point}." for point in reply.points)])
