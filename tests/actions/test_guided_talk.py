"""The guided talks as Rasa forms."""

from pathlib import Path
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from actions.answer import AnswerQuestion
from actions.guided_talk import ASKS, AskQuestion, GuidedForm, SelfcheckForm, StopTalk, VisitForm
from bot.clinic import Clinic
from bot.conversation import acts
from bot.conversation.acts import Act
from bot.conversation.focus import Focus
from bot.conversation.forms import FormReply, forms
from bot.conversation.slots import FOCUS, UNSURE_OF
from bot.knowledge.base import KnowledgeBase
from tests.actions.turns import (
    ALARMED,
    CHECK,
    NO_ALARM,
    VISIT,
    Events,
    alarms_after,
    events_of,
    focus_after,
    slot,
    through,
    tracker,
    turn,
)

QUESTIONS = CHECK.questions
EMPTY: dict[str, Any] = {question.slot: None for question in QUESTIONS}
NONE = {"value": "none", "told": "None of them"}
MINUTES = {"value": 8, "unit": "minutes", "to": None, "told": "8 minutes"}
pytestmark = pytest.mark.usefixtures("var")


def in_talk(reply: FormReply, slots: dict[str, Any] | None = None, **told: Any) -> Tracker:
    """A conversation in the self-check, whose last message does something in it."""
    slots = {**EMPTY, **(slots or {})}
    return tracker(acts.in_talk(reply, slots), form="selfcheck_form", slots=slots, **told)


def ask(name: str, base: KnowledgeBase, clinic: Clinic) -> AskQuestion:
    """The action that asks for a slot."""
    [action] = [one for one in ASKS if one.action == f"action_ask_{name}"]
    made: AskQuestion = action(base, clinic)
    return made


async def validated(conversation: Tracker) -> Events:
    """What the self-check's form makes of a message."""
    messages, happened = await turn(SelfcheckForm(), conversation)
    assert messages == []
    return happened


@pytest.mark.parametrize(("form", "name"), [(SelfcheckForm, "selfcheck_form"), (VisitForm, "visit_form")])
def test_name(form: type[GuidedForm], name: str) -> None:
    """Rasa finds the action by the form's name, and the form has its questions."""
    assert form().name() == f"validate_{name}"
    assert name in forms().forms


def test_each_question_has_an_action() -> None:
    """Rasa finds an action for each question of each form."""
    slots = [question.slot for form in forms().forms.values() for question in form.questions]

    assert [one.action for one in ASKS] == [f"action_ask_{slot}" for slot in slots]


@pytest.mark.parametrize(
    ("reply", "slots", "expected"),
    [
        (FormReply({"selfcheck_signs": NONE}), {}, {"selfcheck_signs": NONE}),
        (FormReply({"selfcheck_minutes": MINUTES}), {"selfcheck_minutes": NONE}, {"selfcheck_minutes": MINUTES}),
        (FormReply({"selfcheck_signs": None}), {"selfcheck_signs": NONE}, {"selfcheck_signs": None}),
        (FormReply(EMPTY), {"selfcheck_signs": NONE}, EMPTY),
        # Nothing is filled, and the question is asked again.
        (FormReply({}), {}, {"selfcheck_signs": None}),
        (FormReply({}, again="unsure"), {}, {"selfcheck_signs": None, UNSURE_OF: "selfcheck_signs"}),
        (
            FormReply({"selfcheck_signs": NONE}),
            {UNSURE_OF: "selfcheck_signs"},
            {"selfcheck_signs": NONE, UNSURE_OF: None},
        ),
    ],
)
async def test_takes_down(reply: FormReply, slots: dict[str, Any], expected: dict[str, Any]) -> None:
    """A reply goes into its slot, one that is put right or given up too; what is none leaves the question open."""
    happened = await validated(in_talk(reply, slots))

    assert happened == [SlotSet(name, value) for name, value in expected.items()]


async def test_closes_what_was_asked_back() -> None:
    """Once the form's question is said again, what was asked back before is open no longer."""
    focus = Focus("aids.brace", offered=("aids.brace",), asked_back=True)
    after = Focus.from_slot(slot(await validated(in_talk(FormReply({}), focus=focus)), FOCUS))

    assert (after.answer, after.asked_back, after.offered) == ("aids.brace", False, ())


@pytest.mark.parametrize("act", ["aids.brace", "stop_talk", "urgent.cauda_equina", "show_diary"])
async def test_leaves_other_messages(act: str) -> None:
    """A question in between, a stop and a warning sign are not the form's, so that Rasa's rules take them up."""
    assert await validated(tracker(act, form="selfcheck_form", slots=EMPTY)) == []


async def test_asks_the_next_question(base: KnowledgeBase, clinic: Clinic) -> None:
    """What was taken down is said back, and the next question asked with its buttons."""
    conversation = in_talk(FormReply({"selfcheck_signs": NONE}))
    [said], _ = await turn(ask("selfcheck_minutes", base, clinic), conversation)

    assert said["text"] == f"None of them, noted.\n\nQuestion 2 of 6\n\n{QUESTIONS[1].ask}"
    assert said["metadata"]["asks"] == QUESTIONS[1].slot
    assert [button["title"] for button in said["buttons"]] == [*QUESTIONS[1].buttons, "Go back", "Skip", "Stop"]


