"""Handles the patient's reply to the question whether a fall did harm."""

from actions.reply import ReplyAction
from actions.turn import Result, Turn
from bot.conversation import acts
from bot.reply.fall_check import ASKS, after_check


class AfterCheck(ReplyAction):
    """Continues if a fall did no harm; asks again if the patient is not sure."""

    action = "action_after_check"

    def reply(self, turn: Turn) -> Result:
        """Return the reply, and what stays open after it."""
        reply, alarms = after_check(turn.base, turn.clinic, turn.intent == acts.UNHARMED, turn.alarms)
        focus = turn.focus.offering((), asked=ASKS if reply.asks == ASKS else None)
        return Result([reply], alarms, focus)
