"""The action that answers."""

import datetime
from pathlib import Path
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.events import ActiveLoop, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.answer import AnswerQuestion
from bot.dialogue.context import Meaning, Understood
from bot.dialogue.dates import today as patients_today
from bot.dialogue.focus import Focus
from bot.dialogue.forms import forms
from bot.dialogue.slots import ALARM_RAISED, DIARY_ENTRY, FOCUS, FORM_STOPPED, PENDING_SIGNS
from bot.feedback import Feedback, kept, today
from bot.knowledge.base import KnowledgeBase
from bot.settings import Clinic
from bot.talk.diary import diary

CHECK, VISIT = forms().forms["selfcheck_form"], forms().forms["visit_form"]
WALK = {"day": None, "minutes": 8.0, "distance": None, "unit": None, "eased_by": None, "ease_minutes": None}
ENDS_TALK = [ActiveLoop(None), SlotSet("requested_slot", None)]
pytestmark = pytest.mark.usefixtures("var")


@pytest.fixture
def action(base: KnowledgeBase, clinic: Clinic) -> AnswerQuestion:
    """The action with the tests' clinic."""
    return AnswerQuestion(base, clinic)


@pytest.fixture
def dispatcher() -> CollectingDispatcher:
    """Collects what the action says."""
    return CollectingDispatcher()


def tracker(
    intent: str,
    understood: Understood | None = None,
    *,
    alarmed: bool = False,
    focus: Focus | None = None,
    form: str | None = None,
    slots: dict[str, Any] | None = None,
    **parse: Any,
) -> Tracker:
    """A conversation whose last message was read as an intent, and understood in its conversation."""
    message = {"intent": {"name": intent}, "understood": understood.to_parse() if understood else None, **parse}
    kept_slots = {ALARM_RAISED: alarmed, FOCUS: focus.to_slot() if focus else None, **(slots or {})}
    return Tracker("p", kept_slots, message, [], False, None, {"name": form} if form else {}, "action_listen")


def means(answer: str, **told: Any) -> Understood:
    """A message that asks for one answer."""
    return Understood((Meaning(answer),), **told)


def slot(events: list[dict[str, Any]], name: str) -> Any:
    """The value that a slot gets."""
    [value] = [event["value"] for event in events if event.get("name") == name and event["event"] == "slot"]
    return value


def through(form: Any) -> dict[str, Any]:
    """The slots of a guided talk that is through."""
    return {question.slot: {"value": "skipped", "told": None} for question in form.questions}


@pytest.mark.parametrize(
    ("intent", "alarmed", "parse", "reminder", "urgent", "events"),
    [
        ("aids.brace", False, {}, False, False, []),
        ("aids.brace", True, {}, True, False, []),
        (
            "aids.brace",
            False,
            {"alarm": {"raised": None, "silenced": True, "pending": {"halves": {}}}},
            True,
            False,
            [],
        ),
        ("warning_signs.list", False, {}, True, False, []),
        ("urgent.cauda_equina", False, {}, False, True, [SlotSet(ALARM_RAISED, True), *ENDS_TALK]),
        ("urgent.crisis", False, {}, False, True, [SlotSet(ALARM_RAISED, True), *ENDS_TALK]),
        ("urgent.stand_down", True, {}, False, True, [SlotSet(ALARM_RAISED, False), *ENDS_TALK]),
    ],
)
@pytest.mark.parametrize("button", [True, False])
async def test_answers(
    action: AnswerQuestion,
    dispatcher: CollectingDispatcher,
    button: bool,
    intent: str,
    alarmed: bool,
    parse: dict[str, Any],
    reminder: bool,
    urgent: bool,
    events: list[dict[str, Any]],
) -> None:
    """It says the intent's text, with the reminder where the policy asks for it, and remembers alarms."""
    understood = None if button or urgent else means(intent)
    happened = await action.run(dispatcher, tracker(intent, understood, alarmed=alarmed, **parse), {})

    [said] = dispatcher.messages
    assert said["metadata"]["answer"] == intent
    assert said["metadata"]["reminder"] is reminder
    assert said["metadata"]["urgent"] is urgent
    pending = SlotSet(PENDING_SIGNS, parse.get("alarm", {}).get("pending"))
    assert [event for event in happened if event.get("name") != FOCUS] == [pending, *events]
    assert Focus.from_slot(slot(happened, FOCUS)).answer == (None if urgent else intent)


async def test_taken_back_closes_what_was_open(action: AnswerQuestion, dispatcher: CollectingDispatcher) -> None:
    """When the patient takes an alarm back, half a sign that stood open is forgotten too."""
    parse = {"alarm": {"raised": None, "silenced": False, "pending": {"halves": {"a": 1}}}}
    happened = await action.run(dispatcher, tracker("urgent.stand_down", alarmed=True, **parse), {})

    assert slot(happened, PENDING_SIGNS) is None


