"""Sums up a guided talk when it is finished, and after a reply was changed."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

from rasa_sdk.events import SlotSet

from actions.reply import ReplyAction
from actions.turn import Result, SpokenAction, Turn
from bot.conversation import acts
from bot.conversation.forms import forms
from bot.conversation.slots import ALARMS_SLOT, CHANGE_ASKED, FORM_FINISHED, STORY
from bot.conversation.story import Story
from bot.reply.diary import diary
from bot.reply.guided_talk import question_message, selfcheck_summary, which_message
from bot.reply.reply import Reply
from bot.reply.visit import visit_summary
from bot.text.dates import local_time


class TalkSummary(SpokenAction):
    """Sums a guided talk up."""

    @property
    @abstractmethod
    def form(self) -> str:
        """The form's name."""

    def say(self, turn: Turn) -> Result:
        """Return the summary."""
        finished = SlotSet(FORM_FINISHED, self.form)
        alarms = turn.alarms.asking_safe(False)
        said = Result([summary(self.form, turn, turn.tracker.slots)], alarms, turn.focus, [finished])
        return turn.checked(turn.reminding(said) if alarms.reminding else said)


class SelfcheckSummary(TalkSummary):
    """Says what the sources link the replies to, that only an examination can tell, and what to do next."""

    form, action = "selfcheck_form", "action_selfcheck_summary"


class VisitSummary(TalkSummary):
    """Gives the paper for the visit."""

    form, action = "visit_form", "action_visit_summary"


class ChangeReply(ReplyAction):
    """Changes a reply of a finished guided talk, asks its question again, or asks which reply to change."""

    action = "action_change_reply"

    def reply(self, turn: Turn) -> Result:
        """Return the new summary, or the question."""
        [name] = acts.values(turn.parse, "talk")
        new = acts.replies(turn.parse)
        form, slots = forms().forms[name], {**turn.tracker.slots, **new}
        question = form.next(slots)
        if not new:
            reply = which_message(turn.clinic, form)
        elif question:
            told = Story.from_slot(slots.get(STORY)).read_wrongly(question.slot).to_slot()
            new = {**new, STORY: told}
            reply = question_message(form, question, "", {**slots, **new})
        else:
            reply = summary(name, turn, slots, new)
        asked = SlotSet(CHANGE_ASKED, None if new else name)
        changed = [SlotSet(slot, value) for slot, value in new.items()]
        return turn.saying(reply, focus=turn.focus.offering(()), events=[asked, *changed])


def summary(form: str, turn: Turn, slots: Mapping[str, Any], new: Mapping[str, Any] | None = None) -> Reply:
    """Return a guided talk's summary; the paper for the visit includes the conversation's diary, if there is one.

    Args:
        form: The form's name.
        turn: The conversation, whose id keys its diary.
        slots: The replies. After a sign was told, the replies to the questions about signs are dropped.
        new: New replies, which are always kept.
    """
    told = dict.fromkeys(forms().of_signs) if turn.alarms.signs_told else {}
    slots = {**slots, **told, **(new or {}), ALARMS_SLOT: turn.alarms.to_slot()}
    now = local_time(turn.zone)
    if form == SelfcheckSummary.form:
        return selfcheck_summary(turn.base, turn.clinic, slots, now)
    return visit_summary(turn.base, turn.clinic, slots, diary().entries(turn.tracker.sender_id), now)
