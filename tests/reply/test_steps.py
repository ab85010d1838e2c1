"""One step of a guided talk."""

from dataclasses import asdict
from typing import Any

import pytest

from bot.clinic import Clinic
from bot.conversation.forms import SKIPPED, FormReply, forms
from bot.conversation.slots import UNSURE_OF
from bot.reply.guided import question_message
from bot.reply.steps import step

TEXTS = forms().texts
CHECK = forms().forms["selfcheck_form"]
SLOTS = [question.slot for question in CHECK.questions]
SKIP = {"value": SKIPPED, "told": None}
ONE_LEG = {"value": "one", "told": "One leg"}


def reply(**slots: Any) -> dict[str, Any]:
    """What a message does in a form, as the parse carries it."""
    return asdict(FormReply(slots))


def filled(number: int) -> dict[str, Any]:
    """The slots when that many questions have a reply; the others are there and empty, as in Rasa."""
    return {slot: {"value": "x", "told": "X"} if place < number else None for place, slot in enumerate(SLOTS)}


@pytest.mark.parametrize("number", range(len(SLOTS) - 1))
def test_next_question(clinic: Clinic, number: int) -> None:
    """A reply is taken down and said back, and the next question is asked."""
    said = {"value": "y", "told": "Y"}

    given, message = step(CHECK, filled(number), reply(**{SLOTS[number]: said}))

    assert given == {SLOTS[number]: said}
    assert message is not None
    assert message.text == f"Y, noted.\n\n{CHECK.questions[number + 1].ask}"
    assert message.asks == SLOTS[number + 1]


def test_last_reply(clinic: Clinic) -> None:
    """After the last reply nothing is asked: the summary comes."""
    given, message = step(CHECK, filled(len(SLOTS) - 1), reply(selfcheck_legs=ONE_LEG))

    assert (given, message) == ({"selfcheck_legs": ONE_LEG}, None)


def test_skipped(clinic: Clinic) -> None:
    """A question that was skipped is not asked again, and that is said."""
    given, message = step(CHECK, filled(1), reply(selfcheck_minutes=SKIP))

    assert given == {"selfcheck_minutes": SKIP}
    assert message is not None
    assert message.text == f"{TEXTS.skipped}\n\n{CHECK.questions[2].ask}"
    assert message.asks == "selfcheck_relief"


def test_not_understood(clinic: Clinic) -> None:
    """A reply that is not understood is told, and the same question asked again."""
    given, message = step(CHECK, filled(2), reply())

    assert given == {SLOTS[2]: None}
    assert message is not None
    assert message.text == f"{TEXTS.unclear}\n\n{CHECK.questions[2].plainer}"
    assert message.asks == SLOTS[2]


@pytest.mark.parametrize(
    ("again", "said", "given"),
    [
        ("plainer", CHECK.questions[2].plainer, {}),
        ("unsure", CHECK.questions[2].plainer, {UNSURE_OF: SLOTS[2]}),
        ("why", f"{CHECK.questions[2].why}\n\n{CHECK.questions[2].ask}", {}),
        ("repeat", CHECK.questions[2].ask, {}),
        ("agreed", f"{TEXTS.agreed}\n\n{CHECK.questions[2].ask}", {}),
        ("first", f"{TEXTS.first}\n\n{CHECK.questions[2].ask}", {}),
    ],
)
def test_asked_once_more(clinic: Clinic, again: Any, said: str, given: dict[str, Any]) -> None:
    """The question is asked once more in the way that was wished, with the same buttons, and nothing is filled."""
    slots, message = step(CHECK, filled(2), asdict(FormReply({}, again=again)))

    assert slots == {SLOTS[2]: None, **given}
    assert message is not None
    assert message.text == said
    assert message.buttons == question_message(CHECK, CHECK.questions[2], "").buttons


def test_back(clinic: Clinic) -> None:
    """A reply that was emptied is asked for, and not said back."""
    given, message = step(CHECK, filled(3), reply(selfcheck_minutes=None))

    assert given == {"selfcheck_minutes": None}
    assert message is not None
    assert message.text == CHECK.questions[1].ask


def test_corrected(clinic: Clinic) -> None:
    """A corrected reply is read back, and the open question asked again."""
    said = {"value": 5, "unit": "minutes", "to": None, "told": "5 minutes"}

    given, message = step(CHECK, filled(3), reply(selfcheck_minutes=said))

    assert given == {"selfcheck_minutes": said}
    assert message is not None
    assert message.text == f"{TEXTS.noted.format(reply='5 minutes')}\n\n{CHECK.questions[3].ask}"


def test_slots_of_the_tracker_are_left_alone(clinic: Clinic) -> None:
    """Taking a step changes nothing but what it returns."""
    slots = filled(2)

    step(CHECK, slots, reply(**{SLOTS[2]: SKIP}))

    assert slots == filled(2)
