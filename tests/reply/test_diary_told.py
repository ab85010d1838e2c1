"""A diary's entries in words and on paper."""

import datetime

import pytest

from bot.paper.document import Document, Section
from bot.reply.diary_texts import diary_texts
from bot.reply.diary_told import day, entry_in_words, lines, with_diary
from bot.store.diary import Entry

TODAY = datetime.date(2026, 11, 21)
PAPER = Document("For my visit", "Notes.", [Section("For the doctor", ["My questions: none"])], "Note.", date="today")


def walked(minutes: float | None, *, distance: float | None = None, days: int = 0) -> Entry:
    """A walk some days ago."""
    unit = "miles" if distance is not None else None
    return Entry(TODAY - datetime.timedelta(days=days), minutes, distance, unit, None, None)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (Entry(TODAY, 8, None, None, None, None), "walked 8 minutes"),
        (Entry(TODAY, 1, None, None, None, None), "walked 1 minute"),
        (Entry(TODAY, 2.5, None, None, None, None), "walked 2.5 minutes"),
        (Entry(TODAY, None, 2, "blocks", None, None), "walked 2 blocks"),
        (Entry(TODAY, 10, 1, "miles", None, None), "walked 10 minutes, walked 1 mile"),
        (Entry(TODAY, 8, None, None, "sitting", 1), "walked 8 minutes, eased by sitting, better after 1 minute"),
        (Entry(TODAY, 8, None, None, "bending", None), "walked 8 minutes, eased by bending forward"),
        (Entry(TODAY, 8, None, None, "standing", None), "walked 8 minutes, eased by standing still"),
        (Entry(TODAY, None, 3, None, None, 2), "better after 2 minutes"),
    ],
)
def test_entry_in_words(entry: Entry, said: str) -> None:
    """An entry says what was told of it, and nothing else."""
    assert entry_in_words(entry) == said


def test_a_line_for_each_entry() -> None:
    """A line begins with the day, written out."""
    assert lines([walked(8, days=1), walked(9)]) == [
        "20 November 2026: walked 8 minutes",
        "21 November 2026: walked 9 minutes",
    ]
    assert day(TODAY) == "21 November 2026"


@pytest.mark.parametrize(
    ("entries", "charted"),
    [
        ([walked(8)], False),
        ([walked(8, days=1), walked(9)], True),
        ([walked(8), walked(9)], True),
        ([walked(8), walked(None, distance=2)], False),
        ([walked(None, distance=1, days=1), walked(None, distance=2)], False),
    ],
)
def test_paper_with_a_diary(entries: list[Entry], charted: bool) -> None:
    """The diary is the last section; a chart and its words need two walks of which the minutes are known."""
    paper = with_diary(PAPER, entries)

    assert paper.sections == [*PAPER.sections, Section(diary_texts().heading, lines(entries))]
    assert (paper.title, paper.intro, paper.note, paper.date) == (PAPER.title, PAPER.intro, PAPER.note, PAPER.date)
    assert (paper.chart is not None) is charted
    assert (paper.chart_text is not None) is charted


def test_paper_without_a_diary() -> None:
    """An empty diary adds nothing, not even its heading."""
    assert with_diary(PAPER, []) == PAPER


def test_chart_in_words_tells_the_numbers() -> None:
    """Who cannot see the chart is told first, latest and longest."""
    paper = with_diary(PAPER, [walked(8, days=2), walked(15, days=1), walked(9)])

    assert paper.chart_text is not None
    assert paper.chart_text.endswith("First 8 minutes, latest 9, longest 15.")
