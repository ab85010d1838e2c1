"""The alarm as a Rasa component, so that the policies see it: a warning sign wins over any classifier's guess."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.answer_classifier import AnswerClassifier
from bot.safety.detector import detector
from bot.safety.rules import ORDER

URGENT = tuple(f"urgent.{kind}" for kind in ORDER)
STAND_DOWN = "urgent.stand_down"
Ranking = list[dict[str, Any]]  # each with `name` and `confidence`, the likeliest first


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class RedFlags(GraphComponent):
    """Sets `alarm`, and the intent to the alarm's reply when one is to be raised.

    The rules alone raise it. Where they find nothing, the answer classifier's suspicion is enough, and less of it than
    any other answer needs: a false alarm costs a worried trip, a miss much more.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """It reads the ranking."""
        return [AnswerClassifier]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the probabilities from which the classifier raises the alarm.

        `suspected`: when the rules found no sign. `contradicted`: when they found that the sign is denied, past or only
        asked about, or when the message most likely takes an alarm back.
        """
        return {"suspected": 0.2, "contradicted": 0.6}

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = config

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> RedFlags:
        """Make the component; it has nothing to learn."""
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Look for warning signs in each message; without an alarm, its replies leave the ranking."""
        for message in messages:
            verdict = detector()(message.get(TEXT) or "")
            ranking = message.get(INTENT_RANKING_KEY)
            suspected = None if verdict.alarm else self._suspected(ranking, verdict.silenced)
            raised = f"urgent.{verdict.alarm}" if verdict.alarm else suspected
            by = "rules" if verdict.alarm else "classifier" if suspected else None
            message.set("alarm", {"raised": raised, "by": by, "silenced": verdict.silenced}, add_to_output=True)
            if raised:
                confidence = 1.0 if verdict.alarm else _probability(ranking, raised)
                message.set(INTENT, {"name": raised, "confidence": confidence}, add_to_output=True)
            else:
                others = _without_alarms(ranking)
                message.set(INTENT, others[0], add_to_output=True)
                message.set(INTENT_RANKING_KEY, others, add_to_output=True)
        return messages

    def _suspected(self, ranking: Ranking, silenced: bool) -> str | None:
        """Name the urgent reply that the classifier suspects strongly enough, or None."""
        likeliest = max(URGENT, key=lambda name: _probability(ranking, name))
        doubtful = silenced or ranking[0]["name"] == STAND_DOWN
        needed = self._config["contradicted" if doubtful else "suspected"]
        return likeliest if _probability(ranking, likeliest) >= needed else None


def _probability(ranking: Ranking, name: str) -> float:
    return next((one["confidence"] for one in ranking if one["name"] == name), 0.0)


def _without_alarms(ranking: Ranking) -> Ranking:
    """Leave the alarms' replies out, and give their probability to the others in proportion."""
    # Not all of the ranking is told, so that the rest may add up to next to nothing.
    rest = max(1.0 - sum(one["confidence"] for one in ranking if one["name"] in URGENT), 1e-6)
    return [{**one, "confidence": one["confidence"] / rest} for one in ranking if one["name"] not in URGENT]
