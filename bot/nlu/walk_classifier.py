"""Whether a message reports a walk, as a Rasa component."""

from __future__ import annotations

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.conversation.lessons import walks
from bot.nlu.component import learned_from
from bot.nlu.label_classifier import LabelClassifier
from bot.nlu.mentions import MEASURES
from bot.text.measures import measures

REPORT, OTHER = "report", "other"
WALK = "walk"  # of a message: its probability of reporting a walk; missing if it has no time and no distance


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class WalkClassifier(LabelClassifier):
    """Sets `walk`: how likely a message reports a walk that was done."""

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from data/diary/, and from all questions with a time or a distance in them, which report no walk."""
        lessons = [(text, REPORT) for writer in walks() for text in writer.reports]
        lessons += [(text, OTHER) for writer in walks() for text in writer.others]
        questions = [one for one in learned_from(training_data) if measures(one.get(TEXT))]
        return self.learn(lessons, questions, OTHER)

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the probability for messages that mention a time or a distance; other readings mention nothing."""
        for message in messages:
            if any(one["entity"] in MEASURES for one in message.get(ENTITIES, [])):
                message.set(WALK, self.probabilities(message)[REPORT])
        return messages
