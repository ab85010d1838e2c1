"""The actions that answer, and what all replies have in common."""

from typing import Any

import pytest

from actions.answer import AnswerQuestion, DeclineLanguage, SpeakOfLastAnswer
from bot.clinic import Clinic
from bot.conversation import acts
from bot.conversation.acts import Act, Meaning
from bot.conversation.alarms import Alarms
from bot.conversation.focus import Focus
from bot.conversation.slots import CHANGE_ASKED, PENDING_SIGNS, UNSURE_OF
from bot.knowledge.base import KnowledgeBase
from tests.actions.turns import (
    ALARMED,
    CHECK,
    NO_ALARM,
    VISIT,
    alarms_after,
    focus_after,
    names,
    slot,
    through,
    tracker,
    turn,
)

pytestmark = pytest.mark.usefixtures("var")


@pytest.fixture
def action(base: KnowledgeBase, clinic: Clinic) -> AnswerQuestion:
    """The action with the tests' clinic."""
    return AnswerQuestion(base, clinic)


@pytest.mark.parametrize(
    ("intent", "alarms", "parse", "reminder"),
    [
        ("aids.brace", NO_ALARM, {}, False),
        ("aids.brace", ALARMED, {}, True),
        ("aids.brace", ALARMED.seen("we went", "x"), {}, True),
        ("aids.brace", NO_ALARM, {"alarm": {"raised": None, "silenced": True}}, True),
        ("warning_signs.list", NO_ALARM, {}, True),
    ],
)
@pytest.mark.parametrize("button", [True, False])
async def test_answers(
    action: AnswerQuestion, button: bool, intent: str, alarms: Alarms, parse: dict[str, Any], reminder: bool
) -> None:
    """It says the intent's text, with the reminder where the policy asks for it, and tells which alarms stand."""
    act = Act(intent) if button else acts.ask(Meaning(intent))
    [said], happened = await turn(action, tracker(act, alarms=alarms, **parse))

    assert said["metadata"]["answer"] == intent
    assert said["metadata"]["reminder"] is reminder
    assert not said["metadata"]["urgent"]
    assert said["metadata"]["standing"] == alarms.ids
    assert alarms_after(happened, alarms).standing == alarms.standing
    assert focus_after(happened).answer == intent


@pytest.mark.parametrize("intent", ["safety.check", "clarify.choose"])
async def test_what_only_the_conversation_settles_is_asked_back(action: AnswerQuestion, intent: str) -> None:
    """A button whose question is open no longer brings the question what is meant."""
    [said], _ = await turn(action, tracker(intent))

    assert said["metadata"]["answer"] == "clarify.choose"


async def test_hears_of_alarms_that_the_guard_raised(action: AnswerQuestion) -> None:
    """An alarm that was raised while Rasa was away stands from the next message on, with its words and time."""
    unheard = {"kind": "same_day", "words": "fever since the shot", "at": "2026-11-28T10:00:00+00:00"}
    [said], happened = await turn(action, tracker("aids.brace", metadata={"unheard": [unheard]}))

    [told] = alarms_after(happened).told
    assert (told.words, told.at) == (unheard["words"], unheard["at"])
    assert said["metadata"]["standing"] == ["urgent.same_day"]
    assert said["metadata"]["reminder"] is True


async def test_keeps_the_open_half_of_a_sign(action: AnswerQuestion) -> None:
    """Which half of a sign stands open is kept for the next message."""
    pending = {"halves": {"a": 1}}
    _, happened = await turn(action, tracker("aids.brace", alarm={"raised": None, "pending": pending}))

    assert slot(happened, PENDING_SIGNS) == pending


async def test_yes_to_something_else_is_not_safe(action: AnswerQuestion) -> None:
    """Once the bot has said something else, a yes no longer replies to "Are you safe now?"."""
    asked = NO_ALARM.raised("crisis", "I want to die", "2026-11-28T10:00:00+00:00").asking_safe()
    _, happened = await turn(action, tracker("aids.brace", alarms=asked))

    after = alarms_after(happened, asked)
    assert (after.asked_safe, after.standing) == (False, ("crisis",))


