"""What a patient has got for one message."""

from dataclasses import replace

from bot.alarm.decide import Decision
from bot.channels.given import Given
from bot.reply.reply import Part, Reply

CRISIS, SAME_DAY = "urgent.crisis", "urgent.same_day"
RAISED = {"kind": "crisis", "words": "words", "at": "2026-11-29T10:00:00+00:00"}


def reply(answer: str | None, *standing: str) -> Reply:
    """A reply of Rasa's, which tells which alarms stand."""
    return Reply((Part("words"),), answer, standing=standing)


def test_alarm_comes_once() -> None:
    """What the guard has given, Rasa only confirms; another alarm of Rasa's is given."""
    given = Given()
    assert given.decide(Decision("crisis", "rules")) == ("crisis",)
    given.alarm("crisis", RAISED)

    assert given.decide(Decision("crisis", "rules", 0.3)) == ()
    assert not given.take(reply(CRISIS, CRISIS))
    assert given.confirmed == {"crisis"}
    assert given.take(reply(SAME_DAY, CRISIS, SAME_DAY))
    assert given.alarms == ("crisis", "same_day")
    assert given.standing_told == (CRISIS, SAME_DAY)


def test_first_decision_stands() -> None:
    """Who raised the alarm stays, and the voter's probability is added when it is known."""
    given = Given()
    given.decide(Decision("crisis", "rules"))
    given.decide(Decision("crisis", "both", 0.3))

    assert given.decision == Decision("crisis", "rules", 0.3)


def test_each_alarm_is_recorded_once() -> None:
    """What is to be recorded is what was given since it was asked last."""
    given = Given()
    given.alarm("cauda_equina", {})
    first = given.to_record()
    given.alarm("crisis", {})

    assert (first, given.to_record(), given.to_record()) == (("cauda_equina",), ("crisis",), ())


def test_check_is_recorded_once() -> None:
    """A check that was asked is recorded, after an alarm's."""
    given = Given()
    given.take(replace(reply("safety.check"), asks="safety_check"))
    first = given.to_record()
    given.alarm("crisis", {})

    assert (first, given.to_record(), given.to_record()) == (("check",), ("crisis",), ())
