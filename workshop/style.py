"""Checks the texts against the countable part of docs/style.md."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import textstat

from bot.datafile import Strict, read
from bot.knowledge.base import FOLDER, KnowledgeBase
from bot.knowledge.beside import Box
from bot.knowledge.schema import Answer, Curated, Said
from bot.knowledge.values import PLACEHOLDER

FILE = Path(__file__).with_name("style.yml")
END = re.compile(r"(?<=[.?!])[\s\"”]+")  # between sentences
FILLED = "number"  # what stands for a placeholder when a text is measured
SIGNS = "signs"  # the box that needs the most room


class Limits(Strict):
    """How many words each part of an answer may have."""

    lead: int
    point: int
    paragraph: int
    do: int
    shown: int
    shown_with_signs: int
    more: int
    sentence: int
    warning: int


class Grades(Strict):
    """The highest reading grades: of one answer, of all on average, of an urgent text."""

    answer: float
    mean: float
    urgent: float


class StyleFile(Strict):
    """The file `style.yml`."""

    limits: Limits
    grades: Grades
    refused: dict[str, str]


class Beginnings(Strict):
    """The file `beginnings.yml`: beginnings that no text may have."""

    refused: list[str]


@cache
def style() -> StyleFile:
    """Return the rules, read once per process."""
    return read(FILE, StyleFile)


def grade(text: str) -> float:
    """Return the Flesch-Kincaid reading grade of a text (Kincaid et al., 1975), as textstat computes it."""
    return float(textstat.flesch_kincaid_grade(PLACEHOLDER.sub(FILLED, text)))


def whole(texts: list[str]) -> str:
    """Return texts as one, each ended as a sentence."""
    return " ".join(text if text[-1] in ".?!" else f"{text}." for text in texts)


def mean_grade(base: KnowledgeBase) -> float:
    """Return the mean reading grade of the answers that teach."""
    grades = [grade(whole(answer.texts)) for answer in base.answers]
    return sum(grades) / len(grades)


def breaches(base: KnowledgeBase) -> Iterator[tuple[Path, str, str]]:
    """Yield each breach of the style: the file, the id in it, and what is wrong."""
    for reply in base.replies.values():
        for what in [*_hard(reply), *_leaning(reply), *(_too_long(reply) if isinstance(reply, Answer) else ())]:
            yield base.files[reply.id], reply.id, what
    for name, box in base.boxes.items():
        for what in _box(box):
            yield FOLDER / "boxes.yml", name, what
    for subject in base.outside.subjects:
        if what := _too_hard("", base.outside.declined(subject), style().grades.answer):
            yield FOLDER / "outside.yml", subject, what
    if what := _too_hard("", base.reflection.link, style().grades.answer):
        yield FOLDER / "reflection.yml", "link", what
    mean = mean_grade(base)
    if mean > style().grades.mean:
        yield FOLDER, "all answers", f"mean reading grade {mean:.2f}, more than {style().grades.mean}"


def _hard(reply: Curated) -> Iterator[str]:
    """Yield what is hard to read, and the refused words."""
    limit = style().grades.urgent if reply.urgent else style().grades.answer
    beside: dict[str, str | None] = {"short": reply.short}
    if isinstance(reply, Said):
        beside["banner"] = reply.banner
        beside |= {f"variants.{name}": text for name, text in reply.variants.items()}
        for name in reply.reasons:
            beside |= {f"reasons.{name} with closings.{one}": reply.for_reason(name, one) for one in reply.closings}
    for name, text in {"": whole(reply.texts), **beside}.items():
        if not text:
            continue
        if what := _too_hard(name, text, limit):
            yield what
        for words, instead in style().refused.items():
            if found := re.search(rf"\b({words})\b", text, re.IGNORECASE):
                yield f"{name}: " * bool(name) + f"{found[0]!r}: write instead: {instead}"


def _too_hard(name: str, text: str, limit: float) -> str | None:
    found = grade(text)
    return f"{name}: " * bool(name) + f"reading grade {found:.1f}, more than {limit}" if found > limit else None


def _leaning(reply: Curated) -> Iterator[str]:
    """Yield the texts that begin in a way that answers only one wording of the question."""
    first = {"short": reply.short}
    if isinstance(reply, Answer):
        first |= {"lead": reply.lead, "evidence": reply.evidence}
    elif isinstance(reply, Said):
        first["answer"] = reply.answer
    for name, text in first.items():
        if found := _refused_beginnings().match(text or ""):
            yield f"{name}: begins with {found[1]!r}, which answers only one way to ask"


def _too_long(answer: Answer) -> Iterator[str]:
    """Yield what is longer than its part of a phone's screen allows."""
    limits = style().limits
    shown = limits.shown_with_signs if SIGNS in answer.warning else limits.shown
    counted = [
        ("lead", [answer.lead], limits.lead),
        *(("points", [point], limits.point) for point in answer.points),
        *(("paragraphs", [text], limits.paragraph) for text in answer.paragraphs),
        ("do", [answer.do], limits.do),
        ("lead, points, paragraphs and do", [] if answer.table else answer.shown, shown),
        ("more", answer.more, limits.more),
        *(("sentence", [text], limits.sentence) for text in _sentences(answer.texts)),
    ]
    for name, texts, limit in counted:
        words = len(" ".join(texts).split())
        if words > limit:
            yield f"{name}: {words} words, more than {limit}: {texts[0][:40]!r}"
    if len(list(_sentences([answer.lead]))) > 1:
        yield "lead: is more than one sentence"


def _box(box: Box) -> Iterator[str]:
    for text in _sentences([box.sentence]):
        if len(text.split()) > style().limits.warning:
            yield f"sentence: {len(text.split())} words, more than {style().limits.warning}"
    if what := _too_hard("sentence", box.sentence, style().grades.answer):
        yield what


def _sentences(texts: list[str]) -> Iterator[str]:
    return (sentence for text in texts for sentence in END.split(text) if sentence)


@cache
def _refused_beginnings() -> re.Pattern[str]:
    refused = read(FOLDER / "beginnings.yml", Beginnings).refused
    return re.compile(rf"\W*({'|'.join(refused)})\b", re.IGNORECASE)
