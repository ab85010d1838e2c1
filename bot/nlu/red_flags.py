"""The alarm as a Rasa component, so that the policies see it: a warning sign wins over any classifier's guess."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.clarifier import Clarifier
from bot.safety.detector import detector

CAUDA_EQUINA = "urgent.cauda_equina"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class RedFlags(GraphComponent):
    """Sets `alarm` to what the detector says, and the intent to the alarm's reply when one is to be raised."""

    @classmethod
    def required_components(cls) -> list[type]:
        """It has the last word, so it stands behind all that choose an intent."""
        return [Clarifier]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> RedFlags:
        """Make the component; it has nothing to learn."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Look for warning signs in each message."""
        for message in messages:
            verdict = detector()(message.get(TEXT) or "")
            message.set("alarm", {"raised": verdict.alarm, "silenced": verdict.silenced}, add_to_output=True)
            if verdict.alarm:
                message.set(INTENT, {"name": f"urgent.{verdict.alarm}", "confidence": 1.0}, add_to_output=True)
                message.set("candidates", [], add_to_output=True)
            elif verdict.silenced and message.get(INTENT)["name"] == CAUDA_EQUINA:
                # The rules saw that the sign is denied, past or only asked about; the classifier sees only its words.
                other = next(one for one in message.get(INTENT_RANKING_KEY) if one["name"] != CAUDA_EQUINA)
                message.set(INTENT, other, add_to_output=True)
        return messages
