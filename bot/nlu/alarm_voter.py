"""The alarm's second voter, and the judge of suspicions that add up, as a Rasa component."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
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
from bot.nlu.voter_model import LABELS, NONE, Inputs, VoterModel
from bot.nlu.voter_model import lessons as read_lessons
from bot.safety.rules import ALARMS

SUSPICIONS = "suspicions"
SEED = 0


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
        return {"strength": 0.3, "dense_weight": 1.5, "epochs": 3, "learning_rate": 1e-4, "everyday": 4000}

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
        labels = [ALARMS.get(message.get(INTENT), NONE) for message in messages]
        labels += [lesson.alarm or NONE for lesson in lessons]
        with self._storage.write_to(self._resource) as folder:
            self._tune(folder, inputs.normal, labels, len(messages))
            model = VoterModel.train(
                inputs,
                labels,
                Encoder(folder),
                strength=self._config["strength"],
                dense_weight=self._config["dense_weight"],
            )
            model.save(folder)
        return self._resource

    def _tune(self, folder: Path, texts: Sequence[str], labels: Sequence[str], everyday: int) -> None:
        """Fine-tune the encoder, and put it into a folder.

        Args:
            folder: Where to.
            texts: All messages: first those of data/nlu/.
            labels: Their labels.
            everyday: How many are of data/nlu/. It reads only a sample of the many without an alarm.
        """
        # Here, because TensorFlow is needed for training only.
        from bot.nlu.fine_tuning import Schedule, tuned

        calm = [place for place in range(everyday) if labels[place] == NONE]
        left_out = set(np.random.default_rng(SEED).permutation(calm)[self._config["everyday"] :])
        chosen = [place for place in range(len(texts)) if place not in left_out]
        weights = tuned(
            [texts[place] for place in chosen],
            [LABELS.index(labels[place]) for place in chosen],
            Schedule(self._config["epochs"], self._config["learning_rate"]),
        )
        prepare(minilm.packaged_weights(), folder, weights)

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
