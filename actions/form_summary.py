"""What a guided talk comes to, once it is through or was stopped."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from bot.dialogue.alarms import Alarms
from bot.dialogue.dates import local_time
from bot.dialogue.forms import forms
from bot.dialogue.slots import ALARMS, FORM_FINISHED, FORM_STOPPED
from bot.knowledge.base import knowledge
from bot.reply import Message, notice
from bot.settings import clinic
from bot.talk.alarms import remind
from bot.talk.diary import diary
from bot.talk.guided import selfcheck_summary
from bot.talk.visit import visit_summary


def summary(form: str, tracker: Tracker, slots: Mapping[str, Any]) -> Message:
    """Put together what a guided talk comes to; the paper for the visit has the conversation's diary, if there is one.

    Args:
        form: The form's name.
        tracker: The conversation, by whose id its diary is kept, and whose last message tells the patient's time zone.
        slots: The replies.

    Returns:
        The message.
    """
    now = local_time((tracker.latest_message.get("metadata") or {}).get("time_zone"))
    if form == SelfcheckSummary.form:
        return selfcheck_summary(knowledge(), clinic(), slots, now)
    return visit_summary(knowledge(), clinic(), slots, diary().entries(tracker.sender_id), now)


class FormSummary(Action, ABC):
    """What both summaries do."""

    @property
    @abstractmethod
    def form(self) -> str:
        """The form's name."""

    @property
    @abstractmethod
    def action(self) -> str:
        """The action's name."""

    def name(self) -> str:
        """Return the name that domain.yml and the rules know it by."""
        return self.action

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[dict[str, Any]]:
        """Send the summary, or that the talk was stopped."""
        del domain
        if tracker.get_slot(FORM_STOPPED):
            message = notice(clinic(), forms().texts.stopped, answer=forms().forms[self.form].starts_with)
        else:
            message = summary(self.form, tracker, tracker.slots)
        alarms = Alarms.from_slot(tracker.get_slot(ALARMS))
        events = [] if tracker.get_slot(FORM_STOPPED) else [SlotSet(FORM_FINISHED, self.form)]
        if alarms.reminding:
            events.append(SlotSet(ALARMS, remind(knowledge(), clinic(), message, alarms).to_slot()))
        dispatcher.utter_message(**message)
        return events


class SelfcheckSummary(FormSummary):
    """What the sources link the replies to, that only an examination can tell, and what to do next."""

    form, action = "selfcheck_form", "action_selfcheck_summary"


class VisitSummary(FormSummary):
    """The paper for the visit."""

    form, action = "visit_form", "action_visit_summary"
