"""What a message after an alarm says, as a Rasa component."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.conversation.lessons import OTHER, after_alarm
from bot.models.adapter import normal
from bot.models.label_model import LabelModel
from bot.nlu.alarms import alarms_of
from bot.nlu.component import Trained, learned_from
from bot.nlu.readings import ROLE
from bot.nlu.sentence_embedding import SentenceEmbedding, embedding, normal_text, vectors

SAID = "said_after_alarm"  # of a message: the probability of each label while an alarm stands; else missing
EVERYDAY = 10  # every how many-th question is an example of what has nothing to do with the alarm


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class AfterAlarmClassifier(Trained[LabelModel]):
    """Sets `said_after_alarm`: how likely a message says what about a standing alarm, and for which reason."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Return the type whose embedding it reads."""
        return [SentenceEmbedding]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the defaults; config.yml says what they are."""
        return {"strength": 1.0, "dense_weight": 1.5, "weights": None}

    read = staticmethod(LabelModel.load)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from data/after_alarm/, and from questions, which have nothing to do with the alarm."""
        lessons = [lesson for writer in after_alarm() for lesson in writer.labelled()]
        questions = sorted(learned_from(training_data), key=lambda one: str(one.get(TEXT)))[::EVERYDAY]
        texts = [normal(text) for text, _ in lessons]
        model = LabelModel.train(
            [*texts, *(normal_text(one) for one in questions)],
            np.vstack([vectors(texts, self._config["weights"]), *(embedding(one) for one in questions)]),
            [*(label for _, label in lessons), *[OTHER] * len(questions)],
            strength=self._config["strength"],
            dense_weight=self._config["dense_weight"],
        )
        return self.write(model.save)

    def process(self, messages: list[Message], tracker: DialogueStateTracker | None = None) -> list[Message]:
        """Set the probabilities for a message while an alarm stands; its other readings need none."""
        if alarms_of(tracker, messages[0]).standing:
            for message in messages:
                if not message.get(ROLE):
                    message.set(SAID, self.model(normal_text(message), embedding(message)))
        return messages
