"""The web chat's conversations: answers each message once, and keeps what the page showed until it is deleted."""

import asyncio
import datetime
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from rasa.core.channels.channel import UserMessage
from rasa.core.tracker_store import TrackerStore

from bot.channels.background import background, retrieved
from bot.channels.exchange import Exchange
from bot.channels.guard import PATIENCE, Alarmed, Guard
from bot.channels.incoming import Limited
from bot.clinic import clinic
from bot.knowledge.base import knowledge
from bot.reply.as_json import web_reply
from bot.reply.reply import as_shown, notice
from bot.settings import settings
from bot.store.forget import forget
from bot.store.kept import Kept
from bot.store.transcripts import KeptExchange, now

logger = logging.getLogger(__name__)

T = TypeVar("T")
NAME = "web"
SWEEP = 3600  # seconds
DISK_WAIT = 0.3  # seconds: an urgent message must arrive within two
THREADS = 8
LONGEST_TALK = 2_000  # answered messages of one conversation: the page loads all when it reopens


@dataclass(frozen=True)
class Posted:
    """A message as the page sent it: its conversation, the page's id for it, its text and its time zone."""

    conversation: str
    id: str
    text: str
    time_zone: str | None = None


@dataclass(frozen=True)
class Bot:
    """What is behind the channel: Rasa's message handler and tracker store.

    The store is None when the server has no model.
    """

    handle: Callable[[UserMessage], Awaitable[Any]]
    store: TrackerStore | None


