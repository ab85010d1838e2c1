"""Stores whether an answer helped."""

from actions.reply import ReplyAction
from actions.turn import Result, Turn
from bot.conversation.acts import HELPED, NOT_HELPED
from bot.reply.reply import notice
from bot.settings import settings
from bot.store import feedback


class TakeFeedback(ReplyAction):
    """Stores what a patient says about the last answer, and asks what was missing."""

    action = "action_feedback"

    def reply(self, turn: Turn) -> Result:
        """Return thanks, or the question what was missing."""
        helped = {HELPED: True, NOT_HELPED: False}.get(turn.intent)
        missing = (turn.parse.get("text") or "") if helped is None else None
        feedback.keep(settings().var, feedback.Feedback(feedback.today(), turn.focus.answer, helped, missing))
        notices = turn.base.notices
        if helped is False:
            reply = notice(turn.clinic, notices.what_was_missing, asks="what_was_missing")
            return turn.saying(reply, focus=turn.focus.offering((), asked="what_was_missing"))
        return turn.saying(notice(turn.clinic, notices.feedback_thanks), focus=turn.focus.offering(()))
