"""The paper for the visit: all that the patient told."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from bot.clinic import Clinic
from bot.conversation.alarms import Alarms
from bot.conversation.forms import forms, told
from bot.conversation.slots import ALARMS_SLOT, STORY
from bot.conversation.story import Story
from bot.knowledge.base import KnowledgeBase
from bot.paper.document import Document, Section, plain
from bot.reply.diary_told import day, with_diary
from bot.reply.links import link_to
from bot.reply.reply import Part, Reply, sources_of, spoken
from bot.reply.signs import signs_section
from bot.store.diary import Entry

Slots = Mapping[str, Any]


def visit_paper(clinic: Clinic, slots: Slots, entries: Sequence[Entry], now: datetime.datetime) -> Document:
    """Return the paper: told signs, the patient's story, replies for the visit and of the self-check, and the diary."""
    texts = forms().texts
    story = [f"“{sentence}”" for sentence in Story.from_slot(slots.get(STORY)).sentences]
    sections = [Section(texts.story_heading, story)] if story else []
    for name, heading in (("visit_form", texts.visit_heading), ("selfcheck_form", texts.selfcheck_heading)):
        replies = [f"{question.label}: {words}" for question, _, words in told(forms().forms[name], slots)]
        if replies:
            sections.append(Section(heading, replies))
    if signs := signs_section(Alarms.from_slot(slots.get(ALARMS_SLOT)), now.tzinfo):
        sections.insert(0, signs)
    note = clinic.fill(texts.visit_note)
    return with_diary(Document(texts.visit_title, texts.visit_intro, sections, note, date=day(now.date())), entries)


def visit_summary(
    base: KnowledgeBase, clinic: Clinic, slots: Slots, entries: Sequence[Entry], now: datetime.datetime
) -> Reply:
    """Return the paper as a reply, with a link to the page to print or save, and buttons to change it."""
    texts = forms().texts
    form = forms().forms["visit_form"]
    paper = visit_paper(clinic, slots, entries, now)
    return Reply(
        # Placeholders stay unfilled, because braces may be the patient's own.
        (Part(plain(paper)), Part(texts.visit_ready)),
        answer=form.starts_with,
        buttons=spoken(texts.change.format(name=question.name) for question in form.questions),
        sources=sources_of(base, form.sources),
        links=(link_to(paper, texts.print),),
    )
