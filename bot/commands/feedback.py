"""`stride feedback`: what patients said about answers."""

from collections.abc import Iterable

from rich.markup import escape
from rich.table import Table

from bot.store.feedback import Feedback


def tables(said: Iterable[Feedback]) -> list[Table]:
    """Return tables: how often each answer helped or did not, and what was missing."""
    everything = list(said)
    counts = Table("answer", "helped", "did not help", title="Answers")
    for answer in sorted({one.answer or "-" for one in everything}):
        about = [one.helped for one in everything if (one.answer or "-") == answer]
        counts.add_row(answer, str(about.count(True)), str(about.count(False)))
    missing = Table("day", "answer", "what was missing", title="What was missing")
    for one in everything:
        if one.missing:
            missing.add_row(one.day, one.answer or "-", escape(one.missing))
    return [counts, missing]
