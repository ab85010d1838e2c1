"""The alarm's voter as a Rasa component."""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import INTENT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.alarm.lessons import lessons as alarm_lessons
from bot.alarm.rules import ALARMS
from bot.models.adapter import NONE, normal
from bot.models.voter_model import VoterModel
from bot.nlu.component import Trained, learned_from
from bot.nlu.readings import ROLE
from bot.nlu.sentence_embedding import SCORES, normal_text

SUSPICIONS = "suspicions"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class AlarmVoter(Trained[VoterModel]):
    """Sets `suspicions`: the probability of each alarm."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Return the type whose scores this component reads."""
        return [Featurizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the defaults; config.yml says how each was chosen."""
        return {"strength": 0.3, "everyday": 0.05}

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Refuse a number that is no share; name the key."""
        share = config.get("everyday", 0.05)
        if not isinstance(share, float) or not 0 < share < 1:
            raise InvalidConfigException(
                f"config.yml: {cls.__name__}: everyday: must lie between 0 and 1, not {share!r}"
            )

    read = staticmethod(VoterModel.load)

    def train(self, training_data: TrainingData) -> Resource:
        """Train on all labelled messages: those of data/nlu/, and the lessons of data/safety/."""
        messages = learned_from(training_data)
        lessons = alarm_lessons()
        texts = [normal_text(message) for message in messages]
        labels = [ALARMS.get(message.get(INTENT), NONE) for message in messages]
        model = VoterModel.train(
            [*texts, *(normal(lesson.text) for lesson in lessons)],
            [*labels, *(lesson.outcome or NONE for lesson in lessons)],
            strength=self._config["strength"],
            everyday=self._config["everyday"],
        )
        return self.write(model.save)

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the probability of each alarm; the message's other readings need none."""
        for message in messages:
            if not message.get(ROLE):
                message.set(SUSPICIONS, self.model(normal_text(message), message.get(SCORES)))
        return messages