async def test_alarm_ends_a_guided_talk(action: AnswerQuestion, dispatcher: CollectingDispatcher) -> None:
    """An alarm in a guided talk asks nothing more, and neither offers nor waits for what was open."""
    focus = Focus("aids.brace", "brace", offered=("surgery.when",), asked="diary_consent", unasked=5)
    conversation = tracker("urgent.cauda_equina", focus=focus, form="selfcheck_form", text="no puedo orinar desde ayer")
    happened = await action.run(dispatcher, conversation, {})

    [said] = dispatcher.messages
    after = Focus.from_slot(slot(happened, FOCUS))
    assert (said["metadata"]["urgent"], said["metadata"]["asks"]) == (True, None)
    assert "Did this help?" not in said["text"]
    assert happened[-2:] == ENDS_TALK
    assert (after.answer, after.offered, after.asked) == ("aids.brace", (), None)


async def test_alarm_in_another_language(
    action: AnswerQuestion, dispatcher: CollectingDispatcher, base: KnowledgeBase, clinic: Clinic
) -> None:
    """An alarm's first sentence is in the language of the patient's words."""
    text = "no siento nada entre las piernas y no puedo orinar desde ayer"
    await action.run(dispatcher, tracker("urgent.cauda_equina", text=text), {})

    assert dispatcher.messages[0]["text"].startswith(clinic.fill(base.languages["es"].urgent))


async def test_offers_candidates(action: AnswerQuestion, dispatcher: CollectingDispatcher) -> None:
    """When asking back, the candidates are the buttons, and are remembered."""
    understood = Understood(offered=("aids.brace", "surgery.when"), ask_back=True)
    happened = await action.run(dispatcher, tracker("clarify.choose", understood), {})

    after = Focus.from_slot(slot(happened, FOCUS))
    assert [button["payload"] for button in dispatcher.messages[0]["buttons"]] == ["/aids.brace", "/surgery.when"]
    assert (after.offered, after.asked_back) == (("aids.brace", "surgery.when"), True)


async def test_two_answers(action: AnswerQuestion, dispatcher: CollectingDispatcher) -> None:
    """Two questions of one message get two messages, in order."""
    understood = Understood((Meaning("aids.brace", "brace", "what"), Meaning("surgery.when", "surgery", "when")))
    happened = await action.run(dispatcher, tracker("aids.brace", understood), {})

    after = Focus.from_slot(slot(happened, FOCUS))
    assert [one["metadata"]["answer"] for one in dispatcher.messages] == ["aids.brace", "surgery.when"]
    assert (after.topic, after.seen) == ("surgery", ("aids.brace", "surgery.when"))


async def test_unknown_intent_is_an_error(action: AnswerQuestion, dispatcher: CollectingDispatcher) -> None:
    """An id without text says nothing; the error goes to the guard, not to the patient."""
    with pytest.raises(KeyError, match=r"aids\.wings"):
        await action.run(dispatcher, tracker("aids.wings"), {})

    assert dispatcher.messages == []


@pytest.mark.parametrize(
    ("unasked", "alarmed", "asks"), [(0, False, False), (1, False, False), (2, False, True), (2, True, False)]
)
async def test_asks_whether_it_helped(
    action: AnswerQuestion, dispatcher: CollectingDispatcher, unasked: int, alarmed: bool, asks: bool
) -> None:
    """At the third answer it asks whether it helped, but not while the reminder goes with every answer."""
    conversation = tracker("aids.brace", means("aids.brace"), alarmed=alarmed, focus=Focus(unasked=unasked))
    happened = await action.run(dispatcher, conversation, {})

    assert ("Did this help?" in dispatcher.messages[0]["text"]) is asks
    assert (Focus.from_slot(slot(happened, FOCUS)).asked == "helpful") is asks


@pytest.mark.parametrize(
    ("said", "line", "text", "asks"),
    [
        ("helped", (True, None), "feedback_thanks", None),
        ("not_helped", (False, None), "what_was_missing", "what_was_missing"),
        ("nothing on driving", (None, "nothing on driving"), "feedback_thanks", None),
    ],
)
async def test_feedback(
    action: AnswerQuestion,
    dispatcher: CollectingDispatcher,
    base: KnowledgeBase,
    var: Path,
    said: str,
    line: tuple[bool | None, str | None],
    text: str,
    asks: str | None,
) -> None:
    """What a patient says of an answer is kept with the answer's id; only after a no is asked what was missing."""
    conversation = tracker("bot.thanks", Understood(feedback=said), focus=Focus("aids.brace", "brace", asked="helpful"))
    happened = await action.run(dispatcher, conversation, {})

    [message] = dispatcher.messages
    assert message["text"] == getattr(base.notices, text)
    assert (message["metadata"]["asks"], message["metadata"]["answer"]) == (asks, None)
    assert list(kept(var)) == [Feedback(today(), "aids.brace", *line)]
    assert Focus.from_slot(slot(happened, FOCUS)).topic == "brace"


