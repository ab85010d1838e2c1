"""The sentence encoder as a Rasa dense featurizer: one pass gives the sentence embedding and the alarm's scores."""

from __future__ import annotations

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt
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

from bot.models.encoder import GRAPH, WORD_PIECES, Encoder
from bot.nlu.inputs import of_component
from bot.nlu.readings import ROLE

SCORES = "alarm_scores"  # on a message: a row for each of its parts, before the softmax
WINDOW, STEP = 160, 120  # words: the encoder reads at most 256 word pieces, and a sign may come last


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class SentenceEmbedding(DenseFeaturizer, GraphComponent):
    """Adds the sentence embedding to a message; `weights:` in config.yml may name a folder with the same weights."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Return the type whose normal forms it reads."""
        return [Tokenizer]

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Hash the dependencies besides its configuration and the training data."""
        return of_component(cls.__name__)

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the defaults: weights from the pinned package."""
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
        """Create the component before training."""
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
        """Create the component from a trained model."""
        with model_storage.read_from(resource) as folder:
            return cls(config, execution_context.node_name, model_storage, resource, Encoder(folder))

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Check nothing before the weights are read."""

    def train(self, training_data: TrainingData) -> Resource:
        """Copy the graph into the trained model."""
        # Import here: only training needs it, and the import takes seconds.
        from bot.models.graph import built

        with self._storage.write_to(self._resource) as folder:
            for name in (GRAPH, WORD_PIECES):
                shutil.copy(built(self._config["weights"]) / name, folder)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Featurize the training messages."""
        messages = [one for one in training_data.training_examples if one.get(TOKENS_NAMES[TEXT])]
        rows = vectors([normal_text(one) for one in messages], self._config["weights"])
        for message, row in zip(messages, rows, strict=True):
            self._add(message, row)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the embedding as a sentence feature, and set the alarm's scores for the message's parts."""
        assert self._encoder is not None, "Rasa processes only with loaded components"
        for message in messages:
            if message.get(TOKENS_NAMES[TEXT]):
                text = normal_text(message)
                [vector], *scores = self._encoder([text])
                self._add(message, vector)
                if not message.get(ROLE):  # the message's other readings need no scores
                    later = [self._encoder([part])[1] for part in parts(text)[1:]]
                    message.set(SCORES, np.vstack([*scores, *later]))
        return messages

    def _add(self, message: Message, row: npt.NDArray[Any]) -> None:
        message.add_features(Features(row[np.newaxis, :], FEATURE_TYPE_SENTENCE, TEXT, self._config["alias"]))


def embedding(message: Message) -> npt.NDArray[Any]:
    """Return the embedding that was added to a message."""
    _, feature = message.get_dense_features(TEXT)
    assert feature is not None, "a featurizer with sentence features stands before"
    row: npt.NDArray[Any] = feature.features[0]
    return row


def normal_text(message: Message) -> str:
    """Join the normal forms of a message's tokens."""
    return " ".join(token.lemma for token in message.get(TOKENS_NAMES[TEXT]))


def parts(text: str) -> list[str]:
    """Cut a text into overlapping parts, each short enough for the encoder."""
    words = text.split()
    return [" ".join(words[start : start + WINDOW]) for start in range(0, max(1, len(words) - WINDOW + STEP), STEP)]


def vectors(texts: list[str], weights: str | None) -> npt.NDArray[Any]:
    """Embed texts for training, in their normal form: one row each."""
    from bot.models.graph import built

    encoder = Encoder(built(weights))
    with ThreadPoolExecutor(os.cpu_count()) as threads:  # no batches: padding would cost more than it saves
        return np.vstack(list(threads.map(lambda text: encoder([text])[0], texts)))
