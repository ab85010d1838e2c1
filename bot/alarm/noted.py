"""What the guard and the pipeline behind it tell each other of the message in hand, beside Rasa."""

from contextvars import ContextVar
from dataclasses import dataclass

from bot.alarm.detector import detector
from bot.alarm.rules import AlarmKind
from bot.alarm.verdict import Pending, Verdict


@dataclass(frozen=True)
class Decision:
    """What was decided behind the guard about a message.

    Attributes:
        raised: The alarm to raise; None when there is none.
        by: Who raised it: `rules`, `voter`, or `both` when neither was sure; None without an alarm.
        probability: The voter's, of its likeliest alarm; None when it was not asked.
    """

    raised: AlarmKind | None
    by: str | None
    probability: float | None


@dataclass(frozen=True)
class Looked:
    """What the guard has looked at, and its verdict."""

    text: str
    pending: Pending
    bot_said: str
    verdict: Verdict


# The guard puts a list there before it passes a message on; without a guard nobody listens.
NOTED: ContextVar[list[Decision] | None] = ContextVar("NOTED", default=None)
# What the guard saw of the message that it passed on.
LOOKED: ContextVar[Looked | None] = ContextVar("LOOKED", default=None)


def note(decision: Decision) -> None:
    """Tell the guard that passed the present message on, if one did."""
    listening = NOTED.get()
    if listening is not None:
        listening.append(decision)


def look(text: str, pending: Pending, bot_said: str) -> Verdict:
    """Look for signs by the rules, unless the guard has looked at the very same; see `Detector`."""
    looked = LOOKED.get()
    if looked and (looked.text, looked.pending, looked.bot_said) == (text, pending, bot_said):
        return looked.verdict
    return detector()(text, pending, bot_said)
