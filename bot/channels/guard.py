"""The guard in front of every channel: limits, injected payloads, the alarm, and failing closed.

A sign gets the urgent message even when everything behind the guard fails or hangs. Any other message then gets a
plain "I can't answer right now" with the signs that must not wait.
"""

import logging
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from typing import Any

from rasa.core.channels.channel import UserMessage
from rasa.core.tracker_store import TrackerStore

from bot.alarm.decide import Decision, Evidence, decide
from bot.alarm.lookout import Lookout
from bot.alarm.record import Alarm
from bot.alarm.verdict import Verdict
from bot.channels.background import BusyError, background
from bot.channels.given import Given, Unheard
from bot.channels.incoming import Handle, Incoming, Limited
from bot.channels.memory import Memory, Remembered, recalled
from bot.channels.processor import ReplyChannel
from bot.clinic import Clinic, clinic
from bot.conversation.alarms import stamp
from bot.knowledge.base import KnowledgeBase, knowledge
from bot.reply.alarms import urgent_messages
from bot.reply.reply import Reply, as_shown, notice
from bot.settings import settings
from bot.text.clean import clean

logger = logging.getLogger(__name__)

# An urgent message must arrive within two seconds; the disk may take 0.6 of them.
RECALL = 0.3  # seconds to read a conversation that the guard does not remember
LOOK = 0.5  # seconds to look for signs
URGENT_WAIT = 0.7  # seconds that Rasa may take after the guard has answered a sign
PATIENCE = 10.0  # seconds that Rasa may take for anything else
Alarmed = Callable[[Alarm, str, str, str], Any]


