"""The actions that raise an alarm, and reply to what is said of one."""

import pytest
from rasa_sdk.events import ActiveLoop, SlotSet

from actions.alarm import AfterAlarm, RaiseAlarm
from bot.clinic import Clinic
from bot.conversation.alarms import Alarms
from bot.conversation.focus import Focus
from bot.conversation.slots import PENDING_SIGNS
from bot.knowledge.base import KnowledgeBase
from tests.actions.turns import ALARMED, NO_ALARM, alarms_after, focus_after, slot, tracker, turn

ENDS_TALK = [ActiveLoop(None), SlotSet("requested_slot", None)]


@pytest.fixture
def raising(base: KnowledgeBase, clinic: Clinic) -> RaiseAlarm:
    """The action that raises alarms, with the tests' clinic."""
    return RaiseAlarm(base, clinic)


@pytest.fixture
def replying(base: KnowledgeBase, clinic: Clinic) -> AfterAlarm:
    """The action that replies to what is said of one, with the tests' clinic."""
    return AfterAlarm(base, clinic)


@pytest.mark.parametrize(
    ("intent", "alarms", "standing"),
    [
        ("urgent.cauda_equina", NO_ALARM, ["cauda_equina"]),
        ("urgent.crisis", NO_ALARM, ["crisis"]),
        ("urgent.crisis", ALARMED, ["crisis", "cauda_equina"]),
    ],
)
async def test_raises(raising: RaiseAlarm, intent: str, alarms: Alarms, standing: list[str]) -> None:
    """It sends the urgent message without a reminder, tells which alarms stand, and ends a guided talk."""
    [said], happened = await turn(raising, tracker(intent, alarms=alarms, form="selfcheck_form"))

    assert (said["metadata"]["answer"], said["metadata"]["urgent"]) == (intent, True)
    assert said["metadata"]["reminder"] is False
    assert said["metadata"]["standing"] == [f"urgent.{kind}" for kind in standing]
    assert set(alarms_after(happened, alarms).standing) == set(standing)
    assert all(one in happened for one in ENDS_TALK)


async def test_clears_what_was_said_of_signs(raising: RaiseAlarm) -> None:
    """An alarm empties the guided talks' replies about signs, and keeps the patient's words instead."""
    slots = {"selfcheck_signs": {"value": "none", "told": "None of them"}}
    conversation = tracker("urgent.cauda_equina", slots=slots, text="and since yesterday i cannot pee")
    _, happened = await turn(raising, conversation)

    assert [slot(happened, name) for name in ("selfcheck_signs", "visit_weakness")] == [None, None]
    assert [one.words for one in alarms_after(happened).told] == ["and since yesterday i cannot pee"]


async def test_every_alarm_of_a_message_is_given(raising: RaiseAlarm) -> None:
    """Several alarms of one message come one after the other, the gravest first; that one is the latest."""
    conversation = tracker("urgent.crisis", alarm={"raised": "urgent.crisis", "others": ["urgent.cauda_equina"]})
    messages, happened = await turn(raising, conversation)

    assert [one["metadata"]["answer"] for one in messages] == ["urgent.crisis", "urgent.cauda_equina"]
    assert alarms_after(happened).standing == ("cauda_equina", "crisis")


async def test_closes_what_was_open(raising: RaiseAlarm) -> None:
    """An alarm asks nothing more, and neither offers nor waits for what was open."""
    focus = Focus("aids.brace", "brace", offered=("surgery.when",), asked="diary_consent", unasked=5)
    [said], happened = await turn(raising, tracker("urgent.cauda_equina", focus=focus, text="no puedo orinar"))

    after = focus_after(happened)
    assert said["metadata"]["asks"] is None
    assert "Did this help?" not in said["text"]
    assert (after.answer, after.offered, after.asked) == ("aids.brace", (), None)


async def test_in_another_language(raising: RaiseAlarm, base: KnowledgeBase, clinic: Clinic) -> None:
    """An alarm's first sentence is in the language of the patient's words."""
    text = "no siento nada entre las piernas y no puedo orinar desde ayer"
    [said], _ = await turn(raising, tracker("urgent.cauda_equina", text=text))

    assert said["text"].startswith(clinic.fill(base.languages["es"].urgent))


@pytest.mark.parametrize(
    ("intent", "answer", "standing"),
    [
        ("urgent.stand_down", "urgent.stand_down", []),
        ("stand_down", "urgent.stand_down", []),
        ("was_seen", "urgent.stand_down", []),
        ("urgent.how", "urgent.how", ["urgent.cauda_equina"]),
        ("ask_how", "urgent.how", ["urgent.cauda_equina"]),
        ("put_off", "urgent.hesitation", ["urgent.cauda_equina"]),
        ("going", "bot.goodbye", ["urgent.cauda_equina"]),
        ("acknowledge", "bot.thanks", ["urgent.cauda_equina"]),
    ],
)
async def test_replies(replying: AfterAlarm, intent: str, answer: str, standing: list[str]) -> None:
    """What is said of an alarm, by words or a button, gets its reply; only what takes it back ends it."""
    [said], happened = await turn(replying, tracker(intent, alarms=ALARMED, form="selfcheck_form"))

    assert said["metadata"]["answer"] == answer
    assert said["metadata"]["standing"] == standing
    assert alarms_after(happened, ALARMED).ids == standing
    assert all(one in happened for one in ENDS_TALK)


async def test_taken_back_closes_what_was_open(replying: AfterAlarm) -> None:
    """When the patient takes an alarm back, half a sign that stood open is forgotten too."""
    parse = {"alarm": {"raised": None, "silenced": False, "pending": {"halves": {"a": 1}}}}
    _, happened = await turn(replying, tracker("stand_down", alarms=ALARMED, **parse))

    assert slot(happened, PENDING_SIGNS) is None


@pytest.mark.parametrize("intent", ["urgent.stand_down", "urgent.hesitation", "urgent.how"])
async def test_without_an_alarm_none_is_taken_back(replying: AfterAlarm, intent: str) -> None:
    """Where no alarm stands, nothing is said of one: the bot asks what is meant."""
    [said], happened = await turn(replying, tracker(intent))

    assert said["metadata"]["answer"] == "clarify.choose"
    assert alarms_after(happened) == NO_ALARM
