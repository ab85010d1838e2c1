"""`stride thresholds`: what other thresholds of follow-ups would achieve on the scripted dialogues."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from rich.console import Console

from bot.channels.local import LocalBot, load_agent
from bot.conversation.query import Thresholds
from bot.nlu.acts import Acts
from bot.nlu.training import ensure_model
from bot.progress import Shown
from workshop.dialogues.play import play
from workshop.dialogues.script import Script, load_all

STEP = 0.1  # of a probability, to either side
HIGHEST = 0.99


@dataclass(frozen=True)
class Reached:
    """The number of right turns in each folder with one threshold changed; None if no threshold is changed."""

    name: str | None
    value: float | None
    right: tuple[int, ...]


def thresholds(folders: Sequence[Path], console: Console, *, short: bool = False) -> list[Reached]:
    """Play folders of dialogues with each threshold of config.yml a step lower and a step higher.

    Args:
        folders: The folders of the dialogues' files.
        console: Where progress goes.
        short: Play only with the current thresholds.

    Raises:
        DataError: A file is wrong; raised before anything starts.
    """
    scripts = [load_all(folder) for folder in folders]
    agent = load_agent(ensure_model())
    runner = agent.processor.graph_runner
    [acts] = [node._component for node in runner._instantiated_nodes.values() if isinstance(node._component, Acts)]
    usual = acts.thresholds
    cases = [(None, None, usual), *(() if short else others(usual))]
    found = []
    with Shown("Playing the dialogues", console, len(cases)) as progress:
        for number, (name, value, case) in enumerate(cases):
            acts.set_thresholds(case)
            right = tuple(asyncio.run(_right(LocalBot(agent), some, f"{number}")) for some in scripts)
            found.append(Reached(name, value, right))
            progress.advance()
    acts.set_thresholds(usual)
    return found


def others(usual: Thresholds) -> Iterator[tuple[str, float, Thresholds]]:
    """Yield each threshold's name, its value a step lower and higher, and all thresholds with that value."""
    for name, value in asdict(usual).items():
        steps = (value - 1, value + 1) if value >= 1 else (value - STEP, min(value + STEP, HIGHEST))
        for other in (round(step, 2) for step in steps):
            if other >= 0:
                yield name, other, replace(usual, **{name: other})


async def _right(bot: LocalBot, scripts: Sequence[Script], run: str) -> int:
    """Return the number of right turns."""
    right = 0
    for script in scripts:
        async for outcome in play(bot, script, f"{run}-{script.path}"):
            right += not outcome.problems
    return right


def table(reached: Sequence[Reached], folders: Sequence[Path], usual: Thresholds) -> str:
    """Return a Markdown table: right turns, and the difference from config.yml's thresholds."""
    first, *rest = reached
    rows = [
        f"| threshold | config.yml | tried | {' | '.join(folder.name for folder in folders)} |",
        f"|---|---|---|{'---|' * len(folders)}",
        f"| all as they are | | | {' | '.join(map(str, first.right))} |",
    ]
    for one in rest:
        change = " | ".join(f"{now - before:+d}" for now, before in zip(one.right, first.right, strict=True))
        rows.append(f"| {one.name} | {getattr(usual, str(one.name))} | {one.value} | {change} |")
    return "\n".join(rows)
