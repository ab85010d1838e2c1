"""The last component: determines the act, what the patient does with the message in its conversation."""

from __future__ import annotations

import logging
from dataclasses import asdict, replace
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.alarm.decide import decide
from bot.alarm.rules import ALARMS
from bot.conversation import acts
from bot.conversation.acts import AFTER_ALARM, STAYS, Act, Meaning
from bot.conversation.after_alarm import SaidOfAlarm
from bot.conversation.alarms import CRISIS, Alarms
from bot.conversation.check import CheckReader, check_file
from bot.conversation.context import Context
from bot.conversation.manners import wish
from bot.conversation.query import USUAL, Query, Thresholds
from bot.conversation.symptoms import symptom_reader
from bot.knowledge.ids import ASK_BACK, DIAGNOSIS, OUT_OF_SCOPE, PRIVACY, urgent
from bot.nlu.alarms import alarms_of
from bot.nlu.clarifier import Clarifier
from bot.nlu.component import Untrained
from bot.nlu.readings import AGAIN, PART, ROLE, focus_of
from bot.nlu.red_flags import BRIEF_REPLIES, EVIDENCE
from bot.nlu.walk_classifier import WALK
from bot.reply.check import ASKS
from bot.text.parts import is_question
from bot.text.terms import words

logger = logging.getLogger(__name__)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class Acts(Untrained):
    """Sets the intent to the act, and the entities to what the message says; see `bot.conversation.acts`.

    `rule` is the name of the rule that resolved a follow-up, if any.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """Return the last component before this one, which reads what all have decided."""
        return [Clarifier]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the thresholds for follow-ups; see `Thresholds`."""
        return asdict(USUAL)

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        self.set_thresholds(Thresholds(**{name: config[name] for name in asdict(USUAL)}))
        self._check = CheckReader(check_file(), words)

    def set_thresholds(self, thresholds: Thresholds) -> None:
        """Set the thresholds for follow-ups."""
        self.thresholds = thresholds
        self._understand = Context(words, thresholds)

    def process(self, messages: list[Message], tracker: DialogueStateTracker | None = None) -> list[Message]:
        """Understand the first message with its other readings, and return only that message."""
        message, *readings = messages
        if message.get("alarm")["raised"]:
            return [message]
        act = self._act(message, readings, tracker)
        if not (message.get("metadata") or {}).get("talks", True):
            act = acts.without_talks(act)
        text = message.get(TEXT) or ""
        told = symptom_reader().plainly(text) if act.intent == DIAGNOSIS else ()
        act = acts.telling(act, told, () if act.intent in acts.IN_TALK else symptom_reader().sentences(text))
        if replied := ALARMS.get(act.intent):
            decided = decide(replace(message.get(EVIDENCE), replied=replied))
            message.set("alarm", {**message.get("alarm"), **decided.to_parse()}, add_to_output=True)
        if act.rule:
            logger.debug("Follow-up resolved by the rule “%s”: %s", act.rule, act.intent)
        whole = {"start": 0, "end": len(text), "extractor": type(self).__name__}
        message.set("rule", act.rule, add_to_output=True)
        said = [{**whole, **entity} for entity in act.entities]
        message.set(ENTITIES, [*message.get(ENTITIES, []), *said], add_to_output=True)
        message.set(INTENT, {**message.get(INTENT), "name": act.intent}, add_to_output=True)
        return [message]

    def _act(self, message: Message, readings: list[Message], tracker: DialogueStateTracker | None) -> Act:
        """Return the act of a message that raises no alarm by itself."""
        alarms = alarms_of(tracker, message)
        said: SaidOfAlarm | None = message.get("after_alarm")
        if said is None:
            return self._understood(message, readings, tracker, alarms)
        if said in BRIEF_REPLIES:
            act = self._understood(message, readings, tracker, alarms)
            # A noted walk and a reply to a guided talk stay as they are.
            if act.intent in STAYS:
                return act
        if said == "again":
            return Act(urgent(alarms.reminds_of[0]))
        return Act(urgent(CRISIS)) if said == "not_safe" else acts.of_alarm(said, message.get("reason"))

    def _understood(
        self, message: Message, readings: list[Message], tracker: DialogueStateTracker | None, alarms: Alarms
    ) -> Act:
        """Return the act of a message that neither raises an alarm nor plainly speaks of one."""
        if checked := self._checked(message, tracker, alarms):
            return checked
        # A channel that can do it has done it. Elsewhere the patient learns what is kept, and how to delete it.
        if wish(message.get(TEXT) or ""):
            return acts.ask(Meaning(PRIVACY))
        form = tracker.active_loop_name if tracker else None
        again = next((_ranking(one) for one in readings if one.get(ROLE) == AGAIN), [])
        whole = self._query(message, again)
        act = self._understand(
            whole,
            [self._query(one, []) for one in readings if one.get(ROLE) == PART],
            focus_of(tracker),
            form,
            tracker.current_slot_values() if tracker else {},
        )
        if act is None:
            name = message.get(INTENT)["name"]
            act = acts.ask(self._understand.about(whole.text, name), offered=message.get("candidates"))
            act = acts.without_beginning(act) if form else act
        return self._left_open(whole, act) or act if alarms.latest else act

    def _checked(self, message: Message, tracker: DialogueStateTracker | None, alarms: Alarms) -> Act | None:
        """Read the reply to the open check."""
        if alarms.asked_over is None:
            return None
        focus = focus_of(tracker)
        busy = bool(focus.asked or focus.asked_back or (tracker and tracker.active_loop_name))
        kind = alarms.asked_about
        reply = self._check(kind, message.get(TEXT) or "", just_asked=focus.asked == ASKS, busy=busy)
        if reply is None:
            return None
        if reply == "none":
            return Act(acts.DENIES_SIGNS)
        if reply == "unsure":
            # After the second question, a doubt is an alarm.
            return Act(urgent(check_file().kinds[kind].agreed) if alarms.asked_twice else acts.UNSURE_OF_SIGNS)
        return Act(urgent(reply))

    def _query(self, message: Message, again: list[tuple[str, float]]) -> Query:
        text = message.get(TEXT) or ""
        trusted = message.get(INTENT_RANKING_KEY)[0]["name"] != ASK_BACK
        mentions = self._understand.lexicon.read(text)
        walk = message.get(WALK, 0.0)
        return Query(text, mentions, _ranking(message), message.get("threshold"), again, trusted, walk)

    def _left_open(self, whole: Query, act: Act) -> Act | None:
        """Return the act of a message that is not understood while an alarm stands.

        A patient who argues or asks for help gets no ask-back and no "the sources don't cover it". A statement puts the
        alarm off. A question that the classifier hardly recognises asks how to get help.
        """
        asks = is_question(whole.text)
        if act.intent == ASK_BACK and not (asks and whole.ranking[0][1] >= self.thresholds.witnessed):
            return Act(AFTER_ALARM["how" if asks else "hesitation"])
        declined = OUT_OF_SCOPE in acts.values({"entities": act.entities}, "answer")
        return Act(AFTER_ALARM["hesitation"]) if declined and not asks and act.intent != acts.OTHER_LANGUAGE else None


def _ranking(message: Message) -> list[tuple[str, float]]:
    ranking = [(one["name"], one["confidence"]) for one in message.get(INTENT_RANKING_KEY)]
    return [one for one in ranking if one[0] not in (ASK_BACK, *ALARMS)]
