"""The bot in this process: Rasa's agent and the actions, behind the guard."""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rasa.core.actions.action import RemoteAction
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.tracker_store import TrackerStore
from rasa.core.utils import AvailableEndpoints
from rasa.shared.core.constants import DEFAULT_INTENTS
from rasa.shared.core.events import BotUttered
from rasa.utils.endpoints import EndpointConfig
from rasa_sdk.executor import ActionExecutor

from bot.alarm.desk import AlarmDesk
from bot.alarm.webhook import LOCAL
from bot.channels.guard import Alarmed, Guard
from bot.clinic import clinic
from bot.conversation.acts import ACTS
from bot.datafile import DataError
from bot.files.database import make
from bot.knowledge.base import knowledge
from bot.nlu.training import checked
from bot.reply.reply import Reply
from bot.settings import HOME, VAR, settings
from bot.store.trackers import MemoryStore

ACTIONS = "actions"
RASAS_VALIDATION = RemoteAction._validate_action_result


class InProcessActions(EndpointConfig):
    """An action endpoint without a server: calls rasa_sdk's executor directly.

    Rasa validates every result against a JSON schema, and that schema against the meta-schema. That is more work than
    all else for a message, and useless for our own typed actions, so this process skips it.
    """

    def __init__(self) -> None:
        RemoteAction._validate_action_result = lambda *_: True
        super().__init__(url="in-process", enable_selective_domain=True)  # no action reads the domain
        self._executor = ActionExecutor()
        # rasa_sdk logs every action that it registers, which no reader of our log needs.
        logging.getLogger("rasa_sdk.executor").setLevel(logging.WARNING)
        self._executor.register_package(ACTIONS)

    async def request(self, *_: Any, json: dict[str, Any] | None = None, **__: Any) -> Any:
        """Run the action that Rasa asks for; return what the action server would send."""
        return await self._executor.run(json)


def load_agent(model: Path, endpoints: Path | None = None) -> Agent:
    """Start Rasa's agent.

    Args:
        model: The trained model.
        endpoints: endpoints.yml, which names the tracker store; in memory when None.

    Raises:
        DataError: The archive is not the trained one, or one of its intents has no text.
    """
    agent = Agent(action_endpoint=InProcessActions(), lock_store=InMemoryLockStore())
    agent.load_model(checked(model))
    missing = sorted(set(agent.domain.intents) - set(knowledge().replies) - {*DEFAULT_INTENTS, *ACTS})
    if missing:
        raise DataError(f"{model}: intents: bot/knowledge/ has no answer for {', '.join(missing)}")
    if endpoints:
        agent.tracker_store = TrackerStore.create(where_kept(endpoints), agent.domain)
        agent.processor.tracker_store = agent.tracker_store
    else:
        agent.tracker_store = agent.processor.tracker_store = MemoryStore(agent.domain)
    return agent


def where_kept(endpoints: Path) -> EndpointConfig | None:
    """Return the tracker store that endpoints.yml names.

    A file in `var/` moves to `STRIDE_VAR`. A missing file is created, readable by its owner only.
    """
    store = AvailableEndpoints.read_endpoints(str(endpoints)).tracker_store
    if store and store.kwargs.get("dialect") == "sqlite":
        file = HOME / store.kwargs.get("db", "rasa.db")
        if file.is_relative_to(VAR):
            file = settings().var / file.relative_to(VAR)
        make(file)
        file.chmod(0o600)  # Rasa itself may have made it
        store.kwargs["db"] = str(file)
    return store


@dataclass(frozen=True)
class Answered:
    """The replies to a message, and the classifier's confidence (0 when it was not asked)."""

    replies: list[Reply]
    confidence: float


class LocalBot:
    """Conversations without a server, for the terminal, scripts and tests."""

    def __init__(self, agent: Agent, alarmed: Alarmed | None = None) -> None:
        """Talk to a started bot; `alarmed` receives every alarm (see `record`)."""
        self._agent = agent
        self._guard = Guard(alarmed=alarmed)

    async def said(self, conversation: str, text: str) -> None:
        """Have the bot say something unasked, for scripts that continue from there."""
        store = self._agent.tracker_store
        tracker = await store.get_or_create_tracker(conversation)
        tracker.update(BotUttered(text))
        await store.save(tracker)
        self._guard.said(conversation, text)

    async def parsed(self, conversation: str, text: str) -> dict[str, Any]:
        """Return Rasa's parse of a message in a conversation, without an answer or a trace."""
        tracker = await self._agent.tracker_store.get_or_create_tracker(conversation)
        parse: dict[str, Any] = await self._agent.processor.parse_message(UserMessage(text), tracker)
        return parse

    async def send(self, conversation: str, text: Any) -> Answered:
        """Send a patient's message, and wait for the replies."""
        store = self._agent.tracker_store
        handled: list[str] = []

        async def handle(message: UserMessage) -> Any:
            handled.append(message.message_id)
            return await self._agent.handle_message(message)

        replies = [reply async for reply in self._guard.answer(text, conversation, handle, store, LOCAL)]
        tracker = await store.retrieve(conversation) if handled else None
        if tracker is None or tracker.latest_message.message_id not in handled:
            return Answered(replies, 0.0)
        return Answered(replies, float(tracker.latest_message.intent.get("confidence") or 0.0))


def record() -> Alarmed:
    """Return the record of alarms for people who try the bot; it calls nobody."""
    return AlarmDesk(settings(), clinic(), tells=False)
