"""Measures each stage's work for fixed messages by calls of Python functions, which are equal on all machines."""

import asyncio
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bot.channels.background import background
from bot.channels.local import LocalBot
from bot.datafile import Strict
from bot.settings import ROOT
from workshop.speed.stages import on_disk, watched

FILE = ROOT / "tests" / "workshop" / "speed" / "calls.yml"
DEARER = 1.25  # maximum calls, as a multiple of the kept ones
ALL = "a message in all"
MESSAGES = [
    "What is neurogenic claudication?",
    "my legs go heavy after about ten minutes of walking and I have to sit down",
    "and what helps against it",
    "why does leaning on a shopping trolley help",
    "is it the same as a slipped disc",
    "Should I use a walking stick or a rollator? And does a brace help?",
    "which exercises are good for me",
    "can I go swimming or ride a bike",
    "how long do steroid injections last",
    "what are the side effects of the injection",
    "does lyrica work for this",
    "can I take ibuprofen together with paracetamol",
    "no numbness, no trouble with my bladder, just the legs",
    "will it get worse over the years",
    "do I need an MRI",
    "what is that",
    "I walked 8 minutes today",
    "show me my diary",
    "is surgery dangerous at my age",
    "how long is the recovery after a decompression, and when can I drive again",
    "the sergury on my bak, wil it be paneful",
    "I'm afraid of falling on the stairs",
    "my brother in law has a boat",
    "tell me a joke",
    "habla español?",
    "I can't pee since this morning",
    "thank you, I will go",
    "are you a human",
    "hello",
    "how do I prepare for my appointment",
]


class Calls(Strict):
    """The file of mean calls per message, by stage."""

    calls: dict[str, int]


def counted(agent: Any) -> dict[str, int]:
    """Count the calls of Python functions that a warm bot makes per message, by the innermost stage and in all.

    Earlier work in the process changes the counts, so compared counts come from separate processes
    (`stride bench --gate`).
    """
    bot = LocalBot(agent)
    found: Counter[str] = Counter()
    open_stages: list[str] = []

    @contextmanager
    def around(stage: str) -> Iterator[None]:
        open_stages.append(stage)
        try:
            yield
        finally:
            open_stages.pop()

    def count(_: Any, event: str, __: Any) -> None:
        if event == "call":
            found[ALL] += 1
            if open_stages:
                found[open_stages[-1]] += 1

    def profile(function: Any) -> None:
        """Switch counting on or off in the thread behind the guard too."""
        done = threading.Event()

        def change() -> None:
            sys.setprofile(function)
            done.set()

        background()._loop.call_soon_threadsafe(change)
        done.wait()

    async def talk(name: str, messages: Sequence[str]) -> None:
        for text in messages:
            await bot.send(name, text)

    with on_disk(agent), watched(agent, around):
        # Warm up with slightly different texts, because the bot caches what it found in the last texts.
        asyncio.run(talk("gate-warm", [f"{text}!" for text in MESSAGES]))
        found.clear()
        profile(count)
        sys.setprofile(count)
        try:
            asyncio.run(talk("gate", MESSAGES))
        finally:
            sys.setprofile(None)
            profile(None)
    return {stage: round(calls / len(MESSAGES)) for stage, calls in sorted(found.items()) if stage}


def dearer(kept: dict[str, int], now: dict[str, int], file: Path = FILE) -> list[str]:
    """Return the stages with too many calls.

    Args:
        kept: The kept calls.
        now: The counted calls.
        file: The file of the kept calls.

    Returns:
        A line for each stage that is dearer, new, or gone.
    """
    keeps = f"`stride bench --gate --write` keeps the new count in {file.name}"
    advice = f"make it cheaper, or say in the commit why it is worth it: {keeps}"
    lines = [
        f"{stage}: {calls} calls a message, {calls / kept[stage]:.2f} times the {kept[stage]} of before; {advice}"
        for stage, calls in now.items()
        if stage in kept and calls > DEARER * kept[stage]
    ]
    lines += [f"{stage}: is counted and not kept; {advice}" for stage in now if stage not in kept]
    return [*lines, *(f"{stage}: is kept and no longer counted; {advice}" for stage in kept if stage not in now)]
