"""What stands behind the guard runs in a thread of its own, so that nothing there can hold the guard up."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import suppress
from functools import cache
from typing import Any, TypeVar, cast

T = TypeVar("T")
LONGEST_QUEUE = 5.0  # seconds
PACE = 0.0003  # seconds that Rasa takes for a character, before it was measured
# What counts at least and at most of a measurement: many messages that need no work make no long queue look short, nor
# does a single slow one make a short queue look long.
FASTEST, SLOWEST = 0.0001, 0.001
SHORT = 200  # characters: what the shortest message costs
NEWEST = 0.2  # weight of the latest measurement


class BusyError(Exception):
    """So much waits behind the guard that a message would not be answered in time."""


class Queue:
    """How long a message would wait behind those before it."""

    def __init__(self) -> None:
        self._characters = 0
        self._pace = PACE
        self._ended = 0.0

    @property
    def seconds(self) -> float:
        """How long what waits is going to take."""
        return self._characters * self._pace

    def begin(self, characters: int) -> Callable[[Any], None]:
        """Take work of so many characters in; returns what is to be called when it is done."""
        began, cost = time.monotonic(), characters + SHORT
        self._characters += cost

        def end(_: Any) -> None:
            self._characters -= cost
            now = time.monotonic()
            # One is done after the other, so that its own time begins when the one before has ended.
            measured = (now - max(began, self._ended)) / cost
            self._pace += NEWEST * (min(max(measured, FASTEST), SLOWEST) - self._pace)
            self._ended = now

        return end


class Background:
    """An event loop in a thread of its own. Even a component that never returns blocks only that one."""

    def __init__(self) -> None:
        self._queue = Queue()
        self._unfinished: dict[str, set[asyncio.Future[Any]]] = {}  # by conversation
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="behind-the-guard", daemon=True).start()

    async def __call__(self, work: Coroutine[Any, Any, T], seconds: float) -> T:
        """Wait for work that is done there.

        Work that takes longer goes on without anybody waiting, so that a conversation that is only slow is kept.

        Args:
            work: What is to be done.
            seconds: How long to wait for it.

        Raises:
            asyncio.TimeoutError: It took longer than that many seconds.
        """
        return await asyncio.wait_for(asyncio.shield(self._begin(work)), seconds)

    async def stream(
        self,
        work: Callable[[Callable[[T], None]], Coroutine[Any, Any, Any]],
        seconds: float,
        conversation: str,
        characters: int,
    ) -> AsyncIterator[T]:
        """Do a message's work there, and yield what it puts out, each as soon as it is there.

        Args:
            work: Makes what is to be done; is given what to call with each thing that it puts out.
            seconds: How long to wait for all of it; after that it goes on without anybody waiting.
            conversation: Whose message it is for; it is not begun when too many messages wait.
            characters: How long that message is.

        Raises:
            BusyError: Too many messages wait.
            asyncio.TimeoutError: It took longer than that many seconds.
            Exception: Whatever the work has raised, after what it put out.
        """
        if self._queue.seconds > LONGEST_QUEUE:
            raise BusyError
        loop = asyncio.get_running_loop()
        out: asyncio.Queue[T | asyncio.Future[Any]] = asyncio.Queue()

        def put(one: T) -> None:
            with suppress(RuntimeError):  # nobody waits any more: the loop is closed
                loop.call_soon_threadsafe(out.put_nowait, one)

        done = self._begin(work(put))
        done.add_done_callback(self._queue.begin(characters))
        done.add_done_callback(out.put_nowait)
        self._note(conversation, done)
        end = loop.time() + seconds
        while (one := await asyncio.wait_for(out.get(), max(end - loop.time(), 0))) is not done:
            yield cast(T, one)
        done.result()

    def _begin(self, work: Coroutine[Any, Any, T]) -> "asyncio.Future[T]":
        done = asyncio.wrap_future(asyncio.run_coroutine_threadsafe(_apart(work), self._loop))
        done.add_done_callback(retrieved)
        return done

    def unfinished(self, conversation: str) -> "set[asyncio.Future[Any]]":
        """Return the work of a conversation that still goes on, though perhaps nobody waits for it."""
        return set(self._unfinished.get(conversation, ()))

    def _note(self, conversation: str, done: "asyncio.Future[Any]") -> None:
        some = self._unfinished.setdefault(conversation, set())
        some.add(done)

        def end(_: Any) -> None:
            some.discard(done)
            if not some:
                self._unfinished.pop(conversation, None)

        done.add_done_callback(end)


class ExitError(Exception):
    """What is behind the guard wanted to end the process, as Rasa's SQL store does over some errors."""


async def _apart(work: Coroutine[Any, Any, T]) -> T:
    try:
        return await work
    except SystemExit as error:  # it would end the thread for all conversations
        raise ExitError from error


def retrieved(done: "asyncio.Future[Any]") -> None:
    """Look at an error that comes after the time is out, so that nobody is told it was never looked at."""
    if not done.cancelled():
        done.exception()


@cache
def background() -> Background:
    """Return the process's own, started once: Rasa's locks work only within one event loop."""
    return Background()
