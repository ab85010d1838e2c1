"""Checks, and what the bot says to the replies."""

import pytest

from bot.alarm.rules import CHECKS, CheckKind
from bot.clinic import Clinic
from bot.conversation.alarms import Alarms
from bot.conversation.check import check_file
from bot.knowledge.base import KnowledgeBase
from bot.reply.check import ASKS, after_check, ask_after
from bot.reply.reply import render

TOLD: dict[CheckKind, str] = {"fall": "i fell down", "cauda_equina": "my bottom is numb"}
both_kinds = pytest.mark.parametrize("kind", CHECKS)


@both_kinds
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
def test_comes_last(base: KnowledgeBase, clinic: Clinic, kind: CheckKind, answer: str, asked: list[str]) -> None:
    """The check follows the answer, and stands alone where nothing is answered; its buttons are the only ones."""
    replies = [render(base, clinic, base[answer])]
    messages, alarms = ask_after(base, clinic, replies, Alarms(), kind, TOLD[kind])

    assert [one.answer for one in messages] == asked
    assert [button["title"] for one in messages for button in one.buttons] == check_file().buttons(kind)
    assert messages[-1].asks == ASKS
    assert messages[-1].urgent is False
    assert (alarms.asked_about, alarms.asked_over, alarms.asked_twice) == (kind, TOLD[kind], False)


def test_lists_its_own_signs(base: KnowledgeBase, clinic: Clinic) -> None:
    """A fall is asked about by its harms, with a button each; all else by the signs of cauda equina: yes or no."""
    [[fall], _], [[signs], _] = (ask_after(base, clinic, [], Alarms(), kind, TOLD[kind]) for kind in CHECKS)

    assert ["hit my head" in one.text for one in (fall, signs)] == [True, False]
    assert ["between your legs" in one.text for one in (fall, signs)] == [False, True]
    assert [button["title"] for button in signs.buttons] == ["Yes, one of these", "No, none of these"]


@pytest.mark.parametrize(
    "alarms",
    [
        Alarms().raised("same_day", TOLD["fall"], "2026-11-28T10:00:00+00:00"),
        Alarms().checking("fall", TOLD["fall"]).no_sign(),
    ],
    ids=["alarm stands", "denied before"],
)
def test_is_not_asked(base: KnowledgeBase, clinic: Clinic, alarms: Alarms) -> None:
    """A check replaces no alarm, and the same words do not ask twice; new words do."""
    answer = [render(base, clinic, base["aids.brace"])]

    assert ask_after(base, clinic, answer, alarms, "fall", TOLD["fall"]) == (answer, alarms)
    again, _ = ask_after(base, clinic, answer, alarms, "fall", "i fell again in the shower")
    assert (len(again) == 2) is (not alarms.standing)


@both_kinds
def test_not_sure(base: KnowledgeBase, clinic: Clinic, kind: CheckKind) -> None:
    """Who is not sure is asked once more, in plainer words."""
    message, alarms = after_check(base, clinic, False, Alarms().checking(kind, TOLD[kind]))

    assert message.text.startswith(base.notices.check_again[kind])
    assert [button["title"] for button in message.buttons] == check_file().buttons(kind)
    assert (alarms.asked_over, alarms.asked_twice) == (TOLD[kind], True)


@both_kinds
def test_no_sign(base: KnowledgeBase, clinic: Clinic, kind: CheckKind) -> None:
    """A no is believed, and closes the check."""
    message, alarms = after_check(base, clinic, True, Alarms().checking(kind, TOLD[kind]))

    assert clinic.emergency_number in message.text
    assert (alarms.asked_over, alarms.denied) == (None, (TOLD[kind],))
