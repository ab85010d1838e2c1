"""One step of a guided talk."""

from typing import Any

import pytest

from bot.dialogue.forms import SKIPPED, forms
from bot.settings import Clinic
from bot.talk.steps import step

TEXTS = forms().texts
CHECK = forms().forms["selfcheck_form"]
SLOTS = [question.slot for question in CHECK.questions]
SKIP = {"value": SKIPPED, "told": None}
ONE_LEG = {"value": "one", "told": "One leg"}


def reply(**slots: Any) -> dict[str, Any]:
    """What a message does in a form, as the parse carries it."""
    return {"slots": slots, "stop": False, "alarm": False}


def filled(number: int) -> dict[str, Any]:
    """The slots when that many questions have a reply; the others are there and empty, as in Rasa."""
    return {slot: {"value": "x", "told": "X"} if place < number else None for place, slot in enumerate(SLOTS)}


@pytest.mark.parametrize("number", range(len(SLOTS) - 1))
def test_next_question(clinic: Clinic, number: int) -> None:
    """A reply is taken down, and the next question is asked without more ado."""
    said = {"value": "y", "told": "Y"}

    given, message = step(clinic, CHECK, filled(number), reply(**{SLOTS[number]: said}))

    assert given == {SLOTS[number]: said}
    assert message is not None
    assert message["text"] == CHECK.questions[number + 1].ask
    assert message["metadata"]["asks"] == SLOTS[number + 1]


def test_last_reply(clinic: Clinic) -> None:
    """After the last reply nothing is asked: the summary comes."""
    given, message = step(clinic, CHECK, filled(len(SLOTS) - 1), reply(selfcheck_legs=ONE_LEG))

    assert (given, message) == ({"selfcheck_legs": ONE_LEG}, None)


def test_skipped(clinic: Clinic) -> None:
    """A question that was skipped is not asked again."""
    given, message = step(clinic, CHECK, filled(1), reply(selfcheck_minutes=SKIP))

    assert given == {"selfcheck_minutes": SKIP}
    assert message is not None
    assert message["metadata"]["asks"] == "selfcheck_relief"


def test_not_understood(clinic: Clinic) -> None:
    """A reply that is not understood is told, and the same question asked again."""
    given, message = step(clinic, CHECK, filled(2), reply())

    assert given == {SLOTS[2]: None}
    assert message is not None
    assert message["text"] == f"{TEXTS.unclear}\n\n{CHECK.questions[2].ask}"
    assert message["metadata"]["asks"] == SLOTS[2]


def test_corrected(clinic: Clinic) -> None:
    """A corrected reply is read back, and the open question asked again."""
    said = {"value": 5, "unit": "minutes", "to": None, "told": "5 minutes"}

    given, message = step(clinic, CHECK, filled(3), reply(selfcheck_minutes=said))

    assert given == {"selfcheck_minutes": said}
    assert message is not None
    assert message["text"] == f"{TEXTS.noted.format(reply='5 minutes')}\n\n{CHECK.questions[3].ask}"


def test_slots_of_the_tracker_are_left_alone(clinic: Clinic) -> None:
    """Taking a step changes nothing but what it returns."""
    slots = filled(2)

    step(clinic, CHECK, slots, reply(**{SLOTS[2]: SKIP}))

    assert slots == filled(2)