@pytest.mark.parametrize("alarmed", [True, False])
async def test_reminder(base: KnowledgeBase, clinic: Clinic, alarmed: bool) -> None:
    """After an alarm every question carries the safety reminder."""
    conversation = in_talk(FormReply({"selfcheck_signs": NONE}), alarms=ALARMED if alarmed else NO_ALARM)
    [said], _ = await turn(ask("selfcheck_minutes", base, clinic), conversation)

    assert said["metadata"]["reminder"] is alarmed
    assert ("Reminder:" in said["text"]) is alarmed


async def test_asks_about_a_fall_before_the_next_question(base: KnowledgeBase, clinic: Clinic) -> None:
    """After a reply that tells of a fall it is asked whether that did harm, instead of the next question."""
    text = "none, but I fell last week"
    conversation = in_talk(FormReply({"selfcheck_signs": NONE}), text=text, alarm={"check": "fall"})
    [said], happened = await turn(ask("selfcheck_minutes", base, clinic), conversation)

    assert said["metadata"]["asks"] == "safety_check"
    assert focus_after(happened).asked == "safety_check"
    assert alarms_after(happened).asked_over == text


async def answered(base: KnowledgeBase, clinic: Clinic, act: Act | str, **told: Any) -> Events:
    """What the bot has answered to a message before the form asks."""
    messages, _ = await turn(AnswerQuestion(base, clinic), tracker(act, **told))
    return events_of(messages)


@pytest.mark.parametrize(("answer", "form"), [("selfcheck.questions", CHECK), ("visit.prepare", VISIT)])
async def test_begins(base: KnowledgeBase, clinic: Clinic, answer: str, form: Any) -> None:
    """A talk begins with its opening and its first question, at the end of the answer."""
    conversation = tracker(answer, said=await answered(base, clinic, answer))
    [said], _ = await turn(ask(form.questions[0].slot, base, clinic), conversation)

    assert said["text"] == f"{form.opening}\n\nQuestion 1 of {len(form.questions)}\n\n{form.questions[0].ask}"
    assert conversation.events[-1]["metadata"]["metadata"]["goes_on"] is True


async def test_goes_on_after_a_question(base: KnowledgeBase, clinic: Clinic) -> None:
    """After a question in between, the open question is asked again."""
    told: dict[str, Any] = {"form": "selfcheck_form", "slots": {**EMPTY, "selfcheck_signs": NONE}}
    conversation = tracker("aids.brace", said=await answered(base, clinic, "aids.brace", **told), **told)
    [said], _ = await turn(ask("selfcheck_minutes", base, clinic), conversation)

    assert said["text"] == f"Back to the self-check.\n\nQuestion 2 of 6\n\n{QUESTIONS[1].ask}"


async def test_another_talk_in_the_middle(base: KnowledgeBase, clinic: Clinic) -> None:
    """Another talk that begins in the middle of one says that the replies of that one stay."""
    told: dict[str, Any] = {"form": "selfcheck_form", "slots": {"selfcheck_signs": NONE}}
    conversation = tracker("visit.prepare", said=await answered(base, clinic, "visit.prepare", **told), **told)
    [said], _ = await turn(ask("visit_change", base, clinic), conversation)

    assert said["text"].startswith(f"I keep your replies of {CHECK.name}")
    assert VISIT.opening in said["text"]


@pytest.mark.parametrize("act", ["clarify.choose", "reopen_selfcheck"])
async def test_one_question_at_a_time(base: KnowledgeBase, clinic: Clinic, act: str) -> None:
    """Where something else was asked, the talk's question waits."""
    told: dict[str, Any] = {"form": "selfcheck_form", "slots": EMPTY}
    conversation = tracker(act, said=await answered(base, clinic, "clarify.choose", **told), **told)
    messages, happened = await turn(ask("selfcheck_signs", base, clinic), conversation)

    assert (messages, happened) == ([], [])


async def test_without_a_reply_nothing_is_asked(base: KnowledgeBase, clinic: Clinic) -> None:
    """Where no reply was given to the message, there is nothing to go on after."""
    conversation = tracker("aids.brace", form="selfcheck_form", slots=EMPTY)

    assert await turn(ask("selfcheck_signs", base, clinic), conversation) == ([], [])


@pytest.mark.parametrize("alarmed", [True, False])
@pytest.mark.parametrize(("name", "form"), [("selfcheck_form", CHECK), ("visit_form", VISIT)])
async def test_stops(base: KnowledgeBase, clinic: Clinic, var: Path, name: str, form: Any, alarmed: bool) -> None:
    """A talk that is stopped has no summary and no page: that it stopped is all that is said, with a due reminder."""
    conversation = tracker("stop_talk", form=name, slots=through(form), alarms=ALARMED if alarmed else NO_ALARM)
    [said], _ = await turn(StopTalk(base, clinic), conversation)

    assert said["text"].startswith(forms().texts.stopped)
    assert said["metadata"]["answer"] == form.starts_with
    assert said["metadata"]["reminder"] is alarmed
    assert (said["metadata"]["links"], said["buttons"], list(var.rglob("*.json"))) == ([], [], [])
