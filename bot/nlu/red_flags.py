"""The alarm as a Rasa component, visible to the policies: a sign wins over any classifier's guess."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.events import BotUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.alarm.decide import USUAL, Decision, Evidence, Thresholds, decide, voted
from bot.alarm.detector import detector
from bot.alarm.rules import ALARMS
from bot.alarm.verdict import Pending, Verdict
from bot.conversation.after_alarm import AfterAlarm, SaidOfAlarm, reason_for
from bot.conversation.alarms import Alarms
from bot.conversation.form_reader import form_reader
from bot.conversation.lexicon import load
from bot.conversation.slots import PENDING_SIGNS
from bot.knowledge.base import knowledge
from bot.knowledge.ids import DOSING, SETTLED
from bot.knowledge.schema import Answer
from bot.nlu.after_alarm_classifier import SAID, AfterAlarmClassifier
from bot.nlu.alarm_voter import SUSPICIONS, AlarmVoter
from bot.nlu.alarms import alarms_of
from bot.nlu.answer_classifier import AnswerClassifier
from bot.nlu.component import Untrained
from bot.nlu.readings import PART, ROLE, focus_of
from bot.text.terms import words

EVIDENCE = "evidence"  # on a message: the evidence for the decision
BRIEF = 12  # words in a reply to an alarm that says hardly anything else
BRIEF_REPLIES: tuple[SaidOfAlarm, ...] = ("hesitation", "how", "going", "ok")
Ranking = list[dict[str, Any]]  # each with `name` and `confidence`, the likeliest first


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class RedFlags(Untrained):
    """Gathers the evidence on a message, and sets `alarm` to the decision about it.

    When an alarm is raised, the intent becomes its urgent message.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """Return the types whose ranking and suspicions it reads."""
        return [AnswerClassifier, AlarmVoter, AfterAlarmClassifier]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the voter's thresholds; see `Thresholds`."""
        return asdict(USUAL)

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        self._thresholds = Thresholds(**{name: config[name] for name in asdict(USUAL)})
        self._forms = form_reader(words)
        self._lexicon = load(words)
        self._after_alarm = AfterAlarm(words)

    def process(self, messages: list[Message], tracker: DialogueStateTracker | None = None) -> list[Message]:
        """Decide about each message; without an alarm, remove the alarms' replies from the ranking."""
        alarms = alarms_of(tracker, messages[0])
        for message in messages:
            ranking = message.get(INTENT_RANKING_KEY)
            if message.get(ROLE):  # only the whole message is checked for alarms, not its parts
                message.set("alarm", Decision().to_parse())
                message.set(INTENT_RANKING_KEY, _without_alarms(ranking))
                continue
            text, voter = message.get(TEXT) or "", message.get(SUSPICIONS)
            verdict = _verdict(message, tracker)
            said = self._said(message, [one for one in messages if one.get(ROLE) == PART], alarms, tracker)
            evidence = Evidence(
                verdict,
                voter,
                harmless_reply=self._explained(text, tracker),
                of_standing=said is not None,
                brief=said in BRIEF_REPLIES and len(text.split()) <= BRIEF,
                standing=alarms.standing,
            )
            decided = decide(evidence, self._thresholds)
            message.set(EVIDENCE, evidence)
            told = {
                **decided.to_parse(),
                "voter": voted(voter, self._thresholds),
                "silenced": verdict.silenced,
                "pending": vars(verdict.pending),
            }
            message.set("alarm", told, add_to_output=True)
            message.set("after_alarm", None if decided.raised else said)
            message.set("reason", reason_for(said, message.get(SAID) or {}) if said else None)
            if decided.raised:
                confidence = decided.probability if decided.probability and decided.by == "voter" else 1.0
                message.set(INTENT, {"name": told["raised"], "confidence": confidence}, add_to_output=True)
            else:
                others = _without_alarms(ranking)
                message.set(INTENT, others[0], add_to_output=True)
                message.set(INTENT_RANKING_KEY, others, add_to_output=True)
        return messages

    def _explained(self, text: str, tracker: DialogueStateTracker | None) -> bool:
        """Return whether a message is only a harmless reply to a guided talk's question."""
        form = tracker.active_loop_name if tracker else None
        return bool(tracker and form and self._forms.explains(text, form, tracker.current_slot_values()))

    def _said(
        self, message: Message, parts: list[Message], alarms: Alarms, tracker: DialogueStateTracker | None
    ) -> SaidOfAlarm | None:
        """Return what a message with those questions says about a standing alarm."""
        asks = any(self._asks(one) for one in (message, *parts))
        busy = bool(tracker and (tracker.active_loop_name or focus_of(tracker).asked))
        return self._after_alarm(message.get(TEXT) or "", alarms, asks=asks, busy=busy, likely=message.get(SAID))

    def _asks(self, message: Message) -> bool:
        """Return whether a message, or a question of it, asks about a topic that the bot has answers for."""
        first = message.get(INTENT_RANKING_KEY)[0]
        sure = first["confidence"] >= message.get("threshold") and first["name"] in knowledge().replies
        reading = self._lexicon.read(message.get(TEXT) or "")
        dose = first["name"] == DOSING and "dose" in reading.sides
        taught = sure and (dose or isinstance(knowledge()[first["name"]], Answer))
        return bool(reading.topics) and (taught or "correction" in reading.openers)


def _verdict(message: Message, tracker: DialogueStateTracker | None) -> Verdict:
    """Return the rules' verdict from the guard, or read the message when Rasa runs without a guard."""
    text = message.get(TEXT) or ""
    if told := (message.get("metadata") or {}).get("verdict"):
        return Verdict.from_metadata(told, text)
    if tracker is None:
        return detector()(text)
    said = next((event.text for event in reversed(tracker.events) if isinstance(event, BotUttered)), None)
    return detector()(text, Pending(**(tracker.get_slot(PENDING_SIGNS) or {})), said or "")


def _without_alarms(ranking: Ranking) -> Ranking:
    """Remove the alarms' replies, and share their probability among the others in proportion.

    Replies that the conversation alone settles are removed without sharing: a message that reads as "I only asked in
    general" asks for nothing else.
    """
    # The ranking is cut, so the rest may add up to almost nothing.
    rest = max(1.0 - sum(one["confidence"] for one in ranking if one["name"] in ALARMS), 1e-6)
    left = [one for one in ranking if one["name"] not in (*ALARMS, *SETTLED)]
    return [{**one, "confidence": one["confidence"] / rest} for one in left]
