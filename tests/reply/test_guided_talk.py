"""Guided talks: their questions, and what the replies come to."""

import datetime
import itertools
import re
from pathlib import Path
from typing import Any

import pytest

from bot.clinic import Clinic
from bot.conversation.forms import SKIPPED, Form, Question, forms
from bot.conversation.slots import STORY
from bot.conversation.story import Story
from bot.knowledge.base import KnowledgeBase
from bot.reply.guided_talk import asked, question_message, said_back, selfcheck_summary, which_message
from workshop.style import grade, style

TEXTS = forms().texts
NOW = datetime.datetime(2026, 11, 21, 9, tzinfo=datetime.timezone.utc)
pytestmark = pytest.mark.usefixtures("var")
CHECK = forms().forms["selfcheck_form"]
QUESTIONS = [(form, question) for form in forms().forms.values() for question in form.questions]
DIAGNOSIS = re.compile(r"\byou('ve| (probably |may |might |likely )?have)\b|%|\bper ?cent\b|diagnosed|probabl|likely")
# Labels and buttons of a few words have no reading grade that means something.
SENTENCE = 5
MOST = 7  # buttons that a small phone shows in a row that wraps


def question_of(slot: str) -> Question:
    """The self-check's question of a slot."""
    return next(question for question in CHECK.questions if question.slot == slot)


def replied(**values: str) -> dict[str, Any]:
    """The slots of a self-check with those choices, by the questions' names."""
    slots: dict[str, Any] = {}
    for name, value in values.items():
        question = question_of(f"selfcheck_{name}")
        told = next((choice.told for choice in question.choices if choice.value == value), None)
        slots[question.slot] = {"value": value, "told": told}
    return slots


def progress(form: Form, question: Question) -> str:
    """What is said of how far a talk is."""
    return TEXTS.progress.format(number=form.questions.index(question) + 1, count=len(form.questions))


def every_sentence() -> list[str]:
    """All that patients read in the guided talks, as long as it is a sentence."""
    found = list(TEXTS.dict().values())
    for form in forms().forms.values():
        found.append(form.opening)
    for _, question in QUESTIONS:
        found += [
            *question.ask.splitlines(),
            *question.plainer.splitlines(),
            question.why,
            question.label,
            *question.buttons,
        ]
        found += [choice.says for choice in question.choices if choice.says]
    filled = (
        text.format(name="the self-check", reply="8 minutes", told="Legs: One leg", number=2, count=6, warning_signs="")
        for text in found
    )
    return [text for text in filled if len(text.split()) >= SENTENCE]


@pytest.mark.parametrize(("form", "question"), QUESTIONS, ids=lambda one: getattr(one, "slot", ""))
def test_question(clinic: Clinic, form: Form, question: Question) -> None:
    """A question stands last, with its buttons, then back, skip and stop; none skips one about warning signs."""
    message = question_message(form, question, "First this.", {})
    back = [] if question == form.questions[0] else ["Go back"]
    skip = [] if question.slot in ("selfcheck_signs", "visit_weakness") else ["Skip"]

    assert message.text == f"First this.\n\n{progress(form, question)}\n\n{question.ask}"
    assert [one["title"] for one in message.buttons] == [*question.buttons, *back, *skip, "Stop"]
    assert len(message.buttons) <= MOST
    assert all(one["title"] == one["payload"] for one in message.buttons)
    assert message.asks == question.slot
    assert message.answer == form.starts_with


def test_question_without_a_lead(clinic: Clinic) -> None:
    """Without a sentence before it, the question stands alone, after how far the talk is."""
    message = question_message(CHECK, CHECK.questions[0], "", {})

    assert message.text == f"Question 1 of 6\n\n{CHECK.questions[0].ask}"


def test_question_in_plainer_words(clinic: Clinic) -> None:
    """The plainer words take the place of the question's, with the same buttons."""
    plainer = question_message(CHECK, CHECK.questions[1], "", {}, plainly=True)

    assert plainer.text == f"Question 2 of 6\n\n{CHECK.questions[1].plainer}"
    assert plainer.buttons == question_message(CHECK, CHECK.questions[1], "", {}).buttons


