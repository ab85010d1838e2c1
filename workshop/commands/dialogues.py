"""`stride dialogues`: plays scripted dialogues with the real model and actions, with one start for all."""

import asyncio
import secrets
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from bot.channels.local import LocalBot, load_agent
from bot.nlu.training import ensure_model
from bot.progress import shown
from workshop.benchmark.measures import share
from workshop.dialogues.play import Outcome, play
from workshop.dialogues.script import Script, load_all


def dialogues(folders: Sequence[Path], console: Console) -> list[list[Outcome]]:
    """Play folders of dialogues.

    Args:
        folders: The folders of the dialogues' files.
        console: Where progress goes.

    Returns:
        The turns' outcomes of each folder, in order.

    Raises:
        DataError: A file is wrong; raised before anything starts.
    """
    scripts = [load_all(folder) for folder in folders]
    bot = LocalBot(load_agent(ensure_model()))
    return asyncio.run(_play_all(bot, scripts, console))


async def _play_all(bot: LocalBot, folders: list[list[Script]], console: Console) -> list[list[Outcome]]:
    played = []
    run = secrets.token_hex(4)  # a diary that an interrupted run left must not be found again
    for scripts in folders:
        outcomes: list[Outcome] = []
        for script in shown(scripts, f"Playing {scripts[0].path.parent.name}", console):
            outcomes += [outcome async for outcome in play(bot, script, f"script-{run}-{script.path}")]
        played.append(outcomes)
    return played


def counted(folders: Sequence[Path], played: Sequence[Sequence[Outcome]]) -> str:
    """Return a Markdown table of the number of right turns, with 95 % intervals (Wilson)."""
    rows = ["| dialogues | how many | turns right | alarms raised that must be |", "|---|---|---|---|"]
    for folder, outcomes in zip(folders, played, strict=True):
        urgent = [one for one in outcomes if one.turn.expected.urgent]
        scripts = len({one.script.path for one in outcomes})
        rows.append(f"| {folder.name} | {scripts} | {_right(outcomes)} | {_right(urgent)} |")
    return "\n".join(rows)


def _right(outcomes: Sequence[Outcome]) -> str:
    right = [not one.problems for one in outcomes]
    return f"{sum(right)} of {len(right)}: {share(right)} %"
