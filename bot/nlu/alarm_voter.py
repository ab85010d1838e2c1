"""The alarm's voter as a Rasa component."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import INTENT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.alarm.rules import ALARMS
from bot.models.adapter import NONE, alarm_lessons, normal
from bot.models.voter_model import VoterModel
from bot.nlu.component import learned_from
from bot.nlu.inputs import of_component
from bot.nlu.readings import ROLE
from bot.nlu.sentence_embedding import SCORES, normal_text

SUSPICIONS = "suspicions"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class AlarmVoter(GraphComponent):
    """Sets `suspicions`: the probability of each alarm."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Return the type whose scores this component reads."""
        return [Featurizer]

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Hash the dependencies besides its configuration and the training data."""
        return of_component(cls.__name__)

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the defaults; config.yml says how each was chosen."""
        return {"strength": 0.3}

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
        """Create the component before training."""
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
        """Create the component from a trained model."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, VoterModel.load(folder))

    def train(self, training_data: TrainingData) -> Resource:
        """Train on all labelled messages: those of data/nlu/, and the lessons of data/safety/."""
        messages = learned_from(training_data)
        lessons = alarm_lessons()
        texts = [normal_text(message) for message in messages]
        labels = [ALARMS.get(message.get(INTENT), NONE) for message in messages]
        model = VoterModel.train(
            [*texts, *(normal(lesson.text) for lesson in lessons)],
            [*labels, *(lesson.alarm or NONE for lesson in lessons)],
            strength=self._config["strength"],
        )
        with self._storage.write_to(self._resource) as folder:
            model.save(folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the probability of each alarm; the message's other readings need none."""
        assert self._model is not None, "Rasa processes only with loaded components"
        for message in messages:
            if not message.get(ROLE):
                message.set(SUSPICIONS, self._model(normal_text(message), message.get(SCORES)))
        return messages
