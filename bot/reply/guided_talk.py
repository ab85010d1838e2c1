"""What the bot says in a guided talk: its questions, and the summary of the replies."""

import datetime
import logging
from collections.abc import Mapping
from typing import Any

from bot.clinic import Clinic
from bot.conversation import acts
from bot.conversation.alarms import Alarms
from bot.conversation.forms import Form, Question, forms, told
from bot.conversation.slots import ALARMS_SLOT, CHANGE_ASKED
from bot.conversation.story_reader import told_before
from bot.knowledge.base import KnowledgeBase
from bot.knowledge.values import BULLET
from bot.reply.links import link_to
from bot.reply.reply import Link, Reply, notice, offers, sources_of, spoken
from bot.reply.signs import signs_section
from bot.reply.visit import visit_paper

LONGEST = 60  # maximum characters of the patient's own words that the bot repeats
logger = logging.getLogger(__name__)

Slots = Mapping[str, Any]


def question_message(form: Form, question: Question, lead: str, slots: Slots, *, plainly: bool = False) -> Reply:
    """Return a form's question as a reply, with `plainly` in plainer words.

    If the patient's story in the slots has the reply already, the question is whether it was read rightly.
    """
    texts = forms().texts
    told = told_before(question, slots)
    ask = [question.plainer if plainly else question.ask] if plainly or not told else []
    if told:
        ask.append(texts.told.format(told=f"{question.label}: {told['told']}"))
    back = [texts.back] if question != form.questions[0] else []
    replies = [texts.right, texts.misread] if told else question.buttons
    skip = [] if any(choice.alarm for choice in question.choices) else [texts.skip]  # no button leads past the signs
    buttons = spoken([*replies, *back, *skip, texts.stop])
    progress = texts.progress.format(number=form.questions.index(question) + 1, count=len(form.questions))
    reply = Reply(answer=form.starts_with, buttons=buttons, asks=question.slot)
    return reply.saying(lead).saying(progress, kind="progress").saying(*ask)


def asked(form: Form, question: Question, act: str, given: Mapping[str, Any], slots: Slots) -> Reply:
    """Return a form's next question after a message's act.

    Args:
        form: The form.
        question: The question, which may be the same again.
        act: The message's act; see `bot.conversation.acts`.
        given: The message's replies, by slot; None empties a slot.
        slots: The conversation's slots after it.
    """
    if given:
        noted = [said_back(one, given[one.slot]) for one in form.questions if given.get(one.slot)]
        return question_message(form, question, " ".join(noted), slots)
    texts = forms().texts
    leads = {
        acts.UNCLEAR: texts.unclear,
        acts.AGAIN["agreed"]: texts.agreed,
        acts.AGAIN["first"]: texts.first,
        acts.AGAIN["why"]: question.why,
    }
    plainly = act in (acts.UNCLEAR, acts.UNSURE, acts.AGAIN["plainer"])
    return question_message(form, question, leads.get(act, ""), slots, plainly=plainly)


def which_message(clinic: Clinic, form: Form) -> Reply:
    """Ask which reply to change."""
    buttons = spoken(forms().texts.change.format(name=question.name) for question in form.questions)
    return notice(clinic, forms().texts.which, answer=form.starts_with, asks=CHANGE_ASKED, buttons=buttons)


def said_back(question: Question, reply: Mapping[str, Any]) -> str:
    """Return half a sentence that repeats a reply; the patient's own words are cut short."""
    texts = forms().texts
    if reply["told"] is None:
        return texts.skipped
    words = reply["told"] if len(reply["told"]) <= LONGEST else f"{reply['told'][:LONGEST].rstrip()}…"
    return texts.noted.format(reply=f"“{words}”" if question.text and not question.choice(reply["value"]) else words)


def selfcheck_summary(base: KnowledgeBase, clinic: Clinic, slots: Slots, now: datetime.datetime) -> Reply:
    """Say what was observed, what the sources link it to, and that only an examination can tell. Never a diagnosis.

    The patient can print the observations, with the replies given for the visit before.
    """
    texts = forms().texts
    form = forms().forms["selfcheck_form"]
    signs = signs_section(Alarms.from_slot(slots.get(ALARMS_SLOT)), now.tzinfo)
    replies = list(told(form, slots))
    observed = [f"{question.label}: {words}" for question, _, words in replies]
    parts = [_list(signs.heading, signs.lines)] if signs else []
    parts += [_list(texts.summary_title, observed)] if observed else []
    linked = {
        kind: [choice.says for _, choice, _ in replies if choice and choice.points == kind and choice.says]
        for kind in ("nerve", "circulation")
    }
    if linked["nerve"] and linked["circulation"]:
        parts.append(texts.mixed)
    parts += [_list(getattr(texts, kind), says) for kind, says in linked.items() if says]
    if not any(linked.values()):
        parts.append(texts.neither)
    parts += [texts.only_an_exam, base.boxes["signs"].lines]
    others = offers(base, ["visit.prepare", "condition.vs_vascular", "diagnosis.vascular_tests"])
    return notice(
        clinic,
        "\n\n".join(parts),
        answer=form.starts_with,
        buttons=(*spoken([texts.change_any] if observed else []), *others),
        sources=sources_of(base, form.sources),
        links=tuple(_paper(clinic, slots, now)) if observed else (),
    )


def _paper(clinic: Clinic, slots: Slots, now: datetime.datetime) -> list[Link]:
    """Return the link to a page to print; none if the disk fails, so that the patient still gets the summary."""
    try:
        return [link_to(visit_paper(clinic, slots, [], now), forms().texts.print)]
    except OSError as error:
        logger.error("The self-check's page could not be kept: %s", type(error).__name__)
        return []


def _list(heading: str, lines: list[str]) -> str:
    return "\n".join([heading, *(f"{BULLET}{line}" for line in lines)])
