"""A message of the web chat and its replies, for all who ask: a page may lose its connection and come back."""

import asyncio
from collections.abc import AsyncIterator

from bot.reply.as_json import WebReply
from bot.store.transcripts import KeptExchange, now, stamp


class Exchange:
    """Replies that come in one after the other, until there are no more."""

    def __init__(self, message_id: str, said: str) -> None:
        """Begin to answer a message.

        Args:
            message_id: The id that the page gave it.
            said: What the page shows of it.
        """
        self.replies: list[WebReply] = []
        self.done = False
        self._id = message_id
        self._said = said
        self._at = stamp(now())
        self._news = asyncio.Event()

    def add(self, reply: WebReply) -> None:
        """Add a reply; one that comes after the end is dropped."""
        if not self.done:
            self.replies.append(reply)
            self._tell()

    def finish(self) -> None:
        """Say that no more replies come."""
        self.done = True
        self._tell()

    async def __aiter__(self) -> AsyncIterator[WebReply]:
        """Yield the replies from the first on, each as soon as it is there."""
        given = 0
        while True:
            news = self._news
            while given < len(self.replies):
                given += 1
                yield self.replies[given - 1]
            if self.done:
                return
            await news.wait()

    def so_far(self) -> KeptExchange:
        """Return what was said, to be kept or shown again."""
        return KeptExchange(self._id, self._at, self._said, self.replies)

    async def finished(self) -> None:
        """Wait until no more replies come."""
        async for _ in self:
            pass

    def _tell(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()
