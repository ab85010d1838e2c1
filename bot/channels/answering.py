"""Answers the inbox: one message of a conversation at a time, each exactly once, whatever ends the process."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import cast

from rasa.shared.core.events import BotUttered, UserUttered

from bot.alarm.decide import Decision
from bot.alarm.rules import ALARMS, AlarmKind
from bot.channels.connector import Connector
from bot.channels.conversations import Bot
from bot.channels.guard import Guard
from bot.channels.incoming import Limited
from bot.channels.processor import ReplyChannel
from bot.channels.reading import HELD, Said, said
from bot.channels.wishes import Wishes
from bot.clinic import clinic
from bot.conversation.forms import forms
from bot.knowledge.base import knowledge
from bot.knowledge.ids import TRACK
from bot.reply.alarms import urgent_messages
from bot.reply.rendering import shown
from bot.reply.reply import Reply, as_shown, notice
from bot.reply.rows import Row, rows
from bot.reply.shown import Shown
from bot.settings import settings
from bot.store.messages import Messages, StoreError, Talk, Work
from bot.text.clean import clean
from bot.web.limits import shared_limits

logger = logging.getLogger(__name__)

LEASE = 30.0  # seconds that a worker has for a message: three times what the guard takes at most
TRIES = 3  # a message that ended the process so often is not given to Rasa again
IDLE = 1.0  # seconds until a worker looks again: another process may have stored a message
BURST = 60.0  # seconds in which something is said once
REMEMBERED = 10_000  # numbers of messages
TOO_FAST: Limited = "too_fast"


class Answering:
    """The workers of one process. Several processes may share a store."""

    def __init__(
        self,
        store: Messages,
        guard: Guard,
        connectors: Mapping[str, Connector],
        bot: Callable[[], Bot],
        added: Callable[[], None],
        *,
        looked: set[int],
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Create them.

        Args:
            store: The inbox and the outbox.
            guard: Answers each message.
            connectors: The channels that are on, by their rows.
            bot: Returns what is behind the guard.
            added: Is called when a part was added to the outbox.
            looked: The numbers of new messages that were looked at for signs; those that are claimed are taken out.
            clock: Returns the time in seconds since 1970.
        """
        self._store, self._guard, self._connectors = store, guard, connectors
        self._bot, self._added, self._looked, self._clock = bot, added, looked, clock
        self.wishes = Wishes(store, guard, bot)
        self._worker = secrets.token_hex(8)
        self._news = asyncio.Event()
        self.trouble: str | None = None

    def wake(self) -> None:
        """Tell the workers that there may be a message."""
        self._news.set()

    async def run(self) -> None:
        """Answer messages until cancelled."""
        while True:
            self._news.clear()
            try:
                work = await self._store.claim(self._worker, LEASE, {*self._looked})
                self.trouble = None
                if work:
                    # Those far before it were claimed by another process.
                    old = work.number - REMEMBERED
                    self._looked -= {one for one in self._looked if one == work.number or one < old}
                    await self.answer(work)
                    continue
            except StoreError as error:
                self.trouble = f"messages: {error}"
                await asyncio.sleep(IDLE)
            # Nothing in one message may end the worker: it answers all others.
            except Exception as error:
                logger.error("A message was not answered as it should be: %s", type(error).__name__)
                await asyncio.sleep(IDLE)
            try:
                await asyncio.wait_for(self._news.wait(), IDLE)
            except asyncio.TimeoutError:
                continue

    async def answer(self, work: Work) -> None:
        """Answer one message: put the reply into the outbox, and end the claim.

        Raises:
            StoreError: The store cannot be used; the message is claimed again later.
        """
        row = rows()[work.received.row]
        if not work.same_worker:
            self._guard.read_again(work.conversation)
        read = said(work.received, work.talk, row, opted_out=work.opted_out)
        try:
            obeyed = await self.wishes.obey(work, read.manner)
            told = self._told(work, read, row)
            own = [notice(clinic(), getattr(knowledge().messaging, one)) for one in told]
            replies = [*own, *obeyed.replies, *await self._asked(work, read, told)]
            turn = self._shown(work, replies)
            parts = [{**one.to_json(), "after_stop": obeyed.after_stop} for one in turn.messages]
            talk = Talk() if obeyed.forgets else self._talk(work, read, turn, replies, told)
            if obeyed.forgets:  # first, so that what the patient is told is true
                await self._store.forget(work.conversation, keep_address=True)
                await self._store.overwrite()
            await self._store.finish(work, self._worker, parts, talk)
        except StoreError:
            raise
        except BaseException:
            await self._store.give_back(work, self._worker)
            raise
        finally:
            self._added()

    async def _asked(self, work: Work, read: Said, told: list[str]) -> list[Reply]:
        """Return the bot's replies to a message; its urgent messages go to the outbox at once.

        That the patient is too fast is said once a burst, and then noted in `told`.
        """
        kinds = [cast(AlarmKind, one["kind"]) for one in reversed(work.alarmed)]
        words = as_shown(knowledge(), clean(read.text))
        replies = urgent_messages(knowledge(), clinic(), kinds, words)
        if not read.text:
            return replies
        if work.tries:
            if kept := await self._replied(work):
                return [*replies, *(one for one in kept if one.answer not in {reply.answer for reply in replies})]
            if work.tries >= TRIES:
                return [*replies, notice(clinic(), knowledge().notices.unavailable)]
        talks = self._connectors[work.received.row].credentials.self_check
        limited = self._limited(work, words)
        bot = self._bot()
        answers = self._guard.answer(
            read.text,
            work.conversation,
            bot.handle,
            bot.store,
            work.received.row,
            limited=TOO_FAST if limited else None,
            raised=[dict(one) for one in work.alarmed],
            message_id=str(work.number),
            talks=talks,
        )
        quiet = limited and self._lately(work, TOO_FAST)
        if limited and not quiet:
            told.append(TOO_FAST)
        async for reply in answers:
            if reply.answer in ALARMS:
                replies.append(reply)
                urgent = [one.to_json() for one in self._shown(work, replies).messages]
                await self._store.add(work, self._worker, urgent, urgent=True)
                self._added()
            elif not quiet:
                replies.append(reply)
        about_talks = {form.starts_with for form in forms().forms.values()} | {TRACK}
        if not talks and any(one.answer in about_talks for one in replies) and not replies[-1].asks:
            replies.append(notice(clinic(), knowledge().messaging.self_check_off))
        return replies

    async def _replied(self, work: Work) -> list[Reply]:
        """Return what Rasa has replied to a message before the process ended; empty if it had not."""
        store = self._bot().store
        tracker = await store.retrieve(work.conversation) if store else None
        events = list(tracker.events) if tracker else []
        last = next((place for place, one in reversed([*enumerate(events)]) if isinstance(one, UserUttered)), None)
        if last is None or events[last].message_id != str(work.number):
            return []
        uttered = [one for one in events[last:] if isinstance(one, BotUttered)]
        said_again: list[Decision | Reply] = []
        channel = ReplyChannel(said_again.append)
        for one in uttered:
            await channel.send_response(work.conversation, {**one.data, "text": one.text, "metadata": one.metadata})
        channel.flush()
        return [one for one in said_again if isinstance(one, Reply)]

    def _limited(self, work: Work, words: str) -> bool:
        # All patients of a provider come from its own addresses, so the limit is the conversation's alone.
        return not shared_limits().message(work.conversation, work.conversation, len(words))

    def _lately(self, work: Work, what: str) -> bool:
        return self._clock() - work.talk.told.get(what, 0.0) < BURST

    def _told(self, work: Work, read: Said, row: Row) -> list[str]:
        """Return the names of the notices that a message gets; those of a burst only once."""
        told: list[str] = (
            [read.told] if read.told and not (read.told == "unreadable" and self._lately(work, read.told)) else []
        )
        if not work.talk.greeted and read.manner not in ("stop", "delete", "help"):
            told.insert(0, "consent_of_carrier" if row.carrier_words else "consent")
        return told

    def _shown(self, work: Work, replies: Sequence[Reply]) -> Shown:
        connector = self._connectors[work.received.row]
        return shown(
            replies,
            rows()[work.received.row],
            number=max(work.talk.lists, default=0) + 1,
            base=knowledge(),
            public_url=settings().public_url,
            pictures=connector.credentials.pictures,
        )

    def _talk(self, work: Work, read: Said, turn: Shown, replies: Sequence[Reply], told: Sequence[str]) -> Talk:
        """Return the conversation's memory after a message."""
        before, now = work.talk, self._clock()
        talk = replace(
            before,
            greeted=before.greeted or any(one.startswith("consent") for one in told),
            told={**before.told, **dict.fromkeys(told, now)},
            papers=[*before.papers, *(link["url"] for one in replies for link in one.links)],
            began=before.began or now,
            messages=before.messages + 1,
        )
        if not read.text:  # what was asked before is still open
            return talk
        lists = {**before.lists, max(before.lists, default=0) + 1: turn.choices}
        return replace(
            talk,
            lists=dict(sorted(lists.items())[-HELD:]),
            numbered=turn.numbered,
            asks=turn.asks,
            # Replies of our own do not know what stands.
            standing=talk.standing if turn.standing is None else turn.standing,
            check=talk.check if turn.check is None else turn.check,
            more=turn.more,
        )
