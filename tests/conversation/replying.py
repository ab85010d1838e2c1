"""Replies in a guided talk, as the tests of its reader give them."""

from typing import Any

from bot.conversation.form_reader import FormReader
from bot.conversation.forms import SKIPPED, FormReply, forms
from bot.text.terms import words

READ = FormReader(forms(), words)
FORM_OF = {question.slot: name for name, form in forms().forms.items() for question in form.questions}
SKIP = {"value": SKIPPED, "told": None}
ALL = dict.fromkeys(FORM_OF, SKIP)
AGAIN = "asked again"


def reply(text: str, slot: str, **slots: Any) -> FormReply | None:
    """Read a message when that question is the next, those before it skipped."""
    form = FORM_OF[slot]
    before = [one for one in FORM_OF if FORM_OF[one] == form]
    return READ(text, form, {**{one: ALL[one] for one in before[: before.index(slot)]}, **slots})


def value(text: str, slot: str, **slots: Any) -> Any:
    """What a message is taken for: a value, `alarm`, or that the question is asked again."""
    found = reply(text, slot, **slots)
    if found is None or not (found.slots or found.alarm):
        return AGAIN
    return "alarm" if found.alarm else next(iter((found.slots[slot] or {}).values()), None)