class Conversations:
    """All conversations of the web chat."""

    def __init__(self, folder: Path, lifetime: datetime.timedelta, alarmed: Alarmed) -> None:
        """Keep conversations in a folder for a time; `alarmed` receives every alarm."""
        self._guard = Guard(alarmed=alarmed)
        self._kept = Kept(folder)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="web-chat")
        self._lifetime = lifetime
        self._diary_lifetime = datetime.timedelta(days=settings().diary_days)
        # Exchanges stay here until they are on disk, so that a resent message is never handled again.
        self._running: dict[tuple[str, str], Exchange] = {}
        # Deletions under way and done. They are here before they are on disk, so that nothing slips in.
        self._deletions: dict[str, asyncio.Task[None]] = {}
        self._tasks: dict[asyncio.Task[None], str] = {}
        self._overwriting = asyncio.Lock()
        # The numbers of deleted and of overwritten conversations; a previous run may have left one to overwrite.
        self._deleted, self._overwritten = 1, 0

    def running(self, conversation: str, message_id: str) -> Exchange | None:
        """Return the exchange of a message that is being answered, or None."""
        return self._running.get((conversation, message_id))

    def answer(self, posted: Posted, bot: Bot, *, limited: bool = False) -> Exchange:
        """Begin to answer a message, unless it was answered before.

        Args:
            posted: The message.
            bot: What answers it.
            limited: The patient has sent too much at once: the message is only checked for signs, and kept if it
                holds one.

        Returns:
            The exchange. It continues even when nobody reads it.
        """
        exchange = Exchange(posted.id, _shown(posted.text, settings().message_limit))
        self._running[posted.conversation, posted.id] = exchange
        self._do(self._answer(exchange, posted, bot, limited), posted.conversation)
        return exchange

    async def begin(self, conversation: str, *, earlier: str | None = None) -> None:
        """Note the start of a conversation, which uses the walking diary of an earlier one."""
        await self._disk(self._kept.transcripts.begin, conversation, now())
        if earlier:
            await self._disk(self._kept.diary.share, earlier, conversation)

    async def has_diary(self, conversation: str) -> bool | None:
        """Return whether the patient has agreed to a walking diary; None if the disk does not tell."""
        return await self._disk(self._kept.diary.agreed, conversation)

    async def ended(self, conversation: str) -> bool:
        """Return whether a conversation was deleted, or is being deleted."""
        ended = await self._disk(self._kept.transcripts.ended, conversation)
        return bool(ended) or conversation in self._deletions

    async def said(self, conversation: str) -> list[KeptExchange]:
        """Wait for running exchanges, and return all of a conversation's, the oldest first."""
        await self._settled(conversation)
        kept = {one.id: one for one in await self._thread(self._kept.transcripts.of, conversation)}
        # Exchanges that the disk did not take stay until the server stops: a reload must show an alarm again.
        left = {id_: one.so_far() for (name, id_), one in self._running.items() if name == conversation and one.done}
        return sorted({**left, **kept}.values(), key=lambda one: one.at)

    async def delete(
        self, conversation: str, store: TrackerStore | None, *, overwriting: bool = True, expired: bool = False
    ) -> None:
        """Delete all that is kept of a conversation: its exchanges, its diary and its papers.

        Args:
            conversation: Its name.
            store: Rasa's tracker store.
            overwriting: Whether to overwrite it in the files; otherwise the next deletion does.
            expired: Whether the patient did not ask for it: then the diary stays.

        Raises:
            Exception: Something could not be deleted; earlier deletions stay.
        """
        if store is None:
            raise RuntimeError("Rasa's part of the conversation cannot be reached")
        doing = self._deletions.get(conversation)
        if doing is None or doing.done():
            doing = self._deletions[conversation] = asyncio.create_task(self._delete(conversation, store, expired))
            doing.add_done_callback(retrieved)
        await asyncio.shield(doing)  # the caller may be gone before it is done
        if overwriting:
            await asyncio.shield(asyncio.ensure_future(self._overwrite(store)))

    async def sweep(self, store: Callable[[], TrackerStore | None]) -> None:
        """Delete expired conversations and unused diaries every hour, as long as the server runs."""
        while True:
            before = now() - self._lifetime
            left = False
            for conversation in await self._disk(self._kept.transcripts.to_delete, before) or []:
                try:
                    await self.delete(conversation, store(), overwriting=False, expired=True)
                except Exception as error:
                    logger.error("An old conversation could not be deleted: %s", type(error).__name__)
                    left = True
            if not left:
                await self._disk(self._kept.transcripts.drop, before)
                self._deletions = {one: doing for one, doing in self._deletions.items() if not doing.done()}
            await self._disk(self._kept.diary.delete_unused, (now() - self._diary_lifetime).date())
            try:
                await self._overwrite(store())
            except Exception as error:
                logger.error("Old conversations could not be overwritten: %s", type(error).__name__)
            await asyncio.sleep(SWEEP)

    async def _delete(self, conversation: str, store: TrackerStore, expired: bool) -> None:
        try:
            said = await self.said(conversation)
            self._guard.forget(conversation)
            for key in [key for key in self._running if key[0] == conversation]:
                del self._running[key]
            going_on = background().unfinished(conversation)
            if going_on:
                _, going_on = await asyncio.wait(going_on, timeout=PATIENCE)
            self._deleted += await self._thread(partial(self._kept.delete, expired=expired), conversation, said, store)
            for one in going_on:
                one.add_done_callback(lambda _: self._do(self._delete_late(conversation, store), conversation))
        except BaseException:
            del self._deletions[conversation]
            raise

    async def _delete_late(self, conversation: str, store: TrackerStore) -> None:
        """Delete what Rasa has kept of a conversation that was deleted while Rasa handled a message."""
        try:
            self._deleted += await self._thread(forget, store, conversation)
            await self._overwrite(store)
        except Exception as error:
            logger.error("A deleted conversation waits for the hourly sweep: %s", type(error).__name__)

    async def _overwrite(self, store: TrackerStore | None) -> None:
        """Rewrite the files once for all conversations deleted so far, unless that is done."""
        deleted = self._deleted
        async with self._overwriting:
            if store and self._overwritten < deleted:
                latest = self._deleted
                await self._thread(self._kept.overwrite, store)
                self._overwritten = latest

    async def _answer(self, exchange: Exchange, posted: Posted, bot: Bot, limited: bool) -> None:
        # Read both at once: an urgent message waits for the disk.
        asked = await self._disk(self._kept.transcripts.before, posted.conversation, posted.id)
        before, number = asked or (None, 0)
        kept = True
        limit: Limited | None = None
        try:
            if before:
                for reply in before.replies:
                    exchange.add(reply)
            else:
                limit = "too_fast" if limited else None
                if number >= LONGEST_TALK:
                    limit = "too_many"
                await self._replies(exchange, posted, bot, limit)
            exchange.finish()  # the page does not wait for the disk
            if not before and (not limit or any(reply["urgent"] for reply in exchange.replies)):
                kept = await self._disk(self._kept.transcripts.add, posted.conversation, exchange.so_far()) is not None
        finally:
            exchange.finish()
            if kept:
                self._running.pop((posted.conversation, posted.id), None)

    async def _replies(self, exchange: Exchange, posted: Posted, bot: Bot, limit: Limited | None) -> None:
        replies = self._guard.answer(
            posted.text,
            posted.conversation,
            bot.handle,
            bot.store,
            NAME,
            limited=limit,
            time_zone=posted.time_zone,
        )
        async for reply in replies:
            if reply.text.strip():
                exchange.add(web_reply(reply, knowledge(), clinic()))
        if not exchange.replies:
            # An empty reply is an error, never silence.
            logger.error("A message got an empty reply")
            unavailable = notice(clinic(), knowledge().notices.unavailable)
            exchange.add(web_reply(unavailable, knowledge(), clinic()))

    async def _disk(self, work: Callable[..., T], *arguments: Any) -> T | None:
        """Read or write transcripts; return None on failure or delay, because no patient may wait for a disk."""
        try:
            doing = asyncio.ensure_future(self._thread(work, *arguments))
            # Not wait_for: before Python 3.12 it loses a cancellation that comes as the work ends.
            done, _ = await asyncio.wait({doing}, timeout=DISK_WAIT)
            doing.add_done_callback(retrieved)
            if not done:
                raise TimeoutError
            return doing.result()
        except Exception as error:
            logger.error("The web chat's transcripts cannot be used: %s", type(error).__name__)
            return None

    async def _thread(self, work: Callable[..., T], *arguments: Any) -> T:
        """Run work in this class's own threads, so that nothing else waits for it."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)

    async def _settled(self, conversation: str) -> None:
        """Wait until a conversation has no running tasks."""
        running = [task for task, name in self._tasks.items() if name == conversation]
        if running:
            await asyncio.wait(running)

    def _do(self, work: Any, conversation: str) -> None:
        task = asyncio.create_task(work)
        self._tasks[task] = conversation
        task.add_done_callback(self._tasks.pop)


def _shown(text: str, longest: int) -> str:
    """Return the text to show for a message: a button's title for its payload, cut when too long."""
    shown = as_shown(knowledge(), text)
    shown = shown if len(shown) <= longest else f"{shown[:longest]} …"
    return shown.encode("utf-8", "replace").decode()  # JSON can hold half a character, which no file can store
