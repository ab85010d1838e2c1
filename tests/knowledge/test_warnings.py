"""The dangerous points of the texts: where to go, with the same words everywhere, and what not to do alone."""

import re

import pytest

from bot.clinic import Clinic
from bot.conversation.forms import forms
from bot.conversation.topics import topics
from bot.knowledge.base import KnowledgeBase
from bot.knowledge.schema import Answer, Said
from bot.reply.reply import render

SOMEWHERE = re.compile(r"emergency (department|room)|hospital|urgent care|large hospital", re.IGNORECASE)
# Answers that speak of weakness, numbness, getting worse, waiting, or what may be dangerous.
WARNED = [
    "aids.falls",
    "condition.course",
    "condition.danger",
    "condition.definition",
    "condition.symptoms",
    "condition.untreated",
    "diagnosis.first_steps",
    "diagnosis.history",
    "diagnosis.mri_meaning",
    "diagnosis.when_to_see",
    "diagnosis.who_to_see",
    "exercise.safety",
    "injections.effect",
    "injections.mechanism",
    "injections.overview",
    "injections.repeat_risks",
    "physio.walking_program",
    "physio.when_it_hurts",
    "recovery.overview",
    "recovery.walking",
    "selfcheck.questions",
    "surgery.timing",
    "surgery.when",
    "treatment.steps",
    "treatment.without_surgery",
    "urgent.stand_down",
    "visit.prepare",
    "visit.track_symptoms",
    "warning_signs.cauda_equina",
    "warning_signs.list",
    "warning_signs.why_fast",
]
MEDICINES = ["medicines.overview", "medicines.nsaids", "medicines.acetaminophen", "medicines.gabapentinoids"]
MEDICINES += ["medicines.antidepressants"]


@pytest.mark.parametrize("name", WARNED)
def test_signs_stand_in_their_words(base: KnowledgeBase, clinic: Clinic, name: str) -> None:
    """A text that speaks of danger has the one list of signs, with the emergency number and one place to go."""
    text = render(base, clinic, base[name]).text

    assert clinic.fill(base.boxes["signs"].lines) in text
    assert "nearest emergency department" in text
    assert clinic.emergency_number in text


def test_no_answer_sends_elsewhere(base: KnowledgeBase) -> None:
    """Outside of the box, an answer names no other place to go to with a sign, and none says "urgent care"."""
    own = {"warning_signs.cauda_equina"}  # says what to say at the hospital
    for answer in base.answers:
        told = [text for text in answer.texts if SOMEWHERE.search(text)]
        assert told == [] or answer.id in own, (answer.id, told)
        assert "urgent care" not in (answer.short or "")


def test_signs_are_the_same_around_the_answers(base: KnowledgeBase, clinic: Clinic) -> None:
    """The reminder, what is said where nobody answers, the self-check and the paper name the same signs."""
    lines, points = clinic.fill(base.boxes["signs"].lines), base.boxes["signs"].listed
    notices = base.notices
    around = [notices.reminders["cauda_equina"].whole, notices.unavailable, notices.too_fast, notices.too_many]
    around += [notices.busy, forms().texts.visit_note]

    assert all(lines in clinic.fill(text) for text in around)
    assert all(points in text for text in (forms().forms["selfcheck_form"].questions[0].ask,))
    assert clinic.fill(notices.reminders["cauda_equina"].short) == clinic.fill(base.boxes["signs"].short)


@pytest.mark.parametrize("name", MEDICINES)
def test_medicine_is_not_stopped_alone(base: KnowledgeBase, clinic: Clinic, name: str) -> None:
    """Whoever reads that a medicine is weak or discouraged reads not to stop it alone, in the short form as well."""
    answer = base[name]

    assert "do not stop or change it on your own" in render(base, clinic, answer).text
    assert re.search(r"do not stop (or change )?(it|one) on your own", answer.short or "", re.IGNORECASE)


def test_dosing_is_declined_with_the_same_advice(base: KnowledgeBase) -> None:
    """The text that declines a dose says not to stop a medicine alone."""
    declined = base["decline.dosing"]
    assert isinstance(declined, Said)

    assert "do not stop or change one on your own" in declined.answer


@pytest.mark.parametrize("name", ["diagnosis.history", "visit.prepare", "aids.falls"])
def test_weak_ankle_does_not_wait(base: KnowledgeBase, name: str) -> None:
    """A weak ankle is never only to be mentioned at the visit."""
    answer = base[name]

    assert re.search(r"weak ankle", " ".join(answer.texts))
    assert re.search(r"do not wait", " ".join(answer.texts))


@pytest.mark.parametrize("name", ["condition.definition", "condition.symptoms"])
def test_numb_buttocks_are_not_called_ordinary(base: KnowledgeBase, name: str) -> None:
    """The usual numbness is that of legs and feet; the buttocks only hurt."""
    sentences = re.split(r"(?<=[.?!])\s", " ".join(base[name].texts))

    assert not any("numb" in one.lower() and "buttock" in one.lower() for one in sentences)


def test_operation_has_risks(base: KnowledgeBase, clinic: Clinic) -> None:
    """Each answer about an operation says that the sources do not list the risks, and to ask before deciding."""
    for answer in base.answers:
        if answer.topic == "surgery":
            text = render(base, clinic, answer).text
            assert "The sources do not list the risks" in text, answer.id
            assert "what can go wrong" in text.lower(), answer.id
    injection = base["injections.overview"]
    assert isinstance(injection, Answer)
    assert "risks" in injection.do


@pytest.mark.parametrize("topic", ["surgery", "laminectomy", "fusion", "keyhole"])
def test_risks_lead_to_the_risks(topic: str) -> None:
    """Who asks about the risks of an operation is never told of its success instead."""
    assert topics().topics[topic].answers["risks"] == "surgery.risks"


def test_waiting_has_its_price(base: KnowledgeBase) -> None:
    """The answer on waiting says, before anything is unfolded, that the time under pressure can count."""
    answer = base["surgery.timing"]
    assert isinstance(answer, Answer)

    assert any("How long nerves were pinched can affect the result" in text for text in answer.shown)
