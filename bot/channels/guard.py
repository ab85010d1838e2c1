"""The guard in front of every channel: limits, injected payloads, the alarm, and failing closed.

A warning sign gets the urgent message even when everything behind the guard fails or hangs; anything else then gets a
plain "I can't answer right now" with the signs that must not wait.
"""

import logging
import re
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.events import BotUttered

from bot.alarm.lookout import Lookout
from bot.alarm.noted import LOOKED, NOTED, Decision, Looked
from bot.alarm.record import Alarm
from bot.alarm.rules import ALARMS, AlarmKind
from bot.alarm.verdict import Verdict
from bot.channels.behind import BusyError, behind
from bot.channels.memory import Memory, Remembered
from bot.clinic import Clinic, clinic
from bot.knowledge.base import KnowledgeBase, knowledge
from bot.knowledge.ids import urgent
from bot.reply.alarms import alarm
from bot.reply.reply import Message, complete, notice, payload, spoken
from bot.settings import settings
from bot.text.clean import clean

logger = logging.getLogger(__name__)

# What a sign gets must be there within two seconds, of which the disk may take 0.6.
LOOK = 0.5  # seconds for the look for signs
URGENT_WAIT = 0.7  # seconds that Rasa may take for a sign
PATIENCE = 10.0  # seconds that it may take for anything else
LEADING_SLASHES = re.compile(r"^[/\s]+")
COMMAND = re.compile(r"[^\s{]*\s*(\{.*\})?", re.DOTALL)
Handle = Callable[[UserMessage], Awaitable[Any]]
Tell = Callable[[dict[str, Any]], Any]
Alarmed = Callable[[Alarm, str, str, str], Any]
Limited = Literal["too_fast", "too_many"]  # the notice that says so


