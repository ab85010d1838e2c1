"""What a patient has got for one message."""

from typing import Any

import pytest

from bot.alarm.decide import Decision
from bot.channels.given import Given
from bot.reply.reply import Part, Reply

CRISIS, SAME_DAY = "urgent.crisis", "urgent.same_day"


def reply(answer: str | None = None, standing: list[str] | None = None) -> Reply:
    """A reply: Rasa's tell which alarms stand."""
    return Reply((Part("words"),), answer, standing=None if standing is None else tuple(standing))


def test_alarm_comes_once() -> None:
    """What the guard has given, Rasa only confirms; another alarm of Rasa's is given."""
    given = Given(())
    assert given.decide(Decision("crisis", "rules")) == ("crisis",)
    given.alarm("crisis", reply(CRISIS))

    assert given.decide(Decision("crisis", "rules", 0.3)) == ()
    assert given.missing == ("crisis",)
    assert given.take(reply(CRISIS, [CRISIS])) is None
    assert given.missing == ()
    assert given.take(reply(SAME_DAY, [CRISIS, SAME_DAY])) is not None
    assert given.alarms == ("crisis", "same_day")


def test_first_decision_stands() -> None:
    """Who raised the alarm stays, and the voter's probability is added when it is known."""
    given = Given(())
    given.decide(Decision("crisis", "rules"))
    given.decide(Decision("crisis", "both", 0.3))

    assert given.decision == Decision("crisis", "rules", 0.3)


@pytest.mark.parametrize(
    ("known", "told", "expected"),
    [
        (None, None, None),
        ((), None, ()),
        ((SAME_DAY,), None, (SAME_DAY,)),
        ((SAME_DAY,), [], ()),
        (None, [SAME_DAY], (SAME_DAY,)),
    ],
)
def test_what_stands_after_a_reply(known: Any, told: Any, expected: Any) -> None:
    """Rasa's word counts; where it tells none, what stood before; where that is not known, nothing is said."""
    taken = Given(known).take(reply("aids.brace", told))

    assert taken is not None
    assert taken.standing == expected


def test_alarm_without_rasa_stands() -> None:
    """An alarm of the guard's stands beside those before, and after later replies that know nothing of it."""
    given = Given((SAME_DAY,))

    assert given.alarm("crisis", reply(CRISIS)).standing == (CRISIS, SAME_DAY)
    later = given.take(reply("aids.brace", [SAME_DAY]))
    assert later is not None
    assert later.standing == (CRISIS, SAME_DAY)