@pytest.mark.parametrize(
    ("act", "given", "said"),
    [
        ("reply", {"selfcheck_minutes": {"value": 8, "told": "8 minutes"}}, "8 minutes, noted.\n\n{ask}"),
        ("skip_question", {"selfcheck_minutes": {"value": SKIPPED, "told": None}}, "Skipped.\n\n{ask}"),
        # A reply that was given up is asked for, and not said back.
        ("go_back", {"selfcheck_relief": None}, "{ask}"),
        ("go_back", {}, f"{TEXTS.first}\n\n{{ask}}"),
        ("unclear_reply", {}, f"{TEXTS.unclear}\n\n{{plainer}}"),
        ("unsure_of_reply", {}, "{plainer}"),
        ("ask_plainer", {}, "{plainer}"),
        ("ask_why", {}, "{why}\n\n{ask}"),
        ("repeat_question", {}, "{ask}"),
        ("agree_to_go_on", {}, f"{TEXTS.agreed}\n\n{{ask}}"),
        ("call_story_misread", {}, "{ask}"),
    ],
)
def test_asked(act: str, given: dict[str, Any], said: str) -> None:
    """What was taken down is said back before the next question; without a reply the question is asked as is wished."""
    question = CHECK.questions[2]
    message = asked(CHECK, question, act, given, {})

    ask, plainer = (f"{progress(CHECK, question)}\n\n{words}" for words in (question.ask, question.plainer))
    assert message.text == said.format(ask=ask, plainer=plainer, why=question.why)
    assert message.buttons == question_message(CHECK, question, "", {}).buttons
    assert message.asks == question.slot


def test_told_before_is_confirmed(clinic: Clinic) -> None:
    """What the patient's story says already is said back, with a button for right and one for wrong."""
    slots = {STORY: Story(("My calves ache after 5 minutes of walking",)).to_slot()}

    message = question_message(CHECK, CHECK.questions[1], "First this.", slots)

    told = TEXTS.told.format(told="Walks before stopping: 5 minutes")
    assert message.text == f"First this.\n\nQuestion 2 of 6\n\n{told}"
    assert [one["title"] for one in message.buttons] == [TEXTS.right, TEXTS.misread, TEXTS.back, TEXTS.skip, TEXTS.stop]


def test_told_before_in_plainer_words(clinic: Clinic) -> None:
    """Whoever does not understand gets the question itself too."""
    slots = {STORY: Story(("My calves ache after 5 minutes of walking",)).to_slot()}

    message = question_message(CHECK, CHECK.questions[1], "", slots, plainly=True)

    assert f"\n\n{CHECK.questions[1].plainer}\n\n" in message.text
    assert message.text.endswith("Is that right?")


@pytest.mark.parametrize(
    ("slot", "reply", "said"),
    [
        ("selfcheck_minutes", {"value": 5, "told": "5 minutes"}, "5 minutes, noted."),
        ("selfcheck_legs", {"value": "one", "told": "One leg"}, "One leg, noted."),
        ("selfcheck_legs", {"value": SKIPPED, "told": None}, TEXTS.skipped),
        ("visit_medicines", {"value": "none", "told": "None so far"}, "None so far, noted."),
        ("visit_medicines", {"value": "{tea}", "told": "{tea}"}, "“{tea}”, noted."),
        ("visit_questions", {"value": "why " * 20, "told": "why " * 20}, f"“{('why ' * 15).strip()}…”, noted."),
    ],
)
def test_says_back(slot: str, reply: dict[str, Any], said: str) -> None:
    """A reply is said back in half a sentence; the patient's own words are cut short, and are nothing but words."""
    assert said_back(next(one for _, one in QUESTIONS if one.slot == slot), reply) == said


def test_asks_which(clinic: Clinic) -> None:
    """Each reply has a button to change it."""
    message = which_message(clinic, CHECK)

    assert message.text == TEXTS.which
    assert [one["title"] for one in message.buttons] == [TEXTS.change.format(name=one.name) for one in CHECK.questions]
    assert len(message.buttons) <= MOST


