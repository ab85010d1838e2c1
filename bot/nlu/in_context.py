"""The last component: what the message means in its conversation."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.alarm.decide import decide
from bot.alarm.rules import ALARMS
from bot.conversation.after_alarm import Said
from bot.conversation.context import Context, Understood
from bot.conversation.fall_check import AGREED, FallCheck, Harm, fall_check
from bot.conversation.follow_up import WITNESSED, Query
from bot.conversation.forms import forms
from bot.knowledge.ids import ASK_BACK, CHECK, OUT_OF_SCOPE, urgent
from bot.nlu.clarifier import Clarifier
from bot.nlu.component import Untrained
from bot.nlu.readings import AGAIN, PART, ROLE, focus_of
from bot.nlu.red_flags import BRIEF_REPLIES, EVIDENCE, alarms_of
from bot.reply.alarms import REPLIES
from bot.reply.check import ASKS
from bot.text.parts import is_question
from bot.text.terms import words

HARMS = {"none": CHECK, "unsure": CHECK}  # the other replies to that question are alarms
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
        self._fall_check = FallCheck(fall_check(), words)

    def process(self, messages: list[Message], tracker: DialogueStateTracker | None = None) -> list[Message]:
        """Understand the first message with the help of its other readings, and leave only it."""
        message, *readings = messages
        if message.get("alarm")["raised"]:
            return [message]
        said = message.get("after_alarm")
        understood = Understood(after_alarm=said)
        # A walk that is told and a reply to a guided talk stay what they are.
        if said is None or said in BRIEF_REPLIES:
            read = self._understood(message, readings, tracker)
            if said is None or read.diary or (read.form and read.form.does):
                understood = read
        form = tracker.active_loop_name if tracker else None
        name = message.get(INTENT)["name"]
        if understood.after_alarm == "again":
            name = urgent(alarms_of(tracker, message).reminds_of[0])
        elif understood.after_alarm:
            name = REPLIES[understood.after_alarm]
        elif understood.harm:
            name = HARMS.get(understood.harm) or urgent(understood.harm)
        elif understood.form and understood.form.alarm:
            name = urgent("cauda_equina")
        elif understood.form and form:
            name = forms().forms[form].starts_with
        elif understood.ask_back:
            name = ASK_BACK
        elif understood.answers:
            name = understood.answers[0].answer
            # In the middle of a guided talk another one begins only where it is called by its name.
            if form and forms().started_by(name) and not understood.begins:
                name = ASK_BACK
        if replied := ALARMS.get(name):
            decided = decide(replace(message.get(EVIDENCE), replied=replied))
            message.set("alarm", {**message.get("alarm"), **decided.to_parse(), "check": None}, add_to_output=True)
        message.set("understood", understood.to_parse(), add_to_output=True)
        message.set(INTENT, {**message.get(INTENT), "name": name}, add_to_output=True)
        return [message]

    def _understood(
        self, message: Message, readings: list[Message], tracker: DialogueStateTracker | None
    ) -> Understood:
        """Understand a message that neither raises an alarm nor plainly speaks of one."""
        if harm := self._harm(message, tracker):
            return Understood(harm=harm)
        again = next((_ranking(one) for one in readings if one.get(ROLE) == AGAIN), [])
        whole = self._query(message, again)
        understood = self._understand(
            whole,
            [self._query(one, []) for one in readings if one.get(ROLE) == PART],
            focus_of(tracker),
            tracker.active_loop_name if tracker else None,
            tracker.current_slot_values() if tracker else {},
        )
        if understood is None:
            name = message.get(INTENT)["name"]
            meaning = self._understand.about(message.get(TEXT) or "", name)
            understood = Understood((meaning,), tuple(message.get("candidates")), name == ASK_BACK)
        said = _left_open(whole, understood) if alarms_of(tracker, message).latest else None
        return Understood(after_alarm=said) if said else understood

    def _harm(self, message: Message, tracker: DialogueStateTracker | None) -> Harm | None:
        """Read the reply to the question whether a fall did harm, while that is open."""
        alarms = alarms_of(tracker, message)
        if alarms.asked_over is None:
            return None
        focus = focus_of(tracker)
        busy = bool(focus.asked or focus.asked_back or (tracker and tracker.active_loop_name))
        harm = self._fall_check(message.get(TEXT) or "", just_asked=focus.asked == ASKS, busy=busy)
        # Asked twice: when in doubt it is an alarm.
        return AGREED if harm == "unsure" and alarms.asked_twice else harm

    def _query(self, message: Message, again: list[tuple[str, float]]) -> Query:
        text = message.get(TEXT) or ""
        unsure = message.get(INTENT_RANKING_KEY)[0]["name"] == ASK_BACK
        threshold = NEVER if unsure else message.get("threshold")
        return Query(text, self._understand.lexicon.read(text), _ranking(message), threshold, again)


def _left_open(whole: Query, understood: Understood) -> Said | None:
    """Say what a message is taken for that is not understood while an alarm stands.

    Nobody who argues or asks for help is asked back or told that the sources don't cover it: what is no question puts
    it off, and a question that the classifier makes next to nothing of asks how to get help.
    """
    asks = is_question(whole.text)
    if understood.ask_back and not understood.change and not (asks and whole.ranking[0][1] >= WITNESSED):
        return "how" if asks else "hesitation"
    out_of_scope = any(one.answer == OUT_OF_SCOPE for one in understood.answers) and not understood.language
    return "hesitation" if out_of_scope and not asks else None


def _ranking(message: Message) -> list[tuple[str, float]]:
    ranking = [(one["name"], one["confidence"]) for one in message.get(INTENT_RANKING_KEY)]
    return [one for one in ranking if one[0] not in (ASK_BACK, *ALARMS)]
