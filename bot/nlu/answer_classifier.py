"""Rasa intent classifier: the answer that a message asks for, and the confidence."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.models.answer_model import AnswerModel, fit
from bot.models.ngrams import Ngrams
from bot.nlu.component import learned_from
from bot.nlu.inputs import of_component
from bot.nlu.sentence_embedding import embedding, normal_text

FILE = "answer_model.npz"
CROSS_VALIDATION = "cross_validation.npz"  # kept for the report, not read by the bot
RANKED = 15  # likeliest answers in the parse, before the alarm's are removed


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class AnswerClassifier(IntentClassifier, GraphComponent):
    """Sets `intent`, `intent_ranking` and `threshold` (the least confidence to answer without asking back)."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Return the types whose normal forms and dense sentence feature it reads."""
        return [Tokenizer, DenseFeaturizer]

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Hash the dependencies besides its configuration and the training data."""
        return of_component(cls.__name__)

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the defaults; config.yml says how each was chosen."""
        return {"strength": 0.3, "dense_weight": 1.5, "precision": 0.97}

    def __init__(
        self,
        config: dict[str, Any],
        storage: ModelStorage,
        resource: Resource,
        trained: tuple[AnswerModel, Ngrams] | None = None,
    ) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._trained = trained

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> AnswerClassifier:
        """Create the component before training."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **_: Any,
    ) -> AnswerClassifier:
        """Create the component from a trained model."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, (AnswerModel.load(folder / FILE), Ngrams.load(folder)))

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Refuse values that are not positive numbers; name the key."""
        for key in cls.get_default_config():
            value = config.get(key, 1.0)
            if not isinstance(value, int | float) or value <= 0:
                raise InvalidConfigException(
                    f"config.yml: {cls.__name__}: {key}: must be a positive number, not {value!r}"
                )

    def train(self, training_data: TrainingData) -> Resource:
        """Fit the model on the training messages."""
        messages = learned_from(training_data)
        labels = [message.get(INTENT) for message in messages]
        ngrams, counts = Ngrams.fit([normal_text(message) for message in messages])
        dense = np.vstack([embedding(message) for message in messages])
        settings = {key: self._config[key] for key in self.get_default_config()}
        model, checked = fit(counts, dense, labels, **settings)
        with self._storage.write_to(self._resource) as folder:
            ngrams.save(folder)
            model.save(folder / FILE)
            checked.save(folder / CROSS_VALIDATION)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the likeliest answer, the ranking and the threshold."""
        assert self._trained is not None, "Rasa processes only with loaded components"
        model, ngrams = self._trained
        for message in messages:
            row = model.probabilities(ngrams(normal_text(message)), embedding(message))
            ranking = [
                {"name": model.labels[index], "confidence": float(row[index])} for index in np.argsort(-row)[:RANKED]
            ]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
            message.set("threshold", model.threshold, add_to_output=True)
        return messages
