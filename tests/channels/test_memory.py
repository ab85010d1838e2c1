"""What the guard itself remembers of conversations."""

from typing import Any

import pytest

from bot.alarm.rules import AlarmKind
from bot.alarm.verdict import NOTHING, Pending
from bot.channels import memory
from bot.channels.given import Given
from bot.channels.memory import Memory, Remembered
from bot.reply.reply import Part, Reply

OPEN = Pending({"half": 0}, "my bladder")
UNHEARD = {"kind": "same_day", "words": "a fever", "at": "2026-11-28T10:00:00+00:00"}


def reply(answer: str | None = None, standing: list[str] | None = None) -> Reply:
    """A reply of Rasa's, or of the guard's own when it tells no alarms."""
    return Reply((Part("words"),), answer, standing=None if standing is None else tuple(standing))


def got(before: Remembered, rasas: Any, missing: AlarmKind | None = None, *, kept: bool = True) -> Given:
    """What a patient got: an alarm that Rasa does not know of, if any, and a reply."""
    given = Given(before.standing, kept=kept)
    if missing:
        given.alarm(missing, reply(f"urgent.{missing}"))
    given.take(rasas)
    return given


@pytest.mark.parametrize(
    ("before", "given", "missing", "kept", "standing", "unheard"),
    [
        # after a start, nothing is known until Rasa has told it
        (None, reply(), None, False, None, 0),
        (None, reply(), "crisis", False, ("urgent.crisis",), 1),
        (None, reply("aids.brace", []), None, True, (), 0),
        ((), reply("aids.brace", []), None, True, (), 0),
        ((), reply("urgent.crisis", ["urgent.crisis"]), None, True, ("urgent.crisis",), 0),
        # Rasa raised it and could not store it
        ((), reply("urgent.crisis", ["urgent.crisis"]), None, False, ("urgent.crisis",), 1),
        # the guard raised it: Rasa did not, or was away
        ((), reply("aids.brace", []), "crisis", True, ("urgent.crisis",), 1),
        ((), reply(), "crisis", False, ("urgent.crisis",), 1),
        # nothing that is said without Rasa takes an alarm away
        (("urgent.same_day",), reply(), None, False, ("urgent.same_day",), 0),
        (("urgent.same_day",), reply(), "crisis", False, ("urgent.crisis", "urgent.same_day"), 1),
        # and Rasa's word does
        (("urgent.same_day",), reply("urgent.stand_down", []), None, True, (), 0),
    ],
)
def test_which_alarms_stand(
    before: tuple[str, ...] | None,
    given: Any,
    missing: Any,
    kept: bool,
    standing: tuple[str, ...] | None,
    unheard: int,
) -> None:
    """Rasa's word counts, with what the guard raised; what Rasa does not know of is told to it with the next one."""
    remembered = Remembered(standing=before)
    after = remembered.after(remembered, got(remembered, given, missing, kept=kept), "words", OPEN)

    assert after.standing == standing
    assert len(after.unheard) == unheard


@pytest.mark.parametrize(("told", "left"), [(["urgent.same_day"], ()), (None, (UNHEARD,))])
def test_unheard_until_rasa_has_kept_it(told: list[str] | None, left: tuple[dict[str, str], ...]) -> None:
    """An alarm is told to Rasa again until a reply shows that it was heard."""
    before = Remembered(standing=("urgent.same_day",), unheard=(UNHEARD,))

    assert before.after(before, got(before, reply(standing=told)), "words", OPEN).unheard == left


@pytest.mark.parametrize(("told", "pending"), [(["urgent.same_day"], OPEN), ([], NOTHING)])
def test_taken_back_closes_what_was_open(told: list[str], pending: Pending) -> None:
    """Half a sign that stands open is forgotten with the alarm that is taken back."""
    before = Remembered(standing=("urgent.same_day",))

    assert before.after(before, got(before, reply(standing=told)), "words", OPEN).pending == pending


def test_forgets_the_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the latest conversations are remembered, and one that is forgotten is new."""
    monkeypatch.setattr(memory, "REMEMBERED", 2)
    kept = Memory()
    for name in ("one", "two", "one", "three"):
        kept.said(name, name)
    kept.forget("three")

    assert [kept[name].bot_said for name in ("one", "two", "three")] == ["one", "", ""]


def test_two_messages_at_once() -> None:
    """An alarm that came up while another message was being answered stands after that one's reply too."""
    before = Remembered()
    meanwhile = before.after(before, got(before, reply(), "crisis", kept=False), "I want to die", OPEN)
    after = meanwhile.after(before, got(before, reply("aids.brace", [])), "does a brace help", OPEN)

    assert after.standing == ("urgent.crisis",)
    assert [one["kind"] for one in after.unheard] == ["crisis"]


def test_so_many_alarms_are_remembered() -> None:
    """While Rasa is away, the latest alarms of a conversation are remembered, and no more than so many."""
    remembered = Remembered()
    for number in range(memory.UNHEARD + 5):
        given = got(remembered, reply(), "same_day", kept=False)
        remembered = remembered.after(remembered, given, f"fever {number}", NOTHING)

    assert len(remembered.unheard) == memory.UNHEARD
    assert remembered.unheard[-1]["words"] == f"fever {number}"
