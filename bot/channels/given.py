"""What the patient has received for one message so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from bot.alarm.decide import CHECK, Decision
from bot.alarm.rules import ALARMS, ORDER, AlarmKind
from bot.clinic import Clinic
from bot.knowledge.base import KnowledgeBase
from bot.reply.alarms import urgent_messages
from bot.reply.check import ASKS
from bot.reply.reply import Reply

Unheard = dict[str, str]  # an alarm that Rasa does not know of: `kind`, the patient's `words`, and the time `at`


@dataclass
class Given:
    """The replies to one message, and the decision about it.

    Attributes:
        replies: The replies so far, in order.
        decision: The decision; None before it is made.
        alarms: The alarms that were given, in order.
        raised: The alarms among them that the guard gave.
        confirmed: The alarms that Rasa has replied with, and so knows of.
        standing_told: The ids of the standing alarms in Rasa's last report; None without one.
        kept: Whether Rasa has stored the conversation with all of this.
        refused: The notice to the patient when the message is not answered.
        asked: Whether the bot asked a check.
        recorded: What is on record: the alarms, and `check` if a check was asked.
    """

    replies: list[Reply] = field(default_factory=list)
    decision: Decision | None = None
    alarms: tuple[AlarmKind, ...] = ()
    raised: tuple[Unheard, ...] = ()
    confirmed: frozenset[AlarmKind] = frozenset()
    standing_told: tuple[str, ...] | None = None
    kept: bool = False
    refused: str | None = None
    asked: bool = False
    recorded: frozenset[str] = frozenset()

    @classmethod
    def after_first_look(cls, base: KnowledgeBase, clinic: Clinic, raised: Sequence[Unheard], words: str) -> Given:
        """Return what the patient has got when a first look at the message has raised alarms.

        Args:
            base: The knowledge base.
            clinic: The clinic whose numbers stand in the urgent messages.
            raised: The alarms, as they were raised: the gravest last.
            words: The message.
        """
        kinds = tuple(cast(AlarmKind, one["kind"]) for one in reversed(raised))
        replies = urgent_messages(base, clinic, kinds, words)
        return cls(replies, alarms=kinds, raised=tuple(raised), recorded=frozenset(kinds))

    def decide(self, decision: Decision) -> tuple[AlarmKind, ...]:
        """Note a decision, and return the alarms to give now.

        A decision by the rules alone stays when the models decide too: they only add their probability.
        """
        self.decision = replace(self.decision or decision, probability=decision.probability)
        return tuple(kind for kind in decision.alarms if kind not in self.alarms)

    def alarm(self, kind: AlarmKind, raised: Unheard) -> None:
        """Note an alarm that the guard gives."""
        self.alarms = (*self.alarms, kind)
        self.raised = (*self.raised, raised)

    def to_record(self) -> tuple[str, ...]:
        """Return the alarms given since the last call, gravest first, and `check` if one was asked since."""
        given = [*(kind for kind in ORDER if kind in self.alarms), *([CHECK] if self.asked else [])]
        left = tuple(kind for kind in given if kind not in self.recorded)
        self.recorded |= {*left}
        return left

    def take(self, reply: Reply) -> bool:
        """Note a reply from Rasa, and return whether to give it: not an alarm that the patient already has."""
        kind = ALARMS.get(reply.answer or "")
        if reply.standing is not None:
            self.standing_told = reply.standing
        if kind is None:
            self.asked |= reply.asks == ASKS
            return True
        self.confirmed |= {kind}
        new = kind not in self.alarms
        self.alarms = (*self.alarms, kind) if new else self.alarms
        return new
