"""The alarm as a Rasa component, so that the policies see it: a warning sign wins over any classifier's guess."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.events import BotUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.alarm.noted import Decision, look, note
from bot.alarm.rules import ALARMS, ORDER, AlarmKind
from bot.alarm.verdict import Pending, Verdict
from bot.conversation.after_alarm import AfterAlarm, Said
from bot.conversation.alarms import Alarms
from bot.conversation.form_reader import form_reader
from bot.conversation.lexicon import load
from bot.conversation.slots import ALARMS as SLOT
from bot.conversation.slots import PENDING_SIGNS
from bot.knowledge.base import knowledge
from bot.knowledge.ids import DOSING, SETTLED, urgent
from bot.knowledge.schema import Answer
from bot.models.voter_model import Probabilities
from bot.nlu.alarm_voter import SUSPICIONS, AlarmVoter
from bot.nlu.answer_classifier import AnswerClassifier
from bot.nlu.component import Untrained
from bot.nlu.readings import ROLE, focus_of
from bot.text.terms import words

BRIEF = 12  # words of a reply to an alarm that holds hardly anything else
BRIEF_REPLIES: tuple[Said, ...] = ("hesitation", "how", "going", "ok")
Ranking = list[dict[str, Any]]  # each with `name` and `confidence`, the likeliest first


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class RedFlags(Untrained):
    """Sets `alarm`, and the intent to the alarm's reply when one is to be raised.

    It is raised when the rules are sure, when the voter is sure, or when both are suspicious. What was learned counts
    only where the message has words that such a sign needs.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """It reads the ranking, and what the voter suspects."""
        return [AnswerClassifier, AlarmVoter]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the probabilities that count.

        `sure`: the voter's, enough by itself. `together`: enough for the likeliest of the alarms that have their words
        in the message; `taken_back` in its place where the rules take a sign back. `suspected`: enough where the rules
        suspect a sign themselves.
        """
        return {"sure": 0.9, "together": 0.4, "taken_back": 0.8, "suspected": 0.1}

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        self._forms = form_reader(words)
        self._lexicon = load(words)
        self._after_alarm = AfterAlarm(words)

    def process(self, messages: list[Message], tracker: DialogueStateTracker | None = None) -> list[Message]:
        """Look for warning signs in each message; without an alarm, its replies leave the ranking."""
        pending, bot_said = _before(tracker)
        alarms = alarms_of(tracker, messages[0])
        for message in messages:
            if message.get(ROLE):  # the alarm is looked for in the whole message, not in parts of it
                message.set("alarm", {"raised": None, "check": None})
                message.set(INTENT_RANKING_KEY, _without_alarms(message.get(INTENT_RANKING_KEY)))
                continue
            verdict = look(message.get(TEXT) or "", pending, bot_said)
            decided = self._decide(verdict, message.get(SUSPICIONS))
            # The voter knows no question: a bare "left leg" in reply to one is no fragment of a sign.
            if not verdict.doubted and self._explained(message.get(TEXT) or "", tracker):
                decided = Decision(None, None, decided.probability)
            said = self._said(message, alarms, tracker)
            # "Nobody can take me" is no new alarm: what only the models suspect in a short reply to one does not count.
            brief = said in BRIEF_REPLIES and len((message.get(TEXT) or "").split()) <= BRIEF
            known = decided.raised in alarms.standing or (brief and decided.raised != verdict.doubted)
            if said and decided.by != "rules" and known:
                decided = Decision(None, None, decided.probability)
            note(decided)
            told = {
                "raised": decided.raised and urgent(decided.raised),
                "others": [urgent(kind) for kind in verdict.alarms if decided.by == "rules" and kind != decided.raised],
                "by": decided.by,
                "probability": decided.probability,
                "voter": self._voted(message.get(SUSPICIONS)),
                "silenced": verdict.silenced,
                "check": None if decided.raised or said else verdict.check,
                "pending": vars(verdict.pending),
            }
            message.set("alarm", told, add_to_output=True)
            ranking = message.get(INTENT_RANKING_KEY)
            message.set("after_alarm", None if decided.raised else said)
            if decided.raised:
                confidence = decided.probability if decided.probability and decided.by == "voter" else 1.0
                message.set(INTENT, {"name": told["raised"], "confidence": confidence}, add_to_output=True)
            else:
                others = _without_alarms(ranking)
                message.set(INTENT, others[0], add_to_output=True)
                message.set(INTENT_RANKING_KEY, others, add_to_output=True)
        return messages

    def _explained(self, text: str, tracker: DialogueStateTracker | None) -> bool:
        """Whether a message is nothing but a harmless reply to a guided talk's question."""
        form = tracker.active_loop_name if tracker else None
        return bool(tracker and form and self._forms.explains(text, form, tracker.current_slot_values()))

    def _said(self, message: Message, alarms: Alarms, tracker: DialogueStateTracker | None) -> Said | None:
        """Read what a message says of an alarm that stands."""
        text = message.get(TEXT) or ""
        first = message.get(INTENT_RANKING_KEY)[0]
        sure = first["confidence"] >= message.get("threshold") and first["name"] in knowledge().replies
        reading = self._lexicon.read(text)
        dose = first["name"] == DOSING and "dose" in reading.sides
        taught = sure and (dose or isinstance(knowledge()[first["name"]], Answer))
        asks = bool(reading.topics) and (taught or "correction" in reading.openers)
        busy = bool(tracker and (tracker.active_loop_name or focus_of(tracker).asked))
        return self._after_alarm(text, alarms, asks=asks, busy=busy)

    def _decide(self, verdict: Verdict, suspicions: Probabilities | None) -> Decision:
        if suspicions is None:  # nobody else to ask: the rules' suspicion is enough
            return Decision(verdict.suspected, "rules" if verdict.suspected else None, None)
        likeliest, probability = _likeliest(suspicions, verdict.anchored)
        if verdict.alarm:
            return Decision(verdict.alarm, "rules", probability)
        voted = self._voted(suspicions)
        if voted in verdict.anchored:
            return Decision(voted, "voter", probability)
        # "I have no numbness in my groin": where the rules take a sign back, a mere suspicion of it says nothing new.
        taken_back = verdict.silenced and not verdict.doubted
        if probability >= self._config["taken_back" if taken_back else "together"]:
            return Decision(likeliest, "both", probability)
        if verdict.doubted and probability >= self._config["suspected"]:
            return Decision(verdict.doubted, "both", probability)
        return Decision(None, None, probability)

    def _voted(self, suspicions: Probabilities | None) -> AlarmKind | None:
        """Name the alarm that the voter raises by itself."""
        if suspicions is None:
            return None
        kind, probability = _likeliest(suspicions, ORDER)
        return kind if probability >= self._config["sure"] else None


