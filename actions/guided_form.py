"""The guided talks as Rasa forms: takes down a reply, and asks the next question."""

from abc import ABC, abstractmethod
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from bot.dialogue.focus import Focus
from bot.dialogue.forms import forms
from bot.dialogue.slots import ALARM_RAISED, FOCUS, FORM_STOPPED, REQUESTED
from bot.knowledge.base import knowledge
from bot.reply import with_reminder
from bot.settings import clinic
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
        if message:
            if tracker.get_slot(ALARM_RAISED):
                message = with_reminder(knowledge(), clinic(), message)
            dispatcher.utter_message(**message)
        focus = Focus.from_slot(tracker.get_slot(FOCUS))
        # What was asked back before is not open any longer.
        closed = [SlotSet(FOCUS, focus.offering(()).to_slot())] if focus.asked_back else []
        return [SlotSet(FORM_STOPPED, False), *closed, *(SlotSet(slot, value) for slot, value in given.items())]


class SelfcheckForm(GuidedForm):
    """The self-check."""

    form = "selfcheck_form"


class VisitForm(GuidedForm):
    """The visit summary."""

    form = "visit_form"
