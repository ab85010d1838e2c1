"""Measures where a message's time goes within the process, stage by stage."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rasa.core.actions.action import RemoteAction
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.engine.graph import GraphNode

from bot.alarm.lookout import Lookout
from bot.channels.local import LocalBot
from bot.clinic import clinic
from bot.knowledge.base import knowledge
from bot.reply import as_json as rendering
from bot.reply.reply import Reply
from bot.store.trackers import OverwritingStore
from workshop.speed.talks import Send

NODES = {
    "Readings": "readings",
    "Reader": "tokens",
    "SentenceEmbedding": "encoder",
    "AnswerClassifier": "classifier",
    "WalkClassifier": "walks",
    "AfterAlarmClassifier": "after an alarm",
    "AlarmVoter": "alarm: voter",
    "RedFlags": "alarm: rules and decision",
    "Clarifier": "conversation",
    "Mentions": "mentions",
    "Acts": "conversation",
    "RulesByIntent": "policies",
}
GUARD, ACTION, STORE, RENDER, REST = "guard: rules", "action", "store", "rendering", "the rest of Rasa and the guard"
Seconds = dict[str, float]


def stage_of(node: str) -> str | None:
    """Return the stage of a node of Rasa's graph, by its name (`run_bot.nlu.reader.Reader1`)."""
    kind = node.rpartition(".")[2].removeprefix("run_").rstrip("0123456789")
    return NODES.get(kind)


@contextmanager
def on_disk(agent: Agent) -> Iterator[OverwritingStore]:
    """Keep a bot's conversations in a file, as the server does, while this is entered; yield the store."""
    before = agent.tracker_store
    with TemporaryDirectory(prefix="stride-bench-") as folder:
        store = OverwritingStore(agent.domain, dialect="sqlite", db=str(Path(folder) / "conversations.db"))
        agent.tracker_store = agent.processor.tracker_store = store
        try:
            yield store
        finally:
            agent.tracker_store = agent.processor.tracker_store = before
            store.engine.dispose()


@contextmanager
def watched(agent: Agent, around: Callable[[str], Any]) -> Iterator[None]:
    """Wrap each stage while this is entered.

    Args:
        agent: The bot.
        around: Returns a context manager for a stage's name, which is entered while the stage works.
    """
    store = agent.tracker_store
    places: list[tuple[Any, str, Callable[..., str | None]]] = [
        (GraphNode, "__call__", lambda node: stage_of(node._node_name)),
        (Lookout, "__call__", lambda *_: GUARD),
        (RemoteAction, "run", lambda *_: ACTION),
        (type(store), "retrieve", lambda *_: STORE),
        (type(store), "save", lambda *_: STORE),
    ]
    own = [vars(owner).get(name) for owner, name, _ in places]  # None if a class inherits it
    try:
        for owner, name, stage in places:
            setattr(owner, name, _wrapped(getattr(owner, name), stage, around))
        yield
    finally:
        for (owner, name, _), method in zip(places, own, strict=True):
            setattr(owner, name, method) if method else delattr(owner, name)


def _wrapped(method: Any, stage: Callable[..., str | None], around: Callable[[str], Any]) -> Any:
    if asyncio.iscoroutinefunction(method):

        async def coroutine(self: Any, *arguments: Any, **options: Any) -> Any:
            with around(stage(self) or ""):
                return await method(self, *arguments, **options)

        return coroutine

    def function(self: Any, *arguments: Any, **options: Any) -> Any:
        with around(stage(self) or ""):
            return method(self, *arguments, **options)

    return function


def seconds(bot: LocalBot, agent: Agent, texts: Sequence[str]) -> Seconds:
    """Return how long each stage takes for the first message of a conversation."""
    spent: Seconds = defaultdict(float)

    @contextmanager
    def timed(stage: str) -> Iterator[None]:
        begun = time.perf_counter()
        try:
            yield
        finally:
            spent[stage] += time.perf_counter() - begun

    replies: list[Reply] = []

    async def talk() -> float:
        begun = time.perf_counter()
        for place, text in enumerate(texts):
            replies.extend((await bot.send(f"stages-{place}", text)).replies)
        return time.perf_counter() - begun

    with watched(agent, timed):
        whole = asyncio.run(talk())
    with timed(RENDER):
        for reply in replies:
            rendering.web_reply(reply, knowledge(), clinic())
    spent.pop("", None)
    inside = sum(value for stage, value in spent.items() if stage != RENDER)
    spent[REST] = whole - inside
    return {stage: value / len(texts) for stage, value in spent.items()}


def in_process(bot: LocalBot) -> Send:
    """Return a function that sends to the whole bot in this process."""
    loop = asyncio.new_event_loop()
    return lambda conversation, text: loop.run_until_complete(_sent(bot, conversation, text))


async def _sent(bot: LocalBot, conversation: str, text: str) -> None:
    if not (await bot.send(conversation, text)).replies:
        raise RuntimeError(f"no reply to {text!r}")


def of_agent(agent: Agent) -> Send:
    """Return a function that sends to a Rasa agent in this process."""
    loop = asyncio.new_event_loop()
    return lambda conversation, text: loop.run_until_complete(_handled(agent, conversation, text))


async def _handled(agent: Agent, conversation: str, text: str) -> None:
    await agent.handle_message(UserMessage(text, sender_id=conversation))
