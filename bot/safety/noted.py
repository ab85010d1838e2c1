"""How the alarm that is seen behind the guard reaches the guard even when everything after it fails."""

from contextvars import ContextVar
from dataclasses import dataclass

from bot.safety.rules import AlarmKind


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


# The guard puts a list there before it passes a message on; without a guard nobody listens.
NOTED: ContextVar[list[Decision] | None] = ContextVar("NOTED", default=None)


def note(decision: Decision) -> None:
    """Tell the guard that passed the present message on, if one did."""
    listening = NOTED.get()
    if listening is not None:
        listening.append(decision)