async def test_reminder_is_whole_once(action: AnswerQuestion, base: KnowledgeBase, clinic: Clinic) -> None:
    """The first answer after an alarm carries the whole reminder, the next one a short line."""
    [first], happened = await turn(action, tracker("aids.brace", alarms=ALARMED))
    [second], _ = await turn(action, tracker("surgery.fusion", alarms=alarms_after(happened)))

    reminder = base.notices.reminders["cauda_equina"]
    assert first["metadata"]["reminds"] == clinic.fill(reminder.whole)
    assert second["metadata"]["reminds"] == clinic.fill(reminder.short)


async def test_box_of_the_signs_is_reminder_enough(action: AnswerQuestion, base: KnowledgeBase) -> None:
    """An answer that lists the warning signs itself has no second list under it, and counts as reminding."""
    [said], happened = await turn(action, tracker("surgery.when", alarms=ALARMED))

    assert (said["metadata"]["reminds"], said["metadata"]["reminder"]) == (None, True)
    assert said["text"].count(base.boxes["signs"].points[0]) == 1
    assert alarms_after(happened, ALARMED).reminded == ALARMED.reminded


async def test_reminder_stays_in_sight_when_a_talk_begins(action: AnswerQuestion) -> None:
    """The answer that begins a talk is folded with its box of signs, so the reminder of an alarm stands beside it."""
    [said], _ = await turn(action, tracker("visit.prepare", alarms=ALARMED))
    kinds = [kind for kind, _ in said["metadata"]["parts"]]

    assert said["metadata"]["reminds"] is not None
    assert set(kinds) == {"more", "reminder"}


async def test_asks_about_a_fall(action: AnswerQuestion) -> None:
    """After an answer to a message that tells of a fall it is asked whether that did harm, the question last."""
    conversation = tracker("aids.brace", alarm={"check": "fall"}, text="I fell, does a brace help")
    [answer, question], happened = await turn(action, conversation)

    assert (answer["metadata"]["answer"], answer["metadata"]["reminder"]) == ("aids.brace", True)
    assert (question["metadata"]["asks"], question["metadata"]["reminder"]) == ("safety_check", False)
    assert focus_after(happened).asked == "safety_check"
    assert alarms_after(happened).asked_over == "I fell, does a brace help"


async def test_offers_candidates(action: AnswerQuestion) -> None:
    """When asking back, the candidates are the buttons, and are remembered."""
    act = acts.ask(Meaning("clarify.choose"), offered=("aids.brace", "surgery.when"))
    [said], happened = await turn(action, tracker(act))

    after = focus_after(happened)
    assert [button["payload"] for button in said["buttons"]] == ["/aids.brace", "/surgery.when"]
    assert (after.offered, after.asked_back) == (("aids.brace", "surgery.when"), True)


async def test_two_answers(action: AnswerQuestion) -> None:
    """Two questions of one message get two messages, in order."""
    act = acts.ask(Meaning("aids.brace", "brace", "what"), Meaning("surgery.when", "surgery", "when"))
    messages, happened = await turn(action, tracker(act))

    after = focus_after(happened)
    assert [one["metadata"]["answer"] for one in messages] == ["aids.brace", "surgery.when"]
    assert (after.topic, after.seen) == ("surgery", ("aids.brace", "surgery.when"))


async def test_declines_another_language(base: KnowledgeBase, clinic: Clinic) -> None:
    """Who writes in another language reads in it first that the chat is in English."""
    act = acts.in_language("es", Meaning("decline.out_of_scope", "gabapentin"))
    [said], happened = await turn(DeclineLanguage(base, clinic), tracker(act))

    assert said["text"].startswith(clinic.fill(base.languages["es"].declined))
    assert said["metadata"]["answer"] == "decline.out_of_scope"
    assert focus_after(happened).topic == "gabapentin"


async def test_unknown_intent_is_an_error(action: AnswerQuestion) -> None:
    """An id without text says nothing; the error goes to the guard, not to the patient."""
    with pytest.raises(KeyError, match=r"aids\.wings"):
        await turn(action, tracker("aids.wings"))


