"""The action that answers."""

import datetime
from pathlib import Path
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.events import ActiveLoop, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.answer import AnswerQuestion
from bot.clinic import Clinic
from bot.conversation.alarms import Alarms
from bot.conversation.context import Meaning, Understood
from bot.conversation.focus import Focus
from bot.conversation.forms import FormChange, forms
from bot.conversation.slots import ALARMS, CHANGE_ASKED, DIARY_ENTRY, FOCUS, FORM_STOPPED, PENDING_SIGNS, UNSURE_OF
from bot.knowledge.base import KnowledgeBase
from bot.reply.diary import diary
from bot.store.feedback import Feedback, kept, today
from bot.text.dates import local_time

CHECK, VISIT = forms().forms["selfcheck_form"], forms().forms["visit_form"]
WALK = {"day": None, "minutes": 8.0, "distance": None, "unit": None, "eased_by": None, "ease_minutes": None}
ENDS_TALK = [ActiveLoop(None), SlotSet("requested_slot", None)]
NO_ALARM = Alarms()
ALARMED = NO_ALARM.raised("cauda_equina", "I can't pee", "2026-11-28T10:00:00+00:00")
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
    alarms: Alarms = NO_ALARM,
    focus: Focus | None = None,
    form: str | None = None,
    slots: dict[str, Any] | None = None,
    **parse: Any,
) -> Tracker:
    """A conversation whose last message was read as an intent, and understood in its conversation."""
    message = {"intent": {"name": intent}, "understood": understood.to_parse() if understood else None, **parse}
    kept_slots = {ALARMS: alarms.to_slot(), FOCUS: focus.to_slot() if focus else None, **(slots or {})}
    return Tracker("p", kept_slots, message, [], False, None, {"name": form} if form else {}, "action_listen")


def means(answer: str, **told: Any) -> Understood:
    """A message that asks for one answer."""
    return Understood((Meaning(answer),), **told)


def slot(events: list[dict[str, Any]], name: str) -> Any:
    """The value that a slot gets."""
    [value] = [event["value"] for event in events if event.get("name") == name and event["event"] == "slot"]
    return value


def after(events: list[dict[str, Any]], before: Alarms) -> Alarms:
    """The alarms after those events: as before, unless the slot is set."""
    return next((Alarms.from_slot(one["value"]) for one in events if one.get("name") == ALARMS), before)


def through(form: Any) -> dict[str, Any]:
    """The slots of a guided talk that is through."""
    return {question.slot: {"value": "skipped", "told": None} for question in form.questions}


@pytest.mark.parametrize(
    ("intent", "alarms", "parse", "reminder", "urgent", "standing"),
    [
        ("aids.brace", NO_ALARM, {}, False, False, []),
        ("aids.brace", ALARMED, {}, True, False, ["cauda_equina"]),
        ("aids.brace", ALARMED.seen("we went", "x"), {}, True, False, []),
        ("aids.brace", NO_ALARM, {"alarm": {"raised": None, "silenced": True}}, True, False, []),
        ("warning_signs.list", NO_ALARM, {}, True, False, []),
        ("urgent.cauda_equina", NO_ALARM, {}, False, True, ["cauda_equina"]),
        ("urgent.crisis", NO_ALARM, {}, False, True, ["crisis"]),
        ("urgent.crisis", ALARMED, {}, False, True, ["crisis", "cauda_equina"]),
        ("urgent.stand_down", ALARMED, {}, False, True, []),
        ("urgent.how", ALARMED, {}, False, True, ["cauda_equina"]),
    ],
)
@pytest.mark.parametrize("button", [True, False])
async def test_answers(
    action: AnswerQuestion,
    dispatcher: CollectingDispatcher,
    button: bool,
    intent: str,
    alarms: Alarms,
    parse: dict[str, Any],
    reminder: bool,
    urgent: bool,
    standing: list[str],
) -> None:
    """It says the intent's text, with the reminder where the policy asks for it, and tells which alarms stand."""
    understood = None if button or urgent else means(intent)
    happened = await action.run(dispatcher, tracker(intent, understood, alarms=alarms, **parse), {})

    [said] = dispatcher.messages
    assert said["metadata"]["answer"] == intent
    assert said["metadata"]["reminder"] is reminder
    assert said["metadata"]["urgent"] is urgent
    assert said["metadata"]["standing"] == [f"urgent.{kind}" for kind in standing]
    assert set(after(happened, alarms).standing) == set(standing)
    assert Focus.from_slot(slot(happened, FOCUS)).answer == (None if urgent else intent)
    assert all((one in happened) is urgent for one in ENDS_TALK)


