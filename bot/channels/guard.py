"""The guard in front of every channel: limits, injected payloads, the alarm, and failing closed.

A warning sign gets the urgent message even when everything behind the guard fails or hangs; anything else then gets a
plain "I can't answer right now" with the signs that must not wait.
"""

import logging
import re
import unicodedata
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.events import BotUttered

from bot.alarms.record import Alarm
from bot.channels.behind import behind
from bot.knowledge.base import KnowledgeBase, knowledge
from bot.reply import Message, notice, payload
from bot.safety.detector import detector
from bot.safety.noted import NOTED, Decision
from bot.safety.rules import ORDER, AlarmKind
from bot.safety.verdict import NOTHING, Pending, Verdict
from bot.settings import Clinic, clinic, settings
from bot.talk.answers import alarm

logger = logging.getLogger(__name__)

ALARMS = {f"urgent.{kind}" for kind in ORDER}
STAND_DOWN = "urgent.stand_down"
URGENT_WAIT = 1.0  # seconds: what a sign gets must be there within two
PATIENCE = 10.0  # seconds that anything else may take
REMEMBERED = 10_000  # conversations
LEADING_SLASHES = re.compile(r"^[/\s]+")
COMMAND = re.compile(r"[^\s{]*\s*(\{.*\})?", re.DOTALL)
Handle = Callable[[UserMessage], Awaitable[Any]]
Alarmed = Callable[[Alarm, str, str, str], Any]


class ReplyChannel(CollectingOutputChannel):
    """Collects whole replies: Rasa's own collector drops their metadata and cuts them at blank lines."""

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keep text, buttons and metadata together."""
        kept = {key: message[key] for key in ("text", "buttons", "metadata") if message.get(key)}
        self.messages.append({"recipient_id": recipient_id, **kept})


class Guard:
    """Stands between a channel and Rasa."""

    def __init__(
        self,
        base: KnowledgeBase | None = None,
        details: Clinic | None = None,
        limit: int | None = None,
        alarmed: Alarmed | None = None,
    ) -> None:
        """Make a guard; `alarmed` is called with every alarm, its conversation, channel and text, to record it."""
        self._base = base or knowledge()
        self._clinic = details or clinic()
        self._limit = limit or settings().message_limit
        self._alarmed = alarmed
        detector()  # started now, so that the first sign does not wait for it
        # What was said before, for when the store behind is not there: the latest conversations only.
        self._pending: OrderedDict[str, tuple[Pending, str]] = OrderedDict()

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
            The replies, at least one, each with `text` and `metadata`, some with `buttons`. It never raises, and
            takes no longer than URGENT_WAIT for a sign and PATIENCE for anything else.
        """
        try:
            return await self._answer(clean(text) if isinstance(text, str) else "", sender, handle, store, channel)
        # The patient must not be left without a reply, whatever it is.
        except (Exception, SystemExit) as error:
            _log(error)
            return [self._send(sender, notice(self._clinic, self._base.notices.unavailable))]

    async def _answer(
        self, text: str, sender: str, handle: Handle, store: TrackerStore, channel: str
    ) -> list[dict[str, Any]]:
        pending, bot_said = self._pending.pop(sender, (NOTHING, ""))
        verdict = detector()(text, pending, bot_said)
        noted: list[Decision] = []
        NOTED.set(noted)
        replies: list[dict[str, Any]] = []
        try:
            work = self._replies(text, sender, handle, store, channel, verdict.alarm)
            replies = await behind()(work, URGENT_WAIT if verdict.alarm else PATIENCE)
        except Exception as error:
            _log(error)
        seen = noted[-1] if noted else None
        # Where nobody behind could vote, a suspicion is enough.
        kind = verdict.alarm or (seen.raised if seen else verdict.suspected)
        told = {reply["metadata"]["answer"] for reply in replies}
        if kind and not told & ALARMS:
            replies = [self._send(sender, alarm(self._base, self._clinic, f"urgent.{kind}", text)), *replies]
        replies = replies or [self._send(sender, notice(self._clinic, self._base.notices.unavailable))]
        bot_said = " ".join(reply["text"] for reply in replies)
        self._remember(sender, NOTHING if STAND_DOWN in told else verdict.pending, bot_said)
        self._record(verdict, seen, replies, sender, channel, text)
        return replies

    def said(self, sender: str, text: str) -> None:
        """Remember what the bot has said in a conversation: the next message may be a reply to it."""
        pending, _ = self._pending.pop(sender, (NOTHING, ""))
        self._remember(sender, pending, text)

    def _remember(self, sender: str, pending: Pending, bot_said: str) -> None:
        self._pending[sender] = (pending, bot_said)
        if len(self._pending) > REMEMBERED:
            self._pending.popitem(last=False)

    def _record(
        self,
        verdict: Verdict,
        seen: Decision | None,
        replies: list[dict[str, Any]],
        sender: str,
        channel: str,
        text: str,
    ) -> None:
        """Have an alarm recorded; a patient who got the urgent message has it, whatever comes of that."""
        kind = next((reply["metadata"]["answer"] for reply in replies if reply["metadata"]["answer"] in ALARMS), None)
        if not (kind and self._alarmed):
            return
        counted = [finding for finding in verdict.findings if not finding.silenced]
        by = "rules" if verdict.alarm or not seen else seen.by or "button"
        alarm = Alarm(
            kind.removeprefix("urgent."),
            by,
            tuple(finding.rule for finding in counted),
            tuple((finding.start, finding.end) for finding in counted),
            verdict.version,
            seen.probability if seen else None,
        )
        try:
            self._alarmed(alarm, sender, channel, text)
        except Exception as error:
            _log(error)

    async def _replies(
        self, text: str, sender: str, handle: Handle, store: TrackerStore, channel: str, alarm: AlarmKind | None
    ) -> list[dict[str, Any]]:
        if len(text) > self._limit:
            if not alarm:
                return [self._send(sender, notice(self._clinic, self._base.notices.too_long))]
            text = payload(f"urgent.{alarm}")  # so that the conversation remembers the alarm
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
