"""Decides whether a message raises an alarm or calls for a check, which one, and why; nothing else decides this."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from bot.alarm.rules import ALARMS, ORDER, AlarmKind, CheckKind
from bot.alarm.verdict import Verdict
from bot.knowledge.ids import urgent

CHECK: Literal["check"] = "check"  # what the voter calls a message that leaves open whether it tells a sign
Probabilities = dict[AlarmKind | Literal["check"], float]  # the voter's, for each alarm and for a check
# Who raised an alarm: the rules alone, the voter alone, both where neither was sure, the patient's reply to the bot's
# question, or a button.
By = Literal["rules", "voter", "both", "reply", "button"]


@dataclass(frozen=True)
class Thresholds:
    """The voter's probabilities that count.

    Attributes:
        sure: Enough by itself.
        together: Enough for the likeliest alarm with its words in the message.
        taken_back: Replaces `together` where the rules take a sign back.
        suspected: Enough where the rules also suspect a sign.
        asked: Enough for a check, together with the probability that it calls for one, if its words are in the message.
        asked_suspected: Replaces `asked` where the rules also suspect a sign.
        asked_taken_back: Replaces `asked` where the rules take a sign back.
    """

    sure: float = 0.57
    together: float = 0.13
    taken_back: float = 0.46
    suspected: float = 0.05
    asked: float = 0.06
    asked_suspected: float = 0.0008
    asked_taken_back: float = 0.13


USUAL = Thresholds()
CHECKED: Literal["cauda_equina"] = "cauda_equina"  # what the voter's checks are about


@dataclass(frozen=True)
class Evidence:
    """All that the decision depends on.

    Attributes:
        verdict: The rules' verdict on the message.
        voter: The voter's probability of each alarm; None when it could not be asked.
        harmless_reply: Whether the message is only a harmless reply to a form's question.
        of_standing: Whether it is about a standing alarm: puts it off, asks how to get help, takes it back.
        brief: Whether it says hardly anything else.
        standing: The standing alarms.
        replied: The alarm that it names in reply to a question: a form's choice, a harmful fall, a sign that is back.
    """

    verdict: Verdict
    voter: Probabilities | None = None
    harmless_reply: bool = False
    of_standing: bool = False
    brief: bool = False
    standing: Collection[AlarmKind] = ()
    replied: AlarmKind | None = None


@dataclass(frozen=True)
class Decision:
    """The decision about a message.

    Attributes:
        raised: The alarm to raise; None when there is none.
        by: Who raised it, or called for the check; None without either.
        probability: The voter's, for its likeliest alarm; None when it was not asked.
        others: Further alarms in the same message that the rules are sure of.
        check: The check to ask; None beside an alarm.
    """

    raised: AlarmKind | None = None
    by: By | None = None
    probability: float | None = None
    others: tuple[AlarmKind, ...] = ()
    check: CheckKind | None = None

    @property
    def alarms(self) -> tuple[AlarmKind, ...]:
        """All alarms to raise, the gravest first."""
        return (self.raised, *self.others) if self.raised else ()

    @classmethod
    def of_parse(cls, parse: Mapping[str, Any]) -> Decision:
        """Return the decision in Rasa's parse of a message; without one, a button may name an alarm."""
        alarm = parse.get("alarm")
        if alarm is None:
            kind = ALARMS.get(parse["intent"]["name"])
            return cls(kind, "button" if kind else None)
        others = tuple(ALARMS[one] for one in alarm["others"])
        return cls(ALARMS.get(alarm["raised"] or ""), alarm["by"], alarm["probability"], others, alarm["check"])

    def to_parse(self) -> dict[str, Any]:
        """Return the decision for the parse, with the ids of urgent messages for the alarms."""
        return {
            "raised": self.raised and urgent(self.raised),
            "others": [urgent(kind) for kind in self.others],
            "by": self.by,
            "probability": self.probability,
            "check": self.check,
        }


def decide(evidence: Evidence, thresholds: Thresholds = USUAL) -> Decision:
    """Decide about a message.

    A sure rule wins over everything. The voter counts only for alarms with their words in the message. Where it
    cannot be asked, a suspicion of the rules is enough.
    """
    verdict = evidence.verdict
    probability = _likeliest(evidence.voter, verdict.anchored)[1] if evidence.voter else None
    if verdict.alarm:
        return Decision(verdict.alarm, "rules", probability, verdict.alarms[1:])
    if evidence.replied:
        return Decision(evidence.replied, "reply", probability)
    # The voter does not see the question: a bare "left leg" in reply to one is no fragment of a sign.
    if evidence.harmless_reply and not verdict.doubted:
        return _asking(verdict.check, "rules", probability)
    decided = _weighed(verdict, evidence.voter, thresholds)
    # "Nobody can take me" is no new alarm: in a short reply to one, a suspicion of the models alone does not count.
    known = decided.raised in evidence.standing or (evidence.brief and decided.raised != verdict.doubted)
    if evidence.of_standing and (decided.check or (decided.by != "rules" and known)):
        return Decision(probability=probability)
    return decided


def voted(voter: Probabilities | None, thresholds: Thresholds) -> AlarmKind | None:
    """Return the alarm that the voter raises alone; None when it is not sure, or was not asked."""
    if voter is None:
        return None
    kind, probability = _likeliest(voter, ORDER)
    return kind if probability >= thresholds.sure else None


def _weighed(verdict: Verdict, voter: Probabilities | None, thresholds: Thresholds) -> Decision:
    """Weigh the voter's opinion and the rules' suspicion when the rules are not sure."""
    if voter is None:
        return Decision(verdict.suspected, "rules" if verdict.suspected else None)
    likeliest, probability = _likeliest(voter, verdict.anchored)
    sure = voted(voter, thresholds)
    if sure in verdict.anchored:
        return Decision(sure, "voter", probability)
    # "I have no numbness in my groin": where the rules take a sign back, a mere suspicion of it adds nothing.
    if probability >= (thresholds.taken_back if likeliest in verdict.taken_back else thresholds.together):
        return Decision(likeliest, "both", probability)
    if verdict.doubted and probability >= thresholds.suspected:
        return Decision(verdict.doubted, "both", probability)
    if verdict.check:
        return _asking(verdict.check, "rules", probability)
    if CHECKED not in verdict.anchored:
        return Decision(probability=probability)
    may_be = voter[CHECKED] + voter[CHECK]
    if verdict.doubted == CHECKED and may_be >= thresholds.asked_suspected:
        return _asking(CHECKED, "both", probability)
    if may_be >= (thresholds.asked_taken_back if CHECKED in verdict.taken_back else thresholds.asked):
        return _asking(CHECKED, "voter", probability)
    return Decision(probability=probability)


def _asking(check: CheckKind | None, by: By, probability: float | None) -> Decision:
    return Decision(by=by if check else None, probability=probability, check=check)


def _likeliest(voter: Probabilities, among: Collection[AlarmKind]) -> tuple[AlarmKind, float]:
    """Return the likeliest of some alarms and its probability; 0 when there are none."""
    likely = {kind: voter[kind] if kind in among else 0.0 for kind in ORDER}
    kind = max(ORDER, key=lambda one: likely[one])
    return kind, likely[kind]
