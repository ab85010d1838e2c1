"""What a patient has got for one message so far."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from bot.alarm.decide import Decision
from bot.alarm.rules import ALARMS, AlarmKind
from bot.knowledge.ids import urgent
from bot.reply.reply import Reply


@dataclass
class Given:
    """The replies to one message, and what was decided about it.

    Attributes:
        known: The ids of the alarms that stood before; None where that is not known.
        replies: What the patient got, in order.
        decision: What was decided; None as long as nobody has.
        alarms: The alarms that were given, the gravest first.
        confirmed: Those that Rasa has replied with as well, and so knows of.
        standing_told: The ids of the alarms that stand, as Rasa told last; None when it has not.
        kept: Whether Rasa has stored the conversation with all of it.
        refused: What the patient is told where the message is not answered.
    """

    known: tuple[str, ...] | None
    replies: list[Reply] = field(default_factory=list)
    decision: Decision | None = None
    alarms: tuple[AlarmKind, ...] = ()
    confirmed: frozenset[AlarmKind] = frozenset()
    standing_told: tuple[str, ...] | None = None
    kept: bool = False
    refused: str | None = None

    @property
    def missing(self) -> tuple[AlarmKind, ...]:
        """The alarms that Rasa does not know of."""
        return tuple(kind for kind in self.alarms if kind not in self.confirmed)

    def decide(self, decision: Decision) -> tuple[AlarmKind, ...]:
        """Note what was decided; returns the alarms that are to be given now.

        What the rules have decided alone stands when the models have been asked as well: they add their probability.
        """
        self.decision = replace(self.decision or decision, probability=decision.probability)
        return tuple(kind for kind in decision.alarms if kind not in self.alarms)

    def alarm(self, kind: AlarmKind, reply: Reply) -> Reply:
        """Give an alarm."""
        self.alarms = (*self.alarms, kind)
        return self.reply(reply)

    def take(self, reply: Reply) -> Reply | None:
        """Give a reply of Rasa's; returns None for an alarm that the patient has got already."""
        kind = ALARMS.get(reply.answer or "")
        if reply.standing is not None:
            self.standing_told = reply.standing
        if kind:
            self.confirmed |= {kind}
            if kind in self.alarms:
                return None
            self.alarms = (*self.alarms, kind)
        return self.reply(reply)

    def reply(self, reply: Reply) -> Reply:
        """Give a reply; returns it with the alarms that stand after it."""
        told = self.standing_told if self.standing_told is not None else self.known
        if told is not None or self.alarms:
            reply = replace(reply, standing=in_order([*(told or ()), *map(urgent, self.missing)]))
        self.replies.append(reply)
        return reply


def in_order(ids: Iterable[str]) -> tuple[str, ...]:
    """Return the ids of alarms, each once, the gravest first."""
    return tuple(one for one in ALARMS if one in set(ids))
