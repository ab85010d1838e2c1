"""The alarm's second voter, and the judge of suspicions that add up, as a Rasa component."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu import minilm
from bot.nlu.answer_classifier import features
from bot.nlu.encoder import Encoder, prepare
from bot.nlu.sentence_embedding import BATCH, normal_text
from bot.nlu.terms import term_reader
from bot.nlu.voter_model import NONE, URGENT, Inputs, VoterModel
from bot.nlu.voter_model import lessons as read_lessons

CROSS_VALIDATION = "voter-cross-validation.npz"
SUSPICIONS = "suspicions"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class AlarmVoter(GraphComponent):
    """Sets `suspicions`: the probability of each alarm, to the voter and to the judge."""

    @classmethod
    def required_components(cls) -> list[type]:
        """It reads the embedding."""
        return [Featurizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the defaults; config.yml says how each was chosen."""
        return {"strength": 0.3, "dense_weight": 1.5}

    def __init__(
        self, config: dict[str, Any], storage: ModelStorage, resource: Resource, model: VoterModel | None = None
    ) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> AlarmVoter:
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
    ) -> AlarmVoter:
        """Make the component from a trained model."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, VoterModel.load(folder))

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from all labelled messages: those of data/nlu/, and the lessons of data/safety/."""
        messages = [message for message in training_data.intent_examples if message.get(TEXT)]
        lessons = read_lessons()
        extra = [" ".join(word for _, _, word in term_reader()(lesson.text)) for lesson in lessons]
        inputs = Inputs(
            [*(message.get(TEXT) for message in messages), *(lesson.text for lesson in lessons)],
            [*(normal_text(message) for message in messages), *extra],
            np.vstack([features(messages)[1], *_embeddings(extra)]),
        )
        labels = [URGENT.get(message.get(INTENT), NONE) for message in messages]
        model, checked = VoterModel.train(
            inputs,
            [*labels, *(lesson.alarm or NONE for lesson in lessons)],
            strength=self._config["strength"],
            dense_weight=self._config["dense_weight"],
        )
        with self._storage.write_to(self._resource) as folder:
            model.save(folder)
            checked.save(folder / CROSS_VALIDATION)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Say how likely each alarm is."""
        assert self._model is not None, "Rasa processes only with loaded components"
        texts = [message.get(TEXT) for message in messages]
        inputs = Inputs(texts, [normal_text(message) for message in messages], features(messages)[1])
        for message, suspicions in zip(messages, self._model(inputs), strict=True):
            message.set(SUSPICIONS, suspicions)
        return messages


def _embeddings(texts: list[str]) -> list[np.ndarray]:
    """Embed the lessons, which are no messages of Rasa's."""
    with tempfile.TemporaryDirectory() as folder:
        prepare(minilm.packaged_weights(), Path(folder))
        encoder = Encoder(Path(folder))
        return [encoder(texts[start : start + BATCH]) for start in range(0, len(texts), BATCH)]
