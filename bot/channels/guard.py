"""The guard in front of every channel: limits, injected payloads, the alarm, and failing closed.

A warning sign gets the urgent message even when everything behind the guard fails; anything else then gets a plain
"I can't answer right now" with the signs that must not wait.
"""

import logging
import re
import unicodedata
from collections.abc import Awaitable, Callable, Collection
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.events import BotUttered

from bot.knowledge.base import KnowledgeBase, knowledge
from bot.reply import Message, notice, payload, render
from bot.safety.detector import detector
from bot.safety.rules import ORDER
from bot.settings import Clinic, clinic, settings

logger = logging.getLogger(__name__)

ALARMS = {f"urgent.{kind}" for kind in ORDER}
LEADING_SLASHES = re.compile(r"^[/\s]+")
COMMAND = re.compile(r"[^\s{]*\s*(\{.*\})?", re.DOTALL)
Handle = Callable[[UserMessage], Awaitable[Any]]


class ReplyChannel(CollectingOutputChannel):
    """Collects whole replies: Rasa's own collector drops their metadata and cuts them at blank lines."""

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keep text, buttons and metadata together."""
        kept = {key: message[key] for key in ("text", "buttons", "metadata") if message.get(key)}
        self.messages.append({"recipient_id": recipient_id, **kept})


class Guard:
    """Stands between a channel and Rasa."""

    def __init__(
        self, base: KnowledgeBase | None = None, details: Clinic | None = None, limit: int | None = None
    ) -> None:
        self._base = base or knowledge()
        self._clinic = details or clinic()
        self._limit = limit or settings().message_limit

    async def answer(
        self, text: Any, sender: str, handle: Handle, store: TrackerStore, channel: str
    ) -> list[dict[str, Any]]:
        """Answer one message.

        Args:
            text: What the patient sent; anything but a text is refused politely.
            sender: The conversation's id.
            handle: Rasa's handling of a message.
            store: Where conversations are kept: only payloads that the bot has just offered there may steer it.
            channel: The channel's name.

        Returns:
            The replies, at least one, each with `text` and `metadata`, some with `buttons`. It never raises.
        """
        try:
            return await self._answer(clean(text) if isinstance(text, str) else "", sender, handle, store, channel)
        # The patient must not be left without a reply, whatever it is; Rasa's SQL store even exits over some errors.
        except (Exception, SystemExit) as error:
            _log(error)
            return [self._send(sender, notice(self._clinic, self._base.notices.unavailable))]

    async def _answer(
        self, text: str, sender: str, handle: Handle, store: TrackerStore, channel: str
    ) -> list[dict[str, Any]]:
        alarm = detector()(text).alarm
        urgent = f"urgent.{alarm}" if alarm else None
        try:
            replies = await self._replies(text, sender, handle, store, channel, urgent)
        except (Exception, SystemExit) as error:
            if not urgent:
                raise
            _log(error)
            replies = []
        if urgent and not any(reply["metadata"]["answer"] in ALARMS for reply in replies):
            return [self._send(sender, render(self._base, self._clinic, self._base[urgent])), *replies]
        return replies or [self._send(sender, notice(self._clinic, self._base.notices.unavailable))]

    async def _replies(
        self, text: str, sender: str, handle: Handle, store: TrackerStore, channel: str, urgent: str | None
    ) -> list[dict[str, Any]]:
        if len(text) > self._limit:
            if not urgent:
                return [self._send(sender, notice(self._clinic, self._base.notices.too_long))]
            text = payload(urgent)  # so that the conversation remembers the alarm
        elif text.startswith("/") and text not in await offered_payloads(store, sender):
            # Rasa would obey it as the intent of that name, so a command is refused and a sentence loses its slashes.
            text = LEADING_SLASHES.sub("", text)
            text = "" if COMMAND.fullmatch(text) else text
        if not any(character.isalnum() for character in text):
            return [self._send(sender, notice(self._clinic, self._base.notices.nothing_to_read))]
        collector = ReplyChannel()
        try:
            await handle(UserMessage(text, collector, sender, input_channel=channel))
        except (Exception, SystemExit) as error:
            # Rasa stores the conversation after it has replied: what it said still counts when that fails.
            if not collector.messages:
                raise
            _log(error)
        return collector.messages

    @staticmethod
    def _send(sender: str, message: Message) -> dict[str, Any]:
        return {"recipient_id": sender, **message}


async def offered_payloads(store: TrackerStore, sender: str) -> Collection[str]:
    """Return the payloads of the buttons under the bot's last reply."""
    tracker = await store.retrieve(sender)
    if tracker is None:
        return []
    for event in reversed(tracker.events):
        if isinstance(event, BotUttered):
            return [button["payload"] for button in event.data.get("buttons") or []]
    return []


def clean(text: str) -> str:
    """Put a text into one form (NFKC); invisible characters are left out, control characters become blanks."""
    return _visible(unicodedata.normalize("NFKC", _visible(text))).strip()


def _visible(text: str) -> str:
    categories = ((character, unicodedata.category(character)) for character in text)
    # Zero-width characters (Cf) stand within words and within emoji; the rest of C parts words.
    return "".join(
        " " if category[0] == "C" and character != "\n" else character
        for character, category in categories
        if category != "Cf"
    )


def _log(error: BaseException) -> None:
    # Its type only: the message of an error may hold the patient's words.
    logger.error("A message was not handled as it should be: %s", type(error).__name__)
