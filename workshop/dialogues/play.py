"""Plays scripted dialogues with the bot, and reports what was wrong."""

from collections.abc import AsyncIterator, Awaitable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from bot.knowledge.ids import ASK_BACK, STAND_DOWN
from bot.reply.reply import Reply
from workshop.dialogues.script import Expected, Script, Texts, Turn

OR = " or "


class Bot(Protocol):
    """A bot to talk to."""

    def send(self, conversation: str, text: str) -> Awaitable[Any]:
        """Send a patient's message; return an object with `replies`."""


@dataclass(frozen=True)
class Outcome:
    """A played turn, with a line for each problem."""

    script: Script
    turn: Turn
    problems: tuple[str, ...]


async def play(bot: Bot, script: Script, conversation: str) -> AsyncIterator[Outcome]:
    """Play a dialogue in a conversation of its own."""
    for turn in script.turns:
        replies = (await bot.send(conversation, turn.patient)).replies
        where = f"{script.path}:{turn.line}"
        yield Outcome(script, turn, tuple(f"{where}: {problem}" for problem in problems(turn.expected, replies)))


def problems(expected: Expected, replies: list[Reply]) -> Iterator[str]:
    """Yield what is wrong with the replies."""
    given = [reply.answer for reply in replies]
    for wanted in _list(expected.answer):
        if not set(wanted.split(OR)) & set(given):
            yield f"answer: must be {wanted}, was {', '.join(map(str, given))}"
    text = "\n".join(reply.text for reply in replies).lower()
    yield from (f"says: {words!r} is missing" for words in _list(expected.says) if words.lower() not in text)
    yield from (f"never says: {words!r} is there" for words in _list(expected.never_says) if words.lower() in text)
    facts = {
        "urgent": any(one.urgent and one.answer != STAND_DOWN for one in replies),
        "reminder": any(one.reminds for one in replies),
        "asks_back": any(one.asks or one.answer == ASK_BACK for one in replies),
    }
    for name, is_so in facts.items():
        wanted_so = getattr(expected, name)
        if wanted_so is not None and wanted_so != is_so:
            yield f"{name.replace('_', ' ')}: must be {str(wanted_so).lower()}"
    buttons = [button for reply in replies for button in reply.buttons]
    offered = {words for one in buttons for words in (one["title"], one["payload"].removeprefix("/"))}
    yield from (f"buttons: {name!r} is missing" for name in _list(expected.buttons) if name not in offered)


def _list(texts: Texts | None) -> list[str]:
    return [texts] if isinstance(texts, str) else texts or []
