"""The question whether a fall did harm."""

import pytest

from bot.clinic import Clinic
from bot.conversation.alarms import Alarms
from bot.conversation.fall_check import fall_check
from bot.knowledge.base import KnowledgeBase
from bot.reply.fall_check import ASKS, after_check, ask_after
from bot.reply.reply import render

FELL = "i fell down"


@pytest.mark.parametrize(
    ("answer", "asked"),
    [
        ("aids.walkers_canes", ["aids.walkers_canes", "safety.check"]),
        ("decline.dosing", ["decline.dosing", "safety.check"]),
        ("clarify.choose", ["safety.check"]),
        ("decline.out_of_scope", ["safety.check"]),
        ("bot.greeting", ["safety.check"]),
    ],
)
def test_comes_last(base: KnowledgeBase, clinic: Clinic, answer: str, asked: list[str]) -> None:
    """The question follows the answer, and stands alone where nothing is answered; its lines are the only buttons."""
    messages, alarms = ask_after(base, clinic, [render(base, clinic, base[answer])], Alarms(), FELL)

    assert [one.answer for one in messages] == asked
    assert [button["title"] for one in messages for button in one.buttons] == fall_check().buttons
    assert messages[-1].asks == ASKS
    assert messages[-1].urgent is False
    assert (alarms.asked_over, alarms.asked_twice) == (FELL, False)


@pytest.mark.parametrize(
    "alarms",
    [Alarms().raised("same_day", FELL, "2026-11-28T10:00:00+00:00"), Alarms().asking_over(FELL).unharmed()],
    ids=["alarm stands", "denied before"],
)
def test_is_not_asked(base: KnowledgeBase, clinic: Clinic, alarms: Alarms) -> None:
    """A check replaces no alarm, and the same words do not ask twice; new words do."""
    answer = [render(base, clinic, base["aids.brace"])]

    assert ask_after(base, clinic, answer, alarms, FELL) == (answer, alarms)
    again, _ = ask_after(base, clinic, answer, alarms, "i fell again in the shower")
    assert (len(again) == 2) is (not alarms.standing)


def test_not_sure(base: KnowledgeBase, clinic: Clinic) -> None:
    """Who is not sure is asked once more, in plainer words."""
    message, alarms = after_check(base, clinic, False, Alarms().asking_over(FELL))

    assert message.text.startswith(base.notices.check_again)
    assert [button["title"] for button in message.buttons] == fall_check().buttons
    assert (alarms.asked_over, alarms.asked_twice) == (FELL, True)


def test_no_harm(base: KnowledgeBase, clinic: Clinic) -> None:
    """A no is believed, and closes the question."""
    message, alarms = after_check(base, clinic, True, Alarms().asking_over(FELL))

    assert clinic.emergency_number in message.text
    assert (alarms.asked_over, alarms.denied) == (None, (FELL,))
