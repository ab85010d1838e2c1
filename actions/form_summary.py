"""What a guided talk comes to, once it is through or was stopped."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from bot.clinic import clinic
from bot.conversation.alarms import Alarms
from bot.conversation.focus import Focus
from bot.conversation.forms import forms
from bot.conversation.slots import ALARMS, FOCUS, FORM_FINISHED, FORM_STOPPED
from bot.knowledge.base import knowledge
from bot.reply.alarms import remind
from bot.reply.check import ASKS, ask_after
from bot.reply.diary import diary
from bot.reply.guided import selfcheck_summary
from bot.reply.reply import Reply, notice
from bot.reply.visit import visit_summary
from bot.text.dates import local_time


def summary(form: str, tracker: Tracker, slots: Mapping[str, Any]) -> Reply:
    """Put together what a guided talk comes to; the paper for the visit has the conversation's diary, if there is one.

    Args:
        form: The form's name.
        tracker: The conversation, by whose id its diary is kept, and whose last message tells the patient's time zone.
        slots: The replies.

    Returns:
        The reply.
    """
    now = local_time((tracker.latest_message.get("metadata") or {}).get("time_zone"))
    if form == SelfcheckSummary.form:
        return selfcheck_summary(knowledge(), clinic(), slots, now)
    return visit_summary(knowledge(), clinic(), slots, diary().entries(tracker.sender_id), now)


def alarms_of(tracker: Tracker) -> Alarms:
    """Return a conversation's alarms, with those that the guard raised without Rasa."""
    return Alarms.of(tracker.get_slot(ALARMS), tracker.latest_message.get("metadata"))


def slots_with(tracker: Tracker, alarms: Alarms) -> dict[str, Any]:
    """Return a conversation's slots for a summary: once a sign was told, "none of them" is none of the replies."""
    told = dict.fromkeys(forms().of_signs) if alarms.signs_told else {}
    return {**tracker.slots, **told, ALARMS: alarms.to_slot()}


def changed(tracker: Tracker, alarms: Alarms) -> dict[str, Any]:
    """Return the slot of the alarms where they are others than before, so that no turn stores them in vain."""
    return {} if alarms == Alarms.from_slot(tracker.get_slot(ALARMS)) else {ALARMS: alarms.to_slot()}


def ask_about_a_fall(
    tracker: Tracker, replies: list[Reply], alarms: Alarms
) -> tuple[list[Reply], Alarms, dict[str, Any]]:
    """Ask after what a guided talk says whether a fall that the message tells of did harm.

    Returns:
        The replies, the alarms after them, and the slots to set.
    """
    parse = tracker.latest_message
    if not (parse.get("alarm") or {}).get("check"):
        return replies, alarms, {}
    words = (parse.get("metadata") or {}).get("words") or parse.get("text") or ""
    replies, after = ask_after(knowledge(), clinic(), replies, alarms, words)
    focus = Focus.from_slot(tracker.get_slot(FOCUS))
    return replies, after, {FOCUS: focus.offering((), asked=ASKS).to_slot()} if after != alarms else {}


def utter(dispatcher: CollectingDispatcher, replies: Iterable[Reply], alarms: Alarms) -> None:
    """Send replies, each with the alarms that stand after them."""
    for reply in replies:
        dispatcher.utter_message(**replace(reply, standing=tuple(alarms.ids)).to_message())


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
        alarms = alarms_of(tracker).asking_safe(False)
        if tracker.get_slot(FORM_STOPPED):
            reply = notice(clinic(), forms().texts.stopped, answer=forms().forms[self.form].starts_with)
        else:
            reply = summary(self.form, tracker, slots_with(tracker, alarms))
        if alarms.reminding:
            reply, alarms = remind(knowledge(), clinic(), reply, alarms)
        replies, alarms, kept = ask_about_a_fall(tracker, [reply], alarms)
        utter(dispatcher, replies, alarms)
        if not tracker.get_slot(FORM_STOPPED):
            kept[FORM_FINISHED] = self.form
        return [SlotSet(slot, value) for slot, value in {**kept, **changed(tracker, alarms)}.items()]


class SelfcheckSummary(FormSummary):
    """What the sources link the replies to, that only an examination can tell, and what to do next."""

    form, action = "selfcheck_form", "action_selfcheck_summary"


class VisitSummary(FormSummary):
    """The paper for the visit."""

    form, action = "visit_form", "action_visit_summary"
