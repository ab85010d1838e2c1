"""The guided talks as Rasa forms: takes down a reply, and asks the next question."""

from abc import ABC, abstractmethod
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from bot.dialogue.alarms import Alarms
from bot.dialogue.focus import Focus
from bot.dialogue.forms import forms
from bot.dialogue.slots import ALARMS, FOCUS, FORM_STOPPED, REQUESTED
from bot.knowledge.base import knowledge
from bot.reply import Message
from bot.settings import clinic
from bot.talk.alarms import remind
from bot.talk.check import ASKS, ask_after
from bot.talk.steps import step


class GuidedForm(Action, ABC):
    """What both forms do with a message; Rasa calls it `validate_<form>`."""

    @property
    @abstractmethod
    def form(self) -> str:
        """The form's name."""

    def name(self) -> str:
        """Return the name that Rasa's form action looks for."""
        return f"validate_{self.form}"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[dict[str, Any]]:
        """Set the slots that the message fills; nothing when it is no reply, so that Rasa's rules answer it."""
        del domain
        reply = (tracker.latest_message.get("understood") or {}).get("form")
        if reply is None or reply["alarm"]:
            return []
        if reply["stop"]:
            return [SlotSet(FORM_STOPPED, True), SlotSet(REQUESTED, None)]
        given, message = step(clinic(), forms().forms[self.form], tracker.slots, reply)
        alarms = before = Alarms.from_slot(tracker.get_slot(ALARMS))
        focus = Focus.from_slot(tracker.get_slot(FOCUS))
        asked: list[Message] = []
        if (tracker.latest_message.get("alarm") or {}).get("check"):
            words = tracker.latest_message.get("text") or ""
            asked, alarms = ask_after(knowledge(), clinic(), [], alarms, words)
        if asked:  # one question at a time: the talk's is asked after that
            [message] = asked
        if message:
            if alarms.reminding:
                alarms = remind(knowledge(), clinic(), message, alarms)
            dispatcher.utter_message(**message)
        kept = {FORM_STOPPED: False, **given}
        # What was asked back before is not open any longer.
        if asked or focus.asked_back:
            kept[FOCUS] = focus.offering((), asked=ASKS if asked else None).to_slot()
        if alarms != before:
            kept[ALARMS] = alarms.to_slot()
        return [SlotSet(slot, value) for slot, value in kept.items()]


class SelfcheckForm(GuidedForm):
    """The self-check."""

    form = "selfcheck_form"


class VisitForm(GuidedForm):
    """The visit summary."""

    form = "visit_form"
