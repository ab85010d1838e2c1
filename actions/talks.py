"""Decides which guided talk continues after something else was said."""

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from actions.turn import Turn
from bot.conversation import acts
from bot.conversation.forms import Form, Question, forms
from bot.conversation.slots import CHANGE_ASKED, UNSURE_OF
from bot.knowledge.ids import ASK_BACK
from bot.reply.reply import Reply

SELFCHECK = "selfcheck_form"
CHANGES = (acts.CHANGE, acts.WHICH, *acts.REOPEN.values())


def talk_before(tracker: Tracker) -> str | None:
    """Return the guided talk that was active when the latest message came, or None."""
    talk: str | None = None
    before = None
    for event in tracker.events:
        if event["event"] == "active_loop":
            talk = event["name"]
        elif event["event"] == "user":
            before = talk
    return before


def begun(turn: Turn, last: Reply) -> str | None:
    """Return the guided talk that the message starts: its intent names the talk, and the last reply answers it."""
    return forms().started_by(turn.intent) if last.answer == turn.intent else None


def talk_after(turn: Turn, last: Reply) -> tuple[str, Form, Question] | None:
    """Return the guided talk that continues or starts after a message's last reply, and its next question.

    None if no talk does. One question at a time: a question in the reply comes first.
    """
    name = begun(turn, last) or talk_before(turn.tracker)
    if name not in forms().forms or last.asks or turn.intent in (ASK_BACK, *CHANGES):
        return None
    form = forms().forms[name]
    question = form.next({**turn.tracker.slots, **_emptied(turn, last)})
    return (name, form, question) if question else None


def closed(turn: Turn, last: Reply) -> list[dict[str, Any]]:
    """Return the events that reset the guided talks' slots when one starts."""
    if turn.intent in CHANGES:
        return []
    left = [SlotSet(CHANGE_ASKED, None)] if turn.tracker.get_slot(CHANGE_ASKED) else []
    talk = begun(turn, last)
    if last.asks or turn.intent == ASK_BACK or talk in (None, talk_before(turn.tracker)):
        return left
    return [*left, SlotSet(UNSURE_OF, None), *(SlotSet(slot, None) for slot in _emptied(turn, last))]


def _emptied(turn: Turn, last: Reply) -> dict[str, None]:
    """Return the replies to drop: those of a finished self-check that starts again."""
    form = forms().forms[SELFCHECK]
    again = begun(turn, last) == SELFCHECK and form.next(turn.tracker.slots) is None
    return {question.slot: None for question in form.questions} if again else {}