class Guard:
    """Stands between a channel and Rasa."""

    def __init__(
        self,
        base: KnowledgeBase | None = None,
        details: Clinic | None = None,
        limit: int | None = None,
        alarmed: Alarmed | None = None,
    ) -> None:
        """Create a guard; `alarmed` records every alarm, with its conversation, channel and text."""
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
        store: TrackerStore | None,
        channel: str,
        *,
        limited: Limited | None = None,
        time_zone: str | None = None,
        raised: Sequence[Unheard] = (),
        message_id: str | None = None,
        talks: bool = True,
    ) -> AsyncIterator[Reply]:
        """Answer one message; yield each reply as soon as it is ready.

        Args:
            text: What the patient sent; anything but a text is refused politely.
            sender: The conversation's id.
            handle: Rasa's message handler.
            store: Rasa's tracker store, for a conversation that the guard does not remember; None without a model.
            channel: The channel's name.
            limited: Why the message is only checked for signs, if it is: too many messages at once, or in all.
            time_zone: The patient's time zone, where the channel knows it.
            raised: The alarms that `first_look` has raised for this message: the patient has their urgent messages.
            message_id: The message's id in Rasa's tracker, for a channel that may have to ask what Rasa has replied.
            talks: Whether the bot may ask for symptoms: guided talks and the diary.

        Yields:
            The replies, at least one; alarms come before all others. It never raises. A sign of which the rules are
            sure gets the urgent message within RECALL and LOOK, before any step that can fail. All other replies
            follow within PATIENCE.
        """
        cleaned = clean(text) if isinstance(text, str) else ""
        silent = not raised
        incoming = Incoming(
            cleaned, sender, channel, handle, store, limited, time_zone, tuple(raised), message_id, talks
        )
        try:
            async for reply in self._answer(incoming):
                silent = False
                yield reply
        # The patient must get a reply, whatever the error.
        except (Exception, SystemExit) as error:
            _log(error)
            if silent:
                yield notice(self._clinic, self._base.notices.unavailable)

    async def first_look(
        self, text: Any, sender: str, store: TrackerStore | None, channel: str
    ) -> tuple[tuple[Unheard, ...], list[Reply]]:
        """Look for a sign in a message that is answered later.

        Args:
            text: What the patient sent; anything but a text holds no sign.
            sender: The conversation's id.
            store: Rasa's tracker store, for a conversation that the guard does not remember.
            channel: The channel's name.

        Returns:
            The alarms that the rules are sure of, which are on record, and their urgent messages; `answer` then takes
            these alarms as `raised`. Empty without a sign. It never raises, and takes at most RECALL and LOOK.
        """
        cleaned = clean(text) if isinstance(text, str) else ""
        incoming = Incoming(cleaned, sender, channel, None, store)
        try:
            before = await self._remembered(incoming)
            verdict = await self._look(cleaned, before.pending, before.bot_said)
            begin = incoming.begin(self._limit, verdict)
            words = cleaned[begin : begin + self._limit]
            given = Given()
            replies = self._raise(decide(Evidence(verdict)), words, sender, given) if verdict.alarm else []
            self._record(verdict, given, incoming, begin, words)
            return given.raised, replies
        except (Exception, SystemExit) as error:
            _log(error)
            return (), []

    def _raise(self, decision: Decision, words: str, sender: str, given: Given) -> list[Reply]:
        """Note the alarms of a decision that the patient has not got yet, and return their urgent messages."""
        kinds = given.decide(decision)
        for kind in reversed(kinds):  # the gravest last: replies speak of the last
            raised = {"kind": kind, "words": words, "at": stamp()}
            given.alarm(kind, raised)
            self._memory[sender] = self._memory[sender].raising(raised)
        return urgent_messages(self._base, self._clinic, kinds, as_shown(self._base, words))

    async def _answer(self, incoming: Incoming) -> AsyncIterator[Reply]:
        text, sender = incoming.text, incoming.sender
        before = (await self._remembered(incoming)).without(incoming.raised)
        for one in incoming.raised:  # by another process, or before a crash
            if one not in self._memory[sender].unheard:
                self._memory[sender] = self._memory[sender].raising(one)
        verdict = await self._look(text, before.pending, before.bot_said)
        begin = incoming.begin(self._limit, verdict)
        words = text[begin : begin + self._limit]
        given = Given.after_first_look(self._base, self._clinic, incoming.raised, as_shown(self._base, words))

        def shown(reply: Reply) -> Reply:
            """Note and return a reply with the alarms that stand now: one may be new."""
            standing = self._memory[sender].standing_with(before, given.standing_told)
            given.replies.append(replace(reply, standing=standing))
            return given.replies[-1]

        try:
            async for news in self._news(incoming, verdict, before, words, given):
                if not isinstance(news, Decision):
                    if given.take(news):
                        yield shown(news)
                    continue
                for reply in self._raise(news, words, sender, given):
                    yield shown(reply)
                # Record before Rasa answers, so that the alarm is on record whatever ends this process.
                self._record(verdict, given, incoming, begin, words)
            if given.refused or not given.replies:
                yield shown(notice(self._clinic, given.refused or self._base.notices.unavailable))
        finally:  # also when the caller stops reading
            self._memory[sender] = self._memory[sender].after(before, given, words, verdict.pending)
            self._record(verdict, given, incoming, begin, words)

    async def _remembered(self, incoming: Incoming) -> Remembered:
        """Return what the guard remembers of a conversation, else what Rasa has kept of it."""
        sender = incoming.sender
        if incoming.store and not incoming.limited and sender not in self._memory:
            try:
                kept = await background()(recalled(incoming.store, sender), RECALL)
                if sender not in self._memory:  # else another message has meanwhile raised an alarm or asked too
                    self._memory.recall(sender, kept)
            except Exception as error:
                _log(error)
        return self._memory[sender]

    async def _news(
        self, incoming: Incoming, verdict: Verdict, before: Remembered, words: str, given: Given
    ) -> AsyncIterator[Decision | Reply]:
        """Yield the decision about a message, then Rasa's replies.

        A sure sign is decided at once. Without a vote, the rules' suspicion is enough, and is decided before the first
        reply. The caller notes a decision in `given` before it asks for more.
        """
        alone = decide(Evidence(verdict))
        if verdict.alarm:
            yield alone
        text = incoming.for_rasa(self._limit, verdict.alarm, before.offered)
        given.refused = incoming.refusal(self._base.notices, self._limit, text, verdict.alarm)
        try:
            if not (given.refused or incoming.limited):  # a limited message does not reach Rasa
                async for news in self._asked(incoming, text, verdict, before, words):
                    if given.decision is None and not isinstance(news, Decision):
                        yield alone
                    yield news
                given.kept = True
        except BusyError:
            given.refused = None if given.replies or alone.raised else self._base.notices.busy
        except Exception as error:
            _log(error)
        if given.decision is None:
            yield alone

    def _asked(
        self, incoming: Incoming, text: str, verdict: Verdict, before: Remembered, words: str
    ) -> AsyncIterator[Decision | Reply]:
        """Have Rasa answer the message or its substitute; `words` is the part of the message to keep."""
        metadata = {
            "unheard": list(before.unheard),
            "words": words,
            "time_zone": incoming.time_zone,
            "talks": incoming.talks,
            "verdict": verdict.to_metadata(),
        }
        rasa = incoming.handle
        assert rasa is not None, "only a first look has no handler"

        async def handle(put: Callable[[Decision | Reply], None]) -> None:
            channel = ReplyChannel(put)
            message = UserMessage(
                text,
                channel,
                incoming.sender,
                input_channel=incoming.channel,
                message_id=incoming.message_id,
                metadata=metadata,
            )
            try:
                await rasa(message)
            finally:  # pass on replies even when a later step fails
                channel.flush()

        wait = URGENT_WAIT if verdict.alarm else PATIENCE
        return background().stream(handle, wait, incoming.sender, len(text))

    def said(self, sender: str, text: str) -> None:
        """Remember what the bot has said: the next message may be a reply to it."""
        self._memory.said(sender, text)

    def forget(self, sender: str) -> None:
        """Forget what was said in a conversation."""
        self._memory.forget(sender)

    def read_again(self, sender: str) -> None:
        """Have the next message read a conversation anew from Rasa's store: another process has answered in it."""
        self._memory.read_again(sender)

    def _record(self, verdict: Verdict, given: Given, incoming: Incoming, begin: int, words: str) -> None:
        """Record the new alarms, or a check; the patient has them even when this fails.

        `words` is the part of the message to keep; it starts at `begin`.
        """
        new = given.to_record()
        if not (new and self._alarmed):
            return
        alarm = Alarm.of(new[0], given.decision or Decision(), verdict, begin)
        try:
            self._alarmed(alarm, incoming.sender, incoming.channel, words)
        except Exception as error:
            _log(error)


def _log(error: BaseException) -> None:
    # Log the type only: an error's message may hold the patient's words.
    logger.error("A message was not handled as it should be: %s", type(error).__name__)
