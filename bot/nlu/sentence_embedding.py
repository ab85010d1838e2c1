"""The sentence embedding as a Rasa dense featurizer, on onnxruntime."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu import minilm
from bot.nlu.encoder import Encoder, prepare

BATCH = 64  # messages


def normal_text(message: Message) -> str:
    """Join the normal forms of a message's tokens."""
    return " ".join(token.lemma for token in message.get(TOKENS_NAMES[TEXT]))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class SentenceEmbedding(DenseFeaturizer, GraphComponent):
    """Adds the sentence embedding to a message; `weights:` in config.yml may name a folder with the same weights."""

    @classmethod
    def required_components(cls) -> list[type]:
        """It reads the tokenizer's normal forms."""
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Take the weights from the pinned package."""
        return {**DenseFeaturizer.get_default_config(), "weights": None}

    def __init__(
        self,
        config: dict[str, Any],
        name: str,
        storage: ModelStorage,
        resource: Resource,
        encoder: Encoder | None = None,
    ) -> None:
        super().__init__(name, config)
        self._storage = storage
        self._resource = resource
        self._encoder = encoder

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEmbedding:
        """Make the component before its training."""
        return cls(config, execution_context.node_name, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **_: Any,
    ) -> SentenceEmbedding:
        """Make the component from a trained model."""
        with model_storage.read_from(resource) as folder:
            return cls(config, execution_context.node_name, model_storage, resource, Encoder(folder))

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing to check before the weights are read."""

    def train(self, training_data: TrainingData) -> Resource:
        """Build the graph, so that it is kept in the trained model."""
        weights = Path(self._config["weights"]) if self._config["weights"] else minilm.packaged_weights()
        with self._storage.write_to(self._resource) as folder:
            prepare(weights, folder)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Featurize the training messages."""
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the embedding as a sentence feature."""
        readable = [message for message in messages if message.get(TOKENS_NAMES[TEXT])]
        for start in range(0, len(readable), BATCH):
            batch = readable[start : start + BATCH]
            assert self._encoder is not None, "Rasa processes only with loaded components"
            for message, row in zip(batch, self._encoder([normal_text(one) for one in batch]), strict=True):
                message.add_features(Features(row[np.newaxis, :], FEATURE_TYPE_SENTENCE, TEXT, self._config["alias"]))
        return messages
