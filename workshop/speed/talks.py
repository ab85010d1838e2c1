"""Patients of the speed benchmark: one message after the other, many at once, and long conversations."""

import asyncio
import itertools
import json
import random
import time
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import aiohttp
import requests

from bot.clinic import clinic
from bot.knowledge.base import knowledge
from bot.models import dataset
from bot.settings import ROOT
from workshop.speed.measures import Times
from workshop.speed.servers import REST, Server

SEED = 3
SAMPLE = 400  # questions
ROUND = 90  # messages that a long talk repeats: turns 91 to 100 and 991 to 1,000 say what the first ten say
PATIENCE = aiohttp.ClientTimeout(120)
_NUMBERS = itertools.count()
Send = Callable[[str, str], None]  # takes a conversation's name and a message; returns when the reply is there


def questions() -> list[str]:
    """Return patients' messages, a sample of data/nlu/."""
    every = sorted(
        text for texts in dataset.load(*sorted((ROOT / "data" / "nlu").glob("*.yml"))).values() for text in texts
    )
    return random.Random(SEED).sample(every, SAMPLE)


def long_talk(turns: int) -> list[str]:
    """Return the messages of a talk of `turns` turns."""
    return [text for text, _ in zip(itertools.cycle(questions()[:ROUND]), range(turns), strict=False)]


def rest(server: Server) -> Send:
    """Return a function that sends over REST on one connection."""
    session = requests.Session()

    def send(conversation: str, text: str) -> None:
        answer = session.post(f"{server.address}{REST}", json={"sender": conversation, "message": text})
        answer.raise_for_status()
        answered(text, answer.json())

    return send


def answered(text: str, replies: list[dict[str, Any]]) -> None:
    """Make sure that a message was answered: a refusal takes no time and would count as a fast reply.

    Args:
        text: The message.
        replies: What the REST channel returned; none is fine, because Rasa's starter is silent if it is not sure.

    Raises:
        RuntimeError: Our guard refused to answer.
    """
    told = {reply.get("text") for reply in replies} & _refusals()
    if told:
        raise RuntimeError(f"{text!r} was not answered but refused: {told.pop()!r}")


@cache
def _refusals() -> frozenset[str]:
    notices = knowledge().notices
    return frozenset(map(clinic().fill, (notices.busy, notices.unavailable, notices.too_fast, notices.too_many)))


def web(server: Server) -> Send:
    """Return a function that sends over the web channel, as the page does, with one session per conversation."""
    session, tokens = requests.Session(), dict[str, str]()

    def send(conversation: str, text: str) -> None:
        if conversation not in tokens:
            tokens[conversation] = session.post(f"{server.address}/webhooks/web/session").json()["token"]
        headers = {"Authorization": f"Bearer {tokens[conversation]}"}
        body = {"id": f"message-{next(_NUMBERS)}", "text": text}
        answer = session.post(f"{server.address}/webhooks/web/message", json=body, headers=headers)
        if "reply" not in json.loads(answer.text.splitlines()[0]):
            raise RuntimeError(f"{server.address}: no reply to {text!r}: {answer.text}")

    return send


def in_turns(
    sends: Sequence[Send], texts: Sequence[str], blocks: int, *, talks: Sequence[str] | None = None
) -> list[Times]:
    """Measure several ways of sending alternately (A B A B …), each message the first of a conversation.

    Args:
        sends: The ways of sending.
        texts: The messages, which are divided among the blocks.
        blocks: The number of blocks of each way.
        talks: Each way's single conversation for all its messages instead; it may have begun before.

        Returns:
            Each way's times.
    """
    size = len(texts) // blocks
    taken: list[list[tuple[float, ...]]] = [[] for _ in sends]
    for block in range(blocks):
        for place, send in enumerate(sends):
            times = []
            for text in texts[block * size : (block + 1) * size]:
                name = talks[place] if talks else new_talk()
                begun = time.perf_counter()
                send(name, text)
                times.append(1000 * (time.perf_counter() - begun))
            taken[place].append(tuple(times))
    return [Times(tuple(one)) for one in taken]


def new_talk() -> str:
    """Return the name of a new conversation."""
    return f"talk-{next(_NUMBERS)}"


def at_once(server: Server, clients: int, texts: Sequence[str]) -> tuple[float, Times]:
    """Have `clients` patients write at once, each one message after the other.

    Returns:
        Messages per second, and each message's time.
    """
    return asyncio.run(_at_once(server, clients, texts))


async def _at_once(server: Server, clients: int, texts: Sequence[str]) -> tuple[float, Times]:
    waiting, times = iter(texts), []
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(timeout=PATIENCE, connector=connector, raise_for_status=True) as session:

        async def patient() -> None:
            for text in waiting:
                begun = time.perf_counter()
                body = {"sender": new_talk(), "message": text}
                async with session.post(f"{server.address}{REST}", json=body) as answer:
                    replies = await answer.json()
                times.append(1000 * (time.perf_counter() - begun))
                answered(text, replies)

        begun = time.perf_counter()
        await asyncio.gather(*(patient() for _ in range(clients)))
        return len(times) / (time.perf_counter() - begun), Times((tuple(times),))