class ReplyChannel(CollectingOutputChannel):
    """Collects whole replies: Rasa's own collector drops their metadata and cuts them at blank lines."""

    def __init__(self, tell: Tell | None = None) -> None:
        """Make a channel; `tell` is called with each reply as soon as it is ready."""
        super().__init__()
        self._tell = tell
        self.kept = False  # whether Rasa has stored the conversation with what was sent here

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keep text, buttons and metadata together."""
        kept = {key: message[key] for key in ("text", "buttons") if message.get(key)}
        metadata = complete(**(message.get("metadata") or {}))
        self.messages.append({"recipient_id": recipient_id, "text": "", **kept, "metadata": metadata})
        if self._tell:
            self._tell(self.messages[-1])


@dataclass(frozen=True)
class Incoming:
    """A message, cleaned, with what it takes to answer it; see `Guard.answer`."""

    text: str
    sender: str
    channel: str
    handle: Handle
    store: TrackerStore
    tell: Tell | None
    limited: Limited | None
    time_zone: str | None = None


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
        self._look = Lookout(LOOK)
        self._memory = Memory()

    async def answer(
        self,
        text: Any,
        sender: str,
        handle: Handle,
        store: TrackerStore,
        channel: str,
        *,
        tell: Tell | None = None,
        limited: Limited | None = None,
        time_zone: str | None = None,
    ) -> list[dict[str, Any]]:
        """Answer one message.

        Args:
            text: What the patient sent; anything but a text is refused politely.
            sender: The conversation's id.
            handle: Rasa's handling of a message.
            store: Where conversations are kept: only payloads that the bot has just offered there may steer it.
            channel: The channel's name.
            tell: Called, in another thread, with replies that are ready before the others, unless the message may
                hold a sign: then nothing may come before the alarm.
            limited: Why the message is only looked through for signs, if it is: so many at once, or in all.
            time_zone: The patient's, where the channel knows it.

        Returns:
            The replies, at least one, each with `text` and `metadata`, some with `buttons`. It never raises, and
            takes no longer than LOOK and URGENT_WAIT for a sign, and LOOK and PATIENCE for anything else.
        """
        try:
            text = clean(text) if isinstance(text, str) else ""
            return await self._answer(Incoming(text, sender, channel, handle, store, tell, limited, time_zone))
        # The patient must not be left without a reply, whatever it is.
        except (Exception, SystemExit) as error:
            _log(error)
            return [self._send(sender, notice(self._clinic, self._base.notices.unavailable))]

    async def _answer(self, incoming: Incoming) -> list[dict[str, Any]]:
        text, sender = incoming.text, incoming.sender
        before = self._memory[sender]
        verdict = await self._look(text, before.pending, before.bot_said)
        begin = self._begin(text, verdict)
        words = text[begin : begin + self._limit]
        noted: list[Decision] = []
        NOTED.set(noted)
        LOOKED.set(Looked(text, before.pending, before.bot_said, verdict))
        collector = ReplyChannel(partial(self._early, incoming, verdict, noted, before))
        replies: list[dict[str, Any]] = []
        no_reply = self._base.notices.unavailable
        try:
            if refusal := self._refusal(incoming, verdict.alarm):
                replies = [refusal]
            elif not incoming.limited:  # else the alarm is given below: Rasa is for those who do not send too much
                given = text
                if verdict.alarm and len(text) > self._limit:
                    given = payload(urgent(verdict.alarm))  # so that the conversation remembers the alarm
                work = self._replies(incoming, given, words, collector, before)
                replies = await behind()(work, URGENT_WAIT if verdict.alarm else PATIENCE, sender, len(given))
        except BusyError:
            no_reply = self._base.notices.busy
        except Exception as error:
            _log(error)
        seen = noted[-1] if noted else None
        # Where nobody behind could vote, a suspicion is enough.
        kind = verdict.alarm or (seen.raised if seen else verdict.suspected)
        missing = kind if kind and not any(reply["metadata"]["answer"] in ALARMS for reply in replies) else None
        if missing:
            raised = alarm(self._base, self._clinic, missing, words)
            # Rasa does not know of it, so that what its buttons would send must be words.
            raised["buttons"] = spoken(button["title"] for button in raised["buttons"])
            replies = [self._send(sender, raised), *replies]
        replies = replies or [self._send(sender, notice(self._clinic, no_reply))]
        heard = before.unheard if collector.kept else None
        after = self._memory[sender] = self._memory[sender].after(replies, missing, words, verdict.pending, heard)
        for reply in replies:
            reply["metadata"]["standing"] = after.standing
        self._record(verdict, seen, replies, incoming, begin, words)
        return replies

    def _early(
        self,
        incoming: Incoming,
        verdict: Verdict,
        noted: list[Decision],
        before: Remembered,
        reply: dict[str, Any],
    ) -> None:
        """Pass a reply on before the others, unless the message may hold a sign: nothing may come before an alarm."""
        if incoming.tell and not (verdict.suspected or (noted and noted[-1].raised)):
            told = reply["metadata"]
            told["standing"] = before.standing if told["standing"] is None else told["standing"]
            incoming.tell(reply)

    def said(self, sender: str, text: str) -> None:
        """Remember what the bot has said in a conversation: the next message may be a reply to it."""
        self._memory.said(sender, text)

    def forget(self, sender: str) -> None:
        """Forget what was said in a conversation."""
        self._memory.forget(sender)

    def _record(
        self,
        verdict: Verdict,
        seen: Decision | None,
        replies: list[dict[str, Any]],
        incoming: Incoming,
        begin: int,
        words: str,
    ) -> None:
        """Have an alarm recorded; a patient who got the urgent message has it, whatever comes of that.

        `words` is what is kept of the message, which begins there in it.
        """
        kind = next((reply["metadata"]["answer"] for reply in replies if reply["metadata"]["answer"] in ALARMS), None)
        if not (kind and self._alarmed):
            return
        counted = [finding for finding in verdict.findings if not finding.silenced]
        by = "rules" if verdict.alarm or not seen else seen.by or "button"
        alarm = Alarm(
            ALARMS[kind],
            by,
            tuple(finding.rule for finding in counted),
            tuple((finding.start - begin, finding.end - begin) for finding in counted),
            verdict.version,
            seen.probability if seen else None,
        )
        try:
            self._alarmed(alarm, incoming.sender, incoming.channel, words)
        except Exception as error:
            _log(error)

    def _refusal(self, incoming: Incoming, alarm: AlarmKind | None) -> dict[str, Any] | None:
        """Return what a message gets that has no words, or is not answered because of its number or length, or None."""
        if not any(character.isalnum() for character in incoming.text):
            return self._send(incoming.sender, notice(self._clinic, self._base.notices.nothing_to_read))
        if alarm:
            return None
        if incoming.limited:
            return self._send(incoming.sender, notice(self._clinic, getattr(self._base.notices, incoming.limited)))
        if len(incoming.text) > self._limit:
            return self._send(incoming.sender, notice(self._clinic, self._base.notices.too_long))
        return None

    def _begin(self, text: str, verdict: Verdict) -> int:
        """Return where what is kept of a message begins: of one that is too long, some way before its first sign."""
        first = min((one.start for one in verdict.findings if not one.silenced), default=0)
        return max(0, min(first - self._limit // 2, len(text) - self._limit))

    async def _replies(
        self, incoming: Incoming, text: str, words: str, collector: ReplyChannel, before: Remembered
    ) -> list[dict[str, Any]]:
        """Have Rasa reply to a text, which is the message's or stands for it; `words`: what is kept of the message."""
        sender, own = incoming.sender, text == incoming.text
        if own and text.startswith("/") and text not in await offered_payloads(incoming.store, sender):
            # Rasa would obey it as the intent of that name, so a command is refused and a sentence loses its slashes.
            text = typed(text)
        if not any(character.isalnum() for character in text):
            return [self._send(sender, notice(self._clinic, self._base.notices.nothing_to_read))]
        try:
            metadata = {"unheard": list(before.unheard), "words": words, "time_zone": incoming.time_zone}
            message = UserMessage(text, collector, sender, input_channel=incoming.channel, metadata=metadata)
            await incoming.handle(message)
            collector.kept = True
        except (Exception, SystemExit) as error:
            # Rasa stores the conversation after it has replied: what it said still counts when that fails.
            if not collector.messages:
                raise
            _log(error)
        return collector.messages

    @staticmethod
    def _send(sender: str, message: Message) -> dict[str, Any]:
        return {"recipient_id": sender, **message}


def typed(text: str) -> str:
    """Return what a text says that begins like a payload but is none of a button's: nothing where it is a command."""
    text = LEADING_SLASHES.sub("", text)
    return "" if COMMAND.fullmatch(text) else text


async def offered_payloads(store: TrackerStore, sender: str) -> Collection[str]:
    """Return the payloads of the buttons under the bot's last reply."""
    tracker = await store.retrieve(sender)
    if tracker is None:
        return []
    for event in reversed(tracker.events):
        if isinstance(event, BotUttered):
            return [button["payload"] for button in event.data.get("buttons") or []]
    return []


def _log(error: BaseException) -> None:
    # Its type only: the message of an error may hold the patient's words.
    logger.error("A message was not handled as it should be: %s", type(error).__name__)
