"""`stride check`: all checks that do not need Rasa."""

import datetime
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.alarm.detector import detector
from bot.alarm.lessons import FOLDER as LESSONS
from bot.alarm.lessons import lessons as lessons_of
from bot.clinic import clinic
from bot.knowledge.base import KnowledgeBase, knowledge
from bot.knowledge.ids import SETTLED
from bot.models import dataset
from bot.settings import ROOT
from workshop import sets
from workshop.knowledge_check import beyond_sources, compare, measure, problems
from workshop.review.state import listed
from workshop.style import mean_grade

# Minimum training messages: of an answer, of a reply, and of what the bot declines as out of scope.
OF_ANSWER, OF_REPLY, OUT_OF_SCOPE = 40, 60, 300
HELD_OUT = 6
OF_WRITER = range(150, 801)  # lessons: fewer are no voice, and of more the models learn the writer


def check_all(documents: Path | None, today: datetime.date, console: Console) -> list[str]:
    """Check the knowledge base and the training data, and print the measures.

    Args:
        documents: A folder with the reviewed documents, to compare the answers with; None skips that.
        today: The day that decides which reviews are overdue.
        console: Where the tables go.

    Returns:
        A line for each breach; none if all is well.

    Raises:
        DataError: A data file breaks its schema.
    """
    base = knowledge()
    clinic()
    detector()
    training = dataset.load(*sorted((ROOT / "data" / "nlu").glob("*.yml")))
    held_out = dataset.load(sets.HELD_OUT)
    near = dataset.near_duplicates(training)
    found = list(problems(base, today))
    found += [f"data/nlu: {name}: near-duplicates: {one!r} and {other!r}" for name, one, other in near]
    found += [
        f"data/nlu: {text!r}: stands under {one} and {other}" for text, one, other in dataset.contradictions(training)
    ]
    found += [f"tests/nlu/held_out.yml: {text!r}: is trained on" for text in dataset.leaks(training, held_out)]
    found += _counts(base, training, held_out)
    found += lesson_problems(LESSONS, training, sets.BENCHMARK)
    if documents:
        found += compare(base, documents)
    _show(base, training, held_out, today, console)
    beyond = Table("where", "what no document carries, for a clinician to sign")
    for where, words in beyond_sources(base):
        beyond.add_row(where, words)
    console.print(beyond)
    for state, names in listed(base).items():
        console.print(f"{state}: {', '.join(names) or 'none'}")
    console.print(
        f"mean reading grade of the answers: {mean_grade(base):.2f}; near-duplicates in the training data: {len(near)}"
    )
    return found


def lesson_problems(lessons: Path, training: dataset.Dataset, benchmark: Path) -> Iterator[str]:
    """Yield what is wrong with the alarm's lessons and its benchmark.

    Args:
        lessons: The folder of the alarm voter's lessons.
        training: The other messages that the voter learns from.
        benchmark: The folder of messages that must not be trained on.

    Raises:
        DataError: A file breaks its schema.
    """
    found = lessons_of(lessons)
    learnt: dataset.Dataset = {}
    for one in found:
        learnt.setdefault(one.outcome or "no alarm", []).append(one.text)
    for name, text, other in dataset.near_duplicates(learnt):
        yield f"data/safety: {name}: near-duplicates: {text!r} and {other!r}"
    for text, name, unlike in dataset.contradictions(learnt):
        yield f"data/safety: {text!r}: stands under {name} and {unlike}"
    for writer, number in Counter(one.writer for one in found if one.writer).items():
        if number not in OF_WRITER:
            yield f"data/safety/writers/{writer}.yml: {number} lessons, not {OF_WRITER.start} to {OF_WRITER.stop - 1}"
    tests = {half.name: [one.text for one in sets.messages(half)] for half in benchmark.iterdir() if half.is_dir()}
    tests |= {file.stem: [row["text"] for row in sets.rows(file, "text")] for file in benchmark.glob("*.jsonl")}
    for half in sorted(path for path in benchmark.iterdir() if path.is_dir()):
        sets.talks(half)
    trained = [*(text for texts in training.values() for text in texts), *(one.text for one in found)]
    for name, texts in sorted(tests.items()):
        for text in dataset.leaks({"": trained}, {"": texts}):
            yield f"tests/benchmark/{name}: {text!r}: is trained on"
        written = [one.text for one in found if one.writer]
        for text, other in dataset.near(written, texts):
            yield f"tests/benchmark/{name}: {other!r}: is nearly trained on: {text!r}"


def _counts(base: KnowledgeBase, training: dataset.Dataset, held_out: dataset.Dataset) -> Iterator[str]:
    taught = {answer.id for answer in base.answers}
    for name in (one for one in base.replies if one not in SETTLED):
        wanted = OUT_OF_SCOPE if name == "decline.out_of_scope" else OF_ANSWER if name in taught else OF_REPLY
        trained, held = len(training.get(name, [])), len(held_out.get(name, []))
        if trained < wanted:
            yield f"data/nlu/{base[name].topic}.yml: {name}: {trained} messages, fewer than {wanted}"
        if held < HELD_OUT:
            yield f"tests/nlu/held_out.yml: {name}: {held} messages, fewer than {HELD_OUT}"
    for name in sorted((set(training) | set(held_out)) - set(base.replies)):
        yield f"data/nlu: {name}: has messages but no answer"


def _show(
    base: KnowledgeBase, training: dataset.Dataset, held_out: dataset.Dataset, today: datetime.date, console: Console
) -> None:
    table = Table("id", "words", "grade", "review", "training", "held out")
    for reply in base.replies.values():
        result = measure(base, reply, today)
        numbers = (len(training.get(reply.id, [])), len(held_out.get(reply.id, [])))
        table.add_row(reply.id, str(result.words), f"{result.grade:.1f}", result.review, *map(str, numbers))
    console.print(table)
