"""Answers with the curated text that the patient's message asks for."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from bot.knowledge.base import KnowledgeBase, knowledge
from bot.reply import render
from bot.settings import Clinic, clinic

ALARM_RAISED, PENDING_SIGNS = "alarm_raised", "pending_signs"


class AnswerQuestion(Action):
    """Looks up the reply whose id is the message's intent, and sends it."""

    def __init__(self, base: KnowledgeBase | None = None, details: Clinic | None = None) -> None:
        # Read now and not at the first question: a data file that is wrong stops the start, not a patient's reply.
        self._base = base or knowledge()
        self._clinic = details or clinic()

    def name(self) -> str:
        """Return the name that domain.yml and the rules know it by."""
        return "action_answer"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[dict[str, Any]]:
        """Send the reply; remember an alarm and open halves of signs, until the patient takes the alarm back.

        The message's parse carries, besides the intent, `candidates` (ids the patient may have meant, likeliest first)
        and `alarm` (whether a warning sign was spoken of that does not count, and which half of one stands open).
        """
        del domain
        parse = tracker.latest_message
        reply = self._base[parse["intent"]["name"]]
        spoken_of = parse.get("alarm", {}).get("silenced", False)
        reminder = bool(tracker.get_slot(ALARM_RAISED)) or spoken_of or reply.topic == "warning_signs"
        message = render(self._base, self._clinic, reply, reminder=reminder, offered=parse.get("candidates", []))
        dispatcher.utter_message(**message)
        taken_back = reply.id == "urgent.stand_down"
        pending = SlotSet(PENDING_SIGNS, None if taken_back else parse.get("alarm", {}).get("pending"))
        return [pending, SlotSet(ALARM_RAISED, not taken_back)] if reply.urgent else [pending]
