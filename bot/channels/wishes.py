"""What a messaging channel does itself: STOP, START, HELP, and the patient's own data."""

from __future__ import annotations

import asyncio
import datetime
import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from bot.channels.background import background
from bot.channels.conversations import Bot
from bot.channels.guard import PATIENCE, Guard
from bot.clinic import clinic
from bot.conversation.manners import Manner
from bot.knowledge.base import knowledge
from bot.reply.reply import Reply, notice
from bot.settings import settings
from bot.store.kept import Kept
from bot.store.messages import Messages, Work

logger = logging.getLogger(__name__)

FIELD = re.compile(r"\{(\w+)\}")
SWEEP = 3600.0  # seconds
DAY = 86_400.0  # seconds


@dataclass(frozen=True)
class Obeyed:
    """What came of a wish: the replies, whether they are sent after STOP, and whether the conversation is deleted."""

    replies: tuple[Reply, ...] = ()
    after_stop: bool = False
    forgets: bool = False


class Wishes:
    """Obeys what patients want of the channel itself."""

    def __init__(self, store: Messages, guard: Guard, bot: Callable[[], Bot]) -> None:
        """Create it; `bot` returns what is behind the guard."""
        self._store, self._guard, self._bot = store, guard, bot

    async def obey(self, work: Work, manner: Manner | None) -> Obeyed:
        """Do what a message wants; nothing if it wants nothing of the channel.

        Raises:
            StoreError: The store cannot be used.
        """
        texts = knowledge().messaging
        # The carrier has replied already; a second reply would be refused, or would annoy.
        silent = work.received.answered is not None
        if manner == "stop":
            await self._store.opt_out(work.conversation, out=True)
            return Obeyed() if silent or work.opted_out else Obeyed((self._say(texts.stopped),), after_stop=True)
        if manner == "start":
            await self._store.opt_out(work.conversation, out=False)
            return Obeyed() if silent else Obeyed((self._say(texts.started),))
        if manner == "help":
            # A carrier demands that its HELP is answered even after STOP.
            return Obeyed() if silent else Obeyed((self._say(texts.help),), after_stop=True)
        if manner == "more":
            return Obeyed((Reply().saying(work.talk.more),))
        if manner == "known":
            return Obeyed((await self._known(work),))
        if manner == "delete":
            return await self._delete(work)
        return Obeyed()

    async def sweep(self) -> None:
        """Delete the conversations that nobody has used for STRIDE_SESSION_DAYS, every hour, until cancelled."""
        while True:
            try:
                store = self._bot().store
                for conversation in await self._store.sweep(time.time() - settings().session_days * DAY):
                    self._guard.forget(conversation)
                    if store:
                        await self._in_thread(partial(_kept().delete_talk, conversation, (), store, expired=True))
                        await self._store.forget(conversation)
                await self._store.overwrite()
                if store:
                    await self._in_thread(_kept().overwrite, store)
            except Exception as error:
                logger.error("Old conversations could not be deleted: %s", type(error).__name__)
            await asyncio.sleep(SWEEP)

    async def _known(self, work: Work) -> Reply:
        """Tell what is kept about the patient."""
        walks = await self._in_thread(_kept().diary.entries, work.conversation)
        began = datetime.datetime.fromtimestamp(work.talk.began or time.time(), datetime.timezone.utc)
        fields = {"messages": str(work.talk.messages + 1), "began": f"{began:%B %-d, %Y}", "walks": str(len(walks))}
        return self._say(FIELD.sub(lambda field: fields.get(field[1], field[0]), knowledge().messaging.known))

    async def _delete(self, work: Work) -> Obeyed:
        """Delete the conversation, its diary and its papers; the answering then deletes what the store has."""
        texts, store = knowledge().messaging, self._bot().store
        try:
            if store is None:
                raise RuntimeError("Rasa's part of the conversation cannot be reached")
            kept = _kept()
            for name in await self._store.names(work.conversation):
                self._guard.forget(name)
                if going_on := background().unfinished(name):
                    await asyncio.wait(going_on, timeout=PATIENCE)
                await self._in_thread(partial(kept.delete_talk, name, work.talk.papers, store))
            await self._in_thread(kept.overwrite, store)
        except Exception as error:
            logger.error("A conversation could not be deleted: %s", type(error).__name__)
            return Obeyed((self._say(texts.not_deleted),))
        return Obeyed((self._say(texts.deleted),), forgets=True)

    def _say(self, text: str) -> Reply:
        return notice(clinic(), text)

    async def _in_thread(self, work: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(None, work, *arguments)


def _kept() -> Kept:
    return Kept(settings().var)
