"""What a patient has got for one message so far."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from bot.alarm.decide import Decision
from bot.alarm.rules import ALARMS, AlarmKind
from bot.reply.reply import Reply

Unheard = dict[str, str]  # an alarm that Rasa does not know of: its `kind`, the patient's `words`, and `at`, when


@dataclass
class Given:
    """The replies to one message, and what was decided about it.

    Attributes:
        replies: What the patient got, in order.
        decision: What was decided; None as long as nobody has.
        alarms: The alarms that were given, in order.
        raised: Those of them that the guard gave.
        confirmed: Those that Rasa has replied with, and so knows of.
        standing_told: The ids of the alarms that stand, as Rasa told last; None when it has not.
        kept: Whether Rasa has stored the conversation with all of it.
        refused: What the patient is told where the message is not answered.
        recorded: How many of the alarms are on record.
    """

    replies: list[Reply] = field(default_factory=list)
    decision: Decision | None = None
    alarms: tuple[AlarmKind, ...] = ()
    raised: tuple[Unheard, ...] = ()
    confirmed: frozenset[AlarmKind] = frozenset()
    standing_told: tuple[str, ...] | None = None
    kept: bool = False
    refused: str | None = None
    recorded: int = 0

    def decide(self, decision: Decision) -> tuple[AlarmKind, ...]:
        """Note what was decided; returns the alarms that are to be given now.

        What the rules have decided alone stands when the models have been asked as well: they add their probability.
        """
        self.decision = replace(self.decision or decision, probability=decision.probability)
        return tuple(kind for kind in decision.alarms if kind not in self.alarms)

    def alarm(self, kind: AlarmKind, raised: Unheard) -> None:
        """Note an alarm that the guard gives."""
        self.alarms = (*self.alarms, kind)
        self.raised = (*self.raised, raised)

    def to_record(self) -> tuple[AlarmKind, ...]:
        """Return the alarms that were given since this was asked last."""
        new, self.recorded = self.alarms[self.recorded :], len(self.alarms)
        return new

    def take(self, reply: Reply) -> bool:
        """Note a reply of Rasa's; returns whether it is to be given: not an alarm that the patient has got already."""
        kind = ALARMS.get(reply.answer or "")
        if reply.standing is not None:
            self.standing_told = reply.standing
        if kind is None:
            return True
        self.confirmed |= {kind}
        new = kind not in self.alarms
        self.alarms = (*self.alarms, kind) if new else self.alarms
        return new
