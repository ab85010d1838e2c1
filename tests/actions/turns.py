"""Conversations for the actions' tests, and what comes out of one."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.conversation.acts import Act
from bot.conversation.alarms import Alarms
from bot.conversation.focus import Focus
from bot.conversation.forms import forms
from bot.conversation.slots import ALARMS_SLOT, FOCUS

CHECK, VISIT = forms().forms["selfcheck_form"], forms().forms["visit_form"]
NO_ALARM = Alarms()
ALARMED = NO_ALARM.raised("cauda_equina", "I can't pee", "2026-11-28T10:00:00+00:00")
Events = list[dict[str, Any]]


def tracker(
    act: Act | str,
    *,
    alarms: Alarms = NO_ALARM,
    focus: Focus | None = None,
    form: str | None = None,
    slots: dict[str, Any] | None = None,
    said: Events | None = None,
    **parse: Any,
) -> Tracker:
    """A conversation whose last message does that; `said` is what the bot has replied to it so far."""
    act = Act(act) if isinstance(act, str) else act
    message = {"intent": {"name": act.intent}, "entities": [*act.entities], **parse}
    kept = {ALARMS_SLOT: alarms.to_slot(), FOCUS: focus.to_slot() if focus else None, **(slots or {})}
    loop = [{"event": "active_loop", "name": form}] if form else []
    events = [*loop, {"event": "user"}, *(said or [])]
    return Tracker("p", kept, message, events, False, None, {"name": form} if form else {}, "action_listen")


async def turn(action: Action, conversation: Tracker) -> tuple[list[dict[str, Any]], Events]:
    """Run an action; returns what it says, and the events."""
    dispatcher = CollectingDispatcher()
    happened = await action.run(dispatcher, conversation, {})
    return dispatcher.messages, happened


def events_of(messages: list[dict[str, Any]]) -> Events:
    """What an action has said, as Rasa has it in the conversation afterwards."""
    return [
        {
            "event": "bot",
            "text": one["text"],
            "data": {"buttons": one["buttons"]},
            "metadata": {"metadata": one["metadata"]},
        }
        for one in messages
    ]


def slot(events: Events, name: str) -> Any:
    """The value that a slot gets."""
    [value] = [event["value"] for event in events if event.get("name") == name and event["event"] == "slot"]
    return value


def names(events: Events) -> set[str]:
    """The names of the slots that are set."""
    return {str(event.get("name")) for event in events if event["event"] == "slot"}


def alarms_after(events: Events, before: Alarms = NO_ALARM) -> Alarms:
    """The alarms after those events: as before, unless the slot is set."""
    return next((Alarms.from_slot(one["value"]) for one in events if one.get("name") == ALARMS_SLOT), before)


def focus_after(events: Events, before: Focus | None = None) -> Focus:
    """The focus after those events: as before, unless the slot is set."""
    return next((Focus.from_slot(one["value"]) for one in events if one.get("name") == FOCUS), before or Focus())


def through(form: Any) -> dict[str, Any]:
    """The slots of a guided talk that is through."""
    return {question.slot: {"value": "skipped", "told": None} for question in form.questions}
