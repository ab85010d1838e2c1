"""A diary's entries in words, and as a section of a paper."""

import datetime
from collections.abc import Sequence
from dataclasses import replace

from bot.conversation.diary_draft import Draft
from bot.paper.chart import chart
from bot.paper.chart import in_words as chart_in_words
from bot.paper.document import Document, Section
from bot.paper.texts import texts
from bot.reply.diary_texts import diary_texts
from bot.store.diary import Entry
from bot.text.units import in_words

Measured = Entry | Draft
CHARTED = 2  # minimum entries at which a line says more than a number


def entry_in_words(entry: Entry) -> str:
    """Return an entry in words without its day: "walked 8 minutes, eased by sitting, better after 1 minute"."""
    words = diary_texts()
    parts = [words.walked.format(measure=measure) for measure in measures_in_words(entry)]
    if entry.eased_by:
        parts.append(words.eased.format(posture=words.postures[entry.eased_by]))
    if entry.ease_minutes is not None:
        parts.append(words.eased_in.format(measure=in_words(entry.ease_minutes, "minutes")))
    return ", ".join(parts)


def lines(entries: Sequence[Entry]) -> list[str]:
    """Return the diary's table: a line for each entry, day first."""
    return [f"{day(entry.day)}: {entry_in_words(entry)}" for entry in entries]


def day(date: datetime.date) -> str:
    """Return a day as people read it."""
    return texts().dates.write(date, texts().dates.full)


def with_diary(document: Document, entries: Sequence[Entry]) -> Document:
    """Return a paper with the diary as its last section, and a chart of the minutes if there are enough."""
    words = diary_texts()
    section = Section(words.heading, lines(entries))
    points = [(entry.day, entry.minutes) for entry in entries if entry.minutes is not None]
    charted = len(points) >= CHARTED
    return replace(
        document,
        sections=[*document.sections, section] if entries else document.sections,
        chart=chart(points, words.chart_minutes, words.chart_title) if charted else None,
        chart_text=chart_in_words(points, texts().minutes) if charted else None,
    )


def measures_in_words(walk: Measured) -> list[str]:
    """Return how long and how far a walk was: "8 minutes", "2 blocks"."""
    found: list[str] = []
    if walk.minutes is not None:
        found.append(in_words(walk.minutes, "minutes"))
    if walk.distance is not None and walk.unit is not None:
        found.append(in_words(walk.distance, walk.unit))
    return found
