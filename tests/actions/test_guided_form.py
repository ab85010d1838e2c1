"""The guided talks as Rasa forms."""

from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.guided_form import GuidedForm, SelfcheckForm, VisitForm
from bot.conversation.alarms import Alarms
from bot.conversation.context import Understood
from bot.conversation.focus import Focus
from bot.conversation.forms import FormReply, forms
from bot.conversation.slots import ALARMS, FOCUS, FORM_STOPPED, UNSURE_OF

ALARMED = Alarms().raised("cauda_equina", "I can't pee", "2026-11-28T10:00:00+00:00").to_slot()
QUESTIONS = forms().forms["selfcheck_form"].questions
NONE = {"value": "none", "told": "None of them"}
MINUTES = {"value": 8, "unit": "minutes", "to": None, "told": "8 minutes"}


@pytest.fixture
def dispatcher() -> CollectingDispatcher:
    """Collects what the action says."""
    return CollectingDispatcher()


def tracker(reply: FormReply | None, slots: dict[str, Any] | None = None, *, alarmed: bool = False) -> Tracker:
    """A conversation in a guided talk, whose last message does something in it."""
    message = {"intent": {"name": "selfcheck.questions"}, "understood": Understood(form=reply).to_parse()}
    kept = {**{question.slot: None for question in QUESTIONS}, ALARMS: ALARMED if alarmed else None, **(slots or {})}
    return Tracker("p", kept, message, [], False, None, {"name": "selfcheck_form"}, "action_listen")


@pytest.mark.parametrize(("form", "name"), [(SelfcheckForm, "selfcheck_form"), (VisitForm, "visit_form")])
def test_name(form: type[GuidedForm], name: str) -> None:
    """Rasa finds the action by the form's name, and the form has its questions."""
    assert form().name() == f"validate_{name}"
    assert name in forms().forms


async def test_takes_a_reply_down(dispatcher: CollectingDispatcher) -> None:
    """A reply goes into its slot, and the next question is asked with its buttons."""
    happened = await SelfcheckForm().run(dispatcher, tracker(FormReply({"selfcheck_signs": NONE})), {})

    [said] = dispatcher.messages
    assert happened == [SlotSet(FORM_STOPPED, False), SlotSet("selfcheck_signs", NONE)]
    assert said["text"] == f"None of them, noted.\n\n{QUESTIONS[1].ask}"
    assert said["metadata"]["asks"] == QUESTIONS[1].slot
    assert [button["title"] for button in said["buttons"]] == [*QUESTIONS[1].buttons, "Go back", "Skip", "Stop"]


async def test_last_reply(dispatcher: CollectingDispatcher) -> None:
    """After the last reply nothing is said: the summary's action speaks next."""
    slots = {question.slot: NONE for question in QUESTIONS[:-1]}
    happened = await SelfcheckForm().run(dispatcher, tracker(FormReply({QUESTIONS[-1].slot: NONE}), slots), {})

    assert happened == [SlotSet(FORM_STOPPED, False), SlotSet(QUESTIONS[-1].slot, NONE)]
    assert dispatcher.messages == []


async def test_corrects(dispatcher: CollectingDispatcher) -> None:
    """A corrected reply takes the place of the old one and is read back."""
    slots = {QUESTIONS[0].slot: NONE, QUESTIONS[1].slot: {**MINUTES, "value": 3, "told": "3 minutes"}}
    happened = await SelfcheckForm().run(dispatcher, tracker(FormReply({"selfcheck_minutes": MINUTES}), slots), {})

    assert happened == [SlotSet(FORM_STOPPED, False), SlotSet("selfcheck_minutes", MINUTES)]
    assert dispatcher.messages[0]["text"] == f"8 minutes, noted.\n\n{QUESTIONS[2].ask}"


async def test_not_understood(dispatcher: CollectingDispatcher) -> None:
    """A reply that is not understood fills nothing, and the question is asked again."""
    happened = await SelfcheckForm().run(dispatcher, tracker(FormReply({})), {})

    assert happened == [SlotSet(FORM_STOPPED, False), SlotSet(QUESTIONS[0].slot, None)]
    assert dispatcher.messages[0]["text"] == f"{forms().texts.unclear}\n\n{QUESTIONS[0].plainer}"


