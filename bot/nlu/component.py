"""Shared by components: the bases of those that learn nothing and of those that do, and the training messages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, TypeVar

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.conversation.acts import ACTS
from bot.nlu.inputs import of_component


def learned_from(training_data: TrainingData) -> list[Message]:
    """Return the messages to learn from, those of data/nlu/; the wordings of acts (data/acts.yml) are not learned."""
    examples = training_data.intent_examples
    return [message for message in examples if message.get(TEXT) and message.get(INTENT) not in ACTS]


C = TypeVar("C", bound="Untrained")
M = TypeVar("M")
T = TypeVar("T", bound="Trained[Any]")


class Untrained(GraphComponent):
    """A graph component with nothing to learn."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = config

    @classmethod
    def create(
        cls: type[C],
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> C:
        """Create the component."""
        return cls(config)


class Trained(GraphComponent, Generic[M]):
    """A graph component with a model of its own."""

    def __init__(
        self, config: dict[str, Any], storage: ModelStorage, resource: Resource, model: M | None = None
    ) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._model = model

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Hash the dependencies besides its configuration and the training data."""
        return of_component(cls.__name__)

    @classmethod
    def create(
        cls: type[T],
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> T:
        """Create the component before training."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls: type[T],
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **_: Any,
    ) -> T:
        """Create the component from a trained model."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, cls.read(folder))

    @staticmethod
    def read(folder: Path) -> M:
        """Read the model from a folder."""
        raise NotImplementedError

    @property
    def model(self) -> M:
        """The trained model."""
        assert self._model is not None, "Rasa processes only with loaded components"
        return self._model

    def write(self, save: Callable[[Path], None]) -> Resource:
        """Have the model written into its folder; return where Rasa finds it."""
        with self._storage.write_to(self._resource) as folder:
            save(folder)
        return self._resource
