"""What replies other than alarms share: the reminder, the check, and open questions."""

from abc import abstractmethod
from dataclasses import replace

from rasa_sdk.events import SlotSet

from actions.talks import begun, closed, talk_after
from actions.turn import Result, SpokenAction, Turn
from bot.conversation.acts import Meaning
from bot.conversation.slots import PENDING_SIGNS
from bot.knowledge.ids import ASK_BACK
from bot.reply.answers import answers, ask_whether_it_helped
from bot.reply.check import ASKS


class ReplyAction(SpokenAction):
    """An action that replies to a message that raises no alarm and refers to none."""

    asks_whether_it_helped = True

    @abstractmethod
    def reply(self, turn: Turn) -> Result:
        """Return the reply itself."""

    def say(self, turn: Turn) -> Result:
        """Return the reply; add the check, the reminder, or whether it helped, if due."""
        said = self.reply(turn)
        *before, last = said.replies
        if begun(turn, last) and talk_after(turn, last):
            # A talk begins with its first question; the answer that started it can be unfolded.
            said = replace(said, replies=[*before, last.folded()])
        said = turn.checked(replace(said, alarms=said.alarms.asking_safe(False)))
        said = _reminded(turn, said)
        last, focus = said.replies[-1], said.focus
        if talk_after(turn, last):
            last = replace(last, goes_on=True)
            # The next message replies to the talk's question.
            focus = focus.offering(focus.offered) if focus.asked == "diary_noted" else focus
        elif self.asks_whether_it_helped and not (last.asks or last.reminder):
            last, focus = ask_whether_it_helped(turn.base, last, focus)
        left = [SlotSet(PENDING_SIGNS, pending(turn, said)), *closed(turn, last), *said.events]
        return replace(said, replies=[*said.replies[:-1], last], focus=focus, events=left)


def asking_back(turn: Turn) -> Result:
    """Return the question what is meant, where a message refers to something that is not there."""
    replies, focus = answers(turn.base, turn.clinic, [Meaning(ASK_BACK)], turn.focus, asked_back=True)
    return turn.saying(*replies, focus=focus)


def pending(turn: Turn, said: Result) -> object:
    """Return the open half of a sign; none after an alarm was taken back or seen to."""
    return turn.of_alarm("pending") if set(turn.alarms.standing) <= set(said.alarms.standing) else None


def _reminded(turn: Turn, said: Result) -> Result:
    """Add the reminder if an alarm left one or a sign was mentioned."""
    alarms = said.alarms
    if not (alarms.reminding or alarms.asked_over or turn.of_alarm("silenced")):
        return said
    # The check comes last.
    if len(said.replies) > 1 and said.replies[-1].asks == ASKS:
        before = turn.reminding(replace(said, replies=said.replies[:-1]))
        return replace(before, replies=[*before.replies, said.replies[-1]])
    return turn.reminding(said)
