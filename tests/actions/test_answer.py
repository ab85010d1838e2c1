"""The action that answers."""

from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.answer import ALARM_RAISED, PENDING_SIGNS, AnswerQuestion
from bot.knowledge.base import KnowledgeBase
from bot.settings import Clinic


@pytest.fixture
def action(base: KnowledgeBase, clinic: Clinic) -> AnswerQuestion:
    """The action with the tests' clinic."""
    return AnswerQuestion(base, clinic)


@pytest.fixture
def dispatcher() -> CollectingDispatcher:
    """Collects what the action says."""
    return CollectingDispatcher()


def tracker(intent: str, *, alarmed: bool = False, **parse: Any) -> Tracker:
    """A conversation whose last message was read as an intent."""
    message = {"intent": {"name": intent}, **parse}
    return Tracker("p", {ALARM_RAISED: alarmed}, message, [], False, None, {}, "action_listen")


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
        ("urgent.cauda_equina", False, {}, False, True, [SlotSet(ALARM_RAISED, True)]),
        ("urgent.crisis", False, {}, False, True, [SlotSet(ALARM_RAISED, True)]),
        ("urgent.stand_down", True, {}, False, True, [SlotSet(ALARM_RAISED, False)]),
    ],
)
async def test_answers(
    action: AnswerQuestion,
    dispatcher: CollectingDispatcher,
    intent: str,
    alarmed: bool,
    parse: dict[str, Any],
    reminder: bool,
    urgent: bool,
    events: list[dict[str, Any]],
) -> None:
    """It says the intent's text, with the reminder where the policy asks for it, and remembers alarms."""
    happened = await action.run(dispatcher, tracker(intent, alarmed=alarmed, **parse), {})

    [said] = dispatcher.messages
    assert said["metadata"]["answer"] == intent
    assert said["metadata"]["reminder"] is reminder
    assert said["metadata"]["urgent"] is urgent
    assert happened == [SlotSet(PENDING_SIGNS, parse.get("alarm", {}).get("pending")), *events]


async def test_offers_candidates(action: AnswerQuestion, dispatcher: CollectingDispatcher) -> None:
    """When asking back, the candidates are the buttons."""
    await action.run(dispatcher, tracker("clarify.choose", candidates=["aids.brace", "surgery.when"]), {})

    assert [button["payload"] for button in dispatcher.messages[0]["buttons"]] == ["/aids.brace", "/surgery.when"]


async def test_unknown_intent_is_an_error(action: AnswerQuestion, dispatcher: CollectingDispatcher) -> None:
    """An id without text says nothing; the error goes to the guard, not to the patient."""
    with pytest.raises(KeyError, match=r"aids\.wings"):
        await action.run(dispatcher, tracker("aids.wings"), {})

    assert dispatcher.messages == []