@pytest.mark.parametrize(
    ("unasked", "alarms", "asks"),
    [(0, NO_ALARM, False), (1, NO_ALARM, False), (2, NO_ALARM, True), (2, ALARMED, False)],
)
async def test_asks_whether_it_helped(action: AnswerQuestion, unasked: int, alarms: Alarms, asks: bool) -> None:
    """At the third answer it asks whether it helped, but not while the reminder goes with every answer."""
    [said], happened = await turn(action, tracker("aids.brace", alarms=alarms, focus=Focus(unasked=unasked)))

    assert ("Did this help?" in said["text"]) is asks
    assert (focus_after(happened).asked == "helpful") is asks


@pytest.mark.parametrize("name", ["bot.thanks", "decline.dosing", "clarify.choose"])
async def test_asks_only_under_an_answer(action: AnswerQuestion, name: str) -> None:
    """Whether it helped is asked only under an answer that teaches."""
    [said], _ = await turn(action, tracker(name, focus=Focus("aids.brace", unasked=3)))

    assert "Did this help?" not in said["text"]


async def test_asks_nothing_before_a_guided_talks_question(action: AnswerQuestion) -> None:
    """Where a guided talk's question follows, it is not asked whether the answer helped."""
    focus = Focus(unasked=5)
    [said], happened = await turn(action, tracker("aids.brace", focus=focus, form="selfcheck_form"))

    assert said["metadata"]["asks"] is None
    assert "Did this help?" not in said["text"]
    assert focus_after(happened).asked is None


async def test_self_check_again(action: AnswerQuestion) -> None:
    """A self-check that is through begins anew, with no reply left."""
    _, happened = await turn(action, tracker("selfcheck.questions", slots=through(CHECK)))

    assert [slot(happened, question.slot) for question in CHECK.questions] == [None] * len(CHECK.questions)


async def test_visit_again(action: AnswerQuestion) -> None:
    """A visit summary that is through keeps its replies."""
    _, happened = await turn(action, tracker("visit.prepare", slots=through(VISIT)))

    assert names(happened).isdisjoint(question.slot for question in VISIT.questions)


async def test_another_guided_talk_in_the_middle(action: AnswerQuestion) -> None:
    """Where another talk begins in the middle of one, the replies of that one stay."""
    slots = {CHECK.questions[0].slot: {"value": "none", "told": "None of them"}}
    _, happened = await turn(action, tracker("visit.prepare", form="selfcheck_form", slots=slots))

    assert names(happened).isdisjoint(question.slot for question in CHECK.questions)
    assert slot(happened, UNSURE_OF) is None


async def test_which_reply_is_open_for_one_message(action: AnswerQuestion) -> None:
    """Once something else is answered, it is no longer waited for which reply to change."""
    _, happened = await turn(action, tracker("aids.brace", slots={CHANGE_ASKED: "selfcheck_form"}))

    assert slot(happened, CHANGE_ASKED) is None


@pytest.mark.parametrize(("intent", "says"), [("ask_shorter", "{short}"), ("ask_passages", "That answer was written")])
async def test_speaks_of_the_last_answer(base: KnowledgeBase, clinic: Clinic, intent: str, says: str) -> None:
    """It gives the last answer in fewer words, or the passages that it comes from, and keeps it in focus."""
    focus = Focus().given("aids.brace", "brace", "what")
    [said], happened = await turn(SpeakOfLastAnswer(base, clinic), tracker(Act(intent), focus=focus))

    assert said["metadata"]["answer"] == "aids.brace"
    assert said["text"].startswith(says.format(short=clinic.fill(base["aids.brace"].short or "")))
    assert focus_after(happened, focus).answer == "aids.brace"


async def test_asks_back_where_nothing_was_answered(base: KnowledgeBase, clinic: Clinic) -> None:
    """Without an answer before, it asks what is meant."""
    [said], _ = await turn(SpeakOfLastAnswer(base, clinic), tracker(Act("ask_shorter")))

    assert said["metadata"]["answer"] == "clarify.choose"
