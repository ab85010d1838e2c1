"""What a message mentions, as Rasa's entities: topics and their sides, durations, distances, days, and symptoms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.conversation.lexicon import load
from bot.conversation.symptom_context import Kind
from bot.conversation.symptoms import symptom_reader
from bot.conversation.walks import days
from bot.nlu.component import Untrained
from bot.nlu.readings import ROLE
from bot.text.measures import measures
from bot.text.terms import term_reader, words

Entity = dict[str, Any]
MEASURES = ("duration", "distance")
TOLD: dict[Kind, str] = {  # the entities of what is told of symptoms; `side` is a topic's
    "symptom": "symptom",
    "place": "place",
    "side": "body_side",
    "trigger": "trigger",
    "relief": "relief",
    "onset": "onset",
    "whose": "whose",
}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class Mentions(Untrained):
    """Adds an entity for each topic, side, ordinal, duration, distance, date, and what is told of symptoms.

    bot/conversation/ decides by the same readings; `rasa shell nlu` and `stride explain` show them.
    """

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        self._lexicon = load(words)

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the entities to the message itself, not to its other readings."""
        for message in messages:
            if not message.get(ROLE):
                text = message.get(TEXT) or ""
                found = [{**one, "extractor": type(self).__name__} for one in self._found(text)]
                message.set(ENTITIES, found, add_to_output=True)
        return messages

    def _found(self, text: str) -> Iterator[Entity]:
        places = [
            (start, start + len(written)) for written, start, normal in term_reader()(text) for _ in normal.split()
        ]
        mentions = self._lexicon.read(text)
        for kind, label, first, last in mentions.places:
            value = {"-1": "last"}.get(label, str(int(label) + 1)) if kind == "ordinal" else label
            yield {"entity": kind, "value": value, "start": places[first][0], "end": places[last - 1][1]}
        whole = {"start": 0, "end": len(text)}
        for measure in measures(text) if any(map(str.isalnum, text)) else ():
            yield {"entity": MEASURES[measure.unit != "minutes"], "value": asdict(measure), **whole}
        for told in symptom_reader()(text):
            denied = {"role": "denied"} if told.denied else {}
            yield {"entity": TOLD[told.kind], "value": told.value, **denied, **whole}
        for day in days(text):
            start = max(text.lower().find(day.words.lower()), 0)
            yield {"entity": "date", "value": day.words, "start": start, "end": start + len(day.words)}
