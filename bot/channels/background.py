"""Runs everything behind the guard in a thread of its own, so that nothing there can block the guard."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import suppress
from functools import cache
from typing import Any, TypeVar, cast

T = TypeVar("T")
LONGEST_QUEUE = 5.0  # seconds
PACE = 0.0003  # seconds that Rasa takes for a character, until measured
# The limits of a measurement. Many messages that need no work must not make a long queue look short, and one slow
# message must not make a short queue look long.
FASTEST, SLOWEST = 0.0001, 0.001
SHORT = 200  # characters: the cost of the shortest message
NEWEST = 0.2  # weight of the latest measurement


class BusyError(Exception):
    """The queue behind the guard is too long to answer a message in time."""


class Queue:
    """Estimates how long a message waits for those before it."""

    def __init__(self) -> None:
        self._characters = 0
        self._pace = PACE
        self._ended = 0.0

    @property
    def seconds(self) -> float:
        """The time that all waiting work takes."""
        return self._characters * self._pace

    def begin(self, characters: int) -> Callable[[Any], None]:
        """Add work of so many characters; return the function to call when it is done."""
        began, cost = time.monotonic(), characters + SHORT
        self._characters += cost

        def end(_: Any) -> None:
            self._characters -= cost
            now = time.monotonic()
            # Messages run one after the other, so each one's own time begins when the previous ends.
            measured = (now - max(began, self._ended)) / cost
            self._pace += NEWEST * (min(max(measured, FASTEST), SLOWEST) - self._pace)
            self._ended = now

        return end


class Background:
    """An event loop in a thread of its own. A component that never returns blocks only that thread."""

    def __init__(self) -> None:
        self._queue = Queue()
        self._unfinished: dict[str, set[asyncio.Future[Any]]] = {}  # by conversation
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="behind-the-guard", daemon=True).start()

    async def __call__(self, work: Coroutine[Any, Any, T], seconds: float) -> T:
        """Run work there, and wait for it.

        Work that takes longer continues without anybody waiting, so that a slow conversation is kept.

        Args:
            work: What to do.
            seconds: How long to wait for it.

        Raises:
            asyncio.TimeoutError: The work took longer.
        """
        return await asyncio.wait_for(asyncio.shield(self._begin(work)), seconds)

    async def stream(
        self,
        work: Callable[[Callable[[T], None]], Coroutine[Any, Any, Any]],
        seconds: float,
        conversation: str,
        characters: int,
    ) -> AsyncIterator[T]:
        """Run a message's work there, and yield each output as soon as it is ready.

        Args:
            work: Makes the work, given a function to call with each output.
            seconds: How long to wait for all of it; after that it continues without anybody waiting.
            conversation: The message's conversation.
            characters: The message's length.

        Raises:
            BusyError: Too many messages wait; the work is not begun.
            asyncio.TimeoutError: The work took longer.
            Exception: An error of the work, after its outputs.
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
        """Return the unfinished work of a conversation, even if nobody waits for it."""
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
    """Something behind the guard tried to end the process, as Rasa's SQL store does on some errors."""


async def _apart(work: Coroutine[Any, Any, T]) -> T:
    try:
        return await work
    except SystemExit as error:  # it would end the thread for all conversations
        raise ExitError from error


def retrieved(done: "asyncio.Future[Any]") -> None:
    """Retrieve a late exception, so that asyncio does not warn that it was never retrieved."""
    if not done.cancelled():
        done.exception()


@cache
def background() -> Background:
    """Return the process's only one, started once: Rasa's locks work only within one event loop."""
    return Background()
