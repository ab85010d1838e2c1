"""Takes in patients' messages of all messaging channels, and has them answered and the replies sent."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from bot.alarm.desk import desk
from bot.alarm.record import Alarm
from bot.channels.answering import Answering
from bot.channels.connector import Connector
from bot.channels.conversations import Bot
from bot.channels.guard import Alarmed, Guard
from bot.channels.reading import said
from bot.channels.sending import Sending
from bot.channels.wire import Receipt
from bot.knowledge.base import knowledge
from bot.reply.rendering import shown
from bot.reply.reply import Reply
from bot.reply.rows import rows
from bot.reply.shown import Message
from bot.settings import settings
from bot.store.messages import Messages, Received, StoreError, Talk
from bot.store.messages_sqlite import SqliteMessages

logger = logging.getLogger(__name__)

UNDELIVERED = "undelivered"  # the kind of a line of the record: an urgent message did not reach the patient
DIRECTLY = 10_000  # messages with a sign that were answered without the store: providers repeat them


class Office:
    """The inbox, the outbox, and those who work on them; one for a process."""

    def __init__(
        self,
        store: Messages,
        alarmed: Alarmed,
        *,
        workers: int = 2,
        senders: int = 8,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Create it.

        Args:
            store: What keeps messages.
            alarmed: Records every alarm, and tells the clinic.
            workers: How many messages are answered at the same time.
            senders: How many messages are sent at the same time: a provider may take half a second for each.
            clock: Returns the time in seconds since 1970.
        """
        self.store = store
        self._clock = clock
        self._alarmed = alarmed
        self._guard = Guard(alarmed=alarmed)
        self._workers, self._senders = workers, senders
        self._bot: Callable[[], Bot] | None = None
        self._running: list[asyncio.Task[None]] = []
        self._direct: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._looked: set[int] = set()  # new messages that were looked at for signs, and wait to be answered
        self.answering: Answering | None = None
        self.sending: Sending | None = None

    async def open(self, connectors: Sequence[Connector], bot: Callable[[], Bot]) -> None:
        """Begin to work: answer and send, from where an earlier process stopped.

        Args:
            connectors: The channels that are on.
            bot: Returns what is behind the guard.
        """
        self._bot = bot
        by_row = {row: one for one in connectors for row in one.rows}
        self.sending = Sending(self.store, by_row, self._undelivered, clock=self._clock)
        self.answering = Answering(
            self.store, self._guard, by_row, bot, self.sending.wake, looked=self._looked, clock=self._clock
        )
        loops = [self.answering.run() for _ in range(self._workers)]
        loops += [self.sending.run() for _ in range(self._senders)]
        self._running = [asyncio.create_task(one) for one in [*loops, self.answering.wishes.sweep()]]

    async def close(self) -> None:
        """Stop; what is unfinished is taken up at the next start."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        if self.sending:
            await self.sending.close()
        self.store.close()

    async def receive(self, one: Received) -> None:
        """Store a message, and have its urgent message sent at once if it holds a sign.

        Raises:
            StoreError: It could not be stored, so the provider must repeat it. A sign has its urgent message all the
                same.
        """
        if self.answering is None:
            raise StoreError("the server has not begun to work")
        try:
            taken = await self.store.receive(one)
        except StoreError:
            await self._answer_directly(one)
            raise
        if taken is None or self._bot is None or self.answering is None or self.sending is None:
            return
        row = rows()[one.row]
        read = said(one, taken.talk, row, opted_out=taken.opted_out)
        if taken.opted_out and row.comes_back == "message" and read.manner != "stop":
            # Now, else the clinic is told that the urgent message does not arrive. Not later, when the message is
            # answered: the patient may have blocked us meanwhile.
            await self.store.opt_out(taken.conversation, out=False)
        raised, replies = await self._guard.first_look(read.text, taken.conversation, self._bot().store, one.row)
        if raised:
            parts = self._shown(replies, one.row, taken.talk)
            try:
                await self.store.alarmed(taken.number, raised, [part.to_json() for part in parts])
            except StoreError:  # then the one who answers gives it
                logger.error("An urgent message could not be stored; it is sent when its message is answered")
        self._looked.add(taken.number)
        self.sending.wake()
        self.answering.wake()

    async def note(self, receipt: Receipt) -> None:
        """Note what became of a sent message: the clinic learns of an urgent one that failed."""
        if not receipt.failed:
            return
        try:
            found = await self.store.receipt(receipt.row, receipt.id)
        except StoreError:
            return
        if found and found[1]:
            self._undelivered(found[0], receipt.row, receipt.why)

    def trouble(self) -> str | None:
        """Return what keeps messages from being answered or sent; None when nothing does."""
        problems = [one.trouble for one in (self.answering, self.sending) if one and one.trouble]
        return "; ".join(problems) or None

    async def _answer_directly(self, one: Received) -> None:
        """Send the urgent message of a sign without the store; once, though the provider repeats the message."""
        if self.sending is None or self._bot is None or (one.row, one.id) in self._direct:
            return
        # The conversation's own name is in the store. This one lets the guard put split signs together meanwhile.
        address = next(iter(one.addresses.values()), "")
        nameless = f"{one.row}-unstored-{hashlib.sha256(address.encode()).hexdigest()[:16]}"
        _, replies = await self._guard.first_look(one.text, nameless, None, one.row)
        if replies:
            self._direct[one.row, one.id] = None
            if len(self._direct) > DIRECTLY:
                self._direct.popitem(last=False)
            self.sending.directly(one, self._shown(replies, one.row, Talk()))

    def _shown(self, replies: Sequence[Reply], row: str, talk: Talk) -> tuple[Message, ...]:
        number = max(talk.lists, default=0) + 1
        return shown(replies, rows()[row], number=number, base=knowledge()).messages

    def _undelivered(self, conversation: str, row: str, why: str) -> None:
        """Record that an urgent message did not reach a patient; the record tells the clinic's webhook."""
        self._alarmed(Alarm(UNDELIVERED, "channel", (why,), (), ""), conversation, row, "")


def opened(folder: Path) -> Messages:
    """Return the store of a folder.

    Raises:
        DataError: Its keys cannot be used, or a later version of Stride has written it.
    """
    return SqliteMessages(folder)


@cache
def office() -> Office:
    """Return the process's only one, made when the first channel is on."""
    return Office(opened(settings().var), desk())
