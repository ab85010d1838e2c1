"""Plays the benchmark's dialogues with the bot."""

from collections.abc import AsyncIterator, Awaitable
from typing import Any, Protocol

from bot.alarm.labelled import Dialogue, Turn
from bot.alarm.rules import ALARMS
from bot.knowledge.ids import HESITATION, HOW, STAND_DOWN, urgent
from bot.reply.reply import Reply


class Bot(Protocol):
    """A bot to talk to."""

    def send(self, conversation: str, text: str) -> Awaitable[Any]:
        """Send a patient's message; return an object with `replies`."""

    def said(self, conversation: str, text: str) -> Awaitable[None]:
        """Have the bot say something."""


async def outcomes(bot: Bot, conversation: str, dialogue: Dialogue) -> AsyncIterator[tuple[Turn, bool]]:
    """Yield each of the patient's turns, and whether the bot's replies were right."""
    for turn in dialogue.turns:
        if turn.bot is not None:
            await bot.said(conversation, turn.bot)
        if turn.patient is not None:
            replies = (await bot.send(conversation, turn.patient)).replies
            yield turn, is_right(turn, replies)


def is_right(turn: Turn, replies: list[Reply]) -> bool:
    """Return whether the replies to a turn raise exactly the alarm that they must."""
    raised = {one.answer for one in replies} & {*ALARMS, STAND_DOWN}
    wanted = set() if turn.alarm == "none" else {urgent(str(turn.alarm))}
    reminded = any(one.reminds or one.answer in (HESITATION, HOW) for one in replies)  # these contain the reminder
    return raised == wanted and turn.reminder in (None, reminded)
