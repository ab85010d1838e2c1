"""What stands behind the guard runs in a thread of its own, so that nothing there can hold the guard up."""

import asyncio
import threading
from collections.abc import Coroutine
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")


class Behind:
    """An event loop in a thread of its own. Even a component that never returns blocks only that one."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="behind-the-guard", daemon=True).start()

    async def __call__(self, work: Coroutine[Any, Any, T], seconds: float) -> T:
        """Wait for work that is done there.

        Work that takes longer goes on without anybody waiting, so that a conversation that is only slow is kept.

        Raises:
            asyncio.TimeoutError: It took longer than that many seconds.
        """
        done = asyncio.wrap_future(asyncio.run_coroutine_threadsafe(_apart(work), self._loop))
        done.add_done_callback(retrieved)
        return await asyncio.wait_for(asyncio.shield(done), seconds)


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
def behind() -> Behind:
    """Return the process's own, started once: Rasa's locks work only within one event loop."""
    return Behind()
