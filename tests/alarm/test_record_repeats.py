"""Repeats of one alarm in one conversation are counted for a minute."""

import pytest

from bot.alarm import record_repeats as module
from bot.alarm.record_lines import Line
from bot.alarm.record_repeats import Repeats


class Clock:
    """The time, which stands still until a test moves it."""

    now = 0.0

    def monotonic(self) -> float:
        """Return the time in seconds."""
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock that repeats are counted by."""
    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    return clock


def entry(place: int = 0, conversation: str = "p", kind: str = "crisis") -> Line:
    """An alarm."""
    return {"id": str(place), "conversation": conversation, "kind": kind}


def test_repeats_are_one_line_when_the_minute_is_over(clock: Clock) -> None:
    """The first alarm passes at once, the others of its minute as one line with their number."""
    repeats = Repeats()

    assert repeats.take(entry(0)) == [entry(0)]
    assert [repeats.take(entry(place)) for place in range(1, 30)] == [[]] * 29
    clock.now = 59.9
    assert repeats.due() == []
    clock.now = 60.0
    assert repeats.due() == [{**entry(29), "repeats": 29}]


def test_flood_makes_one_line_a_minute(clock: Clock) -> None:
    """An alarm in each second of an hour makes no more than a line a minute, and none is left uncounted."""
    repeats = Repeats()
    written = []
    for second in range(3600):
        clock.now = float(second)
        written += repeats.due() + repeats.take(entry(second))
    written += repeats.due(everything=True)

    assert len(written) <= 61
    assert sum(line.get("repeats", 1) for line in written) == 3600


@pytest.mark.parametrize("other", [entry(1, kind="emergency"), entry(1, conversation="q")])
def test_other_kind_or_conversation_is_written_at_once(clock: Clock, other: Line) -> None:
    """Another alarm, and another patient's, waits for nothing."""
    repeats = Repeats()
    repeats.take(entry())

    assert repeats.take(other) == [other]


def test_after_a_quiet_minute_an_alarm_is_written_at_once(clock: Clock) -> None:
    """A minute without repeats is forgotten."""
    repeats = Repeats()
    repeats.take(entry(0))
    clock.now = 60.0

    assert repeats.due() == []
    assert repeats.wait() is None
    assert repeats.take(entry(1)) == [entry(1)]


def test_alarm_after_an_unnoticed_end_brings_the_count_along(clock: Clock) -> None:
    """A count whose minute is over is written before the alarm that comes next, not added to."""
    repeats = Repeats()
    repeats.take(entry(0))
    repeats.take(entry(1))
    clock.now = 200.0

    assert repeats.take(entry(2, conversation="q")) == [{**entry(1), "repeats": 1}, entry(2, conversation="q")]


def test_end_of_the_process_leaves_no_count(clock: Clock) -> None:
    """All counts are returned when everything is asked for, and nothing waits any more."""
    repeats = Repeats()
    for conversation in "pqp":
        repeats.take(entry(conversation=conversation))

    assert repeats.due(everything=True) == [{**entry(), "repeats": 1}]
    assert repeats.wait() is None


def test_memory_is_bounded(clock: Clock) -> None:
    """Of more conversations than are counted at once the oldest count is written early."""
    repeats = Repeats()
    repeats.take(entry(0, "first"))
    repeats.take(entry(1, "first"))
    written = [line for place in range(module.MOST) for line in repeats.take(entry(place, f"p{place}"))]

    assert len(written) == module.MOST + 1
    assert {**entry(1, "first"), "repeats": 1} in written


def test_wait_tells_when_the_next_minute_is_over(clock: Clock) -> None:
    """Whoever writes the counts can sleep until the next one is due."""
    repeats = Repeats()
    repeats.take(entry(conversation="p"))
    clock.now = 20.0
    repeats.take(entry(conversation="q"))

    assert repeats.wait() == 40.0
