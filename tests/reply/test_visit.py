"""The paper for the visit."""

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.clinic import Clinic
from bot.conversation.alarms import Alarms
from bot.conversation.forms import SKIPPED, forms
from bot.conversation.slots import ALARMS_SLOT, STORY
from bot.conversation.story import Story
from bot.knowledge.base import KnowledgeBase
from bot.paper.document import Document, Section
from bot.paper.page import html_page
from bot.reply.diary_texts import diary_texts
from bot.reply.links import FOLDER, link_to, pages
from bot.reply.visit import visit_paper, visit_summary
from bot.settings import settings
from bot.store.diary import Entry

NOW = datetime.datetime(2026, 11, 21, 9, tzinfo=datetime.timezone.utc)
TODAY = NOW.date()
TEXTS = forms().texts
VISIT = {
    "visit_change": {"value": "shorter", "told": "Shorter than before"},
    "visit_relief": {"value": SKIPPED, "told": None},
    "visit_medicines": {"value": "ibuprofen", "told": "ibuprofen"},
}
CHECK = {"selfcheck_minutes": {"value": 8, "unit": "minutes", "to": None, "told": "8 minutes"}}
TOLD = Story(("My calves ache after ten minutes",)).to_slot()
WALKS = [Entry(TODAY - datetime.timedelta(days=days), 8.0 + days, None, None, None, None) for days in (1, 0)]


@pytest.fixture(autouse=True)
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of the test's own for papers."""
    monkeypatch.setenv("STRIDE_VAR", str(tmp_path))
    monkeypatch.setenv("STRIDE_PUBLIC_URL", "https://chat.example")
    settings.cache_clear()
    yield tmp_path
    settings.cache_clear()


def asked(words: str) -> dict[str, Any]:
    """What a patient wants to ask, in their own words."""
    return {"visit_questions": {"value": words, "told": words}}


@pytest.mark.parametrize(
    ("slots", "entries", "headings"),
    [
        ({}, [], []),
        (VISIT, [], [TEXTS.visit_heading]),
        (CHECK, [], [TEXTS.selfcheck_heading]),
        ({**CHECK, **VISIT}, [], [TEXTS.visit_heading, TEXTS.selfcheck_heading]),
        (VISIT, WALKS, [TEXTS.visit_heading, diary_texts().heading]),
        ({**CHECK, **VISIT}, WALKS, [TEXTS.visit_heading, TEXTS.selfcheck_heading, diary_texts().heading]),
        ({"visit_relief": VISIT["visit_relief"]}, [], []),
        ({STORY: TOLD, **VISIT}, [], [TEXTS.story_heading, TEXTS.visit_heading]),
        ({STORY: Story().to_slot()}, [], []),
    ],
)
def test_sections(clinic: Clinic, slots: dict[str, Any], entries: list[Entry], headings: list[str]) -> None:
    """The paper has the visit's questions, the self-check and the diary, each only if there is something in it."""
    paper = visit_paper(clinic, slots, entries, NOW)

    assert [section.heading for section in paper.sections] == headings
    assert all(section.lines for section in paper.sections)
    assert (paper.chart is not None) is bool(entries)


def test_story_stands_in_the_patients_words(clinic: Clinic) -> None:
    """What was told of symptoms stands on the paper as it was written, also where its reading was called wrong."""
    story = Story.from_slot(TOLD).read_wrongly("selfcheck_legs")

    [section] = visit_paper(clinic, {STORY: story.to_slot()}, [], NOW).sections

    assert section.lines == ["“My calves ache after ten minutes”"]


def test_paper(clinic: Clinic) -> None:
    """Each reply stands under its label, what was skipped does not; the day and what must not wait are there."""
    paper = visit_paper(clinic, {**VISIT, **asked("Can I swim?")}, [], NOW)

    assert (paper.title, paper.intro, paper.date) == (TEXTS.visit_title, TEXTS.visit_intro, "21 November 2026")
    assert paper.sections[0].lines == [
        "Walking distance or time, compared with before: Shorter than before",
        "Tried so far: ibuprofen",
        "My questions: Can I swim?",
    ]
    assert "call 999" in paper.note


