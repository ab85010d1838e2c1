"""What stands behind the guard, in a thread of its own."""

import asyncio
import threading
import time
from typing import Any

import pytest

from bot.channels.behind import Behind, ExitError

pytestmark = pytest.mark.rasa  # the channels import it


@pytest.fixture(scope="module")
def behind() -> Behind:
    """A thread for these tests."""
    return Behind()


async def test_work_is_done_elsewhere(behind: Behind) -> None:
    """Work gives its result, from another thread than the caller's."""

    async def where() -> str:
        return threading.current_thread().name

    assert await behind(where(), 5) == "behind-the-guard" != threading.current_thread().name


async def leave() -> None:
    """End the process, as Rasa's SQL store does."""
    raise SystemExit(1)


async def fail() -> None:
    """Fail."""
    raise KeyError("x")


@pytest.mark.parametrize(("work", "expected"), [(leave, ExitError), (fail, KeyError)])
async def test_errors_reach_the_caller(behind: Behind, work: Any, expected: type[Exception]) -> None:
    """An error, even one that would end the process, is the caller's to handle; the thread goes on."""
    with pytest.raises(expected):
        await behind(work(), 5)

    assert await behind(asyncio.sleep(0, "well"), 5) == "well"


async def test_nobody_waits_for_what_never_comes() -> None:
    """A component that blocks its thread holds nobody up."""

    async def block() -> None:
        time.sleep(2)  # as a component that hangs would

    start = time.monotonic()
    with pytest.raises(asyncio.TimeoutError):
        await Behind()(block(), 0.1)

    assert time.monotonic() - start < 1.5


async def test_slow_work_is_finished(behind: Behind) -> None:
    """Work that takes longer than anybody waits is still done, so that its conversation is kept."""
    done = threading.Event()

    async def slow() -> None:
        await asyncio.sleep(0.3)
        done.set()

    with pytest.raises(asyncio.TimeoutError):
        await behind(slow(), 0.05)

    assert await asyncio.to_thread(done.wait, 5)
