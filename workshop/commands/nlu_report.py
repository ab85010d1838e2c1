"""`stride nlu-report`: runs the held-out messages through the whole bot."""

import asyncio
import contextlib
import sys
from pathlib import Path

from rich.console import Console

from bot.channels.local import LocalBot, load_agent
from bot.commands.ask import summary
from bot.knowledge.ids import ASK_BACK, CHECK, URGENT
from bot.models import dataset
from bot.nlu.training import ensure_model
from bot.progress import shown
from workshop import report
from workshop.sets import HELD_OUT, LONG, REAL, rows

STORIES = {"Real patients' messages, retold": REAL, "Long messages by other writers": LONG}


def nlu_report() -> str:
    """Measure the current model; return the report as Markdown."""
    model = ensure_model()
    with contextlib.redirect_stdout(sys.stderr):
        outcomes, replies = asyncio.run(_ask(LocalBot(load_agent(model))))
    return report.page(report.cross_validation(model), outcomes, replies)


async def _ask(bot: LocalBot) -> tuple[list[report.Outcome], dict[str, list[report.Reply]]]:
    return await _outcomes(bot), {title: await _replies(bot, file) for title, file in STORIES.items()}


async def _replies(bot: LocalBot, file: Path) -> list[report.Reply]:
    """Ask the messages that call for no alarm; leave out those that raise one, which `make bench-safety` counts."""
    quiet = [
        row for row in rows(file, "text", "accept", "group") if not any(one.startswith(URGENT) for one in row["accept"])
    ]
    replies = []
    for number, row in enumerate(shown(quiet, f"Asking the messages of {file.name}", Console(stderr=True))):
        told = summary(await bot.send(f"{file.stem}-{number}", row["text"]))
        if told["urgent"]:
            continue
        given = tuple(one for one in told["answers"] if one not in (ASK_BACK, CHECK))
        offered = tuple(button["answer"] for reply in told["replies"] for button in reply["buttons"])
        replies.append(report.Reply(row["group"], frozenset(row["accept"]), given, offered))
    return replies


async def _outcomes(bot: LocalBot) -> list[report.Outcome]:
    messages = [(name, text) for name, texts in dataset.load(HELD_OUT).items() for text in texts]
    outcomes = []
    for number, (wanted, text) in enumerate(shown(messages, "Asking the held-out messages", Console(stderr=True))):
        told = summary(await bot.send(f"held-out-{number}", text))
        offered = tuple(button["answer"] for reply in told["replies"] for button in reply["buttons"])
        outcomes.append(report.Outcome(wanted, told["answers"][0] if told["answers"] else "", offered))
    return outcomes
