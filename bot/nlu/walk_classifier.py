"""Whether a message reports a walk, as a Rasa component."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.models.adapter import normal
from bot.models.walk_model import WalkModel, lessons
from bot.nlu.component import learned_from
from bot.nlu.inputs import of_component
from bot.nlu.readings import ROLE
from bot.nlu.sentence_embedding import SentenceEmbedding, embedding, normal_text, vectors
from bot.text.measures import measures

WALK = "walk"  # of a message: how likely it reports a walk; 0 where it has neither time nor way in it


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class WalkClassifier(GraphComponent):
    """Sets `walk`: how likely a message reports a walk that was done."""

    def __init__(
        self, config: dict[str, Any], storage: ModelStorage, resource: Resource, model: WalkModel | None = None
    ) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._model = model

    @classmethod
    def required_components(cls) -> list[type]:
        """It reads the sentence embedding."""
        return [SentenceEmbedding]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the defaults; config.yml says what they are."""
        return {"strength": 1.0, "dense_weight": 1.5, "weights": None}

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Say what it depends on besides its configuration and the training data."""
        return of_component(cls.__name__)

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> WalkClassifier:
        """Make the component before its training."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **_: Any,
    ) -> WalkClassifier:
        """Make the component from a trained model."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, WalkModel.load(folder))

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from data/diary/, and from all questions with a time or a way in them, which report no walk."""
        reports = [normal(text) for writer in lessons() for text in writer.reports]
        others = [normal(text) for writer in lessons() for text in writer.others]
        questions = [one for one in learned_from(training_data) if measures(one.get("text"))]
        dense = vectors([*reports, *others], self._config["weights"])
        model = WalkModel.train(
            [*reports, *others, *(normal_text(one) for one in questions)],
            np.vstack([dense, *(embedding(one) for one in questions)]),
            [True] * len(reports) + [False] * (len(others) + len(questions)),
            strength=self._config["strength"],
            dense_weight=self._config["dense_weight"],
        )
        with self._storage.write_to(self._resource) as folder:
            model.save(folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Say how likely the message itself reports a walk."""
        assert self._model is not None, "Rasa processes only with loaded components"
        for message in messages:
            text = message.get("text") or ""
            if not message.get(ROLE):
                told = any(map(str.isdigit, text)) or bool(measures(text))
                message.set(WALK, self._model(normal_text(message), embedding(message)) if told else 0.0)
        return messages
