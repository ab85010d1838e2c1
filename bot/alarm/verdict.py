"""The verdict of the alarm's rules on a message."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, field
from typing import Any

from bot.alarm.rules import ORDER, AlarmKind, CheckKind


@dataclass(frozen=True)
class Finding:
    """A sign in a message.

    Attributes:
        alarm: The alarm that it belongs to.
        sign: Its name in `signs/`.
        rule: The name of the rule that found it.
        start: Where the matched words begin, in characters of the message (0 if in the previous message).
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
        halves: Rules whose sign has one half mentioned, by name, and how many messages ago.
        words: The end of the last message, in case sending too early cut a sign in two.
    """

    halves: dict[str, int] = field(default_factory=dict)
    words: str = ""


NOTHING = Pending()
Place = tuple[int, int]  # where words begin and end, in characters
UNASKED: dict[CheckKind, AlarmKind] = {"fall": "same_day", "cauda_equina": "cauda_equina"}  # where nobody can ask
LAST_WORDS = 300  # characters of a message's end that are read with the next one


@dataclass(frozen=True)
class Verdict:
    """The rules' verdict on a message.

    Attributes:
        findings: The signs that the rules found.
        version: The rules' version.
        pending: What the message leaves open for the next one.
        evidence: The names of all concepts and cues, and of rules with what silenced them, counted or not.
        anchors: The alarms that the voter may raise, each with the places of the words that its signs need, in
            characters of the message; no places if the words stand in the bot's question.
        check: The check that the rules call for; None without one, or when an alarm is sure.
    """

    findings: tuple[Finding, ...]
    version: str
    pending: Pending = NOTHING
    evidence: frozenset[str] = frozenset()
    anchors: Mapping[AlarmKind, tuple[Place, ...]] = field(default_factory=dict)
    check: CheckKind | None = None

    @property
    def anchored(self) -> frozenset[AlarmKind]:
        """The alarms that the voter may raise."""
        return frozenset(self.anchors)

    @property
    def alarm(self) -> AlarmKind | None:
        """The gravest alarm to raise; None when no sign counts."""
        return next(iter(self.alarms), None)

    @property
    def alarms(self) -> tuple[AlarmKind, ...]:
        """All alarms to raise, the gravest first: the sure ones, and with them a crisis that is only hinted at."""
        sure = {finding.alarm for finding in self.findings if finding.sure and not finding.silenced}
        hinted = {finding.alarm for finding in self.findings if not finding.silenced} & {ORDER[0]} if sure else set()
        return tuple(kind for kind in ORDER if kind in sure | hinted)

    @property
    def doubted(self) -> AlarmKind | None:
        """The alarm to raise when the voter is suspicious too: the gravest one found, sure or not."""
        return _gravest(finding for finding in self.findings if not finding.silenced)

    @property
    def suspected(self) -> AlarmKind | None:
        """The alarm to raise when there is no voter.

        Nobody can ask then, so a check becomes an alarm. For a fall it is the mildest one: the patient told nothing
        that makes it graver, and a stumble must not send an ambulance.
        """
        return self.doubted or (UNASKED[self.check] if self.check else None)

    @property
    def taken_back(self) -> frozenset[AlarmKind]:
        """The alarms of which a sign was mentioned that does not count, where nothing else is suspected."""
        return frozenset() if self.doubted else frozenset(one.alarm for one in self.findings if one.silenced)

    @property
    def silenced(self) -> bool:
        """Whether a sign was mentioned but does not count: such a message gets the reminder."""
        return self.alarm is None and any(finding.silenced for finding in self.findings)

    def to_metadata(self) -> dict[str, Any]:
        """Return the metadata that Rasa stores with the message: names and places, none of the words."""
        return {
            "findings": [astuple(finding) for finding in self.findings],
            "version": self.version,
            "halves": self.pending.halves,
            "anchors": self.anchors,
            "check": self.check,
        }

    @classmethod
    def from_metadata(cls, metadata: Mapping[str, Any], text: str) -> Verdict:
        """Return the verdict on a text from its metadata, without the evidence."""
        return cls(
            tuple(Finding(*finding) for finding in metadata["findings"]),
            metadata["version"],
            Pending(metadata["halves"], text[-LAST_WORDS:]),
            anchors={
                kind: tuple((start, end) for start, end in places) for kind, places in metadata["anchors"].items()
            },
            check=metadata["check"],
        )


def _gravest(findings: Iterable[Finding]) -> AlarmKind | None:
    raised = {finding.alarm for finding in findings}
    return next((kind for kind in ORDER if kind in raised), None)
