"""Adds further readings of a message, so that one pass through the pipeline handles all of them.

They are its questions, when it holds more than one, and the message with the name of the topic in focus.
"""

from __future__ import annotations

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.conversation.focus import Focus
from bot.conversation.slots import FOCUS
from bot.conversation.topics import topics
from bot.nlu.component import Untrained
from bot.text.parts import questions

ROLE = "role"  # set on a message that is a reading of the first one
PART, AGAIN = "part", "again"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class Readings(Untrained):
    """Adds readings of the message; Acts removes them."""

    def process(self, messages: list[Message], tracker: DialogueStateTracker | None = None) -> list[Message]:
        """Add the readings after the message."""
        text = messages[0].get(TEXT) or ""
        focus = focus_of(tracker)
        added = [Message({TEXT: part, ROLE: PART}) for part in questions(text)]
        if focus.topic:
            name = topics().topics[focus.topic].name
            added.append(Message({TEXT: f"{text} ({name})", ROLE: AGAIN}))
        return [*messages, *added]


def focus_of(tracker: DialogueStateTracker | None) -> Focus:
    """Return the conversation's focus."""
    return Focus.from_slot(tracker.get_slot(FOCUS) if tracker else None)
