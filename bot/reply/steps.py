"""One step of a guided talk: takes a reply down, and asks the next question."""

from collections.abc import Mapping
from typing import Any

from bot.conversation.forms import Form, Question, forms
from bot.conversation.slots import UNSURE_OF
from bot.reply.guided import question_message, said_back
from bot.reply.reply import Reply

Slots = Mapping[str, Any]


def step(form: Form, slots: Slots, reply: dict[str, Any]) -> tuple[dict[str, Any], Reply | None]:
    """Take a step.

    Args:
        form: The guided talk.
        slots: The replies so far.
        reply: What the message does in it; see `bot.conversation.forms.FormReply`.

    Returns:
        The slots to set, and the reply with the next question; None when there is none left.
    """
    given: dict[str, Any] = reply["slots"]
    question = form.next({**slots, **given})
    if given and slots.get(UNSURE_OF):
        given = {**given, UNSURE_OF: None}
    if question is None:
        return given, None
    if given:
        noted = [said_back(one, given[one.slot]) for one in form.questions if given.get(one.slot)]
        return given, question_message(form, question, " ".join(noted))
    again = reply["again"]
    unsure = {UNSURE_OF: question.slot} if again == "unsure" else {}
    plainly = again in ("unclear", "unsure", "plainer")
    return {question.slot: None, **unsure}, question_message(form, question, _lead(again, question), plainly=plainly)


def _lead(again: str, question: Question) -> str:
    """Return what is said before a question that is asked once more."""
    texts = forms().texts
    leads = {"unclear": texts.unclear, "agreed": texts.agreed, "first": texts.first, "why": question.why}
    return leads.get(again, "")