def test_paper_is_told_no_diagnosis() -> None:
    """The paper says that it is the patient's notes, and no diagnosis."""
    assert "not a diagnosis" in TEXTS.visit_intro
    assert "patient" in TEXTS.visit_intro


def test_link_opens_the_paper(base: KnowledgeBase, clinic: Clinic) -> None:
    """The summary shows the paper as text, and its link leads to the same paper."""
    slots = {**VISIT, **CHECK}
    message = visit_summary(base, clinic, slots, WALKS, NOW)

    [link] = message.links
    address, token = link["url"].rsplit("/", 1)
    assert (link["title"], address) == (TEXTS.print, "https://chat.example/visit")
    assert pages().get(token) == visit_paper(clinic, slots, WALKS, NOW)
    assert all(words in message.text for words in ("Tried so far: ibuprofen", "8 minutes", "longest 9"))
    assert message.text.endswith(TEXTS.visit_ready)


def test_summary_can_be_changed(base: KnowledgeBase, clinic: Clinic) -> None:
    """Each of the visit's replies has a button to change it; the documents are named."""
    message = visit_summary(base, clinic, VISIT, [], NOW)
    form = forms().forms["visit_form"]

    assert [one["payload"] for one in message.buttons] == [f"Change {question.name}" for question in form.questions]
    assert [source["document"] for source in message.sources] == list(form.sources)
    assert (message.answer, message.asks) == ("visit.prepare", None)


@pytest.mark.parametrize(
    "words",
    [
        "<script>alert(1)</script> & <b>bold</b>",
        "**bold** [a](javascript:alert(1)) # head",
        "does it help?\n- Warning signs: None of them",
        "naïve $x$ 100% 한국어",
        pytest.param(
            "why {this} and {clinic}?",
        ),
    ],
)
def test_own_words_stay_plain(base: KnowledgeBase, clinic: Clinic, words: str) -> None:
    """The patient's own words stand in text and page as they were written, never as markup or as another line."""
    message = visit_summary(base, clinic, asked(words), [], NOW)
    paper = pages().get(message.links[0]["url"].rsplit("/", 1)[1])

    assert paper is not None
    assert paper.sections[0].lines == [f"My questions: {words}"]
    assert words.splitlines()[0] in message.text
    assert message.text.count("\n- ") == 1
    assert "<script>" not in html_page(paper, "paper.pdf")
    assert "<b>" not in html_page(paper, "paper.pdf")


def test_every_link_is_its_own(var: Path) -> None:
    """Two papers have two addresses that cannot be guessed, in a folder that only the bot may read."""
    links = [link_to(Document("Title", "", [], ""), "Open")["url"] for _ in range(2)]

    assert len(set(links)) == 2
    assert all(len(link.rsplit("/", 1)[1]) == 32 for link in links)
    assert (var / FOLDER).stat().st_mode & 0o077 == 0


def test_signs_come_first(clinic: Clinic) -> None:
    """What was told of warning signs stands first, in the patient's words and time, with what was said of it later."""
    alarms = Alarms().raised("cauda_equina", "and since yesterday i cannot pee", "2026-11-21T04:30:00+00:00")
    alarms = alarms.seen("they scanned me", "2026-11-21T09:05:00+00:00")
    zone = datetime.timezone(-datetime.timedelta(hours=5))
    paper = visit_paper(clinic, {**VISIT, ALARMS_SLOT: alarms.to_slot()}, [], NOW.astimezone(zone))

    assert paper.sections[0] == Section(
        "Warning signs told in this chat",
        [
            "20 November 2026, 23:30: “and since yesterday i cannot pee”",
            "21 November 2026, 04:05, said later: “they scanned me”",
        ],
    )
