"""`stride nlu-report`: runs the held-out messages through the whole bot."""

import asyncio
import contextlib
import sys
from pathlib import Path

from rich.console import Console

from bot.channels.local import LocalBot, load_agent
from bot.commands.ask import summary
from bot.conversation.acts import values
from bot.conversation.symptom_context import Told
from bot.conversation.symptoms import symptom_reader
from bot.knowledge.base import knowledge
from bot.knowledge.ids import ASK_BACK, CHECK, OUT_OF_SCOPE, URGENT
from bot.models import dataset
from bot.nlu.training import ensure_model
from bot.progress import shown
from workshop import report, told
from workshop.sets import HELD_OUT, LONG, OUTSIDE, REAL, SYMPTOMS, rows

STORIES = {"Real patients' messages, retold": REAL, "Long messages by other writers": LONG}


def nlu_report() -> str:
    """Measure the current model; return the report as Markdown."""
    model, reflection = ensure_model(), knowledge().reflection
    with contextlib.redirect_stdout(sys.stderr):
        outcomes, replies, declined = asyncio.run(_ask(LocalBot(load_agent(model))))
    symptoms = [line for title, file in SYMPTOMS.items() for line in told.table(title, _labelled(file), reflection)]
    return report.page(report.cross_validation(model), outcomes, replies, declined, symptoms)


def _labelled(file: Path) -> list[told.Labelled]:
    """Read labelled messages, and what is extracted from each."""
    read = symptom_reader()
    return [
        told.Labelled(
            frozenset(Told(one["entity"], one["value"], one["negated"]) for one in row["entities"]),
            frozenset(read(row["text"])),
            read.plainly(row["text"]),
        )
        for row in rows(file, "text", "entities")
    ]


async def _ask(bot: LocalBot) -> tuple[list[report.Outcome], dict[str, list[report.Reply]], list[report.Declined]]:
    stories = {title: await _replies(bot, file) for title, file in STORIES.items()}
    return await _outcomes(bot), stories, await _declined(bot)


async def _declined(bot: LocalBot) -> list[report.Declined]:
    """Ask the messages about what no document covers, and those that only name it."""
    declined = []
    found = [*rows(OUTSIDE, "text", "subject")]
    for number, row in enumerate(shown(found, f"Asking the messages of {OUTSIDE.name}", Console(stderr=True))):
        parse = await bot.parsed(f"outside-{number}", row["text"])
        answered = summary(await bot.send(f"outside-{number}", row["text"]))["answers"]
        named = next(iter(values(parse, "subject")), None)
        declined.append(report.Declined(row["subject"], OUT_OF_SCOPE in answered, ASK_BACK in answered, named))
    return declined


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
