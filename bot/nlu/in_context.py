"""The last component: what the message means in its conversation."""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.dialogue.context import Context, Understood
from bot.dialogue.follow_up import Asked
from bot.dialogue.forms import forms
from bot.dialogue.slots import ALARM_RAISED
from bot.knowledge.ids import ASK_BACK, STAND_DOWN, urgent
from bot.nlu.clarifier import Clarifier
from bot.nlu.component import Untrained
from bot.nlu.readings import AGAIN, PART, ROLE, focus_of
from bot.nlu.terms import words
from bot.safety.rules import ALARMS

NEVER = 2.0  # a probability that no answer reaches


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class InContext(Untrained):
    """Sets `understood`, and the intent to the first answer that is meant."""

    @classmethod
    def required_components(cls) -> list[type]:
        """It reads what all the others have decided."""
        return [Clarifier]

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        self._understand = Context(words)

    def process(self, messages: list[Message], tracker: DialogueStateTracker | None = None) -> list[Message]:
        """Understand the first message with the help of its other readings, and leave only it."""
        message, *readings = messages
        name = message.get(INTENT)["name"]
        if message.get("alarm")["raised"] or (name == STAND_DOWN and tracker and tracker.get_slot(ALARM_RAISED)):
            return [message]
        form = tracker.active_loop_name if tracker else None
        again = next((_ranking(one) for one in readings if one.get(ROLE) == AGAIN), [])
        understood = self._understand(
            self._asked(message, again),
            [self._asked(one, []) for one in readings if one.get(ROLE) == PART],
            focus_of(tracker),
            form,
            tracker.current_slot_values() if tracker else {},
        )
        if understood is None:
            meaning = self._understand.about(message.get(TEXT) or "", name)
            understood = Understood((meaning,), tuple(message.get("candidates")), name == ASK_BACK)
        if understood.form and understood.form.alarm:
            name = urgent("cauda_equina")
        elif understood.form and form:
            name = forms().forms[form].starts_with
        elif understood.ask_back:
            name = ASK_BACK
        elif understood.answers:
            name = understood.answers[0].answer
        message.set("understood", understood.to_parse(), add_to_output=True)
        message.set(INTENT, {**message.get(INTENT), "name": name}, add_to_output=True)
        return [message]

    def _asked(self, message: Message, again: list[tuple[str, float]]) -> Asked:
        text = message.get(TEXT) or ""
        unsure = message.get(INTENT_RANKING_KEY)[0]["name"] == ASK_BACK
        threshold = NEVER if unsure else message.get("threshold")
        return Asked(text, self._understand.lexicon.read(text), _ranking(message), threshold, again)


def _ranking(message: Message) -> list[tuple[str, float]]:
    ranking = [(one["name"], one["confidence"]) for one in message.get(INTENT_RANKING_KEY)]
    return [one for one in ranking if one[0] not in (ASK_BACK, STAND_DOWN, *ALARMS)]
