"""What the tests of the paper share."""

import datetime

import pytest

from bot.visit.chart import Points, chart
from bot.visit.document import Document, Section


@pytest.fixture(scope="session")
def points() -> Points:
    """A patient's numbers, not in order."""
    days = [(12, 15.0), (3, 8.0), (21, 12.0), (7, 11.0), (15, 9.5)]
    return [(datetime.date(2026, 11, day), number) for day, number in days]


@pytest.fixture(scope="session")
def document(points: Points) -> Document:
    """A paper with all its parts, and with words that look like markup."""
    return Document(
        title="For my doctor's visit",
        intro="Take this with you.",
        sections=[
            Section(
                "What I told", ["My legs hurt <script>alert(1)</script>", "naïve & **bold** {nb}\n- (like a line)"]
            ),
            Section("What I want to ask", ["Can I walk on?"]),
        ],
        note="This is no diagnosis.",
        chart=chart(points, "Minutes", "How long you walked"),
        chart_text='5 entries, "longest" 15 minutes.',
        date="21 November 2026",
    )
