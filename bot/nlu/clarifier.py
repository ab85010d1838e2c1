"""Asks back instead of guessing: decides whether the likeliest answer is sure enough to give."""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY
from rasa.shared.nlu.training_data.message import Message

from bot.conversation.acts import values
from bot.conversation.topics import topics
from bot.knowledge.ids import ABOUT, ASK_BACK, DECLINE, GOODBYE, GREETING, THANKS
from bot.nlu.component import Untrained
from bot.nlu.mentions import Mentions
from bot.nlu.red_flags import RedFlags

LEAST = 0.01  # probability from which on a patient may have meant an answer
DECLINES = 0.3  # probability from which on it declines rather than asks back
OFFERED = 4  # candidates when asking back
NEVER_OFFERED = (THANKS, GOODBYE, GREETING)  # nobody who asks something means one of these


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class Clarifier(Untrained):
    """Replaces an unsure intent by `clarify.choose`, and sets `candidates`: what the patient may have meant."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Return the component of the alarm, which it never questions, and that of the topics, which it offers."""
        return [Mentions, RedFlags]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return `runner_up`, the least probability to offer another answer under the given one."""
        return {"runner_up": 0.03}

    def process(self, messages: list[Message]) -> list[Message]:
        """Decide for each message."""
        for message in messages:
            if message.get("alarm")["raised"]:
                message.set("candidates", [], add_to_output=True)
                continue
            ranking = message.get(INTENT_RANKING_KEY)
            first = ranking[0]
            others = [one for one in ranking if one["name"] != ASK_BACK]
            if first["name"] == ASK_BACK or first["confidence"] < message.get("threshold"):
                # A decline is no button: the bot declines, with the nearest answers under it, or does not speak of it.
                declines = first["name"].startswith(DECLINE) and first["confidence"] >= DECLINES
                meant = [one["name"] for one in others if one["confidence"] >= LEAST]
                meant = [name for name in meant if name not in NEVER_OFFERED and not name.startswith(DECLINE)]
                # "injections or pills or what" is sure to be unclear, so no answer is likely; but it names its topics.
                candidates = list(dict.fromkeys([*meant, *_overviews(message)]))[:OFFERED]
                if not declines:
                    message.set(INTENT, {"name": ASK_BACK, "confidence": first["confidence"]}, add_to_output=True)
                    candidates = candidates or [ABOUT]  # "help" names no topic either
            else:
                candidates = [one["name"] for one in others[1:3] if one["confidence"] >= self._config["runner_up"]]
            message.set("candidates", candidates, add_to_output=True)
        return messages


def _overviews(message: Message) -> list[str]:
    """Return the overview of each topic that a message names, in its order."""
    named = values({ENTITIES: message.get(ENTITIES)}, "topic")
    return [topics().topics[name].answers["what"] for name in named]
