"""What a guided talk comes to, once it is through or was stopped."""

import datetime
from abc import ABC, abstractmethod
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from bot.dialogue.dates import today
from bot.dialogue.forms import forms
from bot.dialogue.slots import ALARM_RAISED, FORM_STOPPED
from bot.knowledge.base import knowledge
from bot.reply import Message, notice, with_reminder
from bot.settings import clinic
from bot.talk.diary import diary
from bot.talk.guided import selfcheck_summary
from bot.talk.visit import visit_summary


class FormSummary(Action, ABC):
    """What both summaries do."""

    form: str
    action: str

    def name(self) -> str:
        """Return the name that domain.yml and the rules know it by."""
        return self.action

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[dict[str, Any]]:
        """Send the summary, or that the talk was stopped."""
        del domain
        if tracker.get_slot(FORM_STOPPED):
            message = notice(clinic(), forms().texts.stopped, answer=forms().forms[self.form].starts_with)
        else:
            message = self.summary(tracker)
        if tracker.get_slot(ALARM_RAISED):
            message = with_reminder(knowledge(), clinic(), message)
        dispatcher.utter_message(**message)
        return []

    @abstractmethod
    def summary(self, tracker: Tracker) -> Message:
        """Put the summary together."""


class SelfcheckSummary(FormSummary):
    """What the sources link the replies to, that only an examination can tell, and what to do next."""

    form, action = "selfcheck_form", "action_selfcheck_summary"

    def summary(self, tracker: Tracker) -> Message:
        """Put the summary together."""
        return selfcheck_summary(knowledge(), clinic(), tracker.slots, _today(tracker))


class VisitSummary(FormSummary):
    """The paper for the visit."""

    form, action = "visit_form", "action_visit_summary"

    def summary(self, tracker: Tracker) -> Message:
        """Put the paper together, with the diary if there is one."""
        entries = diary().entries(tracker.sender_id)
        return visit_summary(knowledge(), clinic(), tracker.slots, entries, _today(tracker))


def _today(tracker: Tracker) -> datetime.date:
    """Return the patient's day."""
    return today((tracker.latest_message.get("metadata") or {}).get("time_zone"))
