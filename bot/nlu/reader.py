"""The tokenizer: spaCy's words, with one spelling and one name for each topic term."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.inputs import of_component
from bot.text.terms import term_reader


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class Reader(Tokenizer):
    """Rasa tokenizer whose tokens carry their normal form as lemma, where n-gram featurizers read it."""

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Hash the dependencies besides its configuration and the training data."""
        return of_component(cls.__name__)

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the options that Rasa's base class requires."""
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_", "token_pattern": None}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Reader:
        """Create the component; it learns nothing."""
        return cls(config)

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Tokenize one attribute of a message."""
        return [Token(text, start, lemma=lemma) for text, start, lemma in term_reader()(message.get(attribute))]
