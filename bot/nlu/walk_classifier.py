"""Whether a message reports a walk, as a Rasa component."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.conversation.lessons import walks
from bot.models.adapter import normal
from bot.models.label_model import LabelModel
from bot.nlu.component import Trained, learned_from
from bot.nlu.mentions import MEASURES
from bot.nlu.sentence_embedding import SentenceEmbedding, embedding, normal_text, vectors
from bot.text.measures import measures

REPORT, OTHER = "report", "other"
WALK = "walk"  # of a message: its probability of reporting a walk; missing if it has no time and no distance


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class WalkClassifier(Trained[LabelModel]):
    """Sets `walk`: how likely a message reports a walk that was done."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Return the type whose embedding it reads; `Mentions`, which is not trained, cannot be required here."""
        return [SentenceEmbedding]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the defaults; config.yml says what they are."""
        return {"strength": 1.0, "dense_weight": 1.5, "weights": None}

    read = staticmethod(LabelModel.load)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from data/diary/, and from all questions with a time or a distance in them, which report no walk."""
        writers = walks()
        reports = [normal(text) for writer in writers for text in writer.reports]
        others = [normal(text) for writer in writers for text in writer.others]
        questions = [one for one in learned_from(training_data) if measures(one.get(TEXT))]
        dense = vectors([*reports, *others], self._config["weights"])
        model = LabelModel.train(
            [*reports, *others, *(normal_text(one) for one in questions)],
            np.vstack([dense, *(embedding(one) for one in questions)]),
            [REPORT] * len(reports) + [OTHER] * (len(others) + len(questions)),
            strength=self._config["strength"],
            dense_weight=self._config["dense_weight"],
        )
        return self.write(model.save)

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the probability for messages that mention a time or a distance; other readings mention nothing."""
        for message in messages:
            if any(one["entity"] in MEASURES for one in message.get(ENTITIES, [])):
                message.set(WALK, self.model(normal_text(message), embedding(message))[REPORT])
        return messages
