"""What a message after an alarm says, as a Rasa component."""

from __future__ import annotations

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.conversation.lessons import OTHER, after_alarm
from bot.nlu.alarms import alarms_of
from bot.nlu.component import learned_from
from bot.nlu.label_classifier import LabelClassifier
from bot.nlu.readings import ROLE

SAID = "said_after_alarm"  # of a message: the probability of each label while an alarm stands; else missing
EVERYDAY = 10  # every how many-th question is an example of what has nothing to do with the alarm


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class AfterAlarmClassifier(LabelClassifier):
    """Sets `said_after_alarm`: how likely a message says what about a standing alarm, and for which reason."""

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from data/after_alarm/, and from questions, which have nothing to do with the alarm."""
        questions = sorted(learned_from(training_data), key=lambda one: str(one.get(TEXT)))[::EVERYDAY]
        return self.learn([lesson for writer in after_alarm() for lesson in writer.labelled()], questions, OTHER)

    def process(self, messages: list[Message], tracker: DialogueStateTracker | None = None) -> list[Message]:
        """Set the probabilities for a message while an alarm stands; its other readings need none."""
        if alarms_of(tracker, messages[0]).standing:
            for message in messages:
                if not message.get(ROLE):
                    message.set(SAID, self.probabilities(message))
        return messages
