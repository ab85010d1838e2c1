"""Shared by components: the base of those that learn nothing, and the training messages of the others."""

from __future__ import annotations

from typing import Any, TypeVar

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.conversation.acts import ACTS


def learned_from(training_data: TrainingData) -> list[Message]:
    """Return the messages to learn from, those of data/nlu/; the wordings of acts (data/acts.yml) are not learned."""
    examples = training_data.intent_examples
    return [message for message in examples if message.get(TEXT) and message.get(INTENT) not in ACTS]


C = TypeVar("C", bound="Untrained")


class Untrained(GraphComponent):
    """A graph component with nothing to learn."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = config

    @classmethod
    def create(
        cls: type[C],
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> C:
        """Create the component."""
        return cls(config)
