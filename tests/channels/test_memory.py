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


def answered(
    before: Remembered, rasas: Reply, missing: AlarmKind | None = None, *, kept: bool = True, words: str = "words"
) -> Remembered:
    """What is remembered after a reply of Rasa's, and an alarm of the guard's that Rasa knows nothing of, if any."""
    given, now = Given(kept=kept), before
    if missing:
        raised = {"kind": missing, "words": words, "at": "2026-11-29T10:00:00+00:00"}
        given.alarm(missing, raised)
        now = before.raising(raised)
    given.take(rasas)
    given.replies.append(rasas)
    return now.after(before, given, words, OPEN)


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
    after = answered(Remembered(standing=before), given, missing, kept=kept)

    assert after.standing == standing
    assert len(after.unheard) == unheard


@pytest.mark.parametrize(("told", "left"), [(["urgent.same_day"], ()), (None, (UNHEARD,))])
def test_unheard_until_rasa_has_kept_it(told: list[str] | None, left: tuple[dict[str, str], ...]) -> None:
    """An alarm is told to Rasa again until a reply shows that it was heard."""
    before = Remembered(standing=("urgent.same_day",), unheard=(UNHEARD,))

    assert answered(before, reply(standing=told)).unheard == left


@pytest.mark.parametrize(("told", "pending"), [(["urgent.same_day"], OPEN), ([], NOTHING)])
def test_taken_back_closes_what_was_open(told: list[str], pending: Pending) -> None:
    """Half a sign that stands open is forgotten with the alarm that is taken back."""
    before = Remembered(standing=("urgent.same_day",))

    assert answered(before, reply(standing=told)).pending == pending


def test_forgets_the_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the latest conversations are remembered, and one that is forgotten is new."""
    monkeypatch.setattr(memory, "REMEMBERED", 2)
    kept = Memory()
    for name in ("one", "two", "one", "three"):
        kept.said(name, name)
    kept.forget("three")

    assert [kept[name].bot_said for name in ("one", "two", "three")] == ["one", "", ""]


def test_two_messages_at_once() -> None:
    """An alarm that came up while another message was being answered stands with that one's reply, and after it."""
    before, given = Remembered(standing=()), Given(kept=True)
    raised = {"kind": "crisis", "words": "I want to die", "at": "2026-11-29T10:00:00+00:00"}
    meanwhile = before.raising(raised)
    brace = reply("aids.brace", [])  # of which Rasa thought before it heard of the other message
    given.take(brace)
    given.replies.append(brace)

    assert meanwhile.standing_with(before, given.standing_told) == ("urgent.crisis",)
    after = meanwhile.after(before, given, "does a brace help", OPEN)
    assert after.standing == ("urgent.crisis",)
    assert after.unheard == (raised,)


def test_alarm_that_rasa_has_heard() -> None:
    """An alarm that Rasa replies with as well, and keeps, is told to it no more."""
    before, given = Remembered(standing=()), Given(kept=True)
    raised = {"kind": "crisis", "words": "I want to die", "at": "2026-11-29T10:00:00+00:00"}
    given.alarm("crisis", raised)
    given.take(reply("urgent.crisis", ["urgent.crisis"]))

    after = before.raising(raised).after(before, given, "I want to die", OPEN)

    assert (after.standing, after.unheard) == (("urgent.crisis",), ())


def test_so_many_alarms_are_remembered() -> None:
    """While Rasa is away, the latest alarms of a conversation are remembered, and no more than so many."""
    remembered = Remembered()
    for number in range(memory.UNHEARD + 5):
        remembered = answered(remembered, reply(), "same_day", kept=False, words=f"fever {number}")

    assert len(remembered.unheard) == memory.UNHEARD
    assert remembered.unheard[-1]["words"] == f"fever {number}"


def test_recalled_conversation_keeps_alarms_that_rasa_does_not_know() -> None:
    """What Rasa has kept replaces the memory, but for the alarms that it has not heard of."""
    memory_ = Memory()
    memory_["p"] = Remembered(bot_said="old", standing=("urgent.same_day",), unheard=(UNHEARD,))
    memory_.read_again("p")
    assert "p" not in memory_

    memory_.recall("p", Remembered(bot_said="new", standing=("urgent.crisis",)))

    assert memory_["p"] == Remembered(bot_said="new", standing=("urgent.crisis", "urgent.same_day"), unheard=(UNHEARD,))
    assert "p" in memory_