async def test_taken_back_closes_what_was_open(action: AnswerQuestion, dispatcher: CollectingDispatcher) -> None:
    """When the patient takes an alarm back, half a sign that stood open is forgotten too."""
    parse = {"alarm": {"raised": None, "silenced": False, "pending": {"halves": {"a": 1}}}}
    happened = await action.run(dispatcher, tracker("urgent.stand_down", alarms=ALARMED, **parse), {})

    assert slot(happened, PENDING_SIGNS) is None


@pytest.mark.parametrize("intent", ["urgent.stand_down", "urgent.hesitation", "urgent.how"])
async def test_without_an_alarm_none_is_taken_back(
    action: AnswerQuestion, dispatcher: CollectingDispatcher, intent: str
) -> None:
    """Where no alarm stands, nothing is said of one: the bot asks what is meant."""
    happened = await action.run(dispatcher, tracker(intent), {})

    assert [one["metadata"]["answer"] for one in dispatcher.messages] == ["clarify.choose"]
    assert after(happened, NO_ALARM) == NO_ALARM


async def test_hears_of_alarms_that_the_guard_raised(action: AnswerQuestion, dispatcher: CollectingDispatcher) -> None:
    """An alarm that was raised while Rasa was away stands from the next message on, with its words and time."""
    unheard = {"kind": "same_day", "words": "fever since the shot", "at": "2026-11-28T10:00:00+00:00"}
    conversation = tracker("aids.brace", means("aids.brace"), metadata={"unheard": [unheard]})
    happened = await action.run(dispatcher, conversation, {})

    [told] = Alarms.from_slot(slot(happened, ALARMS)).told
    assert (told.words, told.at) == (unheard["words"], unheard["at"])
    assert dispatcher.messages[0]["metadata"]["standing"] == ["urgent.same_day"]
    assert dispatcher.messages[0]["metadata"]["reminder"] is True


async def test_alarm_clears_what_was_said_of_signs(action: AnswerQuestion, dispatcher: CollectingDispatcher) -> None:
    """An alarm empties the guided talks' replies about signs, and keeps the patient's words instead."""
    slots = {"selfcheck_signs": {"value": "none", "told": "None of them"}}
    conversation = tracker("urgent.cauda_equina", slots=slots, text="and since yesterday i cannot pee")
    happened = await action.run(dispatcher, conversation, {})

    assert [slot(happened, name) for name in ("selfcheck_signs", "visit_weakness")] == [None, None]
    assert [one.words for one in Alarms.from_slot(slot(happened, ALARMS)).told] == ["and since yesterday i cannot pee"]


async def test_every_alarm_of_a_message_is_given(action: AnswerQuestion, dispatcher: CollectingDispatcher) -> None:
    """Several alarms of one message come one after the other, the gravest first; that one is the latest."""
    conversation = tracker("urgent.crisis", alarm={"raised": "urgent.crisis", "others": ["urgent.cauda_equina"]})
    happened = await action.run(dispatcher, conversation, {})

    assert [one["metadata"]["answer"] for one in dispatcher.messages] == ["urgent.crisis", "urgent.cauda_equina"]
    assert after(happened, NO_ALARM).standing == ("cauda_equina", "crisis")


async def test_yes_to_something_else_is_not_safe(action: AnswerQuestion, dispatcher: CollectingDispatcher) -> None:
    """Once the bot has said something else, a yes no longer replies to "Are you safe now?"."""
    asked = NO_ALARM.raised("crisis", "I want to die", "2026-11-28T10:00:00+00:00").asking_safe()
    happened = await action.run(dispatcher, tracker("aids.brace", means("aids.brace"), alarms=asked), {})

    assert (after(happened, asked).asked_safe, after(happened, asked).standing) == (False, ("crisis",))


async def test_reminder_is_whole_once(
    action: AnswerQuestion, dispatcher: CollectingDispatcher, base: KnowledgeBase, clinic: Clinic
) -> None:
    """The first answer after an alarm carries the whole reminder, the next one a short line."""
    first = await action.run(dispatcher, tracker("aids.brace", means("aids.brace"), alarms=ALARMED), {})
    after = Alarms.from_slot(slot(first, ALARMS))
    await action.run(dispatcher, tracker("surgery.when", means("surgery.when"), alarms=after), {})

    reminder = base.notices.reminders["cauda_equina"]
    assert [one["metadata"]["reminds"] for one in dispatcher.messages] == [
        clinic.fill(reminder.whole),
        clinic.fill(reminder.short),
    ]


