"""Sends the outbox: part by part and in order, urgent parts first, and none twice that is known as accepted."""

from __future__ import annotations

import asyncio
import logging
import random
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from bot.channels.connector import Connector
from bot.channels.http import TIME_OUT, Http
from bot.channels.wire import Call, Sent
from bot.reply.rows import rows
from bot.reply.shown import Message
from bot.store.messages import Messages, Part, Received, StoreError

logger = logging.getLogger(__name__)

LEASE = 60.0  # seconds that a try may take before its outcome counts as unknown
PAUSES = (1.0, 5.0, 30.0, 120.0, 600.0, 3600.0)  # seconds after each try; after the last, a part is given up
JITTER = 0.2  # of a pause, so that parts that failed together do not return together
AGAIN = 3.0  # seconds until an urgent part of unknown outcome is sent again: better twice than never
IDLE = 1.0  # seconds until the outbox is looked at again: another process may have added a part
HOUR = 3600.0  # seconds
WINDOW = "outside the window"


class Sending:
    """The senders of one process. Several processes may share a store."""

    def __init__(
        self,
        store: Messages,
        connectors: Mapping[str, Connector],
        undelivered: Callable[[str, str, str], None],
        *,
        clock: Callable[[], float] = time.time,
        time_out: float = TIME_OUT,
    ) -> None:
        """Create them.

        Args:
            store: The outbox.
            connectors: The channels that are on, by their rows.
            undelivered: Is called with conversation, row and reason of an urgent message that cannot be delivered.
            clock: Returns the time in seconds since 1970.
            time_out: The seconds that a provider has to answer.
        """
        self._store, self._connectors, self._undelivered = store, connectors, undelivered
        self._clock, self._http = clock, Http(time_out)
        self._sender = secrets.token_hex(8)
        self._news, self._telling = asyncio.Event(), asyncio.Lock()
        self._templates: dict[str, float] = {}  # when a conversation was sent the template
        self._tasks: set[asyncio.Task[None]] = set()
        self.trouble: str | None = None

    def wake(self) -> None:
        """Tell the senders that there may be a part."""
        self._news.set()

    async def run(self) -> None:
        """Send parts until cancelled."""
        while True:
            self._news.clear()
            due: float | None = None
            try:
                part = await self._store.next_part(self._sender, LEASE, self._connectors.keys())
                self.trouble = None
                if part:
                    await self.send(part)
                await self._tell()
                if part:
                    continue
                due = await self._store.next_due(self._connectors.keys())
            except StoreError as error:
                self.trouble = f"messages to send: {error}"
            # Nothing in one part may end the sender: it sends all others.
            except Exception as error:
                logger.error("A message was not sent as it should be: %s", type(error).__name__)
            wait = IDLE if due is None else min(max(due - self._clock(), 0.01), IDLE)
            try:
                await asyncio.wait_for(self._news.wait(), wait)
            except asyncio.TimeoutError:
                continue

    async def send(self, part: Part) -> None:
        """Send a part once, and note what came of it.

        Raises:
            StoreError: What came of it could not be noted; it then counts as unknown.
        """
        connector = self._connectors[part.row]
        call, why = self._call(connector, part)
        sent = await self._http.request(connector, call) if call else Sent("final", why=why)
        if call and why:  # it was the template
            self._templates[part.conversation] = self._clock()
        wait = self._wait(part, sent)
        if wait is None:
            sent = replace(sent, outcome="final", why=f"given up after {part.tries + 1} tries: {sent.why}")
        await self._store.sent(
            part, sent.outcome, provider_id=sent.id, wait=wait or 0.0, why=sent.why, addresses=sent.addresses
        )

    def directly(self, one: Received, messages: Sequence[Message]) -> None:
        """Send messages to whom a received one came from, without the outbox, in the background."""
        connector = self._connectors[one.row]

        async def all_of_them() -> None:
            for message in messages:
                for pause in (*PAUSES[:3], None):
                    sent = await self._http.request(connector, connector.call(message, one.row, one.addresses))
                    if sent.outcome == "accepted" or pause is None:
                        break
                    await asyncio.sleep(pause)
                if sent.outcome != "accepted":
                    self._undelivered(one.row, one.row, sent.why)
                    return

        task = asyncio.create_task(all_of_them())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Close the connections."""
        for task in self._tasks:
            task.cancel()
        await self._http.close()

    def _call(self, connector: Connector, part: Part) -> tuple[Call | None, str]:
        """Return the request for a part, or None and why it cannot be sent.

        Outside the window in which a provider takes free text, an urgent part goes as the approved template, once.
        """
        hours = rows()[part.row].window_hours
        if hours is None or self._clock() - part.heard < hours * HOUR:
            return connector.call(Message.from_json(part.content), part.row, part.addresses), ""
        lately = self._clock() - self._templates.get(part.conversation, 0.0) < HOUR
        template = connector.template(part.row, part.addresses) if part.urgent and not lately else None
        return template, WINDOW

    def _wait(self, part: Part, sent: Sent) -> float | None:
        """Return how long a part waits for its next try, in seconds; None to give it up."""
        if sent.outcome not in ("retry", "throttled", "unknown"):
            return 0.0
        if part.tries >= len(PAUSES):
            return None
        pause = AGAIN if sent.outcome == "unknown" and part.tries == 0 else PAUSES[part.tries]
        if sent.wait is not None:
            pause = sent.wait
        return pause * (1 + random.uniform(0 if sent.wait is not None else -JITTER, JITTER))

    async def _tell(self) -> None:
        """Tell the clinic of urgent parts that were given up."""
        async with self._telling:
            letters = await self._store.untold()
            # An urgent message may have several parts.
            for conversation, row, why in dict.fromkeys((one.conversation, one.row, one.why) for one in letters):
                logger.error("An urgent message could not be delivered (%s): %s", row, why)
                self._undelivered(conversation, row, why)
            if letters:
                await self._store.told([one.number for one in letters])
