"""Rasa intent classifier: the answer that a message asks for, and the confidence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.alarm.lessons import lessons as alarm_lessons
from bot.knowledge.base import knowledge
from bot.models.adapter import normal
from bot.models.answer_model import AnswerModel, fit
from bot.models.ngrams import Ngrams
from bot.nlu.component import Trained, learned_from
from bot.nlu.sentence_embedding import embedding, normal_text, vectors

FILE = "answer_model.npz"
CROSS_VALIDATION = "cross_validation.npz"  # kept for the report, not read by the bot
NUMBERS = {"strength": 0.3, "dense_weight": 1.5, "precision": 0.97}
RANKED = 15  # likeliest answers in the parse, before the alarm's are removed


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class AnswerClassifier(Trained[tuple[AnswerModel, Ngrams]], IntentClassifier):
    """Sets `intent`, `intent_ranking` and `threshold` (the least confidence to answer without asking back)."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Return the types whose normal forms and dense sentence feature it reads."""
        return [Tokenizer, DenseFeaturizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the defaults; config.yml says how each was chosen."""
        return {**NUMBERS, "weights": None}

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Refuse values that are not positive numbers; name the key."""
        for key in NUMBERS:
            value = config.get(key, 1.0)
            if not isinstance(value, int | float) or value <= 0:
                raise InvalidConfigException(
                    f"config.yml: {cls.__name__}: {key}: must be a positive number, not {value!r}"
                )

    @staticmethod
    def read(folder: Path) -> tuple[AnswerModel, Ngrams]:
        """Read the model and the n-grams that it counts."""
        return AnswerModel.load(folder / FILE), Ngrams.load(folder)

    def train(self, training_data: TrainingData) -> Resource:
        """Fit the model on the training messages, and on the alarm's lessons that name an answer."""
        messages = learned_from(training_data)
        lessons = [one for one in alarm_lessons() if one.answer in knowledge().replies]
        texts = [normal(one.text) for one in lessons]
        ngrams, counts = Ngrams.fit([*(normal_text(message) for message in messages), *texts])
        model, checked = fit(
            counts,
            np.vstack([*(embedding(message) for message in messages), vectors(texts, self._config["weights"])]),
            [*(message.get(INTENT) for message in messages), *(str(one.answer) for one in lessons)],
            strength=self._config["strength"],
            dense_weight=self._config["dense_weight"],
            precision=self._config["precision"],
            writers=[*[None] * len(messages), *(one.writer for one in lessons)],
        )

        def save(folder: Path) -> None:
            ngrams.save(folder)
            model.save(folder / FILE)
            checked.save(folder / CROSS_VALIDATION)

        return self.write(save)

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the likeliest answer, the ranking and the threshold."""
        model, ngrams = self.model
        for message in messages:
            row = model.probabilities(ngrams(normal_text(message)), embedding(message))
            ranking = [
                {"name": model.labels[index], "confidence": float(row[index])} for index in np.argsort(-row)[:RANKED]
            ]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
            message.set("threshold", model.threshold, add_to_output=True)
        return messages
