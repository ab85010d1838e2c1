"""How much the web chat takes a minute."""

import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.web.limits import FLOOD, TYPICAL, Limits

LONGEST = 2000
LARGEST = 300_000
SHORT = 10


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Let so many seconds pass."""
    now = time.time()

    def clock() -> float:
        return now

    def later(seconds: float) -> None:
        nonlocal now
        now += seconds

    monkeypatch.setattr(time, "time", clock)
    return later


def taken(limits: Limits, times: int, conversation: str = "c", address: str = "a") -> list[bool]:
    """Whether each of some messages is within the limits."""
    return [limits.message(conversation, address, SHORT) for _ in range(times)]


@settings(deadline=None)
@given(st.integers(1, 30))
def test_conversation_may_send_so_many(number: int) -> None:
    """A conversation's messages are taken up to the limit; another conversation of the same address goes on."""
    limits = Limits(per_conversation=number, per_address=1000, longest=LONGEST, largest=LARGEST)

    assert taken(limits, number + 2) == [True] * number + [False] * 2
    assert limits.message("another", "a", SHORT)


def test_address_may_send_so_many() -> None:
    """New conversations give an address no more messages; another address goes on."""
    limits = Limits(per_conversation=3, per_address=5, longest=LONGEST, largest=LARGEST)

    within = [limits.message(f"conversation {place}", "a", SHORT) for place in range(7)]

    assert within == [True] * 5 + [False] * 2
    assert limits.message("conversation of another", "b", SHORT)


def test_limit_is_over_after_a_minute(later: Callable[[float], None]) -> None:
    """A minute after the messages that were too fast, the patient may go on."""
    limits = Limits(per_conversation=2, per_address=100, longest=LONGEST, largest=LARGEST)
    taken(limits, 2)

    later(58)
    assert not limits.message("c", "a", SHORT)
    later(4)
    assert limits.message("c", "a", SHORT)


def test_trying_again_makes_it_no_longer(later: Callable[[float], None]) -> None:
    """A patient who keeps trying while it is too fast waits no longer than one who does not."""
    limits = Limits(per_conversation=2, per_address=100, longest=LONGEST, largest=LARGEST)
    taken(limits, 2)

    for _ in range(6):
        later(9)
        limits.message("c", "a", SHORT)
    later(8)

    assert limits.message("c", "a", SHORT)


@pytest.mark.parametrize(("per_address", "sessions"), [(120, 30), (4, 1), (1, 1)])
def test_sessions(per_address: int, sessions: int) -> None:
    """An address starts a quarter as many conversations as it may send messages, and at least one."""
    limits = Limits(20, per_address, LONGEST, LARGEST)

    assert [limits.session("a") for _ in range(sessions + 1)] == [True] * sessions + [False]
    assert limits.session("b")
    assert limits.message("c", "a", SHORT)


def test_flood() -> None:
    """An address that sends ten times what it may is not listened to; what is only too much still is."""
    limits = Limits(per_conversation=1, per_address=2, longest=LONGEST, largest=LARGEST)

    told = [limits.flooded("a", SHORT) for _ in range(2 * FLOOD + 1)]

    assert told == [False] * 2 * FLOOD + [True]
    assert not limits.flooded("b", SHORT)


@pytest.mark.parametrize(
    ("characters", "times"), [(LONGEST, 3), (10 * LONGEST, 20), (TYPICAL, 20), (SHORT, 20), (TYPICAL + 1, 15)]
)
def test_long_messages_are_fewer(characters: int, times: int) -> None:
    """A conversation may send as many characters as typical messages have; what is not answered counts as short."""
    limits = Limits(per_conversation=20, per_address=1000, longest=LONGEST, largest=LARGEST)

    within = [limits.message("c", "a", characters) for _ in range(times + 1)]

    assert within == [True] * times + [False]


def test_one_long_message_is_always_within() -> None:
    """The longest message that is answered is taken, and the largest request is no flood, by any limits."""
    limits = Limits(per_conversation=1, per_address=1, longest=LONGEST, largest=LARGEST)

    assert limits.message("c", "a", LONGEST)
    assert not limits.flooded("a", LARGEST)


def test_who_sends_no_more_is_forgotten(later: Callable[[float], None]) -> None:
    """However many addresses have sent something, those that have sent nothing for a minute take no memory."""
    limits = Limits(per_conversation=1, per_address=10, longest=LONGEST, largest=LARGEST)
    for number in range(100):
        limits.flooded(f"old {number}", SHORT)
    later(61)

    deadline = time.monotonic() + 10
    while len(limits._storage.events) > 2 and time.monotonic() < deadline:
        limits.flooded("new", SHORT)
        time.sleep(0.05)
        limits.prune()

    assert limits._storage.events.keys() == limits._storage.locks.keys()
    assert all("new" in name for name in limits._storage.events)
    assert len(limits._storage.events) == 2


def test_flood_of_bytes() -> None:
    """An address that sends ten times the characters that it may is not listened to, in however few requests."""
    limits = Limits(per_conversation=1, per_address=200, longest=LONGEST, largest=LARGEST)
    most = FLOOD * 200 * TYPICAL

    assert [limits.flooded("a", 20_000) for _ in range(most // 20_000 + 1)] == [False] * (most // 20_000) + [True]
    assert not limits.flooded("a", 0)
    assert not limits.flooded("b", 20_000)
