"""Shared by the classifiers of few labels: how they learn from lessons and questions, and read a message."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message

from bot.models.adapter import normal
from bot.models.label_model import LabelModel
from bot.nlu.component import Trained
from bot.nlu.sentence_embedding import SentenceEmbedding, embedding, normal_text, vectors


class LabelClassifier(Trained[LabelModel]):
    """Learns labels from lessons, and from questions that have none of them."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Return the type whose embedding it reads; `Mentions`, which is not trained, cannot be required here."""
        return [SentenceEmbedding]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the defaults; config.yml says what they are."""
        return {"strength": 1.0, "dense_weight": 1.5, "weights": None}

    read = staticmethod(LabelModel.load)

    def learn(self, lessons: Iterable[tuple[str, str]], questions: list[Message], other: str) -> Resource:
        """Fit the model.

        Args:
            lessons: Texts with their labels.
            questions: Training messages.
            other: The label of the questions.
        """
        texts, labels = zip(*((normal(text), label) for text, label in lessons), strict=True)
        model = LabelModel.train(
            [*texts, *(normal_text(one) for one in questions)],
            np.vstack([vectors([*texts], self._config["weights"]), *(embedding(one) for one in questions)]),
            [*labels, *[other] * len(questions)],
            strength=self._config["strength"],
            dense_weight=self._config["dense_weight"],
        )
        return self.write(model.save)

    def probabilities(self, message: Message) -> dict[str, float]:
        """Return the probability of each label for a message."""
        return self.model(normal_text(message), embedding(message))
