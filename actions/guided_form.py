"""The guided talks as Rasa forms: takes down a reply, and asks the next question."""

from abc import ABC, abstractmethod
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.form_summary import alarms_of, ask_about_a_fall, changed, utter
from bot.clinic import clinic
from bot.conversation.focus import Focus
from bot.conversation.forms import forms
from bot.conversation.slots import FOCUS, FORM_STOPPED, REQUESTED
from bot.knowledge.base import knowledge
from bot.reply.alarms import remind
from bot.reply.steps import step


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
        given, asked = step(forms().forms[self.form], tracker.slots, reply)
        alarms = alarms_of(tracker).asking_safe(False)
        kept: dict[str, Any] = {FORM_STOPPED: False, **given}
        focus = Focus.from_slot(tracker.get_slot(FOCUS))
        if focus.asked_back:  # what was asked back before is not open any longer
            kept[FOCUS] = focus.offering(()).to_slot()
        if asked:
            about_a_fall, alarms, slots = ask_about_a_fall(tracker, [], alarms)
            # One question at a time: the talk's is asked after that.
            asked = about_a_fall[0] if about_a_fall else asked
            if alarms.reminding:
                asked, alarms = remind(knowledge(), clinic(), asked, alarms)
            utter(dispatcher, [asked], alarms)
            kept |= slots
        return [SlotSet(slot, value) for slot, value in {**kept, **changed(tracker, alarms)}.items()]


class SelfcheckForm(GuidedForm):
    """The self-check."""

    form = "selfcheck_form"


class VisitForm(GuidedForm):
    """The visit summary."""

    form = "visit_form"