async def test_unsure(dispatcher: CollectingDispatcher) -> None:
    """Who is not sure is asked more plainly, and that is remembered."""
    happened = await SelfcheckForm().run(dispatcher, tracker(FormReply({}, again="unsure")), {})

    assert happened[1:] == [SlotSet(QUESTIONS[0].slot, None), SlotSet(UNSURE_OF, QUESTIONS[0].slot)]
    assert dispatcher.messages[0]["text"] == QUESTIONS[0].plainer


async def test_goes_back(dispatcher: CollectingDispatcher) -> None:
    """Going back empties the reply before, and asks its question."""
    slots = {QUESTIONS[0].slot: NONE, QUESTIONS[1].slot: MINUTES}
    happened = await SelfcheckForm().run(dispatcher, tracker(FormReply({"selfcheck_minutes": None}), slots), {})

    assert happened == [SlotSet(FORM_STOPPED, False), SlotSet("selfcheck_minutes", None)]
    assert dispatcher.messages[0]["text"] == QUESTIONS[1].ask


async def test_closes_what_was_asked_back(dispatcher: CollectingDispatcher) -> None:
    """Once the form's question is said again, what was asked back before is open no longer."""
    focus = Focus("aids.brace", offered=("aids.brace",), asked_back=True)
    happened = await SelfcheckForm().run(dispatcher, tracker(FormReply({}), {FOCUS: focus.to_slot()}), {})

    [after] = [Focus.from_slot(event["value"]) for event in happened if event["name"] == FOCUS]
    assert (after.answer, after.asked_back, after.offered) == ("aids.brace", False, ())


async def test_stops(dispatcher: CollectingDispatcher) -> None:
    """Stopping ends the form and leaves the replies; what is said about it comes with the summary's action."""
    happened = await SelfcheckForm().run(dispatcher, tracker(FormReply({}, stop=True)), {})

    assert happened == [SlotSet(FORM_STOPPED, True), SlotSet("requested_slot", None)]
    assert dispatcher.messages == []


@pytest.mark.parametrize("reply", [None, FormReply({"selfcheck_signs": {"value": "yes", "told": "Yes"}}, alarm=True)])
async def test_leaves_other_messages(dispatcher: CollectingDispatcher, reply: FormReply | None) -> None:
    """A question in between, and a warning sign, are not the form's: it says and keeps nothing."""
    happened = await SelfcheckForm().run(dispatcher, tracker(reply), {})

    assert (happened, dispatcher.messages) == ([], [])


async def test_leaves_buttons_of_answers(dispatcher: CollectingDispatcher) -> None:
    """A button that names its answer has nothing understood, and is not the form's."""
    message = {"intent": {"name": "aids.brace"}}
    conversation = Tracker("p", {}, message, [], False, None, {"name": "visit_form"}, "action_listen")

    assert await VisitForm().run(dispatcher, conversation, {}) == []
    assert dispatcher.messages == []


@pytest.mark.parametrize("alarmed", [True, False])
async def test_reminder(dispatcher: CollectingDispatcher, alarmed: bool) -> None:
    """After an alarm every question carries the safety reminder."""
    await SelfcheckForm().run(dispatcher, tracker(FormReply({"selfcheck_signs": NONE}), alarmed=alarmed), {})

    assert dispatcher.messages[0]["metadata"]["reminder"] is alarmed
    assert ("Reminder:" in dispatcher.messages[0]["text"]) is alarmed


async def test_asks_about_a_fall_before_the_next_question(dispatcher: CollectingDispatcher) -> None:
    """A reply that tells of a fall is taken down, and whether it did harm is asked instead of the next question."""
    conversation = tracker(FormReply({"selfcheck_signs": NONE}))
    conversation.latest_message |= {"text": "none, but I fell last week", "alarm": {"check": "fall"}}
    happened = await SelfcheckForm().run(dispatcher, conversation, {})

    slots = {event["name"]: event["value"] for event in happened}
    [said] = dispatcher.messages
    assert said["metadata"]["asks"] == "safety_check"
    assert slots["selfcheck_signs"] == NONE
    assert Focus.from_slot(slots[FOCUS]).asked == "safety_check"
    assert Alarms.from_slot(slots[ALARMS]).asked_over == "none, but I fell last week"