async def test_alarm_ends_a_guided_talk(action: AnswerQuestion, dispatcher: CollectingDispatcher) -> None:
    """An alarm in a guided talk asks nothing more, and neither offers nor waits for what was open."""
    focus = Focus("aids.brace", "brace", offered=("surgery.when",), asked="diary_consent", unasked=5)
    conversation = tracker("urgent.cauda_equina", focus=focus, form="selfcheck_form", text="no puedo orinar desde ayer")
    happened = await action.run(dispatcher, conversation, {})

    [said] = dispatcher.messages
    after = Focus.from_slot(slot(happened, FOCUS))
    assert (said["metadata"]["urgent"], said["metadata"]["asks"]) == (True, None)
    assert "Did this help?" not in said["text"]
    assert all(one in happened for one in ENDS_TALK)
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
    ("unasked", "alarms", "asks"),
    [(0, NO_ALARM, False), (1, NO_ALARM, False), (2, NO_ALARM, True), (2, ALARMED, False)],
)
async def test_asks_whether_it_helped(
    action: AnswerQuestion, dispatcher: CollectingDispatcher, unasked: int, alarms: Alarms, asks: bool
) -> None:
    """At the third answer it asks whether it helped, but not while the reminder goes with every answer."""
    conversation = tracker("aids.brace", means("aids.brace"), alarms=alarms, focus=Focus(unasked=unasked))
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
    monkeypatch.setattr("actions.answer.local_time", lambda zone: local_time(zone, now))
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
    understood = means("visit.prepare", change=FormChange("visit_form", {"visit_medicines": None}))
    happened = await action.run(dispatcher, tracker("visit.prepare", understood, slots=through(VISIT)), {})

    assert slot(happened, "visit_medicines") is None
    assert [event["name"] for event in happened if event.get("name", "").startswith("visit_")] == ["visit_medicines"]
    assert dispatcher.messages[0]["metadata"]["asks"] == "visit_medicines"
    assert dispatcher.messages[0]["text"] == VISIT.questions[3].ask


async def test_changes_a_reply_at_once(action: AnswerQuestion, dispatcher: CollectingDispatcher) -> None:
    """A reply that is changed to another value is in the summary, which comes at once, with the reminder if need be."""
    leg = {"value": "one", "told": "One leg"}
    understood = Understood(ask_back=True, change=FormChange("selfcheck_form", {"selfcheck_legs": leg}))
    conversation = tracker("clarify.choose", understood, slots=through(CHECK), alarms=ALARMED)
    happened = await action.run(dispatcher, conversation, {})

    [said] = dispatcher.messages
    assert slot(happened, "selfcheck_legs") == leg
    assert "Legs: One leg" in said["text"]
    assert said["text"].count("Reminder:") == 1


async def test_asks_which_reply_to_change(action: AnswerQuestion, dispatcher: CollectingDispatcher) -> None:
    """Who wants to change a reply is asked which, with a button for each."""
    understood = Understood(ask_back=True, change=FormChange("selfcheck_form", {}))
    happened = await action.run(dispatcher, tracker("clarify.choose", understood, slots=through(CHECK)), {})

    [said] = dispatcher.messages
    assert said["text"] == forms().texts.which
    assert [button["title"] for button in said["buttons"]] == [f"Change {one.name}" for one in CHECK.questions]
    assert slot(happened, CHANGE_ASKED) == "selfcheck_form"


async def test_which_reply_is_open_for_one_message(action: AnswerQuestion, dispatcher: CollectingDispatcher) -> None:
    """Once something else is answered, it is no longer waited for which reply to change."""
    conversation = tracker("aids.brace", means("aids.brace"), slots={CHANGE_ASKED: "selfcheck_form"})

    assert slot(await action.run(dispatcher, conversation, {}), CHANGE_ASKED) is None


async def test_another_guided_talk_in_the_middle(action: AnswerQuestion, dispatcher: CollectingDispatcher) -> None:
    """Another talk begins in the middle of one, says that the replies of that one stay, and asks its own question."""
    slots = {CHECK.questions[0].slot: {"value": "none", "told": "None of them"}}
    conversation = tracker("visit.prepare", means("visit.prepare"), form="selfcheck_form", slots=slots)
    happened = await action.run(dispatcher, conversation, {})

    [said] = dispatcher.messages
    assert said["metadata"]["asks"] == VISIT.questions[0].slot
    assert f"I keep your replies of {CHECK.name}" in said["text"]
    assert {event.get("name") for event in happened}.isdisjoint(question.slot for question in CHECK.questions)
    assert slot(happened, UNSURE_OF) is None


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
        dispatcher, tracker("visit.track_symptoms", means("visit.track_symptoms", **told), alarms=ALARMED), {}
    )

    [said] = dispatcher.messages
    assert said["metadata"]["reminder"]
    assert said["text"].count("Reminder:") == 1
