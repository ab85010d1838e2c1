"""Handles the patient's reply to a check."""

from actions.reply import ReplyAction
from actions.turn import Result, Turn
from bot.conversation import acts
from bot.reply.check import ASKS, after_check


class AfterCheck(ReplyAction):
    """Continues if the patient has no sign; asks again if the patient is not sure."""

    action = "action_after_check"

    def reply(self, turn: Turn) -> Result:
        """Return the reply, and what stays open after it."""
        reply, alarms = after_check(turn.base, turn.clinic, turn.intent == acts.DENIES_SIGNS, turn.alarms)
        focus = turn.focus.offering((), asked=ASKS if reply.asks == ASKS else None)
        return Result([reply], alarms, focus)
