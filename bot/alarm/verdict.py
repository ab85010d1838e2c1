"""What the alarm's rules say of a message."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, field
from typing import Any

from bot.alarm.rules import ORDER, AlarmKind, CheckKind


@dataclass(frozen=True)
class Finding:
    """A sign in a message.

    Attributes:
        alarm: Which alarm it belongs to.
        sign: Its name in `signs/`.
        rule: The name of the rule that found it.
        start: Where the matched words begin, in characters of the message (0 when they began in the one before).
        end: Where they end.
        silenced: The name of the cue that silences it; None when it counts.
        sure: Whether it raises the alarm by itself.
    """

    alarm: AlarmKind
    sign: str
    rule: str
    start: int
    end: int
    silenced: str | None
    sure: bool = True


@dataclass(frozen=True)
class Pending:
    """What a conversation leaves open for its next message.

    Attributes:
        halves: Signs, by their rules' names, of which one half was spoken of, and how many messages ago.
        words: The end of the last message, in case a sign was cut in two by sending too early.
    """

    halves: dict[str, int] = field(default_factory=dict)
    words: str = ""


NOTHING = Pending()
LAST_WORDS = 300  # characters of a message's end that are read along with the next one


@dataclass(frozen=True)
class Verdict:
    """What the rules say of a message.

    Attributes:
        findings: The signs that they found.
        version: The rules' version.
        pending: What the message leaves open for the next one.
        evidence: The names of all concepts, cues, and rules with what silenced them, whatever they amount to.
        anchored: The alarms that something learned may raise: the message has words that a sign of theirs needs.
        check: What the bot should ask about, since it may be a sign; None when there is nothing, or an alarm is sure.
    """

    findings: tuple[Finding, ...]
    version: str
    pending: Pending = NOTHING
    evidence: frozenset[str] = frozenset()
    anchored: frozenset[AlarmKind] = frozenset()
    check: CheckKind | None = None

    @property
    def alarm(self) -> AlarmKind | None:
        """The alarm to raise, the gravest first; None when nothing counts."""
        return next(iter(self.alarms), None)

    @property
    def alarms(self) -> tuple[AlarmKind, ...]:
        """All alarms to raise, the gravest first: those that count, and beside them a crisis that is only hinted at."""
        sure = {finding.alarm for finding in self.findings if finding.sure and not finding.silenced}
        hinted = {finding.alarm for finding in self.findings if not finding.silenced} & {ORDER[0]} if sure else set()
        return tuple(kind for kind in ORDER if kind in sure | hinted)

    @property
    def doubted(self) -> AlarmKind | None:
        """The alarm to raise when another voter is suspicious too: the gravest one found, sure or not."""
        return _gravest(finding for finding in self.findings if not finding.silenced)

    @property
    def suspected(self) -> AlarmKind | None:
        """The alarm to raise when there is no other voter.

        Nobody can ask then, so what would be a check is an alarm: the mildest one, since none of what makes a fall
        graver was told, and each stumble must not send an ambulance.
        """
        return self.doubted or ("same_day" if self.check else None)

    @property
    def silenced(self) -> bool:
        """Whether a sign was spoken of but does not count: such a message gets the reminder."""
        return self.alarm is None and any(finding.silenced for finding in self.findings)

    def to_metadata(self) -> dict[str, Any]:
        """Return it as it goes with a message to Rasa, which stores it: names and places, none of the words."""
        return {
            "findings": [astuple(finding) for finding in self.findings],
            "version": self.version,
            "halves": self.pending.halves,
            "anchored": sorted(self.anchored),
            "check": self.check,
        }

    @classmethod
    def from_metadata(cls, metadata: Mapping[str, Any], text: str) -> Verdict:
        """Return the verdict on a text that goes with it; its evidence is left out."""
        return cls(
            tuple(Finding(*finding) for finding in metadata["findings"]),
            metadata["version"],
            Pending(metadata["halves"], text[-LAST_WORDS:]),
            anchored=frozenset(metadata["anchored"]),
            check=metadata["check"],
        )


def _gravest(findings: Iterable[Finding]) -> AlarmKind | None:
    raised = {finding.alarm for finding in findings}
    return next((kind for kind in ORDER if kind in raised), None)
