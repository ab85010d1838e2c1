"""The alarms of a conversation."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.alarm.rules import ORDER, AlarmKind
from bot.conversation.alarms import CRISIS, FIRST, LATEST, Alarms, Told

AT = "2026-11-28T10:00:00+00:00"
STEPS = st.lists(
    st.tuples(st.sampled_from(["raised", "taken_back"]), st.sampled_from(ORDER)) | st.just(("seen", None)), max_size=12
)


def after(steps: list[tuple[str, AlarmKind | None]]) -> Alarms:
    """The alarms after some steps."""
    alarms = Alarms()
    for number, (step, kind) in enumerate(steps):
        arguments = (kind,) if kind else ()
        alarms = getattr(alarms, step)(*arguments, f"words {number}", AT)
    return alarms


@given(STEPS)
def test_only_its_own_end_ends_an_alarm(steps: list[tuple[str, AlarmKind | None]]) -> None:
    """An alarm stands exactly when it was not taken back since it was raised last, nor, but for a crisis, seen to."""
    alarms = after(steps)

    for kind in ORDER:
        own = [step for step, one in steps if one == kind or (one is None and kind != CRISIS)]
        assert (kind in alarms.standing) is (own[-1:] == ["raised"])


def test_only_so_much_is_kept() -> None:
    """Of very many signs that were told the first and the latest are kept, for the doctor's paper."""
    told = after([("raised", "same_day")] * 200).told

    assert [told[0].words, told[-1].words] == ["words 0", "words 199"]
    assert len(told) == FIRST + LATEST


@given(STEPS)
def test_survives_the_slot(steps: list[tuple[str, AlarmKind | None]]) -> None:
    """What a slot keeps as JSON is read as it was."""
    alarms = after(steps)

    assert Alarms.from_slot(json.loads(json.dumps(alarms.to_slot()))) == alarms


def test_latest_and_gravest() -> None:
    """The latest is what a reply speaks of; the ids are told with the gravest first."""
    alarms = after([("raised", "emergency"), ("raised", "crisis"), ("raised", "same_day")])

    assert alarms.latest == "same_day"
    assert alarms.ids == ["urgent.crisis", "urgent.emergency", "urgent.same_day"]


def test_same_words_are_noted_once() -> None:
    """A sign that is heard twice, by the guard and by Rasa, stands on the paper once."""
    unheard = {"kind": "emergency", "words": "chest pain", "at": AT}
    alarms = Alarms().with_unheard([unheard, unheard]).raised("emergency", "chest pain", AT)

    assert alarms.told == (Told("sign", "chest pain", AT),)


@pytest.mark.parametrize(
    ("steps", "reminds_of"),
    [
        ([("raised", "crisis"), ("taken_back", "crisis")], ("crisis",)),
        ([("raised", "same_day"), ("taken_back", "same_day")], ()),
        ([("raised", "same_day"), ("seen", None)], ("same_day",)),
    ],
)
def test_what_is_reminded_of(steps: list[tuple[str, AlarmKind | None]], reminds_of: tuple[AlarmKind, ...]) -> None:
    """A reminder stays after what was seen to, and after a crisis; what was taken back needs none."""
    assert after(steps).reminds_of == reminds_of


def test_alarm_that_was_heard_of_meanwhile_is_raised_once() -> None:
    """An alarm that Rasa heard of after the guard had told of it leaves the reminder as it is; any other is raised."""
    alarm = {"kind": "cauda_equina", "words": "I can't pee", "at": "2026-11-28T10:00:00+00:00"}
    heard = Alarms().with_unheard([alarm]).said(["cauda_equina"])

    assert heard.with_unheard([alarm]) == heard
    assert heard.with_unheard([{**alarm, "words": "and now I am numb"}]).reminded == ()
    assert heard.taken_back("cauda_equina", "no", "x").with_unheard([alarm]).standing == ("cauda_equina",)
