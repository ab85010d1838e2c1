"""Raises an alarm, and replies to what the patient says about a standing one."""

from dataclasses import replace
from typing import Any

from rasa_sdk.events import ActiveLoop, SlotSet

from actions.reply import ReplyAction, asking_back, pending
from actions.turn import Result, SpokenAction, Turn
from bot.alarm.rules import ALARMS
from bot.conversation.acts import said_of_alarm, values
from bot.conversation.alarms import Alarms, stamp
from bot.conversation.forms import forms
from bot.conversation.slots import CHANGE_ASKED, PENDING_SIGNS, REQUESTED
from bot.reply.alarms import SAID_BY_BUTTON, after_alarm, urgent_messages
from bot.reply.reply import Reply


class RaiseAlarm(SpokenAction):
    """Sends the urgent messages of all alarms of a message."""

    action = "action_alarm"

    def say(self, turn: Turn) -> Result:
        """Return the urgent messages; end a guided talk, and empty its replies about signs."""
        raised = [ALARMS[one] for one in (turn.intent, *(turn.of_alarm("others") or ()))]
        alarms = turn.alarms
        for kind in reversed(raised):  # gravest last, because replies refer to the latest one
            alarms = alarms.raised(kind, turn.words, stamp())
        replies = urgent_messages(turn.base, turn.clinic, raised, turn.words)
        return _ending(turn, replies, alarms, *(SlotSet(slot, None) for slot in forms().of_signs))


class AfterAlarm(ReplyAction):
    """Replies to what a patient says about an alarm: how to get help, not to wait, thanks for a stand-down."""

    action = "action_after_alarm"

    def say(self, turn: Turn) -> Result:
        """Return the reply; if no alarm stands, ask what is meant."""
        said = said_of_alarm(turn.intent) or SAID_BY_BUTTON[turn.intent]
        if not turn.alarms.latest:
            return super().say(turn)
        reason = next(iter(values(turn.parse, "reason")), None)
        reply, alarms = after_alarm(turn.base, turn.clinic, said, turn.alarms, turn.words, stamp(), reason)
        return _ending(turn, [reply], alarms)

    def reply(self, turn: Turn) -> Result:
        """Ask what is meant."""
        return asking_back(turn)


def _ending(turn: Turn, replies: list[Reply], alarms: Alarms, *events: dict[str, Any]) -> Result:
    """Return replies about an alarm; they end a guided talk at once."""
    said = Result(replies, alarms, turn.focus.offering(()))
    ended = [ActiveLoop(None), SlotSet(REQUESTED, None), SlotSet(CHANGE_ASKED, None)]
    return replace(said, events=[*ended, *events, SlotSet(PENDING_SIGNS, pending(turn, said))])