@pytest.mark.parametrize(
    ("said", "asked"), [("helped", None), ("not_helped", "what_was_missing"), ("nothing on driving", None)]
)
async def test_what_is_asked_after_feedback(
    action: AnswerQuestion, dispatcher: CollectingDispatcher, said: str, asked: str | None
) -> None:
    """After a no the next message may say what was missing; otherwise nothing more is waited for."""
    focus = Focus("aids.brace", "brace", asked="helpful")
    happened = await action.run(dispatcher, tracker("bot.thanks", Understood(feedback=said), focus=focus), {})

    assert Focus.from_slot(slot(happened, FOCUS)).asked == asked


async def test_diary(action: AnswerQuestion, dispatcher: CollectingDispatcher) -> None:
    """A walk waits for consent in a slot; with a yes it is kept in the conversation's diary, and can be taken back."""
    wish = means("visit.track_symptoms", diary={"entries": [WALK]})
    asked = await action.run(dispatcher, tracker("visit.track_symptoms", wish), {})
    focus = Focus.from_slot(slot(asked, FOCUS))
    before = diary().entries("p")
    wish = means("visit.track_symptoms", diary={"agree": focus.asked})
    conversation = tracker("visit.track_symptoms", wish, focus=focus, slots={DIARY_ENTRY: slot(asked, DIARY_ENTRY)})
    agreed = await action.run(dispatcher, conversation, {})

    assert (slot(asked, DIARY_ENTRY)["walks"][0]["minutes"], before) == (8.0, [])
    assert [one.minutes for one in diary().entries("p")] == [8]
    assert slot(agreed, DIARY_ENTRY) == {"undo": {"added": 1}}
    assert [one["metadata"]["answer"] for one in dispatcher.messages] == ["visit.track_symptoms"] * 2


@pytest.mark.parametrize(
    ("told", "day"),
    [({"time_zone": "Pacific/Kiritimati"}, "2026-11-29"), ({"time_zone": "America/Chicago"}, "2026-11-28")],
)
async def test_diary_counts_the_patients_day(
    action: AnswerQuestion,
    dispatcher: CollectingDispatcher,
    monkeypatch: pytest.MonkeyPatch,
    told: dict[str, Any],
    day: str,
) -> None:
    """A walk belongs to the day that it is in the time zone that came with the message."""
    now = datetime.datetime(2026, 11, 28, 20, tzinfo=datetime.timezone.utc)
    monkeypatch.setattr("actions.answer.today", lambda zone: patients_today(zone, now))
    conversation = tracker("visit.track_symptoms", means("visit.track_symptoms", diary={"entries": [WALK]}))
    conversation.latest_message["metadata"] = told

    happened = await action.run(dispatcher, conversation, {})

    assert slot(happened, DIARY_ENTRY)["walks"][0]["day"] == day


@pytest.mark.parametrize(("answer", "form"), [("selfcheck.questions", CHECK), ("visit.prepare", VISIT)])
async def test_begins_a_guided_talk(
    action: AnswerQuestion, dispatcher: CollectingDispatcher, answer: str, form: Any
) -> None:
    """The answer that begins a guided talk ends with its opening and its first question."""
    happened = await action.run(dispatcher, tracker(answer, means(answer)), {})

    [said] = dispatcher.messages
    assert said["text"].endswith(f"{form.opening}\n\n{form.questions[0].ask}")
    assert said["metadata"]["asks"] == form.questions[0].slot
    assert slot(happened, FORM_STOPPED) is False


async def test_goes_back_to_a_guided_talk(action: AnswerQuestion, dispatcher: CollectingDispatcher) -> None:
    """After a question in between, the open question is asked again."""
    slots = {CHECK.questions[0].slot: {"value": "none", "told": "None of them"}}
    conversation = tracker(
        "aids.brace", means("aids.brace"), form="selfcheck_form", slots=slots, focus=Focus(unasked=5)
    )
    await action.run(dispatcher, conversation, {})

    [said] = dispatcher.messages
    assert said["metadata"]["answer"] == "aids.brace"
    assert said["text"].endswith(f"Back to the self-check.\n\n{CHECK.questions[1].ask}")
    assert [button["title"] for button in said["buttons"]][-2:] == ["Skip", "Stop"]
    assert "Did this help?" not in said["text"]


