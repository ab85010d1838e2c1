"""What stands behind the guard, in a thread of its own."""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from bot.channels.background import LONGEST_QUEUE, Background, BusyError, ExitError, Queue

pytestmark = pytest.mark.rasa  # the channels import it


@pytest.fixture(scope="module")
def background() -> Background:
    """A thread for these tests."""
    return Background()


async def streamed(
    background: Background, work: Coroutine[Any, Any, Any], seconds: float, characters: int
) -> list[Any]:
    """Do a message's work that puts nothing out."""
    return [one async for one in background.stream(lambda _: work, seconds, "c", characters)]


async def test_work_is_done_elsewhere(background: Background) -> None:
    """Work gives its result, from another thread than the caller's."""

    async def where() -> str:
        return threading.current_thread().name

    assert await background(where(), 5) == "behind-the-guard" != threading.current_thread().name


async def leave() -> None:
    """End the process, as Rasa's SQL store does."""
    raise SystemExit(1)


async def fail() -> None:
    """Fail."""
    raise KeyError("x")


@pytest.mark.parametrize(("work", "expected"), [(leave, ExitError), (fail, KeyError)])
async def test_errors_reach_the_caller(background: Background, work: Any, expected: type[Exception]) -> None:
    """An error, even one that would end the process, is the caller's to handle; the thread goes on."""
    with pytest.raises(expected):
        await background(work(), 5)

    assert await background(asyncio.sleep(0, "well"), 5) == "well"


async def test_nobody_waits_for_what_never_comes() -> None:
    """A component that blocks its thread holds nobody up."""

    async def block() -> None:
        time.sleep(2)  # as a component that hangs would

    start = time.monotonic()
    with pytest.raises(asyncio.TimeoutError):
        await Background()(block(), 0.1)

    assert time.monotonic() - start < 1.5


async def test_slow_work_is_finished(background: Background) -> None:
    """Work that takes longer than anybody waits is still done, so that its conversation is kept."""
    done = threading.Event()

    async def slow() -> None:
        await asyncio.sleep(0.3)
        done.set()

    with pytest.raises(asyncio.TimeoutError):
        await background(slow(), 0.05)

    assert await asyncio.to_thread(done.wait, 5)


async def test_what_is_put_out_comes_at_once(background: Background) -> None:
    """What work puts out comes while it goes on, in order, and an error after all of it."""
    go_on = threading.Event()

    async def work(put: Callable[[str], None]) -> None:
        put("one")
        assert await asyncio.to_thread(go_on.wait, 5)
        put("two")
        raise KeyError("x")

    came = background.stream(work, 5, "c", 10)
    assert await anext(came) == "one"
    go_on.set()
    assert await anext(came) == "two"
    with pytest.raises(KeyError):
        await anext(came)


async def test_a_queue_that_is_too_long_takes_no_more() -> None:
    """A message that would wait too long is refused at once, one with nothing to wait for is not."""
    background, go_on = Background(), threading.Event()

    async def wait() -> None:
        go_on.wait(10)

    waiting = [asyncio.create_task(streamed(background, wait(), 10, 2000)) for _ in range(8)]
    await asyncio.sleep(0)
    start = time.monotonic()
    with pytest.raises(BusyError):
        await streamed(background, asyncio.sleep(0), 5, 10)
    assert time.monotonic() - start < 1
    go_on.set()
    await asyncio.gather(*waiting)

    assert await streamed(background, asyncio.sleep(0), 5, 10) == []


async def test_what_is_no_message_is_never_refused() -> None:
    """The question whether the store is there is asked however many messages wait."""
    background, go_on = Background(), threading.Event()

    async def wait() -> None:
        go_on.wait(10)

    waiting = [asyncio.create_task(streamed(background, wait(), 10, 2000)) for _ in range(8)]
    await asyncio.sleep(0)
    asking = asyncio.create_task(background(asyncio.sleep(0, "well"), 5))
    await asyncio.sleep(0)
    go_on.set()

    assert await asking == "well"
    await asyncio.gather(*waiting)


async def test_tells_what_goes_on() -> None:
    """What a conversation's message has begun is told until it is done, also when nobody waits for it any more."""
    background, go_on = Background(), threading.Event()

    async def wait() -> None:
        go_on.wait(10)

    with pytest.raises(asyncio.TimeoutError):
        await streamed(background, wait(), 0.05, 10)
    assert len(background.unfinished("c")) == 1
    assert not background.unfinished("other")
    going = background.unfinished("c")
    go_on.set()
    await asyncio.wait(going, timeout=5)
    await asyncio.sleep(0)

    assert not background.unfinished("c")


def test_what_needs_no_work_makes_no_queue_look_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many messages are done at once, a long queue is not taken for a short one."""
    monkeypatch.setattr(time, "monotonic", lambda: 0.0)
    queue = Queue()
    for _ in range(100):
        queue.begin(2000)(None)
    for _ in range(25):
        queue.begin(2000)

    assert queue.seconds > LONGEST_QUEUE


def test_slow_messages_make_no_short_queue_look_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """After some very slow messages a few that wait are not taken for a long queue."""
    now = 0.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    queue = Queue()
    for _ in range(10):
        end = queue.begin(6)
        now += 8.0
        end(None)
    for _ in range(20):
        queue.begin(5)

    assert queue.seconds < LONGEST_QUEUE


def test_queue_learns_how_fast_it_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    """How long what waits will take is told by how long the messages before it took, each by itself."""
    now = 0.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    queue = Queue()

    for _ in range(60):
        ends = [queue.begin(800), queue.begin(800)]
        for end in ends:
            now += 0.5  # for 1,000: the message, and what the shortest costs
            end(None)
        now += 10.0  # nothing to do
    assert queue.seconds == 0
    queue.begin(1800)

    assert queue.seconds == pytest.approx(1.0, rel=0.01)
    assert queue.seconds < LONGEST_QUEUE
