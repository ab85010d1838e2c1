"""`stride walks`: how many reports of walks the diary hears, and what it takes for one that is none."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from bot.channels.local import LocalBot, load_agent
from bot.conversation.acts import DIARY
from bot.conversation.walks import walks
from bot.nlu.training import ensure_model
from bot.progress import shown
from workshop.benchmark.measures import share
from workshop.sets import rows

NOTES = DIARY["entries"]


@dataclass(frozen=True)
class Told:
    """A message, whether it reports a walk, and who wrote it."""

    text: str
    walk: bool
    writer: str


@dataclass(frozen=True)
class Heard:
    """What was made of a message: by the phrases alone, and by the bot."""

    told: Told
    phrases: bool
    bot: bool


def messages(path: Path) -> list[Told]:
    """Read JSON lines with `text`, `walk` and `writer`; raise DataError with file and line if one is wrong."""
    return [Told(**row) for row in rows(path, "text", "walk", "writer")]


def heard(told: Sequence[Told], console: Console) -> list[Heard]:
    """Have the bot understand each message by itself."""
    bot = LocalBot(load_agent(ensure_model()))

    async def act(text: str) -> str:
        parse = await bot.parsed("walks", text)
        return str(parse["intent"]["name"])

    return [
        Heard(
            one,
            bool(walks(one.text)) and not one.text.rstrip().endswith("?"),
            asyncio.run(act(one.text)) == NOTES,
        )
        for one in shown(told, "Reading the messages", console)
    ]


def table(found: Sequence[Heard]) -> str:
    """Return a Markdown table: of the reports those that are noted, of the others those that are taken for one."""
    lines = [
        "| writer | reports noted: by phrases | by the bot | others taken for one: by phrases | by the bot |",
        "|---|---|---|---|---|",
    ]
    for writer in [*dict.fromkeys(one.told.writer for one in found), None]:
        some = [one for one in found if writer in (None, one.told.writer)]
        reports, others = ([one for one in some if one.told.walk is walk] for walk in (True, False))
        cells = [
            f"{sum(part)} of {len(part)}: {share(part)} %" if part else "–"
            for part in (
                [one.phrases for one in reports],
                [one.bot for one in reports],
                [one.phrases for one in others],
                [one.bot for one in others],
            )
        ]
        lines.append(f"| {writer or 'all'} | {' | '.join(cells)} |")
    return "\n".join(lines)