async def test_self_check_again(action: AnswerQuestion, dispatcher: CollectingDispatcher) -> None:
    """A self-check that is through begins anew, with no reply left."""
    conversation = tracker("selfcheck.questions", means("selfcheck.questions"), slots=through(CHECK))
    happened = await action.run(dispatcher, conversation, {})

    assert dispatcher.messages[0]["metadata"]["asks"] == CHECK.questions[0].slot
    assert [slot(happened, question.slot) for question in CHECK.questions] == [None] * len(CHECK.questions)


async def test_visit_again(action: AnswerQuestion, dispatcher: CollectingDispatcher) -> None:
    """A visit summary that is through keeps its replies, and asks nothing."""
    conversation = tracker("visit.prepare", means("visit.prepare"), slots=through(VISIT))
    happened = await action.run(dispatcher, conversation, {})

    assert dispatcher.messages[0]["metadata"]["asks"] is None
    assert {event.get("name") for event in happened}.isdisjoint(question.slot for question in VISIT.questions)


async def test_changes_one_reply(action: AnswerQuestion, dispatcher: CollectingDispatcher) -> None:
    """Changing a reply of the paper empties that one alone, and asks its question without an opening."""
    understood = means("visit.prepare", change="visit_medicines")
    happened = await action.run(dispatcher, tracker("visit.prepare", understood, slots=through(VISIT)), {})

    assert slot(happened, "visit_medicines") is None
    assert [event["name"] for event in happened if event.get("name", "").startswith("visit_")] == ["visit_medicines"]
    assert dispatcher.messages[0]["metadata"]["asks"] == "visit_medicines"
    assert VISIT.opening not in dispatcher.messages[0]["text"]


async def test_asking_back_in_a_guided_talk(action: AnswerQuestion, dispatcher: CollectingDispatcher) -> None:
    """Who is asked which answer is meant can choose one, also in a guided talk."""
    understood = Understood(offered=("aids.brace", "surgery.when"), ask_back=True)
    await action.run(dispatcher, tracker("clarify.choose", understood, form="selfcheck_form"), {})

    assert "/aids.brace" in [button["payload"] for button in dispatcher.messages[0]["buttons"]]


async def test_diary_asks_alone(action: AnswerQuestion, dispatcher: CollectingDispatcher) -> None:
    """While the patient is asked whether to delete the diary, no other question is asked that a yes could answer."""
    wish = means("visit.track_symptoms", diary={"delete": True})
    await action.run(dispatcher, tracker("visit.track_symptoms", wish, form="selfcheck_form"), {})

    [said] = dispatcher.messages
    assert said["metadata"]["asks"] == "diary_deletion"
    assert [button["title"] for button in said["buttons"]] == ["Yes, delete it", "No, leave it"]


@pytest.mark.parametrize(("form", "asked"), [(None, "diary_noted"), ("selfcheck_form", None)])
async def test_noted_entry_can_be_put_right(
    action: AnswerQuestion, dispatcher: CollectingDispatcher, form: str | None, asked: str | None
) -> None:
    """After an entry was noted the next message may put it right, unless a guided talk has asked something since."""
    diary().agree("p", datetime.date(2026, 11, 28))
    wish = means("visit.track_symptoms", diary={"entries": [WALK]})
    conversation = tracker("visit.track_symptoms", wish, form=form, focus=Focus("aids.brace", unasked=5))

    happened = await action.run(dispatcher, conversation, {})

    assert Focus.from_slot(slot(happened, FOCUS)).asked == asked
    assert "Did this help?" not in dispatcher.messages[0]["text"]


@pytest.mark.parametrize("name", ["bot.thanks", "decline.dosing", "clarify.choose"])
async def test_asks_only_under_an_answer(action: AnswerQuestion, dispatcher: CollectingDispatcher, name: str) -> None:
    """Whether it helped is asked only under an answer that teaches."""
    await action.run(dispatcher, tracker(name, focus=Focus("aids.brace", unasked=3)), {})

    assert "Did this help?" not in dispatcher.messages[0]["text"]


@pytest.mark.parametrize("told", [{"diary": {"show": True}}, {"feedback": "helped"}, {"feedback": "not_helped"}])
async def test_reminder_goes_with_the_diary_and_feedback_too(
    action: AnswerQuestion, dispatcher: CollectingDispatcher, told: dict[str, Any]
) -> None:
    """After an alarm, what is said of the diary or of feedback carries the reminder as answers do."""
    await action.run(
        dispatcher, tracker("visit.track_symptoms", means("visit.track_symptoms", **told), alarmed=True), {}
    )

    [said] = dispatcher.messages
    assert said["metadata"]["reminder"]
    assert said["text"].count("Reminder:") == 1
