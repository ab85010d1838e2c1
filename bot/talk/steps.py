"""One step of a guided talk: takes a reply down, and asks the next question."""

from collections.abc import Mapping
from typing import Any

from bot.dialogue.forms import Form, forms
from bot.reply import Message
from bot.settings import Clinic
from bot.talk.guided import question_message

Slots = Mapping[str, Any]


def step(clinic: Clinic, form: Form, slots: Slots, reply: dict[str, Any]) -> tuple[dict[str, Any], Message | None]:
    """Take a step.

    Args:
        clinic: The clinic whose numbers go into the texts.
        form: The guided talk.
        slots: The replies so far.
        reply: What the message does in it; see `bot.dialogue.forms.FormReply`.

    Returns:
        The slots to set, and the message with the next question; None when there is none left.
    """
    texts = forms().texts
    given = reply["slots"]
    question = form.next({**slots, **given})
    if question is None:
        return given, None
    if not given:
        return {question.slot: None}, question_message(clinic, form, question, texts.unclear)
    corrected = [one for slot, one in given.items() if slots.get(slot) and one["told"]]
    lead = texts.noted.format(reply=corrected[0]["told"]) if corrected else ""
    return given, question_message(clinic, form, question, lead)