@pytest.mark.parametrize(
    ("replies", "said", "unsaid"),
    [
        ({"relief": "bending", "slope": "downhill", "leaning": "yes"}, ["nerve"], ["circulation", "mixed", "neither"]),
        ({"leaning": "yes", "relief": "both"}, ["nerve"], ["circulation", "mixed", "neither"]),
        ({"relief": "standing", "slope": "uphill", "leaning": "no"}, ["circulation"], ["nerve", "mixed", "neither"]),
        ({"relief": "bending", "slope": "uphill"}, ["mixed", "nerve", "circulation"], ["neither"]),
        ({"relief": "both", "slope": "same", "leaning": "untried"}, ["neither"], ["nerve", "circulation", "mixed"]),
        ({"relief": SKIPPED, "slope": SKIPPED}, ["neither"], ["nerve", "circulation", "mixed"]),
        ({}, ["neither"], ["nerve", "circulation", "mixed"]),
    ],
)
def test_summary(
    base: KnowledgeBase, clinic: Clinic, replies: dict[str, str], said: list[str], unsaid: list[str]
) -> None:
    """The summary says what the sources link the replies to, and always that only an exam can tell."""
    text = selfcheck_summary(base, clinic, replied(**replies), NOW).text

    assert all(getattr(TEXTS, name) in text for name in said)
    assert not any(getattr(TEXTS, name) in text for name in unsaid)
    assert clinic.fill(TEXTS.only_an_exam) in text
    assert text.endswith(clinic.fill(base.boxes["signs"].lines))


def test_summary_tells_the_replies(base: KnowledgeBase, clinic: Clinic) -> None:
    """Each reply is told under its label, what was skipped is not, and observations stand under their cause."""
    slots = replied(signs="none", relief="bending", slope="uphill", legs=SKIPPED)
    slots["selfcheck_minutes"] = {"value": 8, "unit": "minutes", "to": None, "told": "8 minutes"}
    message = selfcheck_summary(base, clinic, slots, NOW)
    parts = message.text.split("\n\n")

    assert parts[0].splitlines() == [
        TEXTS.summary_title,
        "• Warning signs: None of them",
        "• Walks before stopping: 8 minutes",
        "• What eases it: Sitting or bending forward",
        "• Slopes: Worse uphill",
    ]
    assert parts[2].splitlines()[0] == TEXTS.nerve
    assert "sit down or bend forward" in parts[2]
    assert parts[3].splitlines()[0] == TEXTS.circulation
    assert "uphill" in parts[3]


def test_summary_leads_on(base: KnowledgeBase, clinic: Clinic) -> None:
    """The summary names its documents and offers what to do next."""
    message = selfcheck_summary(base, clinic, {}, NOW)

    assert [source["document"] for source in message.sources] == list(CHECK.sources)
    assert message.answer == "selfcheck.questions"
    assert message.asks is None
    assert message.buttons[0]["payload"] == "/visit.prepare"  # nothing was told that could be changed
    assert message.links == ()  # nothing was told that could be printed


def test_summary_without_a_disk(base: KnowledgeBase, clinic: Clinic, var: Path) -> None:
    """Where no page can be kept, the summary comes all the same, without a link."""
    (var / "pages").write_text("no folder")

    message = selfcheck_summary(base, clinic, replied(relief="bending"), NOW)

    assert TEXTS.nerve in message.text
    assert message.links == ()


def test_summary_never_tells_what_a_patient_has(base: KnowledgeBase, clinic: Clinic) -> None:
    """Whatever is replied, no summary has a number of probability, or a condition that the patient has."""
    asked = [question for question in CHECK.questions if any(choice.points for choice in question.choices)]
    for chosen in itertools.product(*(question.choices for question in asked)):
        pairs = zip(asked, chosen, strict=True)
        slots = {question.slot: {"value": choice.value, "told": choice.told} for question, choice in pairs}
        text = selfcheck_summary(base, clinic, slots, NOW).text.lower()

        assert not DIAGNOSIS.search(text.replace("only a doctor can find out what you have.", ""))
        assert "this is not a diagnosis" in text


def test_sections_are_in_the_documents(base: KnowledgeBase) -> None:
    """What a guided talk names as its sources is there."""
    for form in forms().forms.values():
        for document, sections in form.sources.items():
            assert set(sections) <= set(base.sources[document].sections)


@pytest.mark.parametrize("text", every_sentence())
def test_texts_are_easy(text: str) -> None:
    """Every sentence of the guided talks reads at grade 8 or less."""
    assert grade(text) <= style().grades.answer
