"""A web chat message and its replies, for any number of readers: a page may lose its connection and return."""

import asyncio
from collections.abc import AsyncIterator

from bot.reply.as_json import WebReply
from bot.store.transcripts import KeptExchange, now, stamp


class Exchange:
    """Replies that arrive one after the other, until the end."""

    def __init__(self, message_id: str, said: str) -> None:
        """Begin to answer a message.

        Args:
            message_id: The page's id for it.
            said: The text that the page shows.
        """
        self.replies: list[WebReply] = []
        self.done = False
        self._id = message_id
        self._said = said
        self._at = stamp(now())
        self._news = asyncio.Event()

    def add(self, reply: WebReply) -> None:
        """Add a reply, or drop it after the end."""
        if not self.done:
            self.replies.append(reply)
            self._tell()

    def finish(self) -> None:
        """End the exchange: no more replies come."""
        self.done = True
        self._tell()

    async def __aiter__(self) -> AsyncIterator[WebReply]:
        """Yield the replies from the first on, each as soon as it arrives."""
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
        """Return the exchange so far, to keep or show again."""
        return KeptExchange(self._id, self._at, self._said, self.replies)

    async def finished(self) -> None:
        """Wait until no more replies come."""
        async for _ in self:
            pass

    def _tell(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()
