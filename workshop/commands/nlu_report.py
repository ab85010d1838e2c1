"""`stride nlu-report`: runs the held-out messages through the whole bot."""

import asyncio
import contextlib
import sys

from rich.console import Console

from bot.channels.local import LocalBot, load_agent
from bot.commands.ask import summary
from bot.models import dataset
from bot.nlu.training import ensure_model
from bot.progress import shown
from workshop import report
from workshop.sets import HELD_OUT


def nlu_report() -> str:
    """Measure the current model; return the report as Markdown."""
    model = ensure_model()
    with contextlib.redirect_stdout(sys.stderr):
        outcomes = asyncio.run(_outcomes(LocalBot(load_agent(model))))
    return report.page(report.cross_validation(model), outcomes)


async def _outcomes(bot: LocalBot) -> list[report.Outcome]:
    messages = [(name, text) for name, texts in dataset.load(HELD_OUT).items() for text in texts]
    outcomes = []
    for number, (wanted, text) in enumerate(shown(messages, "Asking the held-out messages", Console(stderr=True))):
        told = summary(await bot.send(f"held-out-{number}", text))
        offered = tuple(button["answer"] for reply in told["replies"] for button in reply["buttons"])
        outcomes.append(report.Outcome(wanted, told["answers"][0] if told["answers"] else "", offered))
    return outcomes