def alarms_of(tracker: DialogueStateTracker | None, message: Message) -> Alarms:
    """Return a conversation's alarms, with those that the guard raised and tells of in the message's metadata."""
    return Alarms.of(tracker.get_slot(SLOT) if tracker else None, message.get("metadata"))


def _likeliest(probabilities: Probabilities, among: Collection[AlarmKind]) -> tuple[AlarmKind, float]:
    """Name the likeliest of some alarms, and how likely it is; 0 when there are none to choose from."""
    likely = {kind: probabilities[kind] if kind in among else 0.0 for kind in ORDER}
    kind = max(ORDER, key=lambda one: likely[one])
    return kind, likely[kind]


def _before(tracker: DialogueStateTracker | None) -> tuple[Pending, str]:
    """Return what the conversation left open, and the bot's last words."""
    if tracker is None:
        return Pending(), ""
    said = next((event.text for event in reversed(tracker.events) if isinstance(event, BotUttered)), None)
    return Pending(**(tracker.get_slot(PENDING_SIGNS) or {})), said or ""


def _without_alarms(ranking: Ranking) -> Ranking:
    """Leave the alarms' replies out, and give their probability to the others in proportion.

    What the conversation alone settles is left out too, without that: what reads as "I only asked in general" asks for
    nothing else.
    """
    # Not all of the ranking is told, so that the rest may add up to next to nothing.
    rest = max(1.0 - sum(one["confidence"] for one in ranking if one["name"] in ALARMS), 1e-6)
    left = [one for one in ranking if one["name"] not in (*ALARMS, *SETTLED)]
    return [{**one, "confidence": one["confidence"] / rest} for one in left]
